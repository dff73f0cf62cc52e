"""the client registry: initial access tokens, and an officer's role for it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "oauth_initial_access_token"
REFERRING = ("officer_session", "officer_look_up", "officer_organisation_look_up", "officer_request")
BEFORE = "role IN ('registration', 'supervisor', 'auditor')"
AFTER = "role IN ('registration', 'supervisor', 'auditor', 'client_registrar')"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_oauth_initial_access_token")),
        sa.UniqueConstraint("id", name=op.f("uq_oauth_initial_access_token_id")),
    )
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.create_index(op.f("ix_oauth_initial_access_token_expires_at"), ["expires_at"])
    op.add_column("oauth_client", sa.Column("registrable_scope", sa.String(length=500), nullable=True))
    _roles(AFTER)


def downgrade() -> None:
    """Officers of the new role go: the older program knows no such role."""
    op.execute("DELETE FROM officer WHERE role = 'client_registrar'")
    _roles(BEFORE)
    op.drop_column("oauth_client", "registrable_scope")  # not as a batch: that would drop what refers to a client
    op.drop_table(TABLE)


def _roles(condition: str) -> None:
    """SQLite makes the table anew for this, and what refers to an officer would go with the old one."""
    saved = REFERRING if op.get_bind().dialect.name == "sqlite" else ()
    for table in saved:
        op.execute(f"CREATE TEMPORARY TABLE saved_{table} AS SELECT * FROM {table}")  # noqa: S608 - names of ours
        op.execute(f"DELETE FROM {table}")  # noqa: S608
    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_officer_role"), type_="check")
        batch_op.create_check_constraint(op.f("ck_officer_role"), condition)
    for table in saved:
        op.execute(f"INSERT INTO {table} SELECT * FROM saved_{table}")  # noqa: S608
        op.execute(f"DROP TABLE saved_{table}")
