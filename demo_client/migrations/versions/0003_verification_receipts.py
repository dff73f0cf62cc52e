"""Receipts of verifications at the counter, without what the documents say"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import demo_client.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_receipt",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("clerk", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("issued_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_portal_receipt_number")),
    )
    with op.batch_alter_table("portal_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_receipt_issued_at"), ["issued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_receipt_retain_until"), ["retain_until"], unique=False)

    op.create_table(
        "portal_seen_bundle",
        sa.Column("root_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("trust_list_version", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("root_fingerprint", name=op.f("pk_portal_seen_bundle")),
    )


def downgrade() -> None:
    op.drop_table("portal_seen_bundle")
    with op.batch_alter_table("portal_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_receipt_retain_until"))
        batch_op.drop_index(batch_op.f("ix_portal_receipt_issued_at"))

    op.drop_table("portal_receipt")
