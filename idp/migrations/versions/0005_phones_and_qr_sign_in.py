"""phones and qr sign in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_phones()
    _make_qr_sign_in()


def downgrade() -> None:
    op.drop_table("qr_sign_in")
    _drop_phones()


def _make_phones() -> None:
    op.create_table(
        "phone_device",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("public_jwk", sa.JSON(), nullable=False),
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("bind_method", sa.String(length=60), nullable=False),
        sa.Column("bound_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.Column("removed_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject"], ["account.subject"], name=op.f("fk_phone_device_subject_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_device")),
        sa.UniqueConstraint("thumbprint", name=op.f("uq_phone_device_thumbprint")),
    )
    with op.batch_alter_table("phone_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_device_subject"), ["subject"], unique=False)

    op.create_table(
        "phone_challenge",
        sa.Column("value_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=4), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('bind', 'open')", name=op.f("ck_phone_challenge_purpose")),
        sa.PrimaryKeyConstraint("value_hash", name=op.f("pk_phone_challenge")),
    )
    with op.batch_alter_table("phone_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_challenge_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "phone_decision",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("jti", sa.String(length=64), nullable=False),
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("decided_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["phone_device.id"],
            name=op.f("fk_phone_decision_device_id_phone_device"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", "jti", name=op.f("pk_phone_decision")),
    )

    op.create_table(
        "phone_notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "event IN ('device_bound', 'device_removed', 'not_me')", name=op.f("ck_phone_notice_event")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["phone_device.id"],
            name=op.f("fk_phone_notice_device_id_phone_device"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_notice")),
    )
    with op.batch_alter_table("phone_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_notice_device_id"), ["device_id"], unique=False)


def _drop_phones() -> None:
    for table in ("phone_notice", "phone_decision", "phone_challenge", "phone_device"):
        op.drop_table(table)


def _make_qr_sign_in() -> None:
    op.create_table(
        "qr_sign_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_code_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=43), nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("choices", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.Column("masked_name", sa.String(length=20), nullable=True),
        sa.Column("scanned_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("collected_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'scanned', 'approved', 'refused', 'not_me', 'expired')",
            name=op.f("ck_qr_sign_in_state"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["browser_session.id"],
            name=op.f("fk_qr_sign_in_session_id_browser_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subject"], ["account.subject"], name=op.f("fk_qr_sign_in_subject_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qr_sign_in")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_qr_sign_in_code_hash")),
        sa.UniqueConstraint("user_code_hash", name=op.f("uq_qr_sign_in_user_code_hash")),
    )
    with op.batch_alter_table("qr_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qr_sign_in_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_qr_sign_in_session_id"), ["session_id"], unique=False)
