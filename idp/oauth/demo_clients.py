"""The clients of the demonstration: the portal, a browser or desktop application, and a plain confidential client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.config import Config
from idp.oauth import store
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import register

PORTAL_SCOPE = "openid identity profile address phone email organisation offline_access"

# What follows the portal wherever it is served from.
ADDRESSES = ("redirect_uris", "post_logout_redirect_uris", "request_uris", "response_uris")
LOGOUT = (
    "backchannel_logout_uri",
    "backchannel_logout_session_required",
    "frontchannel_logout_uri",
    "frontchannel_logout_session_required",
)


@dataclass(frozen=True)
class SeededClient:
    """A client of the demonstration; `secret` is told where it was made just now, and None otherwise."""

    client_id: str
    secret: str | None


def seed(
    session: Session, config: Config, portal_jwks: Mapping[str, Any], portal_documents: Sequence[str], now: datetime
) -> list[SeededClient]:
    """Register what is missing, and bring the portal's keys, addresses and document types up to date.

    `portal_jwks` is the public half of the portal's JWK Set, `portal_documents` what its procedures may ask for: what
    was added since is added. Running it again changes nothing else.
    """
    portal = _portal(config, portal_jwks, portal_documents)
    return [_ensure(session, registration, now) for registration in (portal, SPA, CONFIDENTIAL)]


def _ensure(session: Session, registration: ClientRegistration, now: datetime) -> SeededClient:
    assert registration.client_id is not None  # noqa: S101 - ours all have one
    present = store.registered_client(session, registration.client_id)
    if present is None:
        return SeededClient(registration.client_id, register(session, registration, now).client_secret)
    for name in ADDRESSES:
        setattr(present, name, list(getattr(registration, name)))
    for name in LOGOUT:
        setattr(present, name, getattr(registration, name))
    missing = [vct for vct in registration.document_types if vct not in present.document_types]
    present.document_types = [*present.document_types, *missing]
    present.jwks = dict(registration.jwks) if registration.jwks is not None else None
    return SeededClient(registration.client_id, None)


def _portal(config: Config, jwks: Mapping[str, Any], documents: Sequence[str]) -> ClientRegistration:
    url = config.portal_url
    return ClientRegistration(
        client_id="demo-portal",
        client_name_vi="Cổng dịch vụ công tỉnh Sông Ba (MÔ PHỎNG)",
        client_name_en="Song Ba Province Public Service Portal (MOCK)",
        redirect_uris=(f"{url}/auth/callback",),
        post_logout_redirect_uris=(f"{url}/auth/signed-out",),
        request_uris=(f"{url}/presentation/request/",),
        response_uris=(f"{url}/presentation/response",),
        backchannel_logout_uri=f"{url}/auth/backchannel-logout",
        backchannel_logout_session_required=True,
        frontchannel_logout_uri=f"{url}/auth/frontchannel-logout",
        frontchannel_logout_session_required=True,
        document_types=tuple(documents),
        token_endpoint_auth_method="private_key_jwt",
        id_token_signed_response_alg="ES256",
        scope=PORTAL_SCOPE,
        grant_types=("authorization_code", "refresh_token"),
        jwks=jwks,
        client_uri=url,
    )


SPA = ClientRegistration(
    client_id="demo-spa",
    client_name_vi="Ứng dụng minh họa trên máy người dùng (MÔ PHỎNG)",
    client_name_en="Sample application on the user's machine (MOCK)",
    redirect_uris=("http://127.0.0.1/callback",),
    post_logout_redirect_uris=("http://127.0.0.1/signed-out",),
    application_type="native",
    token_endpoint_auth_method="none",
    id_token_signed_response_alg="ES256",
    scope=PORTAL_SCOPE,
    grant_types=("authorization_code", "refresh_token"),
)
CONFIDENTIAL = ClientRegistration(
    client_id="demo-confidential",
    client_name_vi="Hệ thống minh họa có mã bí mật (MÔ PHỎNG)",
    client_name_en="Sample system with a secret (MOCK)",
    redirect_uris=("http://localhost:8080/callback",),
    post_logout_redirect_uris=("http://localhost:8080/signed-out",),
    token_endpoint_auth_method="client_secret_basic",
    id_token_signed_response_alg="ES256",
    scope=PORTAL_SCOPE,
    grant_types=("authorization_code", "refresh_token"),
)
