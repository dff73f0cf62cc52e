"""The header with a client's certificate (RFC 9440, RFC 9700 4.13): who may set it, what it may hold, settings."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from dpop_sender import DPoPSender
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.config import Config, ConfigError, load
from idp.oauth import client_certificate, mutual_tls
from idp.oauth.client_certificate import CertificateError
from tests.oauth.conftest import Provider
from tests.oauth.mtls_requests import (
    AUTHORITY,
    CLIENT,
    MTLS,
    OTHER,
    OWN,
    STRANGER,
    authenticates,
    by_authority,
    mtls,
    redeem,
    userinfo,
)
from tests.oauth.test_oauth_discovery import metadata
from tests.oauth.test_oauth_private_key_jwt import JWKS, TYPE, assertion, claims

__all__ = ["mtls"]


@pytest.mark.parametrize("peer", ["192.0.2.1", "::1", "127.0.0.2"])
def test_the_header_from_anybody_else_is_refused_loudly(
    mtls: Provider, peer: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not ignored: it is a forgery, or a proxy that nobody named."""
    by_authority(mtls)
    code = mtls.code()
    with caplog.at_level(logging.WARNING, "mock_vneid.oauth"):
        refused = redeem(mtls, CLIENT, code, peer=peer)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    assert peer in caplog.text
    token = redeem(mtls, CLIENT, code).get_json()["access_token"]
    spoofed = userinfo(mtls, token, CLIENT, peer)
    assert (spoofed.status_code, spoofed.get_json()["error"]) == (400, "invalid_request")
    assert userinfo(mtls, token, CLIENT).status_code == 200


def test_a_forwarded_address_makes_nobody_a_proxy(mtls: Provider) -> None:
    """The connection itself is looked at."""
    by_authority(mtls)
    forwarded = {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    assert redeem(mtls, CLIENT, "c", peer="192.0.2.1", headers=forwarded).get_json()["error"] == "invalid_request"


def test_without_the_setting_the_header_means_nothing(bare: Provider) -> None:
    """Nobody reads it, and no certificate is asked for in the metadata."""
    bare.register(token_endpoint_auth_method=mutual_tls.SELF_SIGNED, jwks={"keys": [OWN.jwk]})
    assert not authenticates(bare, OWN)
    told = metadata(bare)
    assert not {"mtls_endpoint_aliases", "tls_client_certificate_bound_access_tokens"} & set(told)
    assert not set(mutual_tls.METHODS) & set(told["token_endpoint_auth_methods_supported"])


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "::",
        ":AAAA:",
        f"{CLIENT.rfc9440}, {OTHER.rfc9440}",
        CLIENT.rfc9440[1:-1],
        CLIENT.rfc9440[:-8] + ":",
        CLIENT.nginx + CLIENT.nginx,
        CLIENT.nginx[:-20],
        "%FF%FE",
        "-----BEGIN CERTIFICATE-----%0Aé",
        f":{base64.b64encode(CLIENT.certificate.public_bytes(Encoding.DER) + b'x').decode()}:",
        ":" + "A" * 20_000 + ":",
    ],
    ids=range(12),
)
def test_what_is_no_certificate_is_refused(mtls: Provider, value: str) -> None:
    """Also from the proxy: something is wrong there."""
    by_authority(mtls)
    with pytest.raises(CertificateError):
        client_certificate.read(value)
    if value.isascii():
        assert redeem(mtls, value, "c").get_json()["error"] == "invalid_request"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=100) | st.binary(max_size=60).map(lambda data: f":{base64.b64encode(data).decode()}:"))
def test_any_header_is_refused(text: str) -> None:
    """Never another failure."""
    with pytest.raises(CertificateError):
        client_certificate.read(text)


def test_both_ways_to_pass_it_on() -> None:
    """RFC 9440 2.2, and nginx's escaped PEM: the same certificate, the same thumbprint."""
    first, second = client_certificate.read(CLIENT.rfc9440), client_certificate.read(CLIENT.nginx)
    assert first.der == second.der
    assert first.thumbprint == second.thumbprint
    assert len(base64.urlsafe_b64decode(first.thumbprint + "=")) == 32


def test_no_certificate_was_shown(mtls: Provider) -> None:
    """A proxy may pass an empty header on."""
    by_authority(mtls)
    for nothing in ("", " ", None):
        assert redeem(mtls, nothing, "c").get_json()["error"] == "invalid_client"


def test_the_metadata(mtls: Provider) -> None:
    """3.3 and 5: the endpoints that take a certificate, at the host where the proxy asks for it."""
    told = metadata(mtls)
    assert told["tls_client_certificate_bound_access_tokens"] is True
    assert told["mtls_endpoint_aliases"]["token_endpoint"] == f"{MTLS}/token"
    assert told["mtls_endpoint_aliases"]["userinfo_endpoint"] == f"{MTLS}/userinfo"
    assert set(mutual_tls.METHODS) <= set(told["token_endpoint_auth_methods_supported"])


def test_proofs_and_assertions_may_name_the_alias(mtls: Provider) -> None:
    """5: whoever calls the alias writes its address, in `htu` and in `aud`."""
    mtls.register(token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
    proof = DPoPSender().proof("POST", f"{MTLS}/token", mtls.clock.now())
    token = assertion(claims(mtls, aud=f"{MTLS}/token"))
    fields = {"client_assertion_type": TYPE, "client_assertion": token}
    assert redeem(mtls, None, headers={"DPoP": proof}, **fields).get_json()["token_type"] == "DPoP"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"IDP_CLIENT_CERTIFICATE_HEADER": "Client-Cert"}, "IDP_TRUSTED_PROXIES"),
        ({"IDP_CLIENT_CERTIFICATE_HEADER": "Client Cert"}, "IDP_CLIENT_CERTIFICATE_HEADER"),
        ({"IDP_CLIENT_CERTIFICATE_HEADER": "Client_Cert"}, "IDP_CLIENT_CERTIFICATE_HEADER"),
        ({"IDP_MTLS_URL": "https://mtls.example"}, "IDP_CLIENT_CERTIFICATE_HEADER"),
        ({"IDP_CLIENT_CERTIFICATE_AUTHORITIES": "x.pem"}, "IDP_CLIENT_CERTIFICATE_HEADER"),
    ],
)
def test_settings_that_do_not_go_together(environment: dict[str, str], named: str) -> None:
    """Found at the start, with the setting to mend."""
    with pytest.raises(ConfigError, match=named):
        load(environment)


def test_a_file_of_authorities(config: Config, tmp_path: Path) -> None:
    """Read at the start; one that is none stops it."""
    from dataclasses import replace

    from idp.app import _authorities

    path = tmp_path / "authorities.pem"
    path.write_bytes(AUTHORITY.holder.pem + STRANGER.holder.pem)
    named = replace(config, client_certificate_authorities=path)
    assert [one.subject for one in _authorities(named)] == [
        AUTHORITY.holder.certificate.subject,
        STRANGER.holder.certificate.subject,
    ]
    path.write_text("nothing")
    with pytest.raises(ConfigError, match="IDP_CLIENT_CERTIFICATE_AUTHORITIES"):
        _authorities(named)
