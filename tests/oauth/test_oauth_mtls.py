"""Clients that are known by a certificate (RFC 8705 2)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from certificates import NOW, Holder, self_signed

from idp.clock import FixedClock
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth import mutual_tls
from idp.oauth.client_metadata import ClientMetadataError
from tests.oauth.conftest import REDIRECT, VERIFIER, Provider, basic, compose
from tests.oauth.mtls_requests import (
    ANOTHER,
    AUTHORITY,
    CLIENT,
    CONFIG,
    OTHER,
    OWN,
    STRANGER,
    authenticates,
    by_authority,
    by_key_set,
    mtls,
    post,
    redeem,
)
from tests.oauth.test_oauth_discovery import metadata

__all__ = ["mtls"]


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


def test_the_log_tells_what_a_certificate_lacks(mtls: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """None shown, of no authority of ours, of another subject; and in no key set."""
    by_authority(mtls)
    for shown in (None, STRANGER.issue(), OTHER):
        assert not authenticates(mtls, shown)
    by_key_set(mtls, CLIENT, client_id="own")
    assert redeem(mtls, OTHER, "c", client_id="own").status_code == 401
    assert [line.rpartition(": ")[2] for line in caplog.messages if "invalid_client" in line] == [
        "no client certificate came with the request",
        "the certificate is not issued by a configured authority",
        "the certificate's subject is not the registered one",
        "the certificate is not in the client's key set (x5c)",
    ]


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
    assert mutual_tls.PKI not in metadata(made)["token_endpoint_auth_methods_supported"]


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
