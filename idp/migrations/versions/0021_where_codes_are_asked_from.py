"""where codes are asked from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("qr_sign_in", sa.Column("asked_from", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_qr_sign_in_asked_from"), "qr_sign_in", ["asked_from"])


def downgrade() -> None:
    op.drop_index(op.f("ix_qr_sign_in_asked_from"), table_name="qr_sign_in")
    op.drop_column("qr_sign_in", "asked_from")
