"""Client registration (RFC 7591 2 and 3.2.2, OpenID Connect Registration 2) and the wallet's view of a client."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from idp.oauth.client_metadata import ClientMetadataError, sector_of
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import RelyingParty, list_all, metadata, relying_party
from idp.oauth.models import Client
from tests.oauth.conftest import Provider

EC = ECKey.generate_key("P-256", {"kid": "1"})
# A modulus of 1024 bits; joserfc itself makes none so short.
SHORT_RSA = {"kty": "RSA", "kid": "1", "e": "AQAB", "n": "w" + "w" * 169 + "E"}
PUBLIC = {"keys": [EC.as_dict(private=False)]}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"redirect_uris": ()}, "redirect_uris", "invalid_redirect_uri"),
        ({"redirect_uris": ("http://rp.example/cb",)}, "redirect_uris", "invalid_redirect_uri"),
        ({"post_logout_redirect_uris": ("/x",)}, "post_logout_redirect_uris", "invalid_redirect_uri"),
        ({"application_type": "desktop"}, "application_type", "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "token_endpoint_auth_method", None),
        ({"id_token_signed_response_alg": "HS256"}, "id_token_signed_response_alg", None),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg", None),
        ({"client_id": "a b"}, "client_id", None),
        ({"client_id": "x" * 101}, "client_id", None),
        ({"client_name_vi": " "}, "client_name_vi", None),
        ({"client_name_en": "x" * 201}, "client_name_en", None),
        ({"scope": "profile"}, "scope", None),
        ({"scope": "openid everything"}, "scope", None),
        ({"grant_types": ()}, "grant_types", None),
        ({"grant_types": ("implicit",)}, "grant_types", None),
        ({"scope": "openid offline_access", "grant_types": ("authorization_code",)}, "grant_types", None),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "jwks", None),
        ({"token_endpoint_auth_method": "none", "require_pkce": False}, "require_pkce", None),
        ({"request_uris": ("http://rp.example/r",)}, "request_uris", None),
        ({"response_uris": ("ftp://rp.example/r",)}, "response_uris", None),
        ({"response_uris": ("https://user@rp.example/r",)}, "response_uris", None),
        ({"client_uri": "javascript:alert(1)"}, "client_uri", None),
        ({"policy_uri": "https://rp.example/#x"}, "policy_uri", None),
        ({"default_acr_values": ("gold",)}, "default_acr_values", None),
        ({"default_max_age": -1}, "default_max_age", None),
        ({"redirect_uris": ("https://a.example/cb", "https://b.example/cb")}, "sector_identifier", None),
    ],
)
def test_what_may_not_be_registered(bare: Provider, changes: dict[str, Any], field: str, code: str | None) -> None:
    """The error names the field to mend, with the code of RFC 7591 3.2.2; nothing is kept."""
    with pytest.raises(ClientMetadataError) as refused:
        bare.register(**changes)
    assert refused.value.field == field
    assert refused.value.code == (code or "invalid_client_metadata")
    with bare.db.read() as session:
        assert list(list_all(session)) == []


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        {"keys": []},
        {"keys": "x"},
        {"keys": [{}]},
        {"keys": [{"kty": "EC"}]},
        {"keys": [EC.as_dict(private=True)]},
        {"keys": [OctKey.generate_key(256).as_dict()]},
        {"keys": [ECKey.generate_key("P-521").as_dict(private=False)]},
        {"keys": [SHORT_RSA]},
    ],
)
def test_keys_are_public_and_strong(bare: Provider, jwks: dict[str, Any]) -> None:
    """A private key sent to us is no longer private; a short one is no proof."""
    with pytest.raises(ClientMetadataError) as refused:
        bare.register(token_endpoint_auth_method="private_key_jwt", jwks=jwks)
    assert refused.value.field == "jwks"


def test_a_client_id_is_taken_once(provider: Provider) -> None:
    """Registering again does not take somebody's identity over."""
    with pytest.raises(ClientMetadataError, match="already"):
        provider.register()


def test_without_pkce_there_is_a_warning(bare: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """It is allowed for one that authenticates, and said aloud."""
    with caplog.at_level(logging.WARNING):
        bare.register(require_pkce=False)
    assert "rp registered without PKCE" in caplog.text
    caplog.clear()
    bare.register(client_id="rp2")
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("uris", "given", "sector"),
    [
        (("https://a.example/cb", "https://a.example:8443/x"), None, "a.example"),
        (("https://a.example/cb", "https://b.example/cb"), "a.example", "a.example"),
        (("http://localhost:1/cb",), None, "client:c"),
        (("http://127.0.0.1/cb",), None, "client:c"),
        (("vn.example.app:/cb",), None, "client:c"),
    ],
)
def test_sectors(uris: tuple[str, ...], given: str | None, sector: str) -> None:
    """Core 8.1: the host of the redirect URIs; where that is nobody's domain, the client is its own sector."""
    assert sector_of(ClientRegistration("a", "b", uris, sector_identifier=given), "c") == sector


def test_the_registered_metadata_can_be_read_back(bare: Provider) -> None:
    """In the words of RFC 7591; neither the secret nor its hash is in it."""
    secret = bare.register(jwks=PUBLIC, client_uri="https://rp.vn-mock.example").client_secret
    with bare.db.read() as session:
        (client,) = list_all(session)
        document = metadata(client)
    assert document["client_id"] == "rp"
    assert document["client_name#en"] == "Test service (MOCK)"
    assert document["require_pkce"] is True
    assert document["jwks"] == PUBLIC
    assert "secret" not in " ".join(name for name in document if name != "token_endpoint_auth_method")
    assert str(secret) not in str(document)


def test_what_a_wallet_may_know(bare: Provider) -> None:
    """Names, keys, addresses and document types; of an unknown client nothing."""
    bare.register(
        jwks=PUBLIC,
        request_uris=("https://rp.vn-mock.example/request/",),
        response_uris=("https://rp.vn-mock.example/response",),
        document_types=("urn:vn-mock:pid:1",),
    )
    with bare.db.read() as session:
        party = relying_party(session, "rp")
        assert relying_party(session, "unknown") is None
        assert relying_party(session, "\x00") is None
    assert party is not None
    assert (party.name_vi, party.name_en) == ("Dịch vụ thử (MÔ PHỎNG)", "Test service (MOCK)")
    assert party.jwks == PUBLIC
    assert party.response_uris == ("https://rp.vn-mock.example/response",)
    assert party.document_types == frozenset({"urn:vn-mock:pid:1"})


@pytest.mark.parametrize(
    ("uri", "admitted"),
    [
        ("https://rp.example/request/AAAAAAAAAAAAAAAAAAAAAA", True),
        ("https://rp.example/request/A_-AAAAAAAAAAAAAAAAAAAAAAAAAAAAA", True),
        ("https://rp.example/fixed", True),
        ("https://rp.example/request/", False),
        ("https://rp.example/request/short", False),
        ("https://rp.example/request/AAAAAAAAAAAAAAAAAAAAA.", False),
        ("https://rp.example/request/AAAAAAAAAAAAAAAAAAAAAA/AAAAAAAAAAAAAAAAAAAAAA", False),
        ("https://rp.example/request/AAAAAAAAAAAAAAAAAAAAAA?x=1", False),
        ("https://rp.example/request/../AAAAAAAAAAAAAAAAAAAAAA", False),
        ("https://rp.example/fixed/AAAAAAAAAAAAAAAAAAAAAA", False),
        ("https://evil.example/request/AAAAAAAAAAAAAAAAAAAAAA", False),
    ],
)
def test_request_uris(uri: str, admitted: bool) -> None:
    """Our own rule: an entry ending in a slash admits exactly one more segment that cannot be guessed."""
    registered = ("https://rp.example/request/", "https://rp.example/fixed")
    party = RelyingParty("rp", "a", "b", {"keys": []}, (), registered, (), frozenset())
    assert party.admits_request_uri(uri) is admitted


def test_a_name_for_each_language() -> None:
    """Vietnamese first."""
    client = Client(client_name_vi="Dịch vụ", client_name_en="Service")
    assert (client.name("vi"), client.name("en")) == ("Dịch vụ", "Service")
