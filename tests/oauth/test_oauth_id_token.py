"""The ID Token (OpenID Connect Core 2, 3.1.3.6 and 3.1.3.7)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwt

from idp import key_rotation, keyset
from idp.clock import FixedClock
from idp.keyset import KeySet
from idp.oauth.id_token import HintError, read_hint
from tests.conftest import NOW
from tests.oauth.conftest import ISSUER, REDIRECT, Provider, payload_of


def header_of(token: str) -> dict[str, str]:
    part = token.split(".")[0]
    header: dict[str, str] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return header


def test_it_holds_what_a_client_must_check(provider: Provider) -> None:
    """Core 3.1.3.7, verified with the published keys alone."""
    body = provider.tokens()
    jwks = provider.app.test_client().get("/jwks").get_json()
    from joserfc.jwk import KeySet as JoseKeySet

    claims = jwt.decode(body["id_token"], JoseKeySet.import_key_set(jwks), algorithms=["ES256"]).claims
    now = int(provider.clock.now().timestamp())
    half = hashlib.sha256(body["access_token"].encode()).digest()[:16]
    assert claims["iss"] == ISSUER
    assert claims["aud"] == "rp"
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (now, now + 600, now)
    assert claims["nonce"] == "n-1"
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert claims["acr"] == "urn:vn-mock:loa:2"
    assert claims["amr"] == ["pwd", "pin", "mfa"]
    assert (claims["identity_level"], claims["personal_id_number"]) == (2, "065190000101")
    assert "azp" not in claims
    assert "name" not in claims


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_it_is_signed_as_the_client_is_registered(bare: Provider, alg: str) -> None:
    """Registration 2: id_token_signed_response_alg, RS256 where nothing is said; with a kid."""
    bare.secret = bare.register(id_token_signed_response_alg=alg).client_secret or ""
    header = header_of(bare.tokens()["id_token"])
    assert header["alg"] == alg
    assert header["kid"] == bare.services.keys.signing_key(alg).kid


def test_rs256_where_nothing_is_said(bare: Provider) -> None:
    """Registration 2: the default."""
    from idp.oauth.client_registration import ClientRegistration

    assert ClientRegistration("a", "b", (REDIRECT,)).id_token_signed_response_alg == "RS256"


def test_no_nonce_no_nonce(provider: Provider) -> None:
    """Core 2: present if and only if it was sent."""
    assert "nonce" not in payload_of(provider.tokens(nonce=None)["id_token"])


def test_the_person_cannot_overwrite_a_protocol_claim(provider: Provider) -> None:
    """Authlib ends with payload.update(user_info); here a claim of that name stays out of the person's hands."""
    names = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", "azp")
    provider.subjects.people["subject-lan"].update(dict.fromkeys(names, "forged"))
    wanted = json.dumps({"id_token": dict.fromkeys(names), "userinfo": dict.fromkeys(names)})
    body = provider.tokens(claims=wanted)
    assert "forged" not in payload_of(body["id_token"]).values()
    assert "forged" not in provider.userinfo(body["access_token"]).get_json().values()


def test_sub_is_pairwise(provider: Provider) -> None:
    """Core 8.1: clients on one host know a person by one sub, others by another; the subject itself is not in it."""
    provider.register(client_id="same", redirect_uris=("https://rp.vn-mock.example/other",))
    other_uri = "https://other.vn-mock.example/cb"
    other = provider.register(client_id="other", redirect_uris=(other_uri,), token_endpoint_auth_method="none")
    assert other.client_secret is None
    mine = payload_of(provider.tokens()["id_token"])
    code = provider.code(client_id="other", redirect_uri=other_uri)
    theirs = payload_of(
        provider.token(
            auth=("other", ""),
            client_id="other",
            grant_type="authorization_code",
            code=code,
            redirect_uri=other_uri,
            code_verifier="v" * 43,
        ).get_json()["id_token"]
    )
    assert mine["sub"] != theirs["sub"]
    assert mine["sid"] != theirs["sid"]
    assert "subject-lan" not in json.dumps(mine)


def test_sub_stays_the_same(provider: Provider) -> None:
    """At every sign-in."""
    first = payload_of(provider.tokens()["id_token"])["sub"]
    provider.browser = provider.app.test_client()
    assert payload_of(provider.tokens()["id_token"])["sub"] == first


def test_claims_asked_for_by_name(provider: Provider) -> None:
    """Core 5.5: in the ID Token where they are asked for there."""
    body = provider.tokens(scope="openid", claims='{"id_token": {"birthdate": {"essential": true}}}')
    assert payload_of(body["id_token"])["birthdate"] == "1990-03-14"
    assert set(provider.userinfo(body["access_token"]).get_json()) == {"sub"}


def test_an_expired_hint_is_read(provider: Provider) -> None:
    """Core 3.1.2.2, rule 5."""
    token = provider.tokens()["id_token"]
    provider.clock.instant += timedelta(days=2)
    hint = read_hint(provider.services.keys, ISSUER, token)
    assert (hint.aud, hint.sub) == ("rp", payload_of(token)["sub"])


def test_a_hint_is_read_after_a_rotation(provider_keys: Path, tmp_path: Path, provider: Provider) -> None:
    """A retired key still verifies."""
    token = provider.tokens()["id_token"]
    (tmp_path / keyset.FILE).write_bytes((provider_keys / keyset.FILE).read_bytes())
    key_rotation.rotate(tmp_path, NOW, at_once=True)
    assert read_hint(KeySet.load(tmp_path, FixedClock(NOW)), ISSUER, token).aud == "rp"


def test_what_is_no_hint(provider: Provider, tmp_path: Path) -> None:
    """Not ours, changed, unsigned, for several, or no token at all."""
    token = provider.tokens()["id_token"]
    head, body, signature = token.split(".")
    key = provider.services.keys.signing_key("ES256")
    claims = payload_of(token)

    def signed(**changes: object) -> str:
        return jwt.encode({"alg": "ES256", "kid": key.kid}, {**claims, **changes}, key, algorithms=["ES256"])

    deep = base64.urlsafe_b64encode(b"[" * 20_000).decode().rstrip("=")
    key_rotation.init(tmp_path, NOW)
    with pytest.raises(HintError):
        read_hint(KeySet.load(tmp_path, FixedClock(NOW)), ISSUER, token)
    for wrong in (
        "",
        "x",
        "ý",
        f"{head}.{body}.",
        f"eyJhbGciOiJub25lIn0.{body}.",
        f"{head}.{body}A.{signature}",
        f"{deep}.{body}.{signature}",
        signed(iss="https://other.example"),
        signed(aud=["rp", "other"]),
        signed(sub=1),
    ):
        with pytest.raises(HintError):
            read_hint(provider.services.keys, ISSUER, wrong)
