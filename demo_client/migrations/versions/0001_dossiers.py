"""The tables of transactions, dossiers and evidence"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import demo_client.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "portal_dossier",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("receipt_number", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("personal_id_number", sa.String(length=20), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("identity_level", sa.Integer(), nullable=False),
        sa.Column("acr", sa.String(length=100), nullable=False),
        sa.Column("procedure", sa.String(length=80), nullable=False),
        sa.Column("procedure_date", sa.Date(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("papers_total", sa.Integer(), nullable=False),
        sa.Column("papers_replaced", sa.Integer(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("filed_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_dossier")),
        sa.UniqueConstraint("receipt_number", name=op.f("uq_portal_dossier_receipt_number")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_portal_dossier_transaction_id")),
    )
    with op.batch_alter_table("portal_dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_dossier_filed_at"), ["filed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_dossier_retain_until"), ["retain_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_dossier_subject"), ["subject"], unique=False)

    op.create_table(
        "portal_transaction",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("personal_id_number", sa.String(length=20), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("identity_level", sa.Integer(), nullable=False),
        sa.Column("acr", sa.String(length=100), nullable=False),
        sa.Column("procedure", sa.String(length=80), nullable=False),
        sa.Column("procedure_date", sa.Date(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("response_mode", sa.String(length=20), nullable=False),
        sa.Column("other_device", sa.Boolean(), nullable=False),
        sa.Column("created_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("request_until", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", demo_client.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("vp_token", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("response_code_hash", sa.String(length=64), nullable=True),
        sa.Column("claimed_at", demo_client.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("outcome_code", sa.String(length=80), nullable=True),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_transaction")),
        sa.UniqueConstraint("request_hash", name=op.f("uq_portal_transaction_request_hash")),
        sa.UniqueConstraint("response_code_hash", name=op.f("uq_portal_transaction_response_code_hash")),
    )
    with op.batch_alter_table("portal_transaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_transaction_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_transaction_subject"), ["subject"], unique=False)

    op.create_table(
        "portal_evidence",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("dossier_id", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=80), nullable=False),
        sa.Column("vct", sa.String(length=200), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=255), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("trust_list", sa.Text(), nullable=False),
        sa.Column("trust_list_version", sa.Integer(), nullable=False),
        sa.Column("trust_list_fetched_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("root_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status_uri", sa.Text(), nullable=False),
        sa.Column("status_list", sa.Text(), nullable=False),
        sa.Column("status_fetched_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("verifier", sa.String(length=80), nullable=False),
        sa.Column("verified_at", demo_client.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["portal_dossier.id"],
            name=op.f("fk_portal_evidence_dossier_id_portal_dossier"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_evidence")),
    )
    with op.batch_alter_table("portal_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_evidence_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_evidence_root_fingerprint"), ["root_fingerprint"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("portal_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_evidence_root_fingerprint"))
        batch_op.drop_index(batch_op.f("ix_portal_evidence_dossier_id"))

    op.drop_table("portal_evidence")
    with op.batch_alter_table("portal_transaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_transaction_subject"))
        batch_op.drop_index(batch_op.f("ix_portal_transaction_expires_at"))

    op.drop_table("portal_transaction")
    with op.batch_alter_table("portal_dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_dossier_subject"))
        batch_op.drop_index(batch_op.f("ix_portal_dossier_retain_until"))
        batch_op.drop_index(batch_op.f("ix_portal_dossier_filed_at"))

    op.drop_table("portal_dossier")
