"""the life of a document: requests, records, what officers opened, and past statuses"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = "role IN ('registration', 'supervisor', 'auditor', 'client_registrar')"
REFERRING = ("officer_session", "officer_look_up", "officer_organisation_look_up", "officer_request")
AFTER = "role IN ('registration', 'supervisor', 'auditor', 'client_registrar', 'records')"


def upgrade() -> None:
    _role(AFTER)
    op.add_column("document", sa.Column("status_reason", sa.String(length=200), nullable=True))
    op.add_column("status_list", sa.Column("history_from", idp.db.UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "status_change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("issuer_id", sa.String(length=64), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_change")),
    )
    op.create_index("ix_status_change_list_at", "status_change", ["issuer_id", "status_list", "at"])
    _begin_the_history()
    op.create_table(
        "judicial_record",
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("updated_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_judicial_record")),
    )
    op.create_table(
        "document_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=24), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("type_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("business_ban_asked", sa.Boolean(), nullable=False),
        sa.Column("received_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("open_of", sa.String(length=140), nullable=True),
        sa.Column("decided_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'issued', 'refused', 'withdrawn')", name=op.f("ck_document_request_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_request")),
        sa.UniqueConstraint("open_of", name=op.f("uq_document_request_open_of")),
        sa.UniqueConstraint("receipt", name=op.f("uq_document_request_receipt")),
    )
    op.create_index("ix_document_request_holder", "document_request", ["holder"])
    op.create_table(
        "document_look_up",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("opened_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_look_up")),
    )


def downgrade() -> None:
    op.drop_table("document_look_up")
    op.drop_index("ix_document_request_holder", table_name="document_request")
    op.drop_table("document_request")
    op.drop_table("judicial_record")
    op.drop_index("ix_status_change_list_at", table_name="status_change")
    op.drop_table("status_change")
    op.drop_column("status_list", "history_from")
    op.drop_column("document", "status_reason")
    op.execute("UPDATE document SET status = 1 WHERE status = 3")
    op.execute("DELETE FROM officer WHERE role = 'records'")
    _role(BEFORE)


def _begin_the_history() -> None:
    """What was before is not known: each list's history begins now, with the entries that are not valid."""
    now = sa.literal(datetime.now(UTC), idp.db.UtcDateTime(timezone=True))
    lists, document = sa.table("status_list", sa.column("history_from")), sa.table(
        "document", *(sa.column(name) for name in ("issuer_id", "status_list", "status_index", "status"))
    )  # fmt: skip
    change = sa.table(
        "status_change",
        *(sa.column(name) for name in ("issuer_id", "status_list", "status_index", "value", "at")),
    )
    op.execute(sa.update(lists).values(history_from=now))
    rows = sa.select(
        document.c.issuer_id, document.c.status_list, document.c.status_index, document.c.status, now
    ).where(document.c.status != 0)
    op.execute(sa.insert(change).from_select(["issuer_id", "status_list", "status_index", "value", "at"], rows))


def _role(condition: str) -> None:
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
