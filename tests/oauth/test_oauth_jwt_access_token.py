"""JWT access tokens (RFC 9068): what is in them, what else is not taken for one, and that they can be revoked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from asking_tokens import API, ask, verified
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.oauth import jwt_access_token
from idp.oauth.errors import InvalidTokenError
from idp.oauth.hashing import digest
from idp.oauth.models import AccessToken
from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider, payload_of

OFFLINE = "openid identity offline_access"
USERINFO = f"{ISSUER}/userinfo"


@pytest.fixture
def jwts(bare: Provider) -> Provider:
    """The client `rp` has JWT access tokens."""
    bare.secret = bare.register(access_token_format="jwt", resources=(API, USERINFO)).client_secret or ""
    return bare


def read(provider: Provider, token: str) -> jwt.Token:
    return verified(token, provider.app.test_client().get("/jwks").get_json(), "ES256")


def forged(provider: Provider, token: str, header: Mapping[str, Any], **changes: Any) -> str:
    """The token, changed, signed with the provider's own key, and kept as if it had been issued."""
    key = provider.services.keys.signing_key("ES256")
    head = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt", **header}
    made = jwt.encode(head, {**payload_of(token), **changes}, key, algorithms=["ES256"])
    keep(provider, token, made)
    return made


def keep(provider: Provider, like: str, token: str) -> None:
    with provider.db.begin() as session:
        row = session.get(AccessToken, digest(like))
        assert row is not None
        columns = {column.key: getattr(row, column.key) for column in AccessToken.__table__.columns}
        session.add(AccessToken(**{**columns, "token_hash": digest(token)}))


def test_one_that_we_did_not_keep_is_nothing(jwts: Provider) -> None:
    """However well it is signed."""
    token = jwts.tokens()["access_token"]
    key = jwts.services.keys.signing_key("ES256")
    header = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
    again = jwt.encode(header, payload_of(token), key, algorithms=["ES256"])
    assert again != token
    assert jwts.userinfo(again).status_code == 401


@pytest.mark.parametrize(
    ("header", "changes"),
    [({"typ": "JWT"}, {}), ({"typ": "AT+JWT "}, {}), ({}, {"iss": "https://other.example"})],
)
def test_one_of_another_kind_is_nothing(jwts: Provider, header: Mapping[str, Any], changes: dict[str, Any]) -> None:
    """RFC 9068 4: typ and iss, even where a row is kept for it."""
    token = forged(jwts, jwts.tokens()["access_token"], header, **changes)
    assert jwts.userinfo(token).status_code == 401
    assert ask(jwts.app, "/introspect", ("rp", jwts.secret), {"token": token}).get_json() == {"active": False}


def test_one_that_another_signed_is_nothing(jwts: Provider) -> None:
    """RFC 9068 4: a row in the database alone does not make a token."""
    token = jwts.tokens()["access_token"]
    header = {"alg": "ES256", "kid": "mine", "typ": "at+jwt"}
    made = jwt.encode(header, payload_of(token), ECKey.generate_key("P-256"), algorithms=["ES256"])
    keep(jwts, token, made)
    assert jwts.userinfo(made).status_code == 401


@pytest.mark.parametrize("token", ["..", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOjF9.e30.x", "é.é.é"])
def test_what_is_no_jwt(jwts: Provider, token: str) -> None:
    """RFC 8725 3.1: `none` neither; each is the one error."""
    with pytest.raises(InvalidTokenError):
        jwt_access_token.verify(jwts.services.keys, ISSUER, token)


def test_an_id_token_is_no_access_token(jwts: Provider) -> None:
    """RFC 9068 5 and RFC 8725 3.11: one kind of JWT is not taken for another, in either direction."""
    tokens = jwts.tokens()
    assert jwts.userinfo(tokens["id_token"]).status_code == 401
    assert jwts.answer(id_token_hint=tokens["access_token"])["error"] == "invalid_request"


def test_what_is_in_it(jwts: Provider) -> None:
    """RFC 9068 2.1 and 2.2: typ, the seven claims, the sign-in and the scope; nothing of the person but `sub` (6)."""
    tokens = jwts.tokens(scope="openid identity profile")
    token, claims = read(jwts, tokens["access_token"]), payload_of(tokens["id_token"])
    assert token.header["typ"] == "at+jwt"
    now = int(jwts.clock.now().timestamp())
    jti = token.claims["jti"]
    assert token.claims == {
        "iss": ISSUER,
        "exp": now + 600,
        "aud": USERINFO,
        "sub": claims["sub"],
        "client_id": "rp",
        "iat": now,
        "jti": jti,
        "auth_time": claims["auth_time"],
        "acr": claims["acr"],
        "amr": claims["amr"],
        "scope": "identity openid profile",
    }
    assert len(jti) == 22
    assert jti != read(jwts, jwts.tokens()["access_token"]).claims["jti"]


def test_its_subject_is_pairwise(jwts: Provider) -> None:
    """RFC 9068 6: a client of another sector has another `sub` for the same person."""
    first = read(jwts, jwts.tokens()["access_token"]).claims["sub"]
    other = jwts.register(client_id="rp2", access_token_format="jwt", sector_identifier="other.example")
    fields = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    redeemed = jwts.token(auth=("rp2", other.client_secret or ""), code=jwts.code(client_id="rp2"), **fields)
    second = redeemed.get_json()["access_token"]
    assert read(jwts, second).claims["sub"] != first


def test_at_hash_is_of_it(jwts: Provider) -> None:
    """Core 3.1.3.6."""
    from idp.oauth.id_token import half_hash

    tokens = jwts.tokens()
    assert payload_of(tokens["id_token"])["at_hash"] == half_hash(tokens["access_token"], "ES256")


def test_userinfo_takes_it(jwts: Provider) -> None:
    """As the one of another form; and introspection tells its jti."""
    token = jwts.tokens()["access_token"]
    assert jwts.userinfo(token).get_json()["name"] == "Nguyễn Thị Mai Lan"
    told = ask(jwts.app, "/introspect", ("rp", jwts.secret), {"token": token}).get_json()
    assert told["active"] is True
    same = read(jwts, token).claims
    assert {name: told[name] for name in told if name in same} == {name: same[name] for name in told if name in same}
    assert told["jti"] == same["jti"]


def test_its_jti_is_no_token(jwts: Provider) -> None:
    """Who sees a log of identifiers holds nothing."""
    assert jwts.userinfo(read(jwts, jwts.tokens()["access_token"]).claims["jti"]).status_code == 401


def test_revoked_it_is_dead_here(jwts: Provider) -> None:
    """RFC 7009 3: self-contained or not, UserInfo and introspection see it at once."""
    token = jwts.tokens()["access_token"]
    assert ask(jwts.app, "/revoke", ("rp", jwts.secret), {"token": token}).status_code == 200
    assert jwts.userinfo(token).status_code == 401
    assert ask(jwts.app, "/introspect", ("rp", jwts.secret), {"token": token}).get_json() == {"active": False}
    assert read(jwts, token).claims["client_id"] == "rp"  # only who looks at nothing but the signature takes it still


def test_expired_or_locked_it_is_dead_here(jwts: Provider) -> None:
    """Like every other."""
    token = jwts.tokens()["access_token"]
    jwts.subjects.locked.add("subject-lan")
    assert jwts.userinfo(token).status_code == 401
    jwts.subjects.locked.clear()
    assert jwts.userinfo(token).status_code == 200
    jwts.clock.instant += timedelta(minutes=10)
    assert jwts.userinfo(token).status_code == 401


def test_one_for_a_resource(jwts: Provider) -> None:
    """RFC 9068 3: the aud is the resource that was asked for; a list where there are several."""
    both = [API, USERINFO]
    tokens = jwts.tokens(scope=OFFLINE, resource=both)  # type: ignore[arg-type]
    assert read(jwts, tokens["access_token"]).claims["aud"] == both
    assert jwts.userinfo(tokens["access_token"]).status_code == 200
    alone = jwts.refresh(tokens["refresh_token"], resource=API).get_json()["access_token"]
    assert read(jwts, alone).claims["aud"] == API
    assert jwts.userinfo(alone).status_code == 401


def test_a_refreshed_one_tells_of_the_first_sign_in(jwts: Provider) -> None:
    """RFC 9068 2.2.1: auth_time stays, however often it is refreshed; the narrower scope is in it."""
    tokens = jwts.tokens(scope=OFFLINE)
    jwts.clock.instant += timedelta(minutes=5)
    later = read(jwts, jwts.refresh(tokens["refresh_token"], scope="openid").get_json()["access_token"]).claims
    first = read(jwts, tokens["access_token"]).claims
    assert (later["auth_time"], later["scope"]) == (first["auth_time"], "openid")
    assert later["iat"] == first["iat"] + 300


def test_other_clients_tokens_stay_opaque(provider: Provider) -> None:
    """By client."""
    assert not jwt_access_token.is_one(provider.tokens()["access_token"])
