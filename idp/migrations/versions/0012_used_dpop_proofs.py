"""DPoP proofs that were seen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oauth_used_proof",
        sa.Column("proof_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("proof_hash", name=op.f("pk_oauth_used_proof")),
    )
    op.create_index(op.f("ix_oauth_used_proof_expires_at"), "oauth_used_proof", ["expires_at"])


def downgrade() -> None:
    op.drop_table("oauth_used_proof")
