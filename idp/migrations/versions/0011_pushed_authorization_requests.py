"""authorization requests that clients push before the browser comes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oauth_pushed_request",
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_client.client_id"],
            name=op.f("fk_oauth_pushed_request_client_id_oauth_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reference_hash", name=op.f("pk_oauth_pushed_request")),
    )
    with op.batch_alter_table("oauth_pushed_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_pushed_request_client_id"), ["client_id"])
        batch_op.create_index(batch_op.f("ix_oauth_pushed_request_expires_at"), ["expires_at"])
    with op.batch_alter_table("oauth_pending_authorization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pushed_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """What came from a pushed request ends with it: it could be answered twice."""
    op.execute("DELETE FROM oauth_pending_authorization WHERE pushed_hash IS NOT NULL")
    with op.batch_alter_table("oauth_pending_authorization", schema=None) as batch_op:
        batch_op.drop_column("pushed_hash")
    op.drop_table("oauth_pushed_request")
