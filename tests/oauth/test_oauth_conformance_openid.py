"""What modules of the OpenID Foundation's conformance suite look at, for OpenID Connect, where no other test does.

`tests/docs/conformance.toml` names the test of every module; the page docs/conformance.md is made from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.oauth.conftest import ISSUER, REDIRECT, SIGNED_OUT, VERIFIER, Provider, hidden_fields, parameters_of
from tests.oauth.registrations import initial_token, post
from tests.oauth.test_oauth_sectors import answering

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
NO_PKCE: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
#: As the suite registers a client; it asks for no scope, and its key has no kid.
WANTED: dict[str, Any] = {
    "client_name": "conformance suite",
    "grant_types": ["authorization_code"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "private_key_jwt",
    "redirect_uris": [REDIRECT],
    "contacts": ["suite@vn-mock.example"],
    "jwks": {"keys": [KEY.as_dict(private=False)]},
}


# --- discovery ------------------------------------------------------------------------------------------------------
def metadata(provider: Provider) -> dict[str, Any]:
    answer = provider.app.test_client().get("/.well-known/openid-configuration")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return dict(answer.get_json())


@pytest.mark.parametrize(
    ("member", "among"),
    [
        ("response_types_supported", {"code"}),
        ("subject_types_supported", {"pairwise"}),
        ("id_token_signing_alg_values_supported", {"RS256"}),
        ("userinfo_signing_alg_values_supported", {"RS256"}),
        ("request_object_signing_alg_values_supported", {"RS256"}),
        ("grant_types_supported", {"authorization_code", "refresh_token"}),
        ("scopes_supported", {"openid", "profile", "email", "address", "phone", "offline_access"}),
        ("claims_supported", {"sub", "iss", "auth_time", "acr", "name", "email", "address", "phone_number"}),
        ("code_challenge_methods_supported", {"S256"}),
        ("token_endpoint_auth_methods_supported", {"client_secret_basic", "client_secret_post", "private_key_jwt"}),
        ("token_endpoint_auth_signing_alg_values_supported", {"PS256", "ES256", "EdDSA"}),
        ("dpop_signing_alg_values_supported", {"PS256", "ES256", "EdDSA"}),
    ],
)
def test_a_list_of_the_metadata(provider: Provider, member: str, among: set[str]) -> None:
    """A list of strings, each once, which holds what the plans need; FAPI 2.0 needs one of its three algorithms."""
    found = metadata(provider)[member]
    assert isinstance(found, list)
    assert len(found) == len(set(found))
    assert among <= set(found)


def test_the_rest_of_the_metadata(provider: Provider) -> None:
    """The issuer is where the document is; every address is https; scopes and languages are spelt as they must be."""
    found = metadata(provider)
    assert found["issuer"] == ISSUER
    addresses = [value for name, value in found.items() if name.endswith(("_endpoint", "_uri"))]
    assert all(address.startswith("https://") for address in addresses)
    for name in ("authorization", "token", "userinfo", "registration", "end_session", "pushed_authorization_request"):
        assert f"{name}_endpoint" in found
    assert all(re.fullmatch(r"[!#-\[\]-~]+", scope) for scope in found["scopes_supported"])  # RFC 6749 3.3
    assert all(re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", tag) for tag in found["ui_locales_supported"])
    flags = ("claims_parameter", "request_parameter", "request_uri_parameter", "frontchannel_logout")
    assert all(found[f"{flag}_supported"] is True for flag in flags)
    assert found["frontchannel_logout_session_supported"] is True
    assert found["backchannel_logout_supported"] is found["backchannel_logout_session_supported"] is True
    assert found["authorization_response_iss_parameter_supported"] is True


def test_the_key_set_as_the_suite_reads_it(provider: Provider) -> None:
    """Every key has a kid of its own, and nothing private or symmetric is among them."""
    keys = provider.app.test_client().get("/jwks").get_json()["keys"]
    kids = [key["kid"] for key in keys]
    assert len(kids) == len(set(kids)) > 0
    assert all(key["kty"] in ("RSA", "EC", "OKP") and "d" not in key and "k" not in key for key in keys)


# --- clients that register themselves -------------------------------------------------------------------------------
def registered(provider: Provider, **changes: Any) -> dict[str, Any]:
    answer = post(provider, initial_token(provider), {**WANTED, **changes})
    assert (answer.status_code, answer.mimetype) == (201, "application/json"), answer.text
    return dict(answer.get_json())


def redeem(provider: Provider, client_id: str, code: str, audience: str) -> dict[str, Any]:
    now = int(provider.clock.now().timestamp())
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": code[:20], "iat": now, "exp": now + 60}
    body = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER,
        "client_assertion_type": ASSERTION, "client_assertion": jwt.encode({"alg": "RS256"}, claims, KEY),
    }  # fmt: skip
    answer = provider.app.test_client().post("/token", data=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_a_client_as_the_suite_registers_it(bare: Provider) -> None:
    """All scopes of the token, since none is asked for; by a key without kid; for the endpoint and for the issuer."""
    client_id = registered(bare)["client_id"]
    keys = KeySet.import_key_set(bare.app.test_client().get("/jwks").get_json())
    for audience in (f"{ISSUER}/token", ISSUER):
        code = bare.code(client_id=client_id, scope="openid profile email address phone")
        found = redeem(bare, client_id, code, audience)
        token = jwt.decode(found["id_token"], keys, algorithms=["RS256"])
        assert token.header["kid"]
        assert {"name", "email", "address", "phone_number"} <= set(bare.userinfo(found["access_token"]).get_json())


def test_a_client_that_registered_itself_uses_pkce(bare: Provider) -> None:
    """By design (RFC 9700 2.1.1), and the suite's own clients do not: why most of its Dynamic OP plan stops here."""
    client_id = registered(bare)["client_id"]
    assert bare.answer(client_id=client_id, scope="openid", **NO_PKCE)["error"] == "invalid_request"


def test_signed_userinfo_by_registration(bare: Provider) -> None:
    """userinfo_signed_response_alg RS256: application/jwt, with iss and aud."""
    client_id = registered(bare, userinfo_signed_response_alg="RS256")["client_id"]
    found = redeem(bare, client_id, bare.code(client_id=client_id, scope="openid"), ISSUER)
    answer = bare.userinfo(found["access_token"])
    keys = KeySet.import_key_set(bare.app.test_client().get("/jwks").get_json())
    claims = jwt.decode(answer.text, keys, algorithms=["RS256"]).claims
    assert (answer.mimetype, claims["iss"], claims["aud"]) == ("application/jwt", ISSUER, client_id)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uris": [f"{REDIRECT}#part"]}, "invalid_redirect_uri"),
        ({"response_types": ["id_token"], "grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "none"}, "invalid_client_metadata"),
        ({"sector_identifier_uri": "https://sector.vn-mock.example/redirects.json"}, "invalid_client_metadata"),
    ],
    ids=["fragment", "implicit", "unsigned", "sector"],
)
def test_a_registration_that_is_refused(
    bare: Provider, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], error: str
) -> None:
    """RFC 7591 3.2.2: 400 and JSON; the sector's document does not name the address."""
    monkeypatch.setattr(bare.services.outbound, "get", answering(["https://elsewhere.vn-mock.example/cb"]).get)
    answer = post(bare, initial_token(bare), {**WANTED, "subject_type": "pairwise", **changes})
    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    assert answer.get_json()["error"] == error


def test_a_sector_that_names_the_address(bare: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """oidcc-registration-sector-uri."""
    monkeypatch.setattr(bare.services.outbound, "get", answering([REDIRECT]).get)
    uri = "https://sector.vn-mock.example/redirects.json"
    assert registered(bare, subject_type="pairwise", sector_identifier_uri=uri)["sector_identifier_uri"] == uri


def test_policy_and_terms_are_linked(bare: Provider) -> None:
    """Registration 2: policy_uri and tos_uri, on the page where the person decides."""
    links = {"policy_uri": "https://rp.vn-mock.example/policy", "tos_uri": "https://rp.vn-mock.example/terms"}
    page = bare.authorize(client_id=registered(bare, **links)["client_id"], scope="openid profile")
    assert all(f'href="{uri}"' in page.text for uri in links.values())


@pytest.mark.parametrize(
    ("sent", "good"),
    [("?foo=bar", True), ("", False), ("?foo=other", False), ("?foo=bar&x=y", False)],
    ids=["same", "left-out", "changed", "added"],
)
def test_a_redirect_uri_with_a_query(bare: Provider, sent: str, good: bool) -> None:
    """oidcc-redirect-uri-query-*: kept where it is the registered one, a page where it is not."""
    bare.register(redirect_uris=(f"{REDIRECT}?foo=bar",), require_pkce=False)
    answer = bare.authorize(redirect_uri=f"{REDIRECT}{sent}", **NO_PKCE)
    if not good:
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        return
    found = parameters_of(bare.decide(answer))
    assert found["foo"] == "bar"
    assert found["code"]


# --- the same list by form_post -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "error"),
    [({}, None), ({"response_type": None}, "invalid_request"), ({"prompt": "none"}, "login_required")],
    ids=["code", "response-type-missing", "prompt-none"],
)
def test_the_basic_list_by_form_post(bare: Provider, changes: dict[str, str | None], error: str | None) -> None:
    """Form Post 2: nothing in the address; code or error, state and issuer in the fields of a form."""
    bare.register(require_pkce=False)
    page = bare.authorize(response_mode="form_post", **{**NO_PKCE, **changes})
    if error is None:
        page = bare.decide(page)
    fields = hidden_fields(page)
    assert (page.status_code, fields["state"], fields["iss"]) == (200, "s-1", ISSUER)
    assert f'action="{REDIRECT}"' in page.text
    assert fields.get("error") == error
    assert ("code" in fields) == (error is None)


# --- logout ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Module:
    """A logout request of the plan, which never names the client by client_id, and what becomes of it."""

    changes: dict[str, str | None]
    asks: bool = False
    back: bool = False
    with_state: bool = True


STATE = "s" * 128  # "a longer state value to check that the OP does not corrupt it"
LOGOUT = {
    "oidcc-rp-initiated-logout": Module({}, back=True),
    "bad-post-logout-redirect-uri": Module({"post_logout_redirect_uri": f"{SIGNED_OUT}/bad"}, asks=True),
    "query-added": Module({"post_logout_redirect_uri": f"{SIGNED_OUT}?foo=bar"}, asks=True),
    "modified-id-token-hint": Module({"id_token_hint": "MODIFIED"}, asks=True),
    "bad-id-token-hint": Module({"id_token_hint": "bad"}, asks=True),
    "no-id-token-hint": Module({"id_token_hint": None}, asks=True),
    "no-params": Module({"id_token_hint": None, "post_logout_redirect_uri": None, "state": None}, asks=True),
    "no-post-logout-redirect-uri": Module({"post_logout_redirect_uri": None}),
    "no-state": Module({"state": None}, back=True, with_state=False),
    "only-state": Module({"id_token_hint": None, "post_logout_redirect_uri": None}, asks=True),
}


@pytest.mark.parametrize("name", LOGOUT)
def test_rp_initiated_logout(provider: Provider, name: str) -> None:
    """Back with the state, or a page and never back; afterwards prompt=none tells that a page would be needed."""
    module, token = LOGOUT[name], provider.tokens()["id_token"]
    head, payload, signature = token.split(".")
    changed = ".".join((head, payload, ("A" if signature[0] != "A" else "B") + signature[1:]))
    sent: dict[str, str | None] = {"id_token_hint": token, "post_logout_redirect_uri": SIGNED_OUT, "state": STATE}
    query = {key: changed if value == "MODIFIED" else value for key, value in {**sent, **module.changes}.items()}
    answer = provider.browser.get("/end-session", query_string={k: v for k, v in query.items() if v is not None})
    if module.asks:
        assert answer.status_code in (200, 400)
        fields = {**hidden_fields(answer), "decision": "sign-out"}
        answer = provider.browser.post("/end-session/confirm", data=fields)
    assert answer.status_code == 303
    assert answer.location.startswith(SIGNED_OUT) == module.back
    if module.back:
        assert answer.location == SIGNED_OUT + (f"?state={STATE}" if module.with_state else "")
    else:
        assert 'data-testid="signed-out"' in provider.follow(answer).text
    assert provider.answer(prompt="none")["error"] == "login_required"
