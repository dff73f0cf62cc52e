"""Who is signed in by which session of the provider, and which of those it has told us are over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import demo_client.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "portal_sign_in",
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("sid_hash", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("expires_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_portal_sign_in")),
    )
    with op.batch_alter_table("portal_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_sign_in_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_sign_in_sid_hash"), ["sid_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_sign_in_subject"), ["subject"], unique=False)

    op.create_table(
        "portal_logout_notice",
        sa.Column("jti_hash", sa.String(length=64), nullable=False),
        sa.Column("sid_hash", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("issued_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("keep_until", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti_hash", name=op.f("pk_portal_logout_notice")),
    )
    with op.batch_alter_table("portal_logout_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_logout_notice_keep_until"), ["keep_until"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("portal_logout_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_logout_notice_keep_until"))

    op.drop_table("portal_logout_notice")
    with op.batch_alter_table("portal_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_sign_in_subject"))
        batch_op.drop_index(batch_op.f("ix_portal_sign_in_sid_hash"))
        batch_op.drop_index(batch_op.f("ix_portal_sign_in_expires_at"))

    op.drop_table("portal_sign_in")
