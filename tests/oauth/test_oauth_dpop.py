"""DPoP (RFC 9449): proofs at the token endpoint and at UserInfo, and what is bound by them."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from dpop_sender import DPoPSender, sign
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from werkzeug.test import TestResponse

from idp.oauth import dpop
from idp.oauth.errors import InvalidDPoPProofError
from idp.oauth.models import AuthorizationCode, RefreshToken, UsedProof
from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider, basic, metadata_of

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TOKEN, USERINFO = f"{ISSUER}/token", f"{ISSUER}/userinfo"
ES256 = DPoPSender()
RSA_KEY = RSAKey.generate_key(2048)


def post(
    provider: Provider, proof: str | None, headers: list[tuple[str, str]] | None = None, **fields: str
) -> TestResponse:
    """A token request of `rp` with a DPoP header."""
    sent = [("Authorization", basic("rp", provider.secret))] if provider.secret else []
    sent += [("DPoP", proof)] if proof is not None else []
    return provider.app.test_client().post("/token", data=fields, headers=[*sent, *(headers or [])])


def redeem(provider: Provider, proof: str | None, code: str | None = None, **changes: str) -> TestResponse:
    fields = {
        "grant_type": "authorization_code",
        "code": code or provider.code(scope="openid offline_access"),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **({} if provider.secret else {"client_id": "rp"}),
        **changes,
    }
    return post(provider, proof, **fields)


def refresh(provider: Provider, proof: str | None, token: str) -> TestResponse:
    named = {} if provider.secret else {"client_id": "rp"}
    return post(provider, proof, grant_type="refresh_token", refresh_token=token, **named)


def at_token(provider: Provider, sender: DPoPSender = ES256, **changes: Any) -> str:
    return sender.proof("POST", TOKEN, provider.clock.now(), **changes)


def tokens(provider: Provider, sender: DPoPSender = ES256) -> dict[str, Any]:
    response = redeem(provider, at_token(provider, sender))
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.get_json()
    return body


def userinfo(provider: Provider, token: str, proof: str | None, scheme: str = "DPoP") -> TestResponse:
    headers = [("Authorization", f"{scheme} {token}"), *([("DPoP", proof)] if proof is not None else [])]
    return provider.app.test_client().get("/userinfo", headers=headers)


def at_userinfo(provider: Provider, token: str, sender: DPoPSender = ES256, **changes: Any) -> str:
    return sender.proof("GET", USERINFO, provider.clock.now(), **{"access_token": token, **changes})


def assert_proof_refused(response: TestResponse, status: int = 400) -> None:
    assert (response.status_code, response.get_json()["error"]) == (status, "invalid_dpop_proof"), response.text
    assert response.headers["Cache-Control"] == "no-store"


# --- proofs (4.3) ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 501},
        {"jti": "a\0b"},
        {"htm": None},
        {"htm": "GET"},
        {"htm": "post"},
        {"htm": 1},
        {"htu": None},
        {"htu": 5},
        {"htu": USERINFO},
        {"htu": "https://other.vn-mock.example/token"},
        {"htu": f"{ISSUER}/token/"},
        {"htu": f"{ISSUER}/TOKEN"},
        {"htu": f"{ISSUER}/x/../token"},
        {"htu": TOKEN.replace("https", "http")},
        {"htu": f"{ISSUER}:8443/token"},
        {"htu": "https://user@op.vn-mock.example/token"},
        {"htu": "https://op.vn-mock.example:99999/token"},
        {"htu": "/token"},
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
        {"iat": 1e300},
        {"nonce": 5},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused(provider: Provider, changes: dict[str, Any]) -> None:
    """4.2 and 4.3 (3, 8, 9): required, of the right type, and for this request."""
    assert_proof_refused(redeem(provider, at_token(provider, **changes), code="c"))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": None},
        {"typ": "JWT"},
        {"typ": "dpop+JWT"},
        {"typ": "application/dpop+jwt"},
        {"jwk": None},
        {"jwk": 5},
        {"jwk": []},
        {"jwk": {}},
        {"jwk": {"kty": 5}},
        {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jwk": ECKey.generate_key("P-256").as_dict(private=False)},
        {"jwk": ECKey.generate_key("P-384").as_dict(private=False)},
        {"jwk": OKPKey.generate_key("Ed448").as_dict(private=False)},
        {"jwk": ES256.key.as_dict(private=True)},
        {"crit": ["htu"], "htu": TOKEN},
        {"crit": 5},
    ],
    ids=[str(number) for number in range(17)],  # keys are new each time: their text would be no name for a test
)
def test_a_wrong_header_is_refused(provider: Provider, header: dict[str, Any]) -> None:
    """4.3 (4, 6, 7): the type, one public key of a kind that we verify with, and its signature."""
    assert_proof_refused(redeem(provider, at_token(provider, header=header), code="c"))


def test_no_symmetric_key_and_no_missing_signature(provider: Provider) -> None:
    """4.3 (5): asymmetric algorithms alone, never `none`."""
    head, body, signature = at_token(provider).split(".")
    none = base64.urlsafe_b64encode(json.dumps({"typ": "dpop+jwt", "alg": "none"}).encode()).decode().rstrip("=")
    secret = OctKey.import_key(json.dumps(ES256.key.as_dict(private=False)))
    claims = {"jti": "j", "htm": "POST", "htu": TOKEN, "iat": int(provider.clock.now().timestamp())}
    public = ES256.key.as_dict(private=False)
    mac = sign({"typ": "dpop+jwt", "alg": "HS256", "jwk": public}, claims, secret)
    for proof in (f"{none}.{body}.", f"{head}.{body}.", f"{head}.{body}", mac, f"{head}.{body}.{signature[:-2]}AA"):
        assert_proof_refused(redeem(provider, proof, code="c"))


@pytest.mark.parametrize(
    "proof", ["", " ", "x", "a.b.c", "a b", "é", "." * 10, "W10.W10.W10", "e30.e30.", "A" * 9000]
)
def test_what_is_no_jwt_is_refused(provider: Provider, proof: str) -> None:
    """4.3 (2): a single well-formed JWT."""
    assert_proof_refused(redeem(provider, proof, code="c"))


def test_a_short_rsa_key_is_refused_whatever_it_is_padded_with(provider: Provider) -> None:
    """RFC 7518 3.3: 2048 bits, of the number itself; and none that is made to cost us time."""
    short = {"kty": "RSA", "n": "A" * 300 + "w" * 100, "e": "AQAB"}
    longest = {"kty": "RSA", "n": "_" * 800, "e": "AQAB"}
    slow = {**RSA_KEY.as_dict(private=False), "e": "_" * 40}
    for jwk in (short, longest, slow):
        assert_proof_refused(redeem(provider, at_token(provider, header={"jwk": jwk}), code="c"))


def test_two_headers_are_refused(provider: Provider) -> None:
    """4.3 (1)."""
    response = post(provider, at_token(provider), [("DPoP", at_token(provider))], grant_type="authorization_code")
    assert_proof_refused(response)


@pytest.mark.parametrize("seconds", [-91, 31, 61, 3600, -86_400])
def test_only_a_fresh_proof_is_taken(provider: Provider, seconds: int) -> None:
    """4.3 (11) and FAPI 2.0 5.3.2.1 (13): a minute old, half a minute ahead."""
    iat = int(provider.clock.now().timestamp()) + seconds
    assert_proof_refused(redeem(provider, at_token(provider, iat=iat), code="c"))


@pytest.mark.parametrize("changes", [{"exp": -31}, {"nbf": 31}])
def test_a_proof_that_says_itself_when_it_is_good(provider: Provider, changes: dict[str, int]) -> None:
    """RFC 7519 4.1.4 and 4.1.5."""
    now = int(provider.clock.now().timestamp())
    told = {name: now + seconds for name, seconds in changes.items()}
    assert_proof_refused(redeem(provider, at_token(provider, **told), code="c"))


@pytest.mark.parametrize("seconds", [-60, -10, 0, 10, 30])
def test_clocks_may_differ(provider: Provider, seconds: int) -> None:
    """FAPI 2.0 5.3.2.1 (13): ten seconds ahead must be let pass."""
    iat = int(provider.clock.now().timestamp()) + seconds
    assert redeem(provider, at_token(provider, iat=iat, exp=iat + 60, nbf=iat)).status_code == 200


@pytest.mark.parametrize(
    "htu",
    [
        TOKEN,
        f"{TOKEN}?x=y",
        f"{TOKEN}#x",
        "HTTPS://OP.vn-mock.EXAMPLE/token",
        "https://op.vn-mock.example:443/token",
        "https://op.vn-mock.example/%74oken",
    ],
)
def test_the_address_is_normalized(provider: Provider, htu: str) -> None:
    """4.3 (9): without query and fragment, by RFC 3986 6.2.2 and 6.2.3."""
    assert redeem(provider, at_token(provider, htu=htu)).status_code == 200


@pytest.mark.parametrize("alg", ["ES256", "Ed25519", "RS256", "PS256"])
def test_each_algorithm(provider: Provider, alg: str) -> None:
    """Those of `dpop_signing_alg_values_supported`."""
    sender = DPoPSender(alg, RSA_KEY if alg.endswith("S256") and alg != "ES256" else None)
    assert tokens(provider, sender)["token_type"] == "DPoP"
    assert alg in metadata_of(provider)["dpop_signing_alg_values_supported"]


def test_eddsa_by_its_older_name(provider: Provider) -> None:
    """RFC 9864 2.2: what libraries still write, with an Ed25519 key."""
    sender = DPoPSender("EdDSA", OKPKey.generate_key("Ed25519"))
    named = {**sender.key.as_dict(private=False), "alg": "EdDSA"}
    assert redeem(provider, at_token(provider, sender, header={"jwk": named})).get_json()["token_type"] == "DPoP"


# --- replay (11.1) --------------------------------------------------------------------------------------------------
def test_a_proof_is_good_once(provider: Provider) -> None:
    """11.1: and not for another request either."""
    proof = at_token(provider)
    found = redeem(provider, proof).get_json()
    assert_proof_refused(redeem(provider, proof))
    assert_proof_refused(refresh(provider, proof, found["refresh_token"]))


def test_a_proof_is_known_for_as_long_as_it_would_be_taken(provider: Provider) -> None:
    """11.1: the time window in which it would be accepted."""
    proof = at_token(provider, iat=int(provider.clock.now().timestamp()) + 30)
    assert redeem(provider, proof).status_code == 200
    provider.clock.instant += dpop.FRESH + 2 * dpop.SKEW
    with provider.db.begin() as session:
        from idp.oauth import store

        store.delete_expired(session, provider.clock.now())
    assert_proof_refused(redeem(provider, proof))


def test_what_is_over_is_forgotten(provider: Provider) -> None:
    """The record of proofs does not grow for ever, also where nobody restarts the server."""
    for _ in range(3):
        tokens(provider)
    provider.clock.instant += 2 * dpop.FRESH
    for number in range(60):
        redeem(provider, at_token(provider, jti=f"j-{number}"), code="c")
    with provider.db.read() as session:
        ends = [proof.expires_at for proof in session.query(UsedProof)]
    assert 0 < len(ends) <= 60
    assert min(ends) > provider.clock.now()


def test_another_keys_jti_is_not_used_up(provider: Provider) -> None:
    """Whoever saw a jti cannot spoil it for its client."""
    other = DPoPSender()
    redeem(provider, at_token(provider, other, jti="shared"), code="c")
    assert redeem(provider, at_token(provider, jti="shared")).status_code == 200


def test_one_of_sixteen_at_once_gets_through(provider: Provider) -> None:
    """The primary key decides, at the token endpoint and at UserInfo."""
    code, proof = provider.code(scope="openid offline_access"), at_token(provider)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: redeem(provider, proof, code), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 15
    assert {answer.get_json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_dpop_proof"}
    token = next(answer.get_json()["access_token"] for answer in answers if answer.status_code == 200)
    once = at_userinfo(provider, token)
    with ThreadPoolExecutor(16) as pool:
        seen = list(pool.map(lambda _: userinfo(provider, token, once).status_code, range(16)))
    assert sorted(seen) == [200] + [401] * 15


# --- token endpoint (5) ---------------------------------------------------------------------------------------------
def test_the_token_is_bound(provider: Provider) -> None:
    """5: token_type DPoP."""
    assert tokens(provider)["token_type"] == "DPoP"
    assert provider.tokens()["token_type"] == "Bearer"


def test_a_client_that_always_uses_dpop(bare: Provider) -> None:
    """5.2: MUST reject token requests of such a client that hold no proof."""
    bare.secret = bare.register(dpop_bound_access_tokens=True).client_secret or ""
    code = bare.code(scope="openid offline_access")
    assert_proof_refused(redeem(bare, None, code))
    found = redeem(bare, at_token(bare), code).get_json()
    assert_proof_refused(refresh(bare, None, found["refresh_token"]))


def test_a_refresh_token_of_a_public_client_is_bound(bare: Provider) -> None:
    """5: the same key each time; a stolen one is of no use, and does not end the family."""
    bare.register(token_endpoint_auth_method="none", application_type="native")
    first = tokens(bare)["refresh_token"]
    for proof in (None, at_token(bare, DPoPSender())):
        refused = refresh(bare, proof, first)
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    second = refresh(bare, at_token(bare), first).get_json()
    assert second["token_type"] == "DPoP"
    refused = refresh(bare, at_token(bare, DPoPSender()), second["refresh_token"])
    assert refused.get_json()["error"] == "invalid_grant"
    assert refresh(bare, at_token(bare), second["refresh_token"]).status_code == 200


def test_a_public_clients_old_refresh_token_still_ends_the_family(bare: Provider) -> None:
    """RFC 9700 4.14.2: rotation stays, beside the binding."""
    bare.register(token_endpoint_auth_method="none", application_type="native")
    first = tokens(bare)["refresh_token"]
    second = refresh(bare, at_token(bare), first).get_json()["refresh_token"]
    assert refresh(bare, at_token(bare), first).get_json()["error"] == "invalid_grant"
    assert refresh(bare, at_token(bare), second).get_json()["error"] == "invalid_grant"


def test_a_confidential_client_may_have_a_new_key(provider: Provider) -> None:
    """5: its refresh tokens are bound to it by its authentication, not to the key; the new access token is."""
    found, new = tokens(provider), DPoPSender()
    renewed = refresh(provider, at_token(provider, new), found["refresh_token"]).get_json()
    assert renewed["token_type"] == "DPoP"
    token = renewed["access_token"]
    assert userinfo(provider, token, at_userinfo(provider, token)).status_code == 401
    assert userinfo(provider, token, at_userinfo(provider, token, new)).status_code == 200
    with provider.db.read() as session:
        assert [row.cnf for row in session.query(RefreshToken)] == [None, None]


def test_a_wrong_proof_uses_nothing_up(provider: Provider) -> None:
    """The code is still good for the client that makes a right one."""
    code = provider.code(scope="openid offline_access")
    assert_proof_refused(redeem(provider, at_token(provider, htm="GET"), code))
    assert redeem(provider, at_token(provider), code).status_code == 200


# --- code bound to a key (10) ---------------------------------------------------------------------------------------
def bound_code(provider: Provider, jkt: str) -> str:
    code = provider.code(scope="openid offline_access")
    with provider.db.begin() as session:
        session.query(AuthorizationCode).one().dpop_jkt = jkt
    return code


def test_a_code_that_is_bound_to_a_key(provider: Provider) -> None:
    """10: MUST reject another key, or none; the code stays good for the right one."""
    code = bound_code(provider, ES256.jkt)
    for proof in (None, at_token(provider, DPoPSender())):
        refused = redeem(provider, proof, code)
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    assert redeem(provider, at_token(provider), code).status_code == 200


# --- UserInfo (7) ---------------------------------------------------------------------------------------------------
def test_by_get_and_by_post(provider: Provider) -> None:
    """7.1: token and proof, each in its header."""
    token = tokens(provider)["access_token"]
    assert userinfo(provider, token, at_userinfo(provider, token)).get_json()["sub"]
    assert userinfo(provider, token, at_userinfo(provider, token), "dpop").status_code == 200
    proof = ES256.proof("POST", USERINFO, provider.clock.now(), access_token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    assert provider.app.test_client().post("/userinfo", headers=headers).status_code == 200


def test_a_bound_token_is_no_bearer_token(provider: Provider) -> None:
    """7.2: MUST reject, in the header and in the form, with a proof and without."""
    token = tokens(provider)["access_token"]
    for proof in (None, at_userinfo(provider, token)):
        refused = userinfo(provider, token, proof, "Bearer")
        assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")
        assert refused.headers["WWW-Authenticate"].startswith("Bearer ")
        assert "DPoP algs=" in refused.headers["WWW-Authenticate"]
    posted = provider.app.test_client().post("/userinfo", data={"access_token": token})
    assert (posted.status_code, posted.get_json()["error"]) == (401, "invalid_token")


def test_a_bearer_token_is_not_taken_under_the_scheme(provider: Provider) -> None:
    """Nobody is told that a token is bound which is not."""
    token = provider.tokens()["access_token"]
    refused = userinfo(provider, token, at_userinfo(provider, token))
    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")


def test_without_a_proof(provider: Provider) -> None:
    """7.1: MUST check that one was received; the challenge says which algorithms would do."""
    refused = userinfo(provider, tokens(provider)["access_token"], None)
    assert_proof_refused(refused, 401)
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith('DPoP realm="mock-vneid", error="invalid_dpop_proof"')
    assert 'algs="ES256 ' in challenge


def test_another_key_is_refused(provider: Provider) -> None:
    """7.1: the key that the token is bound to."""
    token = tokens(provider)["access_token"]
    refused = userinfo(provider, token, at_userinfo(provider, token, DPoPSender()))
    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")
    assert refused.headers["WWW-Authenticate"].startswith('DPoP realm="mock-vneid", error="invalid_token"')
    assert "Bearer" not in refused.headers["WWW-Authenticate"]  # 7.2: under the scheme that was used


@pytest.mark.parametrize("ath", [None, "", "x", 5, "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"])
def test_another_tokens_hash_is_refused(provider: Provider, ath: object) -> None:
    """4.3 (12)."""
    token = tokens(provider)["access_token"]
    assert_proof_refused(userinfo(provider, token, at_userinfo(provider, token, ath=ath)), 401)


def test_a_proof_for_another_request_is_refused(provider: Provider) -> None:
    """4.3 (8, 9, 11): method, address, time; one of the token endpoint is of no use either."""
    token, now = tokens(provider)["access_token"], provider.clock.now()
    for proof in (
        ES256.proof("POST", USERINFO, now, access_token=token),
        ES256.proof("GET", TOKEN, now, access_token=token),
        ES256.proof("GET", USERINFO, now),
        at_userinfo(provider, token, iat=int(now.timestamp()) - 91),
        f"{at_userinfo(provider, token)}, {at_userinfo(provider, token)}",
    ):
        assert_proof_refused(userinfo(provider, token, proof), 401)


def test_a_proof_is_good_once_here_too(provider: Provider) -> None:
    """11.1."""
    token = tokens(provider)["access_token"]
    proof = at_userinfo(provider, token)
    assert userinfo(provider, token, proof).status_code == 200
    assert_proof_refused(userinfo(provider, token, proof), 401)


def test_two_schemes_at_once_are_refused(provider: Provider) -> None:
    """7.2: the mechanism cannot be told."""
    token = tokens(provider)["access_token"]
    headers = [
        ("Authorization", f"Bearer {token}"),
        ("Authorization", f"DPoP {token}"),
        ("DPoP", at_userinfo(provider, token)),
    ]
    refused = provider.app.test_client().get("/userinfo", headers=headers)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    both = provider.app.test_client().post(
        "/userinfo",
        data={"access_token": token},
        headers={"Authorization": f"DPoP {token}", "DPoP": at_userinfo(provider, token)},
    )
    assert (both.status_code, both.get_json()["error"]) == (400, "invalid_request")


def test_no_token_gets_both_challenges_without_an_error(provider: Provider) -> None:
    """7.2."""
    challenge = provider.app.test_client().get("/userinfo").headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer realm=")
    assert ', DPoP algs="' in challenge
    assert "error" not in challenge


def test_a_revoked_token_is_refused_with_the_best_proof(provider: Provider) -> None:
    """The proof adds to what a token must be, and replaces nothing."""
    code = provider.code(scope="openid offline_access")
    token = redeem(provider, at_token(provider), code).get_json()["access_token"]
    assert redeem(provider, at_token(provider), code).status_code == 400
    assert userinfo(provider, token, at_userinfo(provider, token)).get_json()["error"] == "invalid_token"


# --- whatever comes ------------------------------------------------------------------------------------------------
@settings(max_examples=300)
@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}"))
def test_any_text_is_refused(text: str) -> None:
    """Never another failure than the one that the specification names."""
    with pytest.raises(InvalidDPoPProofError):
        dpop.verify(text, method="POST", urls=(TOKEN,), now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
)


@settings(max_examples=200)
@given(
    header=st.dictionaries(st.sampled_from(["typ", "jwk", "crit", "kid", "b64"]), JSON, max_size=3),
    claims=st.dictionaries(st.sampled_from(["jti", "htm", "htu", "iat", "exp", "nbf", "nonce"]), JSON, min_size=1),
)
def test_any_header_and_claims(header: dict[str, Any], claims: dict[str, Any]) -> None:
    """Signed by its own key, and still nothing of it is believed that does not have to be."""
    proof = ES256.proof("POST", TOKEN, NOW).split(".")
    head = {**json.loads(base64.urlsafe_b64decode(proof[0] + "==")), **header}
    alg = head["alg"] if head.get("alg") == "ES256" else "ES256"
    made = sign(
        {**head, "alg": alg}, {"jti": "j", "htm": "POST", "htu": TOKEN, "iat": NOW.timestamp(), **claims}, ES256.key
    )
    try:
        found = dpop.verify(made, method="POST", urls=(TOKEN,), now=NOW)
    except InvalidDPoPProofError:
        return
    assert found.jkt == ES256.jkt
    assert found.url == TOKEN


# --- what it costs --------------------------------------------------------------------------------------------------
def test_a_huge_proof_costs_little(provider: Provider) -> None:
    """An unauthenticated header must not be worth an attack: refused before anything is computed."""
    started = time.process_time()
    for _ in range(20):
        assert_proof_refused(redeem(provider, "e30." + "A" * 7000 + ".AA", code="c"))
    assert time.process_time() - started < 5
