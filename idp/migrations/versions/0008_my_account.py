"""my account"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("oauth_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_used_at", idp.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("oauth_grant", schema=None) as batch_op:
        batch_op.drop_column("last_used_at")
