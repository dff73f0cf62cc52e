"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import idp.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "audit_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("client_id", sa.String(length=255), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_record")),
    )
    with op.batch_alter_table("audit_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_record_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_record_event"), ["event"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_record_subject"), ["subject"], unique=False)

    op.create_table(
        "browser_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=43), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("acr", sa.String(length=64), nullable=True),
        sa.Column("amr", sa.String(length=100), nullable=False),
        sa.Column("auth_time", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_browser_session_secret_hash")),
    )
    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browser_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_browser_session_subject"), ["subject"], unique=False)

    op.create_table(
        "counter_show",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_counter_show")),
    )
    with op.batch_alter_table("counter_show", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counter_show_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_counter_show_holder"), ["holder"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("vct", sa.String(length=128), nullable=False),
        sa.Column("issuer_id", sa.String(length=64), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("sd_jwt", sa.Text(), nullable=False),
        sa.Column("issued_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("superseded_by", sa.String(length=32), nullable=True),
        sa.Column("seed_key", sa.String(length=200), nullable=True),
        sa.Column("seed_digest", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "issuer_id", "status_list", "status_index", name=op.f("uq_document_issuer_id_status_list_status_index")
        ),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_holder_superseded_by", ["holder", "superseded_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_seed_key"), ["seed_key"], unique=False)

    op.create_table(
        "oauth_client",
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("client_id_issued_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("client_secret_hash", sa.String(length=64), nullable=True),
        sa.Column("client_name_vi", sa.String(length=200), nullable=False),
        sa.Column("client_name_en", sa.String(length=200), nullable=False),
        sa.Column("application_type", sa.String(length=10), nullable=False),
        sa.Column("token_endpoint_auth_method", sa.String(length=40), nullable=False),
        sa.Column("id_token_signed_response_alg", sa.String(length=10), nullable=False),
        sa.Column("sector_identifier", sa.String(length=255), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("redirect_uris", sa.JSON(), nullable=False),
        sa.Column("post_logout_redirect_uris", sa.JSON(), nullable=False),
        sa.Column("request_uris", sa.JSON(), nullable=False),
        sa.Column("response_uris", sa.JSON(), nullable=False),
        sa.Column("document_types", sa.JSON(), nullable=False),
        sa.Column("grant_types", sa.JSON(), nullable=False),
        sa.Column("response_types", sa.JSON(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("default_acr_values", sa.JSON(), nullable=False),
        sa.Column("jwks", sa.JSON(), nullable=True),
        sa.Column("client_uri", sa.String(length=500), nullable=True),
        sa.Column("policy_uri", sa.String(length=500), nullable=True),
        sa.Column("tos_uri", sa.String(length=500), nullable=True),
        sa.Column("default_max_age", sa.Integer(), nullable=True),
        sa.Column("require_pkce", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_oauth_client")),
    )
    op.create_table(
        "oauth_used_assertion",
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("jti_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "jti_hash", name=op.f("pk_oauth_used_assertion")),
    )
    with op.batch_alter_table("oauth_used_assertion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_used_assertion_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("number", name=op.f("uq_organisation_number")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("personal_id_number", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("full_name", sa.String(length=300), nullable=False),
        sa.Column("name_key", sa.String(length=300), nullable=False),
        sa.Column("birthdate", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=6), nullable=False),
        sa.Column("nationalities", sa.JSON(), nullable=False),
        sa.Column("birth_registered_at", sa.String(length=300), nullable=True),
        sa.Column("place_of_origin", sa.String(length=300), nullable=True),
        sa.Column("permanent_address", sa.JSON(), nullable=True),
        sa.Column("current_address", sa.JSON(), nullable=True),
        sa.Column("phone_number", sa.String(length=16), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("updated_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('citizen', 'foreigner')", name=op.f("ck_person_kind")),
        sa.CheckConstraint("sex IN ('male', 'female')", name=op.f("ck_person_sex")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("personal_id_number", name=op.f("uq_person_personal_id_number")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_name_key"), ["name_key"], unique=False)

    op.create_table(
        "presentation_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=True),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation_record")),
    )
    with op.batch_alter_table("presentation_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presentation_record_holder"), ["holder"], unique=False)

    op.create_table(
        "presentation_transaction",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("request_uri", sa.Text(), nullable=False),
        sa.Column("request_uri_method", sa.String(length=4), nullable=False),
        sa.Column("other_device", sa.Boolean(), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("answer_key", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation_transaction")),
        sa.UniqueConstraint("answer_key", name=op.f("uq_presentation_transaction_answer_key")),
    )
    with op.batch_alter_table("presentation_transaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presentation_transaction_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_presentation_transaction_session_id"), ["session_id"], unique=False)

    op.create_table(
        "status_list",
        sa.Column("issuer_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer_id", "number", name=op.f("pk_status_list")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_throttle_last_attempt_at"), ["last_attempt_at"], unique=False)

    op.create_table(
        "wallet_unlock",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("until", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_wallet_unlock")),
    )
    op.create_table(
        "account",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("identity_level", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("lock_reason", sa.String(length=40), nullable=True),
        sa.Column("locked_by", sa.String(length=20), nullable=True),
        sa.Column("locked_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("opened_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'locked') = (lock_reason IS NOT NULL)", name=op.f("ck_account_lock_reason")),
        sa.CheckConstraint(
            "state IN ('pending_verification', 'issued', 'active', 'locked', 'closed')", name=op.f("ck_account_state")
        ),
        sa.CheckConstraint(
            "(organisation_id IS NULL AND identity_level IS NOT NULL AND identity_level IN (1, 2)) OR (organisation_id IS NOT NULL AND identity_level IS NULL)",
            name=op.f("ck_account_level"),
        ),
        sa.CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_account_one_holder")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_account_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_account")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_account_organisation_id")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "holder_key",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_holder_key_document_id_document"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_holder_key")),
    )
    op.create_table(
        "identity_paper",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('identity_card', 'permanent_residence_card', 'temporary_residence_card')",
            name=op.f("ck_identity_paper_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_paper_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_identity_paper")),
    )
    op.create_table(
        "kinship",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("relative_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind IN ('father', 'mother', 'guardian')", name=op.f("ck_kinship_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kinship_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["relative_id"], ["person.id"], name=op.f("fk_kinship_relative_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "relative_id", "kind", name=op.f("pk_kinship")),
    )
    op.create_table(
        "oauth_consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("shown_hash", sa.String(length=64), nullable=False),
        sa.Column("given_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_client.client_id"],
            name=op.f("fk_oauth_consent_client_id_oauth_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_consent")),
    )
    with op.batch_alter_table("oauth_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_consent_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_consent_subject"), ["subject"], unique=False)

    op.create_table(
        "oauth_grant",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("acr", sa.String(length=64), nullable=False),
        sa.Column("amr", sa.String(length=100), nullable=False),
        sa.Column("auth_time", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_client.client_id"],
            name=op.f("fk_oauth_grant_client_id_oauth_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_grant")),
    )
    with op.batch_alter_table("oauth_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_grant_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_grant_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_grant_subject"), ["subject"], unique=False)

    op.create_table(
        "oauth_pending_authorization",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sign_in_asked_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("account_chosen", sa.Boolean(), nullable=False),
        sa.Column("answered_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["oauth_client.client_id"],
            name=op.f("fk_oauth_pending_authorization_client_id_oauth_client"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_pending_authorization")),
    )
    with op.batch_alter_table("oauth_pending_authorization", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_pending_authorization_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_pending_authorization_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "representation",
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.CheckConstraint("role IN ('legal_representative')", name=op.f("ck_representation_role")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_representation_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_representation_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_representation")),
    )
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["browser_session.id"],
            name=op.f("fk_sign_in_request_session_id_browser_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_request")),
    )
    with op.batch_alter_table("sign_in_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_request_session_id"), ["session_id"], unique=False)

    op.create_table(
        "authenticator",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("passcode_hash", sa.String(length=200), nullable=True),
        sa.Column("one_time_code_seed", sa.LargeBinary(), nullable=True),
        sa.Column("one_time_code_step", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject"], ["account.subject"], name=op.f("fk_authenticator_subject_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "oauth_access_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["oauth_grant.id"],
            name=op.f("fk_oauth_access_token_grant_id_oauth_grant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_oauth_access_token")),
    )
    with op.batch_alter_table("oauth_access_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_access_token_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_access_token_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "oauth_authorization_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=True),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["oauth_grant.id"],
            name=op.f("fk_oauth_authorization_code_grant_id_oauth_grant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_oauth_authorization_code")),
    )
    with op.batch_alter_table("oauth_authorization_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_authorization_code_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_authorization_code_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "oauth_refresh_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("created_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", idp.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", idp.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["oauth_grant.id"],
            name=op.f("fk_oauth_refresh_token_grant_id_oauth_grant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_oauth_refresh_token")),
    )
    with op.batch_alter_table("oauth_refresh_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oauth_refresh_token_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_oauth_refresh_token_grant_id"), ["grant_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("oauth_refresh_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_refresh_token_grant_id"))
        batch_op.drop_index(batch_op.f("ix_oauth_refresh_token_expires_at"))

    op.drop_table("oauth_refresh_token")
    with op.batch_alter_table("oauth_authorization_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_authorization_code_grant_id"))
        batch_op.drop_index(batch_op.f("ix_oauth_authorization_code_expires_at"))

    op.drop_table("oauth_authorization_code")
    with op.batch_alter_table("oauth_access_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_access_token_grant_id"))
        batch_op.drop_index(batch_op.f("ix_oauth_access_token_expires_at"))

    op.drop_table("oauth_access_token")
    op.drop_table("authenticator")
    with op.batch_alter_table("sign_in_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_request_session_id"))

    op.drop_table("sign_in_request")
    op.drop_table("representation")
    with op.batch_alter_table("oauth_pending_authorization", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_pending_authorization_expires_at"))
        batch_op.drop_index(batch_op.f("ix_oauth_pending_authorization_client_id"))

    op.drop_table("oauth_pending_authorization")
    with op.batch_alter_table("oauth_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_grant_subject"))
        batch_op.drop_index(batch_op.f("ix_oauth_grant_session_id"))
        batch_op.drop_index(batch_op.f("ix_oauth_grant_client_id"))

    op.drop_table("oauth_grant")
    with op.batch_alter_table("oauth_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_consent_subject"))
        batch_op.drop_index(batch_op.f("ix_oauth_consent_client_id"))

    op.drop_table("oauth_consent")
    op.drop_table("kinship")
    op.drop_table("identity_paper")
    op.drop_table("holder_key")
    op.drop_table("account")
    op.drop_table("wallet_unlock")
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_throttle_last_attempt_at"))

    op.drop_table("throttle")
    op.drop_table("status_list")
    with op.batch_alter_table("presentation_transaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presentation_transaction_session_id"))
        batch_op.drop_index(batch_op.f("ix_presentation_transaction_expires_at"))

    op.drop_table("presentation_transaction")
    with op.batch_alter_table("presentation_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presentation_record_holder"))

    op.drop_table("presentation_record")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_name_key"))

    op.drop_table("person")
    op.drop_table("organisation")
    with op.batch_alter_table("oauth_used_assertion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oauth_used_assertion_expires_at"))

    op.drop_table("oauth_used_assertion")
    op.drop_table("oauth_client")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_seed_key"))
        batch_op.drop_index("ix_document_holder_superseded_by")

    op.drop_table("document")
    with op.batch_alter_table("counter_show", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counter_show_holder"))
        batch_op.drop_index(batch_op.f("ix_counter_show_expires_at"))

    op.drop_table("counter_show")
    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_browser_session_subject"))
        batch_op.drop_index(batch_op.f("ix_browser_session_expires_at"))

    op.drop_table("browser_session")
    with op.batch_alter_table("audit_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_record_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_record_event"))
        batch_op.drop_index(batch_op.f("ix_audit_record_at"))

    op.drop_table("audit_record")
