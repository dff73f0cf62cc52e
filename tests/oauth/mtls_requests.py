"""A provider behind a proxy that passes certificates on, and requests with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from certificates import Authority, Holder, self_signed
from werkzeug.test import TestResponse

from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth import mutual_tls
from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider, compose

HEADER, MTLS = "Client-Cert", "https://mtls.op.vn-mock.example"
AUTHORITY, STRANGER = Authority(), Authority("Somebody else's authority")
CLIENT, OTHER = AUTHORITY.issue(), AUTHORITY.issue("CN=other,O=Mock,C=VN", ())
OWN, ANOTHER = self_signed(), self_signed()
CONFIG = Config(issuer=ISSUER, trusted_proxies=("127.0.0.1",), client_certificate_header=HEADER, mtls_url=MTLS)
BOUND = {"tls_client_certificate_bound_access_tokens": True}


@pytest.fixture
def mtls(db: Database, clock: FixedClock, provider_keys: Path, catalogue: Catalogue) -> Provider:
    """A provider behind a proxy at 127.0.0.1 that passes certificates on, as the tests' requests do."""
    trusted = (AUTHORITY.holder.certificate,)
    return compose(db, clock, provider_keys, catalogue, CONFIG, certificate_authorities=trusted)


def by_authority(provider: Provider, **changes: Any) -> Provider:
    subject = (
        {}
        if any(name in mutual_tls.SUBJECTS for name in changes)
        else {mutual_tls.SUBJECTS[0]: "CN=client,O=Mock,C=VN"}
    )
    provider.register(token_endpoint_auth_method=mutual_tls.PKI, **{**BOUND, **subject, **changes})
    return provider


def by_key_set(provider: Provider, *holders: Holder, **changes: Any) -> Provider:
    jwks = {"keys": [holder.jwk for holder in holders or (OWN,)]}
    provider.register(token_endpoint_auth_method=mutual_tls.SELF_SIGNED, jwks=jwks, **{**BOUND, **changes})
    return provider


def post(
    provider: Provider,
    certificate: Holder | str | None,
    peer: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
    **fields: str,
) -> TestResponse:
    shown = certificate.rfc9440 if isinstance(certificate, Holder) else certificate
    sent = {HEADER: shown} if shown is not None else {}
    return provider.app.test_client().post(
        "/token", data=fields, headers={**sent, **(headers or {})}, environ_overrides={"REMOTE_ADDR": peer}
    )


def redeem(
    provider: Provider, certificate: Holder | str | None, code: str | None = None, **more: Any
) -> TestResponse:
    fields = {
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_id": "rp",
    }
    return post(
        provider, certificate, **{**fields, "code": code or provider.code(scope="openid offline_access"), **more}
    )


def userinfo(provider: Provider, token: str, certificate: Holder | None, peer: str = "127.0.0.1") -> TestResponse:
    headers = {"Authorization": f"Bearer {token}", **({HEADER: certificate.rfc9440} if certificate else {})}
    return provider.app.test_client().get("/userinfo", headers=headers, environ_overrides={"REMOTE_ADDR": peer})


def authenticates(provider: Provider, certificate: Holder | None) -> bool:
    response = redeem(provider, certificate, code="c")
    assert response.get_json()["error"] in ("invalid_grant", "invalid_client"), response.text
    return bool(response.get_json()["error"] == "invalid_grant")
