"""applications and officers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "officer_request",
    "officer_look_up",
    "officer_session",
    "officer",
    "mock_message",
    "account_activation",
    "account_application",
    "register_mark",
    "passport",
)


def upgrade() -> None:
    _make_applications()
    _make_officers()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _make_applications() -> None:
    op.create_table(
        "passport",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passport_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_passport")),
    )

    op.create_table(
        "register_mark",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('deceased', 'card_revoked', 'card_locked')", name=op.f("ck_register_mark_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_register_mark_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_register_mark")),
    )

    op.create_table(
        "account_application",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("open_of", sa.String(length=34), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("phone_number", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("received_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(state = 'received') = (decided_at IS NULL)", name=op.f("ck_account_application_decided")
        ),
        sa.CheckConstraint("level IN (1, 2)", name=op.f("ck_account_application_level")),
        sa.CheckConstraint("state IN ('received', 'approved', 'refused')", name=op.f("ck_account_application_state")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_application_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_application")),
        sa.UniqueConstraint("open_of", name=op.f("uq_account_application_open_of")),
        sa.UniqueConstraint("receipt", name=op.f("uq_account_application_receipt")),
    )
    with op.batch_alter_table("account_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_application_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_application_state_due_on"), ["state", "due_on"], unique=False)

    op.create_table(
        "account_activation",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ticket_hash", sa.String(length=64), nullable=True),
        sa.Column("ticket_expires_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("passcode_hash", sa.String(length=200), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject"], ["account.subject"], name=op.f("fk_account_activation_subject_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_account_activation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_account_activation_code_hash")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_account_activation_ticket_hash")),
    )

    op.create_table(
        "mock_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("phone_number", sa.String(length=16), nullable=False),
        sa.Column("text_vi", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("sent_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mock_message")),
    )
    with op.batch_alter_table("mock_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mock_message_sent_at"), ["sent_at"], unique=False)


def _make_officers() -> None:
    op.create_table(
        "officer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("full_name", sa.String(length=300), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("code_seed", sa.LargeBinary(), nullable=False),
        sa.Column("code_step", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("role IN ('registration', 'supervisor', 'auditor')", name=op.f("ck_officer_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("login", name=op.f("uq_officer_login")),
    )

    op.create_table(
        "officer_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=43), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=True),
        sa.Column("last_used_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_officer_session_officer_id_officer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_officer_session_secret_hash")),
    )
    with op.batch_alter_table("officer_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_session_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "officer_look_up",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("opened_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_officer_look_up_officer_id_officer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_officer_look_up_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_look_up")),
    )

    op.create_table(
        "officer_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("open_of", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_officer_request_four_eyes")),
        sa.CheckConstraint("kind IN ('lock', 'unlock')", name=op.f("ck_officer_request_kind")),
        sa.CheckConstraint("state IN ('open', 'approved', 'refused')", name=op.f("ck_officer_request_state")),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_officer_request_asked_by_officer")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_officer_request_decided_by_officer")),
        sa.ForeignKeyConstraint(
            ["subject"], ["account.subject"], name=op.f("fk_officer_request_subject_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_request")),
        sa.UniqueConstraint("open_of", name=op.f("uq_officer_request_open_of")),
    )
