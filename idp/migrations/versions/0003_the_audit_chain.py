"""the audit chain"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

import idp.db
from idp.audit import canonical, chain

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXED = ("at", "event", "subject")
COMMON = ("at", "event", "subject", "client_id", "details")
REFUSAL = "audit_record is append-only"
SQLITE_TRIGGERS = {
    "update": "BEFORE UPDATE ON audit_record",
    "delete": "BEFORE DELETE ON audit_record",
    # INSERT OR REPLACE deletes without a word to the trigger above.
    "replace": "BEFORE INSERT ON audit_record WHEN EXISTS (SELECT 1 FROM audit_record WHERE sequence = NEW.sequence)",
}


def upgrade() -> None:
    _move_aside()
    op.create_table(
        "audit_record",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        *_columns(),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_record")),
    )
    _index()
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    _chain(head)
    op.drop_table("audit_record_before")
    _refuse_changes()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_record_append_only ON audit_record")
        op.execute("DROP FUNCTION audit_record_append_only()")
    else:
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER audit_record_no_{name}")
    op.drop_table("audit_head")
    _move_aside()
    op.create_table(
        "audit_record",
        sa.Column("id", sa.Integer(), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_record")),
    )
    _index()
    names = ", ".join(COMMON)
    op.execute(f"INSERT INTO audit_record ({names}) SELECT {names} FROM audit_record_before ORDER BY sequence")  # noqa: S608
    op.drop_table("audit_record_before")


def _move_aside() -> None:
    """Under another name, and the names of its key and indexes free: on PostgreSQL they are the schema's."""
    with op.batch_alter_table("audit_record", schema=None) as batch_op:
        for name in INDEXED:
            batch_op.drop_index(batch_op.f(f"ix_audit_record_{name}"))
    op.rename_table("audit_record", "audit_record_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_audit_record RENAME TO pk_audit_record_before")


def _columns() -> list[sa.Column]:
    return [
        sa.Column("at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("client_id", sa.String(length=255), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
    ]


def _index() -> None:
    with op.batch_alter_table("audit_record", schema=None) as batch_op:
        for name in INDEXED:
            batch_op.create_index(batch_op.f(f"ix_audit_record_{name}"), [name], unique=False)


def _chain(head: sa.Table) -> None:
    """Number and chain what is there already, in the order it was written; seal the end where the key is known."""
    connection = op.get_bind()
    types = {"at": idp.db.UtcDateTime(timezone=True)}
    old = sa.table("audit_record_before", sa.column("id"), *(sa.column(n, types.get(n)) for n in COMMON))
    names = ("sequence", *COMMON, "previous_hash", "hash")
    new = sa.table("audit_record", *(sa.column(n, types.get(n)) for n in names))
    sequence, last, done = 0, chain.GENESIS, -1
    while rows := connection.execute(sa.select(old).where(old.c.id > done).order_by(old.c.id).limit(1000)).all():
        made = []
        for row in rows:
            sequence += 1
            text = canonical.text(json.loads(row.details))
            stored = chain.Stored(sequence, row.at, row.event, row.subject, row.client_id, text, last, None)
            values = {"previous_hash": last, "hash": chain.digest(stored.content())}
            made.append({"sequence": sequence, **row._mapping, "details": text, **values})
            last = values["hash"]
        connection.execute(sa.insert(new), [{n: each[n] for n in names} for each in made])
        done = rows[-1].id
    if not sequence:
        return  # the first record makes the head
    config = op.get_context().config
    key = config.attributes.get("audit_key") if config else None
    end = chain.Head.sealed(key, sequence, last) if key else chain.Head(sequence, last)
    connection.execute(sa.insert(head), {"id": 1, "sequence": end.sequence, "hash": end.hash, "seal": end.seal})


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_record_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_record_append_only()"
        )
        return
    for name, when in SQLITE_TRIGGERS.items():
        op.execute(f"CREATE TRIGGER audit_record_no_{name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
