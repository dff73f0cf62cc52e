"""What modules of the OpenID Foundation's conformance suite look at, for FAPI 2.0, where no other test does.

Two clients, by private_key_jwt and DPoP; `tests/docs/conformance.toml` names the test of every module.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from dpop_sender import DPoPSender
from fapi_client import JWKS, Client
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from tests.oauth import signed_requests
from tests.oauth.conftest import ISSUER, REDIRECT, Provider, parameters_of, payload_of
from tests.oauth.dpop_requests import USERINFO
from tests.oauth.signed_requests import STRANGER, claims, push, sign
from tests.oauth.test_oauth_par import come, refused

KEY = DPoPSender()


@pytest.fixture
def held(bare: Provider) -> Provider:
    """`rp` held to the Security Profile, and a second client `rp2` beside it."""
    fapi = {"profile": "fapi2_security", "token_endpoint_auth_method": "private_key_jwt", "jwks": JWKS}
    bare.register(**fapi)
    bare.register(**{**fapi, "client_id": "rp2", "jwks": {"keys": [STRANGER.as_dict(private=False)]}})
    return bare


@pytest.fixture
def signing(bare: Provider) -> Provider:
    """`rp` held to Message Signing."""
    return signed_requests.register(bare, profile="fapi2_message_signing")


def at_userinfo(provider: Provider, token: str, sender: DPoPSender = KEY, **changes: Any) -> str:
    now = provider.clock.now()
    nonce = {"nonce": provider.services.nonces.current(now)}
    return sender.proof("GET", USERINFO, now, **{"access_token": token, **nonce, **changes})


def userinfo(provider: Provider, token: str, proof: str, scheme: str = "DPoP") -> TestResponse:
    headers = {"Authorization": f"{scheme} {token}", "DPoP": proof}
    return provider.app.test_client().get("/userinfo", headers=headers)


def tokens(provider: Provider, **changes: str | None) -> dict[str, Any]:
    client = Client(provider)
    answer = client.redeem(client.code(**changes), DPoP=client.proof(KEY))
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_happy_flow(held: Provider) -> None:
    """Lengths that cannot be guessed, the issuer in the answer, an ID Token by an algorithm of the profile."""
    client = Client(held)
    answer = push(held, {**held.request(), **_assertion(client)})
    assert (answer.status_code, answer.mimetype) == (201, "application/json")
    body = answer.get_json()
    assert len(body["request_uri"].rpartition(":")[2]) >= 43
    assert isinstance(body["expires_in"], int)
    found = parameters_of(held.decide(come(held, body["request_uri"])))
    assert set(found) == {"code", "state", "iss"}
    assert len(found["code"]) >= 43
    redeemed = client.redeem(found["code"], DPoP=client.proof(KEY))
    got = redeemed.get_json()
    assert (redeemed.status_code, got["token_type"], redeemed.headers["Cache-Control"]) == (200, "DPoP", "no-store")
    assert len(got["access_token"]) >= 43
    told = payload_of(got["id_token"])
    assert (told["iss"], told["aud"], told["nonce"]) == (ISSUER, "rp", "n-1")
    assert userinfo(held, got["access_token"], at_userinfo(held, got["access_token"])).status_code == 200


@pytest.mark.parametrize("scheme", ["dPOP", "dpop", "DPOP"])
def test_the_scheme_in_any_case(held: Provider, scheme: str) -> None:
    """RFC 9110 11.1: access-token-type-header-case-sensitivity turns every letter round."""
    token = tokens(held)["access_token"]
    assert userinfo(held, token, at_userinfo(held, token), scheme).status_code == 200


def test_the_user_rejects(held: Provider) -> None:
    """access_denied at the client's address, with state and issuer."""
    request_uri = push(held, {**held.request(), **_assertion(Client(held))}).get_json()["request_uri"]
    found = parameters_of(held.decide(come(held, request_uri), "refuse"))
    assert (found["error"], found["state"], found["iss"]) == ("access_denied", "s-1", ISSUER)


@pytest.mark.parametrize(
    "changes",
    [
        *({"state": state} for state in (None, "s" * 1024)),
        *({"nonce": nonce} for nonce in (None, "n" * 64, "n" * 384)),
        {"scope": "profile openid"},
        {"claims": json.dumps({"id_token": {"name": {"essential": True}, "auth_time": {"essential": True}}})},
    ],
    ids=["no-state", "state-1024", "no-nonce", "nonce-64", "nonce-384", "scope-order", "claims"],
)
def test_what_must_succeed(held: Provider, changes: dict[str, str | None]) -> None:
    """State comes back as it was or not at all, nonce in the ID Token likewise."""
    client, sent = Client(held), held.request(**changes)
    request_uri = push(held, {**sent, **_assertion(client)}).get_json()["request_uri"]
    found = parameters_of(held.decide(come(held, request_uri)))
    assert found.get("state") == sent.get("state")
    told = payload_of(client.redeem(found["code"], DPoP=client.proof(KEY)).get_json()["id_token"])
    assert told.get("nonce") == sent.get("nonce")
    assert "auth_time" in told
    assert ("name" in told) == ("claims" in changes)


def test_an_unregistered_redirect_uri(held: Provider) -> None:
    """RFC 9126 2.4 would let an authenticated client have it; here it is refused in the push."""
    sent = {**held.request(redirect_uri=f"{REDIRECT}/x"), **_assertion(Client(held))}
    refused(push(held, sent), 400, "invalid_request")


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
def test_another_method_at_the_par_endpoint(held: Provider, method: str) -> None:
    """RFC 9126 2.3: 405."""
    assert held.app.test_client().open("/par", method=method, data=held.request()).status_code == 405


def test_a_request_uri_in_the_push(held: Provider) -> None:
    """RFC 9126 2.1: the request_uri parameter MUST NOT be sent, of whatever origin it is."""
    mine = push(held, {**held.request(), **_assertion(Client(held), 1)}).get_json()["request_uri"]
    refused(push(held, {**held.request(request_uri=mine), **_assertion(Client(held), 2)}), 400, "invalid_request")


def test_a_request_uri_in_the_request_object(signing: Provider) -> None:
    """RFC 9101 4."""
    inside = claims(signing, response_mode="jwt", request_uri="urn:ietf:params:oauth:request_uri:x")
    refused(push(signing, {"client_id": "rp", "request": sign(inside)}), 400, "invalid_request_object")


def test_a_request_uri_of_another_client(held: Provider) -> None:
    """par-attempt-to-use-request_uri-for-different-client: on a page, or at the address of nobody."""
    mine = push(held, {**held.request(), **_assertion(Client(held))}).get_json()["request_uri"]
    answer = come(held, mine, client_id="rp2")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize("left_out", ["redirect_uri", "state", "nonce"])
def test_what_stands_outside_alone_is_not_used(signing: Provider, left_out: str) -> None:
    """RFC 9101 6.3, RFC 9126 3: a redirect_uri outside is none; a state or nonce outside is not given back."""
    text = sign(claims(signing, response_mode="jwt", **{left_out: None}))
    answer = push(signing, {"client_id": "rp", "request": text, left_out: signing.request()[left_out]})
    if left_out == "redirect_uri":
        refused(answer, 400, "invalid_request")
        return
    assert answer.status_code == 201, answer.text
    response = parameters_of(signing.decide(come(signing, answer.get_json()["request_uri"])))["response"]
    assert "state" not in payload_of(response) or left_out == "nonce"


@pytest.mark.parametrize("audience", [[ISSUER, "https://other.vn-mock.example"], [ISSUER], ISSUER])
def test_a_request_object_for_several(signing: Provider, audience: object) -> None:
    """ensure-server-accepts-request-object-with-multiple-aud; nbf may be 8 seconds ahead."""
    ahead = int(signing.clock.now().timestamp()) + 8
    text = sign(claims(signing, response_mode="jwt", aud=audience, nbf=ahead, iat=ahead, exp=ahead + 300))
    assert push(signing, {"client_id": "rp", "request": text}).status_code == 201


# --- token endpoint -------------------------------------------------------------------------------------------------
def _assertion(client: Client, number: int = 0, **changes: Any) -> dict[str, str]:
    signed = client.assertion(**{"jti": f"push-{number}", **changes})
    return {"client_assertion_type": signed_requests.ASSERTION, "client_assertion": signed}


@pytest.mark.parametrize(
    ("named", "changes"),
    [
        ({"client_id": "rp2"}, {"iss": "rp2", "sub": "rp2"}),
        ({}, {"sub": None}),
        ({}, {"exp": -300}),
        ({}, {"aud": "https://other.vn-mock.example"}),
        ({}, {"aud": f"{ISSUER}/par"}),
    ],
    ids=["client-id", "no-sub", "exp-past", "wrong-aud", "par-aud"],
)
def test_an_assertion_that_is_refused(held: Provider, named: dict[str, str], changes: dict[str, Any]) -> None:
    """invalid_client; the first is ensure-client-id-in-token-endpoint: as the other client, by a foreign key."""
    client = Client(held)
    code, now = client.code(), int(held.clock.now().timestamp())
    told = {key: now + value if isinstance(value, int) else value for key, value in changes.items()}
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **named}
    answer = client.post(body, client.assertion(**told), DPoP=client.proof(KEY))
    assert answer.status_code in (400, 401)
    assert answer.get_json()["error"] == "invalid_client"
    assert answer.mimetype == "application/json"


def test_without_an_assertion(held: Provider) -> None:
    """ensure-client-assertion-in-token-endpoint."""
    client = Client(held)
    body = {"grant_type": "authorization_code", "code": client.code(), "redirect_uri": REDIRECT, "client_id": "rp"}
    answer = held.app.test_client().post("/token", data=body, headers={"DPoP": client.proof(KEY)})
    assert answer.get_json()["error"] == "invalid_client"


@pytest.mark.parametrize("verifier", [None, "w" * 43])
def test_the_code_verifier(held: Provider, verifier: str | None) -> None:
    """RFC 7636 4.6: invalid_grant for another one; none at all is no request for such a code."""
    client = Client(held)
    body = {"grant_type": "authorization_code", "code": client.code(), "redirect_uri": REDIRECT}
    answer = client.post({**body, **({"code_verifier": verifier} if verifier else {})}, None, DPoP=client.proof(KEY))
    assert (answer.status_code, answer.get_json()["error"] in ("invalid_grant", "invalid_request")) == (400, True)


# --- proofs at the resource -----------------------------------------------------------------------------------------
REFUSED: dict[str, dict[str, Any]] = {
    "typ-missing": {"header": {"typ": None}}, "typ-wrong": {"header": {"typ": "jwt"}},
    "jwk-missing": {"header": {"jwk": None}}, "jwk-private": {"header": {"jwk": KEY.key.as_dict(private=True)}},
    "jti-missing": {"jti": None}, "iat-missing": {"iat": None},
    "htm-missing": {"htm": None}, "htm-wrong": {"htm": "PUT"},
    "htu-missing": {"htu": None}, "htu-wrong": {"htu": f"{ISSUER}/other"},
    "ath-missing": {"ath": None}, "ath-wrong": {"ath": "x" * 43},
    "other-key": {"sender": DPoPSender(key=ECKey.generate_key("P-256"))},
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_proof_that_is_refused(held: Provider, name: str) -> None:
    """dpop-negative-tests: 401 at the resource, one fault at a time."""
    token = tokens(held)["access_token"]
    answer = userinfo(held, token, at_userinfo(held, token, **REFUSED[name]))
    assert answer.status_code == 401, answer.text
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")


def test_proofs_at_the_resource(held: Provider) -> None:
    """An hour off, no signature, a changed one, twice the same, two headers, Bearer: none will do."""
    token, now = tokens(held)["access_token"], int(held.clock.now().timestamp())
    good = at_userinfo(held, token)
    assert userinfo(held, token, good).status_code == 200
    head, payload, signature = good.split(".")
    changed = f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    bad = [good, changed, f"{head}.{payload}.", f"{at_userinfo(held, token)}, {at_userinfo(held, token)}", "x"]
    bad += [at_userinfo(held, token, iat=now + seconds) for seconds in (3600, -3600)]
    assert [userinfo(held, token, proof).status_code for proof in bad] == [401] * len(bad)
    assert userinfo(held, token, at_userinfo(held, token), "Bearer").status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"htu": f"{USERINFO}?x=y#z"},
        {"htu": "HTTPS://OP.vn-mock.example:443/userinfo"},
        {"header": {"x": 1}, "y": {"z": []}},
        {"iat": 10},
        {"iat": -10},
        {"nbf": 0, "exp": 60},
    ],
    ids=["query", "normal-form", "extra", "iat-after", "iat-before", "nbf-exp"],
)
def test_a_proof_that_will_do(held: Provider, changes: dict[str, Any]) -> None:
    """RFC 9449 4.3 (9), unknown members, and ten seconds either way."""
    token, now = tokens(held)["access_token"], int(held.clock.now().timestamp())
    told = {key: now + value if isinstance(value, int) else value for key, value in changes.items()}
    assert userinfo(held, token, at_userinfo(held, token, **told)).status_code == 200


def test_a_key_named_beforehand(held: Provider) -> None:
    """RFC 9449 10: dpop_jkt in the push, or a proof with it; two that differ are refused, as is another's code."""
    client, other = Client(held), DPoPSender()
    nonce = {"nonce": held.services.nonces.current(held.clock.now())}

    def pushing(number: int, jkt: str | None, proof: bool) -> TestResponse:
        header = {"DPoP": KEY.proof("POST", f"{ISSUER}/par", held.clock.now(), **nonce)} if proof else {}
        return push(held, {**held.request(dpop_jkt=jkt), **_assertion(client, number)}, headers=header)

    assert pushing(1, other.jkt, proof=True).status_code == 400
    for number, (jkt, proof) in enumerate([(KEY.jkt, False), (None, True), (KEY.jkt, True)], 2):
        for sender, status in ((other, 400), (KEY, 200)):
            request_uri = pushing(number * 10 + status, jkt, proof).get_json()["request_uri"]
            page = come(held, request_uri)
            code = parameters_of(held.decide(page) if page.status_code == 200 else page)["code"]
            assert client.redeem(code, DPoP=client.proof(sender)).status_code == status


def test_refreshing(held: Provider) -> None:
    """refresh-token: the same person and sign-in, with the client's key; nothing for the second client."""
    client = Client(held)
    first = client.redeem(client.code(scope="openid offline_access"), DPoP=client.proof(KEY)).get_json()
    again = client.refresh(first["refresh_token"], DPoP=client.proof(KEY))
    assert again.status_code == 200
    before, after = payload_of(first["id_token"]), payload_of(again.get_json()["id_token"])
    assert [before[name] == after[name] for name in ("iss", "sub", "aud", "auth_time")] == [True] * 4
    body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    now = int(held.clock.now().timestamp())
    told = {"iss": "rp2", "sub": "rp2", "aud": ISSUER, "jti": "second", "iat": now, "exp": now + 60}
    second = sign(told, key=STRANGER, typ="JWT")
    refusal = client.post(body, second, DPoP=client.proof(KEY))
    assert (refusal.status_code, refusal.get_json()["error"]) == (400, "invalid_grant")
