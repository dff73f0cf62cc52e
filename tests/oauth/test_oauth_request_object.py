"""Request objects by value (RFC 9101, OpenID Connect Core 6): the client's own, for us, now, and alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import warnings
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from idp.oauth import store
from tests.oauth.conftest import ISSUER, REDIRECT, Provider, parameters_of, payload_of
from tests.oauth.signed_requests import KEYS, STRANGER, TYP, assertion, claims, register, sign, unsigned


@pytest.fixture
def signing(bare: Provider) -> Provider:
    return register(bare)


def error_of(provider: Provider, text: str, **outside: str | None) -> str:
    """The error told at the client's own address, which the request names outside too."""
    return parameters_of(provider.authorize(request=text, **outside))["error"]


def by_itself(provider: Provider, text: str) -> Any:
    """The request as RFC 9101 5 writes it: client_id and request, nothing else."""
    return provider.follow(provider.browser.get("/authorize", query_string={"client_id": "rp", "request": text}))


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_no_signature_no_request(signing: Provider) -> None:
    """RFC 9101 10.1: alg none is refused."""
    assert error_of(signing, unsigned(claims(signing))) == "invalid_request_object"


def test_a_shared_secret_signs_nothing(signing: Provider) -> None:
    """HS256, also with a public key taken for the secret."""
    assert error_of(signing, sign(claims(signing), "HS256", OctKey.generate_key(256))) == "invalid_request_object"
    _, payload, _ = sign(claims(signing)).split(".")
    head = encoded(json.dumps({"alg": "HS256", "typ": TYP, "kid": "rsa"}).encode())
    mac = hmac.new(KEYS["RS256"].as_pem(private=False), f"{head}.{payload}".encode(), hashlib.sha256).digest()
    assert error_of(signing, f"{head}.{payload}.{encoded(mac)}") == "invalid_request_object"


@pytest.mark.parametrize(
    "text",
    ["x", "..", "a.b.c", "a.b.c.d.e", "e30.e30.e30", "eyJhbGciOjF9.e30.e30", "W10.e30.e30", "ý.ý.ý", "e" * 50_000],
)
def test_what_is_no_signed_jwt(signing: Provider, text: str) -> None:
    """Malformed texts are refused and never fail."""
    assert error_of(signing, text) == "invalid_request_object"


def test_an_encrypted_object_is_not_read(signing: Provider) -> None:
    """Not offered: no encryption algorithm is advertised."""
    key = ECKey.generate_key("P-256")
    text = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A128GCM", "cty": "JWT"}, sign(claims(signing)), key)
    assert error_of(signing, text) == "invalid_request_object"
    metadata = signing.app.test_client().get("/.well-known/openid-configuration").get_json()
    assert "request_object_encryption_alg_values_supported" not in metadata


def test_only_a_key_of_the_client(signing: Provider) -> None:
    """Another key by the same kid, one sent along, one meant for encryption."""
    good = claims(signing)
    assert error_of(signing, sign(good, key=STRANGER)) == "invalid_request_object"
    along = STRANGER.as_dict(private=False)
    assert error_of(signing, sign(good, key=STRANGER, kid=None, jwk=along)) == "invalid_request_object"
    assert error_of(signing, sign(good, kid="rsa")) == "invalid_request_object"
    assert error_of(signing, sign(good, kid="enc")) == "invalid_request_object"


def test_a_changed_object_is_refused(signing: Provider) -> None:
    """RFC 9101 6.2."""
    head, _, signature = sign(claims(signing)).split(".")
    other = sign(claims(signing, scope="openid email")).split(".")[1]
    assert error_of(signing, f"{head}.{other}.{signature}") == "invalid_request_object"


def test_a_client_without_keys_cannot_sign(provider: Provider) -> None:
    """There is nothing to verify with."""
    assert error_of(provider, sign(claims(provider))) == "invalid_request_object"


def test_a_weak_key_is_not_used(signing: Provider) -> None:
    """RFC 7518 3.3: 2048 bits or more; whatever is registered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weak = RSAKey.generate_key(1024, {"kid": "weak"})
        with signing.db.begin() as session:
            client = store.client(session, "rp")
            assert client is not None
            client.jwks = {"keys": [weak.as_dict(private=False)]}
        text = sign(claims(signing), "RS256", weak)
    assert error_of(signing, text) == "invalid_request_object"


@pytest.mark.parametrize("typ", ["at+jwt", "dpop+jwt", "client-authentication+jwt", "JWT+x", 7, ""])
def test_another_kind_of_jwt(signing: Provider, typ: object) -> None:
    """RFC 9101 10.8: cross-JWT confusion."""
    assert error_of(signing, sign(claims(signing), typ=typ)) == "invalid_request_object"


@pytest.mark.parametrize("header", [{"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]}])
def test_a_critical_header_that_is_not_understood(signing: Provider, header: dict[str, object]) -> None:
    """RFC 7515 4.1.11."""
    _, payload, signature = sign(claims(signing)).split(".")
    head = encoded(json.dumps({"alg": "ES256", "typ": TYP, **header}).encode())
    answer = parameters_of(signing.authorize(request=f"{head}.{payload}.{signature}"))
    assert "critical header" in answer["error_description"]


def test_a_client_assertion_is_no_request(signing: Provider) -> None:
    """RFC 9101 10.8, the other way round: one that says it all would still have the client as its sub."""
    text = assertion(signing, **signing.request())["client_assertion"]
    assert error_of(signing, text) == "invalid_request_object"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None},
        {"iss": "other"},
        {"client_id": None},
        {"client_id": "other"},
        {"client_id": ["rp"]},
        {"aud": None},
        {"aud": "https://other.example"},
        {"aud": ["https://other.example"]},
        {"aud": f"{ISSUER}/"},
        {"aud": f"{ISSUER}/wallet"},
        {"aud": {"x": ISSUER}},
        {"sub": "rp"},
        {"request": "x"},
        {"request_uri": "https://rp.vn-mock.example/r"},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 10**18},
        {"nbf": []},
        {"iat": None, "nbf": -1},
        {"max_age": "100"},
        {"max_age": 1.5},
        {"max_age": True},
        {"scope": ["openid"]},
        {"scope": 1},
        {"state": {"a": 1}},
        {"claims": '{"id_token": {}}'},
        {"claims": []},
        {"state": "\ud800"},
        {"claims": {"id_token": {"sub": None}}, "nonce": "\udfff"},
        {"resource": [1]},
    ],
)
def test_what_the_object_must_say(signing: Provider, changes: dict[str, Any]) -> None:
    """RFC 9101 4, 5 and 10.8, Core 6.1; told to the address within, since the object is the client's own."""
    payload = {**claims(signing), **changes}
    text = sign({name: value for name, value in payload.items() if value is not None})
    answer = parameters_of(by_itself(signing, text))
    assert answer["error"] == "invalid_request_object"
    assert answer.get("state") == ("s-1" if "state" not in changes else None)


@pytest.mark.parametrize(("seconds", "good"), [(-31, False), (-29, True), (1, True)])
def test_an_expired_object(signing: Provider, seconds: int, good: bool) -> None:
    """RFC 7519 4.1.4, with 30 seconds for clocks that differ."""
    now = int(signing.clock.now().timestamp())
    answer = by_itself(signing, sign(claims(signing, exp=now + seconds)))
    assert (answer.status_code == 200) is good


@pytest.mark.parametrize("name", ["nbf", "iat"])
@pytest.mark.parametrize(("seconds", "good"), [(31, False), (61, False), (10, True)])
def test_an_object_of_the_future(signing: Provider, name: str, seconds: int, good: bool) -> None:
    """RFC 7519 4.1.5 and 4.1.6; FAPI 2.0 5.3.2.1: 10 seconds are let pass, 60 never."""
    now = int(signing.clock.now().timestamp())
    answer = by_itself(signing, sign(claims(signing, **{name: now + seconds})))
    assert (answer.status_code == 200) is good


def test_the_registered_algorithm_alone(bare: Provider) -> None:
    """Core 6.3.2: alg must match request_object_signing_alg."""
    register(bare, request_object_signing_alg="ES256")
    assert error_of(bare, sign(claims(bare), "RS256")) == "invalid_request_object"
    assert by_itself(bare, sign(claims(bare))).status_code == 200


@pytest.mark.parametrize("name", ["response_type", "client_id"])
def test_inside_and_outside_agree(signing: Provider, name: str) -> None:
    """Core 6.1: response_type and client_id MUST match those in the object."""
    signing.register(client_id="other")
    text = sign(claims(signing, **{name: "token" if name == "response_type" else "other"}))
    assert error_of(signing, text) == "invalid_request_object"


def test_two_request_objects(signing: Provider) -> None:
    """RFC 9101 5: request and request_uri MUST NOT go together; nor either of them twice."""
    text = sign(claims(signing))
    assert error_of(signing, text, request_uri="https://rp.vn-mock.example/r") == "invalid_request"
    query = {**signing.request(), "request": [text, text]}
    answer = signing.browser.get("/authorize", query_string=query)
    assert parameters_of(answer)["error"] == "invalid_request"


def test_what_is_wrong_within_is_refused_as_ever(signing: Provider) -> None:
    """RFC 9101 6.3: then the request is validated in the normal manner; at the address within."""
    for changes, error in (
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"registration": {"a": 1}}, "registration_not_supported"),
    ):
        answer = parameters_of(by_itself(signing, sign(claims(signing, **changes))))
        assert (answer["error"], answer["state"]) == (error, "s-1")
    assert by_itself(signing, sign(claims(signing, redirect_uri="https://evil.example/"))).status_code == 400
    assert by_itself(signing, sign(claims(signing, response_mode="x"))).status_code == 400


def test_an_object_nobody_can_trust_says_nothing_of_where_to_answer(signing: Provider) -> None:
    """Signed by a stranger, and no address outside: on a page, with the code."""
    response = by_itself(signing, sign(claims(signing), key=STRANGER))
    assert response.status_code == 400
    assert "invalid_request_object" in response.text


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "Ed25519", "EdDSA"])
def test_a_good_object(signing: Provider, alg: str) -> None:
    """Every algorithm that is advertised."""
    assert by_itself(signing, sign(claims(signing), alg)).status_code == 200


@pytest.mark.parametrize("typ", [TYP, f"application/{TYP}", "JWT", "jwt", None])
@pytest.mark.parametrize("audience", [ISSUER, [ISSUER], ["https://other.example", ISSUER]])
def test_typ_and_aud_as_they_may_be(signing: Provider, typ: str | None, audience: object) -> None:
    """RFC 9101 4 and 10.8; a kid is no must either, nor are exp, nbf and iat."""
    payload = claims(signing, aud=audience, exp=None, nbf=None, iat=None, jti="j")
    assert by_itself(signing, sign(payload, typ=typ, kid=None, unknown="ignored")).status_code == 200


def test_nothing_outside_counts(signing: Provider) -> None:
    """RFC 9101 6.3: only the parameters in the object, even if the same one is in the query."""
    inside = claims(signing, nonce="inside", state=None, scope="openid", response_mode="fragment", max_age=10_000)
    text = sign({**inside, "x": {"unknown": True}})
    page = signing.authorize(
        request=text, nonce="outside", state="outside", scope="openid email", redirect_uri="https://evil.example/"
    )
    answer = signing.decide(page)
    parts = urlsplit(answer.location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == REDIRECT
    assert "state" not in parts.fragment
    assert "code=" in parts.fragment


def test_the_whole_way(signing: Provider) -> None:
    """The request, its claims parameter as an object, and a token by the code."""
    wanted = {"id_token": {"acr": {"essential": True, "values": ["LoA2"]}}, "userinfo": {"email": None}}
    text = sign(claims(signing, claims=wanted, nonce="within"))
    code = parameters_of(signing.decide(by_itself(signing, text)))["code"]
    body = {**assertion(signing), "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    tokens = signing.app.test_client().post("/token", data={**body, "code_verifier": "v" * 43}).get_json()
    payload = payload_of(tokens["id_token"])
    assert (payload["nonce"], payload["acr"]) == ("within", "LoA2")


def test_languages_within_are_followed(signing: Provider) -> None:
    """ui_locales of the object."""
    assert "Agree and continue" in by_itself(signing, sign(claims(signing, ui_locales="en"))).text


def test_a_client_that_must_sign(bare: Provider) -> None:
    """RFC 9101 10.5: require_signed_request_object."""
    register(bare, require_signed_request_object=True)
    assert bare.answer()["error"] == "invalid_request"
    assert by_itself(bare, sign(claims(bare))).status_code == 200


def test_a_rotated_key_needs_no_kid(bare: Provider) -> None:
    """Without a kid every key of the kind is tried."""
    old = ECKey.generate_key("P-256", {"kid": "old", "use": "sig"})
    keys = [old.as_dict(private=False), KEYS["ES256"].as_dict(private=False)]
    register(bare, jwks={"keys": keys})
    assert by_itself(bare, sign(claims(bare), kid=None)).status_code == 200
    assert by_itself(bare, sign(claims(bare), key=old, kid=None)).status_code == 200


def test_time_may_pass_after_it_was_taken(signing: Provider) -> None:
    """The object's exp is of the request, not of the person's deciding."""
    page = by_itself(signing, sign(claims(signing, exp=int(signing.clock.now().timestamp()) + 5)))
    signing.clock.instant += timedelta(minutes=5)
    assert "code" in parameters_of(signing.decide(page))
