"""Provider metadata (OpenID Connect Discovery 3 and 4, RFC 8414): complete, and true."""

from __future__ import annotations

import pytest
from authlib.oidc import discovery, rpinitiated

from idp.keyset import ALGORITHMS
from idp.oauth import store
from tests.oauth.conftest import ISSUER, Provider

OIDC, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"


def metadata(provider: Provider, path: str = OIDC) -> dict[str, object]:
    found: dict[str, object] = provider.app.test_client().get(path).get_json()
    return found


def test_both_documents_are_one(provider: Provider) -> None:
    """RFC 8414 and OpenID Connect Discovery agree."""
    assert metadata(provider) == metadata(provider, OAUTH)


def test_it_is_valid(provider: Provider) -> None:
    """By Authlib's validators of both specifications."""
    document = discovery.OpenIDProviderMetadata(metadata(provider))
    document.validate(metadata_classes=[rpinitiated.OpenIDProviderMetadata])
    assert document["issuer"] == ISSUER


def test_every_endpoint_is_there(provider: Provider) -> None:
    """At the configured issuer, whatever the request's own host is."""
    visitor = provider.app.test_client()
    document = metadata(provider)
    for name, value in document.items():
        if name.endswith(("_endpoint", "_uri")):
            assert str(value).startswith(f"{ISSUER}/")
            assert visitor.options(str(value).removeprefix(ISSUER)).status_code == 200
    forged = visitor.get(OIDC, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).get_json()
    assert forged == document


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("response_types_supported", ["code"]),
        (
            "response_modes_supported",
            ["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"],
        ),
        ("grant_types_supported", ["authorization_code", "refresh_token"]),
        ("code_challenge_methods_supported", ["S256"]),
        ("subject_types_supported", ["pairwise"]),
        ("id_token_signing_alg_values_supported", ["RS256", "PS256", "ES256", "EdDSA"]),
        ("request_parameter_supported", True),
        ("request_uri_parameter_supported", True),
        ("require_request_uri_registration", True),
        ("request_object_signing_alg_values_supported", ["ES256", "PS256", "RS256", "EdDSA", "Ed25519"]),
        ("require_signed_request_object", False),
        ("require_pushed_authorization_requests", False),
        ("authorization_signing_alg_values_supported", ["RS256", "PS256", "ES256", "EdDSA"]),
        ("claims_parameter_supported", True),
        ("authorization_response_iss_parameter_supported", True),
        ("acr_values_supported", ["urn:vn-mock:loa:1", "urn:vn-mock:loa:2", "LoA1", "LoA2"]),
        (
            "token_endpoint_auth_methods_supported",
            ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
        ),
        (
            "revocation_endpoint_auth_methods_supported",
            ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
        ),
        (
            "introspection_endpoint_auth_methods_supported",
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        ),
        (
            "id_token_encryption_alg_values_supported",
            ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"],
        ),
        (
            "introspection_encryption_enc_values_supported",
            ["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"],
        ),
        ("userinfo_signing_alg_values_supported", ["RS256", "PS256", "ES256", "EdDSA"]),
    ],
)
def test_what_is_offered(provider: Provider, name: str, value: object) -> None:
    """No plain, no implicit, no shared-secret signatures, no level that no sign-in reaches."""
    assert metadata(provider)[name] == value


def test_nothing_is_advertised_that_is_not_there(provider: Provider) -> None:
    """No frame to look after a session (Session Management 1.0), no device, no backchannel authentication."""
    absent = {"check_session_iframe", "device_authorization_endpoint", "backchannel_authentication_endpoint"}
    assert not absent & set(metadata(provider))


def test_every_offered_claim_can_be_asked_for(provider: Provider) -> None:
    """claims_supported: what a full consent gives, and the protocol's own."""
    from idp.oauth.compat_claims import SCOPE
    from tests.oauth.conftest import ALL_SCOPES, payload_of

    register = {"permanent_address": {"formatted": "x"}, "place_of_origin": "x"}
    provider.subjects.people["subject-lan"] |= register
    with provider.db.begin() as session:
        client = store.client(session, "rp")
        assert client is not None
        client.scope = f"{ALL_SCOPES} {SCOPE}"
    tokens = provider.tokens(scope=f"{ALL_SCOPES} {SCOPE}", claims='{"userinfo": {"nationalities": null}}')
    given = set(provider.userinfo(tokens["access_token"]).get_json()) | set(payload_of(tokens["id_token"]))
    # Told where somebody acts for one: tests of test_oauth_acting.py and test_oauth_compat_claims.py.
    of_organisations = {"acting_for", "act", "MaSoDoanhNghiep", "TenDoanhNghiep"}
    supported = set(metadata(provider)["claims_supported"])  # type: ignore[call-overload]
    assert given - {"at_hash"} == supported - of_organisations
    assert of_organisations <= supported


def test_keys_and_metadata_may_be_read_by_every_origin(provider: Provider) -> None:
    """They are public, and may be kept for a while."""
    for path in (OIDC, OAUTH, "/jwks"):
        response = provider.app.test_client().get(path, headers={"Origin": "https://anywhere.example"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.mimetype == "application/json"


def test_the_key_set_holds_every_signing_key(provider: Provider) -> None:
    """jwks_uri."""
    kids = {jwk["kid"] for jwk in provider.app.test_client().get("/jwks").get_json()["keys"]}
    assert {provider.services.keys.signing_key(alg).kid for alg in ALGORITHMS} <= kids


def test_an_unchanged_copy_need_not_be_fetched_again(provider: Provider) -> None:
    """RFC 9110 13.1.2: If-None-Match is answered with 304 and no body."""
    visitor = provider.app.test_client()
    for path in (OIDC, "/jwks"):
        tag = visitor.get(path).headers["ETag"]
        again = visitor.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert visitor.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
