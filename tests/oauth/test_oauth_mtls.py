"""Mutual TLS (RFC 8705): clients known by a certificate, tokens bound to one, and who may say which it was."""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from certificates import NOW, Authority, Holder, self_signed
from cryptography.hazmat.primitives.serialization import Encoding
from dpop_sender import DPoPSender
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from idp.clock import FixedClock
from idp.config import Config, ConfigError, load
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth import client_certificate, mutual_tls
from idp.oauth.client_certificate import CertificateError
from idp.oauth.client_metadata import ClientMetadataError
from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider, basic, compose, metadata_of
from tests.oauth.test_oauth_private_key_jwt import JWKS, TYPE, assertion, claims

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


# --- who may say which certificate it was (RFC 9700 4.13, RFC 9440 2.4) ---------------------------------------------
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
    told = metadata_of(bare)
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


@settings(max_examples=200)
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


# --- tls_client_auth (2.1) ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "shown",
    [
        None,
        OTHER,
        STRANGER.issue(),
        self_signed("CN=client,O=Mock,C=VN"),
        AUTHORITY.issue("CN=client,O=Mock"),
        AUTHORITY.issue("C=VN,O=Mock,CN=client"),
        AUTHORITY.issue("CN=Client,O=Mock,C=VN"),
        AUTHORITY.issue("OU=x,CN=client,O=Mock,C=VN"),
        AUTHORITY.issue(begins=NOW + timedelta(minutes=1)),
        AUTHORITY.issue(begins=NOW - timedelta(days=1), lasts=timedelta(hours=23)),
        AUTHORITY.holder,
    ],
    ids=range(11),
)
def test_another_certificate_is_refused(mtls: Provider, shown: Holder | None) -> None:
    """Of another subject, another authority, not in force, or none."""
    assert not authenticates(by_authority(mtls), shown)


def test_the_subject(mtls: Provider) -> None:
    """2.1.2: the distinguished name as RFC 4514 writes it."""
    assert authenticates(by_authority(mtls, tls_client_auth_subject_dn="CN=client,O=Mock,C=VN"), CLIENT)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("san_dns", "Client.vn-mock.example", "vn-mock.example"),
        ("san_uri", "https://client.vn-mock.example/id", "https://client.vn-mock.example/ID"),
        ("san_ip", "192.0.2.7", "192.0.2.70"),
        ("san_ip", "2001:0db8:0:0::7", "2001:db8::8"),
        ("san_email", "client@vn-mock.example", "other@vn-mock.example"),
    ],
)
def test_each_other_name(mtls: Provider, name: str, good: str, bad: str) -> None:
    """2.1.2: one of the alternative names, of its own kind; a certificate that has none is refused."""
    field = f"tls_client_auth_{name}"
    by_authority(mtls, **{field: good})
    assert authenticates(mtls, CLIENT)
    assert not authenticates(mtls, OTHER)
    by_authority(mtls, client_id="bad", **{field: bad})
    assert redeem(mtls, CLIENT, "c", client_id="bad").get_json()["error"] == "invalid_client"


def test_a_name_is_not_taken_for_one_of_another_kind(mtls: Provider) -> None:
    """A host name in the subject, or as an e-mail address, is no dNSName."""
    by_authority(mtls, tls_client_auth_san_dns="client.vn-mock.example")
    assert not authenticates(mtls, AUTHORITY.issue("CN=client.vn-mock.example", ()))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tls_client_auth_subject_dn": "CN=a", "tls_client_auth_san_dns": "a.example"},
        {"tls_client_auth_subject_dn": ""},
        {"tls_client_auth_subject_dn": "not a name"},
        {"tls_client_auth_san_ip": "300.0.0.1"},
        {"tls_client_auth_san_dns": " "},
        {"tls_client_auth_san_dns": "a.example", "token_endpoint_auth_method": "none"},
    ],
)
def test_exactly_one_name_is_registered(bare: Provider, changes: dict[str, Any]) -> None:
    """2.1.2: and it must be one."""
    with pytest.raises(ClientMetadataError) as refused:
        bare.register(**{"token_endpoint_auth_method": mutual_tls.PKI, **changes})
    assert refused.value.field.startswith("tls_client_auth_")


def test_without_an_authority_nobody_is_known_by_one(
    db: Database, clock: FixedClock, provider_keys: Path, catalogue: Catalogue
) -> None:
    """Whatever the proxy lets pass; the method is not offered then."""
    made = compose(db, clock, provider_keys, catalogue, CONFIG)
    assert not authenticates(by_authority(made), CLIENT)
    assert mutual_tls.PKI not in metadata_of(made)["token_endpoint_auth_methods_supported"]


def test_the_client_must_name_itself(mtls: Provider) -> None:
    """2: MUST include client_id; a certificate alone is nobody's name."""
    by_authority(mtls)
    fields = {"grant_type": "authorization_code", "code": "c", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    assert post(mtls, CLIENT, **fields).get_json()["error"] == "invalid_client"
    assert post(mtls, CLIENT, **fields, client_id="unknown").get_json()["error"] == "invalid_client"


def test_no_other_method_for_such_a_client(mtls: Provider) -> None:
    """Exactly the registered one."""
    by_authority(mtls)
    assert redeem(mtls, CLIENT, "c", client_secret="guess").get_json()["error"] == "invalid_client"
    basically = redeem(mtls, CLIENT, "c", headers={"Authorization": basic("rp", "guess")})
    assert basically.get_json()["error"] == "invalid_client"


# --- self_signed_tls_client_auth (2.2) ------------------------------------------------------------------------------
def test_a_certificate_of_the_key_set(mtls: Provider) -> None:
    """2.2.2: the very certificate; several may be registered while one replaces another."""
    by_key_set(mtls, OWN, ANOTHER)
    assert authenticates(mtls, OWN)
    assert authenticates(mtls, ANOTHER)


@pytest.mark.parametrize(
    "shown",
    [None, ANOTHER, CLIENT, self_signed()],
    ids=["none", "another", "an authority's", "same name"],
)
def test_a_certificate_that_is_not_registered(mtls: Provider, shown: Holder | None) -> None:
    """2.2: the same subject is nothing, the certificate counts."""
    assert not authenticates(by_key_set(mtls), shown)


def test_a_registered_certificate_that_is_not_in_force(mtls: Provider) -> None:
    """An expired one is not a proof for ever."""
    old = self_signed(lasts=timedelta(hours=23))
    early = self_signed(begins=NOW + timedelta(minutes=1))
    by_key_set(mtls, old, early)
    assert not authenticates(mtls, old)
    assert not authenticates(mtls, early)


@pytest.mark.parametrize("x5c", [None, [], [5], ["é"], ["AAAA"], "x", {}])
def test_key_sets_without_a_certificate(mtls: Provider, x5c: object) -> None:
    """invalid_client, never a failure of ours."""
    from idp.oauth import store

    by_key_set(mtls)
    with mtls.db.begin() as session:
        client = store.registered_client(session, "rp")
        assert client is not None
        client.jwks = {"keys": [{**OWN.jwk, "x5c": x5c}]}
    assert not authenticates(mtls, OWN)


# --- bound tokens (3, 4, 7.1) ---------------------------------------------------------------------------------------
def test_a_bound_token_is_good_with_its_certificate_only(mtls: Provider) -> None:
    """3: 401 invalid_token for everybody else; the token type stays Bearer."""
    body = redeem(by_authority(mtls), CLIENT).get_json()
    assert body["token_type"] == "Bearer"
    token = body["access_token"]
    assert userinfo(mtls, token, CLIENT).status_code == 200
    for other in (None, OTHER, OWN):
        refused = userinfo(mtls, token, other)
        assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")
        assert refused.headers["WWW-Authenticate"].startswith('Bearer realm="mock-vneid", error="invalid_token"')


def test_a_client_with_a_key_may_have_its_tokens_bound_to_a_certificate(mtls: Provider) -> None:
    """3: how the client authenticates and what its tokens are bound to are two things; none shown, none issued."""
    mtls.register(token_endpoint_auth_method="private_key_jwt", jwks=JWKS, **BOUND)
    code = mtls.code(scope="openid offline_access")

    def ask(certificate: Holder | None, jti: str) -> TestResponse:
        proof = {"client_assertion_type": TYPE, "client_assertion": assertion(claims(mtls, jti=jti))}
        return redeem(mtls, certificate, code, **proof)

    assert ask(None, "a").get_json()["error"] == "invalid_request"
    token = ask(OWN, "b").get_json()["access_token"]
    assert userinfo(mtls, token, OWN).status_code == 200
    assert userinfo(mtls, token, CLIENT).status_code == 401


def test_a_public_clients_refresh_token_is_bound_too(mtls: Provider) -> None:
    """4: the same certificate each time. It need not be one that anybody knows."""
    mtls.register(token_endpoint_auth_method="none", application_type="native", **BOUND)
    first = redeem(mtls, OWN).get_json()["refresh_token"]
    for other in (None, ANOTHER):
        refused = post(mtls, other, grant_type="refresh_token", refresh_token=first, client_id="rp")
        assert refused.get_json()["error"] in ("invalid_grant", "invalid_request")
    assert post(mtls, OWN, grant_type="refresh_token", refresh_token=first, client_id="rp").status_code == 200


def test_a_confidential_client_may_have_a_new_certificate(mtls: Provider) -> None:
    """7.1: its refresh tokens are bound by its authentication."""
    first = redeem(by_key_set(mtls, OWN, ANOTHER), OWN).get_json()["refresh_token"]
    renewed = post(mtls, ANOTHER, grant_type="refresh_token", refresh_token=first, client_id="rp").get_json()
    assert userinfo(mtls, renewed["access_token"], ANOTHER).status_code == 200
    assert userinfo(mtls, renewed["access_token"], OWN).status_code == 401


def test_without_the_wish_a_token_is_not_bound(mtls: Provider) -> None:
    """3.4: the default is false."""
    by_authority(mtls, tls_client_certificate_bound_access_tokens=False)
    token = redeem(mtls, CLIENT).get_json()["access_token"]
    assert userinfo(mtls, token, None).status_code == 200


def test_bound_to_a_key_and_to_a_certificate(mtls: Provider) -> None:
    """Both are needed then."""
    by_authority(mtls, dpop_bound_access_tokens=True)
    sender, now = DPoPSender(), mtls.clock.now()
    body = redeem(mtls, CLIENT, headers={"DPoP": sender.proof("POST", f"{ISSUER}/token", now)}).get_json()
    assert body["token_type"] == "DPoP"
    token = body["access_token"]

    def ask(certificate: Holder | None, proof: bool) -> int:
        made = sender.proof("GET", f"{ISSUER}/userinfo", now, access_token=token)
        headers = {"Authorization": f"{'DPoP' if proof else 'Bearer'} {token}", **({"DPoP": made} if proof else {})}
        shown = {HEADER: certificate.rfc9440} if certificate else {}
        return mtls.app.test_client().get("/userinfo", headers={**headers, **shown}).status_code

    assert [ask(CLIENT, False), ask(None, True), ask(OTHER, True), ask(CLIENT, True)] == [401, 401, 401, 200]


# --- metadata and settings (3.3, 5) ---------------------------------------------------------------------------------
def test_the_metadata(mtls: Provider) -> None:
    """3.3 and 5: the endpoints that take a certificate, at the host where the proxy asks for it."""
    told = metadata_of(mtls)
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
