"""logout tokens on their way to clients"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oauth_logout_delivery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("acting_for", sa.String(length=64), nullable=True),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_client.client_id"],
            name=op.f("fk_oauth_logout_delivery_client_id_oauth_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_logout_delivery")),
    )
    with op.batch_alter_table("oauth_logout_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_logout_delivery_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_logout_delivery_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_logout_delivery_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_table("oauth_logout_delivery")
