"""Tables of the OpenID Provider. Secrets, codes and tokens are kept as SHA-256 only.

A plain hash is enough for them: each is made here from 32 random bytes, so there is nothing to guess and no salt or
slow function would add anything (unlike a password, which a person chose).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class Client(Base):
    """A registered client: metadata of RFC 7591 and OpenID Connect Registration 2, and what the wallet needs.

    `registered_by` is `operator` or `client`; one that registered itself stays within `registrable_scope`.
    """

    __tablename__ = "oauth_client"

    client_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    client_id_issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    client_secret_hash: Mapped[str | None] = mapped_column(String(64))
    registration_access_token_hash: Mapped[str | None] = mapped_column(String(64))
    registered_by: Mapped[str] = mapped_column(String(20), server_default="operator")
    registrable_scope: Mapped[str | None] = mapped_column(String(500))
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    client_name_vi: Mapped[str] = mapped_column(String(200))
    client_name_en: Mapped[str] = mapped_column(String(200))
    application_type: Mapped[str] = mapped_column(String(10))
    token_endpoint_auth_method: Mapped[str] = mapped_column(String(40))
    token_endpoint_auth_signing_alg: Mapped[str | None] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(String(500))
    redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    grant_types: Mapped[list[str]] = mapped_column(JSON)
    response_types: Mapped[list[str]] = mapped_column(JSON)
    contacts: Mapped[list[str]] = mapped_column(JSON)
    client_uri: Mapped[str | None] = mapped_column(String(500))
    logo_uri: Mapped[str | None] = mapped_column(String(500))
    policy_uri: Mapped[str | None] = mapped_column(String(500))
    tos_uri: Mapped[str | None] = mapped_column(String(500))
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    jwks_uri: Mapped[str | None] = mapped_column(String(500))
    software_id: Mapped[str | None] = mapped_column(String(200))
    software_version: Mapped[str | None] = mapped_column(String(100))

    sector_identifier: Mapped[str] = mapped_column(String(255))
    sector_identifier_uri: Mapped[str | None] = mapped_column(String(500))
    subject_type: Mapped[str] = mapped_column(String(10), server_default="pairwise")
    id_token_signed_response_alg: Mapped[str] = mapped_column(String(10))
    id_token_encrypted_response_alg: Mapped[str | None] = mapped_column(String(20))
    id_token_encrypted_response_enc: Mapped[str | None] = mapped_column(String(20))
    userinfo_signed_response_alg: Mapped[str | None] = mapped_column(String(10))
    userinfo_encrypted_response_alg: Mapped[str | None] = mapped_column(String(20))
    userinfo_encrypted_response_enc: Mapped[str | None] = mapped_column(String(20))
    request_object_signing_alg: Mapped[str | None] = mapped_column(String(10))
    request_uris: Mapped[list[str]] = mapped_column(JSON)
    default_max_age: Mapped[int | None] = mapped_column(Integer)
    default_acr_values: Mapped[list[str]] = mapped_column(JSON)
    require_auth_time: Mapped[bool] = mapped_column(Boolean, server_default=false())
    initiate_login_uri: Mapped[str | None] = mapped_column(String(500))

    post_logout_redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    frontchannel_logout_uri: Mapped[str | None] = mapped_column(String(500))
    frontchannel_logout_session_required: Mapped[bool] = mapped_column(Boolean, server_default=false())
    backchannel_logout_uri: Mapped[str | None] = mapped_column(String(500))
    backchannel_logout_session_required: Mapped[bool] = mapped_column(Boolean, server_default=false())

    require_pushed_authorization_requests: Mapped[bool] = mapped_column(Boolean, server_default=false())
    require_signed_request_object: Mapped[bool] = mapped_column(Boolean, server_default=false())
    dpop_bound_access_tokens: Mapped[bool] = mapped_column(Boolean, server_default=false())
    tls_client_certificate_bound_access_tokens: Mapped[bool] = mapped_column(Boolean, server_default=false())
    tls_client_auth_subject_dn: Mapped[str | None] = mapped_column(String(500))
    tls_client_auth_san_dns: Mapped[str | None] = mapped_column(String(255))
    tls_client_auth_san_uri: Mapped[str | None] = mapped_column(String(500))
    tls_client_auth_san_ip: Mapped[str | None] = mapped_column(String(45))
    tls_client_auth_san_email: Mapped[str | None] = mapped_column(String(255))
    authorization_signed_response_alg: Mapped[str | None] = mapped_column(String(10))
    authorization_encrypted_response_alg: Mapped[str | None] = mapped_column(String(20))
    authorization_encrypted_response_enc: Mapped[str | None] = mapped_column(String(20))
    introspection_signed_response_alg: Mapped[str | None] = mapped_column(String(10))
    introspection_encrypted_response_alg: Mapped[str | None] = mapped_column(String(20))
    introspection_encrypted_response_enc: Mapped[str | None] = mapped_column(String(20))

    response_uris: Mapped[list[str]] = mapped_column(JSON)
    document_types: Mapped[list[str]] = mapped_column(JSON)
    profile: Mapped[str] = mapped_column(String(30), server_default="oidc")
    require_pkce: Mapped[bool] = mapped_column(Boolean)
    lenient: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    identity_levels: Mapped[list[int]] = mapped_column(JSON, server_default="[]")
    resources: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    access_token_format: Mapped[str] = mapped_column(String(10), server_default="opaque")

    def name(self, lang: str) -> str:
        """The registered name in Vietnamese or English."""
        return self.client_name_vi if lang == "vi" else self.client_name_en

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())

    def check_grant_type(self, grant_type: str) -> bool:
        """Asked by Authlib's grants."""
        return grant_type in self.grant_types


class InitialAccessToken(Base):
    """Lets its holder register clients (RFC 7591 1.2), `uses_left` of them, for scopes among `scope`."""

    __tablename__ = "oauth_initial_access_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(16), unique=True)
    label: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(500))
    uses_left: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PendingAuthorization(Base):
    """An authorization request while the person signs in and decides; bound to one browser, answered once."""

    __tablename__ = "oauth_pending_authorization"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id", ondelete="CASCADE"), index=True)
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sign_in_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account_chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    acting_sub: Mapped[str | None] = mapped_column(String(64))
    pushed_hash: Mapped[str | None] = mapped_column(String(64))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PushedRequest(Base):
    """An authorization request that a client pushed (RFC 9126), its parameters as they were checked."""

    __tablename__ = "oauth_pushed_request"

    reference_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id", ondelete="CASCADE"), index=True)
    parameters: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    signed: Mapped[bool] = mapped_column(Boolean)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Base):
    """The receipt of one consent: who released what to whom, until when, and what the page showed.

    `acting_for` is the organisation that she acted for: what she consented to for it says nothing of herself.
    """

    __tablename__ = "oauth_consent"
    __table_args__ = (Index("ix_oauth_consent_newest", "client_id", "subject", "given_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    acting_for: Mapped[str | None] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(500))
    claims: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(5))
    shown_hash: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Grant(Base):
    """One authorization: everything that its code and tokens carry. To revoke it is to revoke them all."""

    __tablename__ = "oauth_grant"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    acting_for: Mapped[str | None] = mapped_column(String(64), index=True)
    session_id: Mapped[str] = mapped_column(String(32), index=True)
    scope: Mapped[str] = mapped_column(String(500))
    claims: Mapped[dict[str, Any]] = mapped_column(JSON)
    resource: Mapped[list[str] | None] = mapped_column(JSON)
    nonce: Mapped[str | None] = mapped_column(Text)
    acr: Mapped[str] = mapped_column(String(64))
    amr: Mapped[str] = mapped_column(String(100))
    auth_time: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())


class AuthorizationCode(Base):
    __tablename__ = "oauth_authorization_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[str] = mapped_column(String(100))
    redirect_uri: Mapped[str] = mapped_column(Text)
    code_challenge: Mapped[str | None] = mapped_column(String(43))
    dpop_jkt: Mapped[str | None] = mapped_column(String(43))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def get_redirect_uri(self) -> str:
        """Asked by Authlib's grant."""
        return self.redirect_uri


class AccessToken(Base):
    """`cnf` is what the token is bound to (RFC 7800): `jkt` of RFC 9449 6 or `x5t#S256` of RFC 8705 3.1."""

    __tablename__ = "oauth_access_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"), index=True)
    scope: Mapped[str] = mapped_column(String(500))
    audience: Mapped[list[str] | None] = mapped_column(JSON)
    cnf: Mapped[dict[str, str] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RefreshToken(Base):
    """One of a family; the family is the grant."""

    __tablename__ = "oauth_refresh_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("oauth_grant.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(500))
    cnf: Mapped[dict[str, str] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def check_client(self, client: Client) -> bool:
        """Asked by Authlib's grant: RFC 6749 6, the token is bound to the client it was issued to."""
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        """Asked by Authlib's grant."""
        return self.scope


class UsedProof(Base):
    """A DPoP proof that was seen (RFC 9449 11.1): the hash of key, address and `jti`, until it is too old anyway."""

    __tablename__ = "oauth_used_proof"

    proof_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class UsedAssertion(Base):
    """A client assertion's `jti` that was seen (RFC 7523 3, rule 7), until it would have expired anyway."""

    __tablename__ = "oauth_used_assertion"

    client_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    jti_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LogoutDelivery(Base):
    """A client that is to hear of the end of a session (Back-Channel Logout 2.5). `next_at` is None when it is over:
    then `delivered_at` says when the client took it, or `last_error` why it was given up."""

    __tablename__ = "oauth_logout_delivery"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_client.client_id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str] = mapped_column(String(32), index=True)
    subject: Mapped[str] = mapped_column(String(64))
    acting_for: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(40))
