"""What came of a document that is shown and filed nowhere: for some minutes, and the receipt of its check"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("portal_transaction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("receipt_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("portal_transaction", schema=None) as batch_op:
        batch_op.drop_column("receipt_id")
        batch_op.drop_column("shown")
