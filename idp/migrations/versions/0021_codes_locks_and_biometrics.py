"""where codes are asked from, what was locked, where officers sit, biometrics on file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("qr_sign_in", sa.Column("asked_from", sa.String(length=64), nullable=True))
    # What is counted of an address stands in the index itself.
    op.create_index("ix_qr_sign_in_waiting", "qr_sign_in", ["asked_from", "state", "expires_at"])
    op.add_column("account", sa.Column("locked_from", sa.String(length=30), nullable=True))
    op.add_column("officer", sa.Column("office", sa.String(length=20), server_default="provincial", nullable=False))
    op.add_column("passport", sa.Column("biometrics_taken_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("passport", "biometrics_taken_on")
    op.drop_column("officer", "office")
    op.drop_column("account", "locked_from")
    op.drop_index("ix_qr_sign_in_waiting", table_name="qr_sign_in")
    op.drop_column("qr_sign_in", "asked_from")
