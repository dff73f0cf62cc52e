"""Nonces for DPoP proofs (RFC 9449 8 to 10), and the key that a pushed request names."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dpop_sender import DPoPSender
from werkzeug.test import TestResponse

from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth import dpop_nonce, pushed_request, pushed_store
from idp.oauth.dpop_nonce import Nonces
from idp.oauth.hashing import digest
from tests.oauth.conftest import ISSUER, Provider, basic, compose
from tests.oauth.dpop_requests import at_token, at_userinfo, redeem, refresh, tokens, userinfo

PAR = f"{ISSUER}/par"


@pytest.fixture
def demanding(db: Database, clock: FixedClock, provider_keys: Path, catalogue: Catalogue) -> Provider:
    """A provider that demands a nonce of everybody (IDP_DPOP_NONCE)."""
    made = compose(db, clock, provider_keys, catalogue, Config(issuer=ISSUER, dpop_nonce=True))
    made.secret = made.register().client_secret or ""
    return made


def test_a_proof_without_a_nonce_is_told_one(demanding: Provider) -> None:
    """8: 400 use_dpop_nonce, and the nonce; the code is still good."""
    code = demanding.code(scope="openid offline_access")
    refused = redeem(demanding, at_token(demanding), code)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "use_dpop_nonce")
    nonces = refused.headers.getlist("DPoP-Nonce")
    assert len(nonces) == 1  # MUST NOT be more than one
    assert redeem(demanding, at_token(demanding, nonce=nonces[0]), code).status_code == 200


@pytest.mark.parametrize("nonce", ["", "x", "é", "A" * 32, "\ud800"])
def test_a_nonce_of_nobodys_is_refused(provider: Provider, nonce: str) -> None:
    """8: MUST reject one that was not supplied, also where none is demanded."""
    refused = redeem(provider, at_token(provider, nonce=nonce), code="c")
    assert (refused.status_code, refused.get_json()["error"]) == (400, "use_dpop_nonce")
    assert refused.headers["DPoP-Nonce"]


def test_an_old_nonce_is_refused_and_a_recent_one_is_not(demanding: Provider) -> None:
    """8.1: clients keep one value, we a window of them."""
    first = demanding.services.nonces.current(demanding.clock.now())
    demanding.clock.instant += timedelta(minutes=4)
    found = redeem(demanding, at_token(demanding, nonce=first))
    assert found.status_code == 200
    assert found.headers["DPoP-Nonce"] != first  # 8.2: the next one comes with the answer
    demanding.clock.instant += timedelta(minutes=1)
    refused = redeem(demanding, at_token(demanding, nonce=first))
    assert refused.get_json()["error"] == "use_dpop_nonce"


def test_every_answer_to_a_proof_has_the_next_nonce(provider: Provider) -> None:
    """8.2: errors and successes alike, never cached; whoever sends no proof is not bothered."""
    token = tokens(provider)["access_token"]
    answers = [
        redeem(provider, at_token(provider), code="c"),
        redeem(provider, at_token(provider)),
        redeem(provider, "no proof"),
        userinfo(provider, token, at_userinfo(provider, token)),
        userinfo(provider, token, "no proof"),
    ]
    for answer in answers:
        assert answer.headers["DPoP-Nonce"] == provider.services.nonces.current(provider.clock.now())
        assert answer.headers["Cache-Control"] == "no-store"
    assert "DPoP-Nonce" not in provider.redeem("c").headers
    assert "DPoP-Nonce" not in provider.userinfo("x").headers


def test_at_userinfo(demanding: Provider) -> None:
    """9: 401 with the DPoP challenge and the nonce."""
    nonce = demanding.services.nonces.current(demanding.clock.now())
    token = redeem(demanding, at_token(demanding, nonce=nonce)).get_json()["access_token"]
    refused = userinfo(demanding, token, at_userinfo(demanding, token))
    assert (refused.status_code, refused.get_json()["error"]) == (401, "use_dpop_nonce")
    assert refused.headers["WWW-Authenticate"].startswith('DPoP realm="mock-vneid", error="use_dpop_nonce"')
    good = at_userinfo(demanding, token, nonce=refused.headers["DPoP-Nonce"])
    assert userinfo(demanding, token, good).status_code == 200


def test_a_refused_proof_may_be_made_again_with_the_same_jti(demanding: Provider) -> None:
    """Only what was let through is used up."""
    assert redeem(demanding, at_token(demanding, jti="j")).get_json()["error"] == "use_dpop_nonce"
    nonce = demanding.services.nonces.current(demanding.clock.now())
    found = redeem(demanding, at_token(demanding, jti="j", nonce=nonce))
    assert found.status_code == 200
    again = refresh(demanding, at_token(demanding, jti="j", nonce=nonce), found.get_json()["refresh_token"])
    assert again.get_json()["error"] == "invalid_dpop_proof"


def test_nonces_are_of_one_provider_and_cannot_be_foretold(clock: FixedClock) -> None:
    """8: MUST be unpredictable; another process with the same secret knows them, another provider does not."""
    now = clock.now()
    nonce = Nonces(b"p" * 32).current(now)
    assert Nonces(b"p" * 32).knows(nonce, now)
    assert not Nonces(b"q" * 32).knows(nonce, now)
    ahead = Nonces(b"p" * 32).current(now + timedelta(seconds=dpop_nonce.ROTATES_AFTER))
    assert not Nonces(b"p" * 32).knows(ahead, now)
    assert len(base64.urlsafe_b64decode(nonce)) == 24


# --- pushed requests (10.1) -----------------------------------------------------------------------------------------
def push(provider: Provider, proof: str | None, **changes: str) -> TestResponse:
    headers = [("Authorization", basic("rp", provider.secret)), *([("DPoP", proof)] if proof is not None else [])]
    return provider.app.test_client().post("/par", data=provider.request(**changes), headers=headers)


def key_of(provider: Provider, proof: str | None, **changes: str) -> str | None:
    """What the code of a pushed request with these will be bound to."""
    response = push(provider, proof, **changes)
    assert response.status_code == 201, response.text
    secret = response.get_json()["request_uri"].removeprefix(pushed_request.PREFIX)
    with provider.db.read() as session:
        row = pushed_store.pushed(session, digest(secret))
        assert row is not None
        return next(iter(row.parameters.get("dpop_jkt", [])), None)


def at_par(provider: Provider, sender: DPoPSender, **changes: Any) -> str:
    return sender.proof("POST", PAR, provider.clock.now(), **changes)


def test_a_pushed_request_with_two_keys_is_refused(provider: Provider) -> None:
    """10.1: MUST reject where parameter and proof differ."""
    for other in (DPoPSender().jkt, "x" * 43, "\u00e9"):
        response = push(provider, at_par(provider, DPoPSender()), dpop_jkt=other)
        assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


def test_a_pushed_requests_proof_is_checked_like_any_other(demanding: Provider) -> None:
    """10.1: MUST check it as 4.3 says; replay and nonce too."""
    sender = DPoPSender()
    refused = push(demanding, at_par(demanding, sender))
    assert (refused.status_code, refused.get_json()["error"]) == (400, "use_dpop_nonce")
    proof = at_par(demanding, sender, nonce=refused.headers["DPoP-Nonce"])
    assert key_of(demanding, proof) == sender.jkt
    for bad in (proof, at_token(demanding, sender, nonce=refused.headers["DPoP-Nonce"]), "x"):
        assert push(demanding, bad).get_json()["error"] == "invalid_dpop_proof"


def test_a_pushed_request_names_its_key_in_either_way(provider: Provider) -> None:
    """10.1: both mechanisms MUST be supported."""
    sender = DPoPSender()
    assert key_of(provider, None) is None
    assert key_of(provider, None, dpop_jkt=sender.jkt) == sender.jkt
    assert key_of(provider, at_par(provider, sender)) == sender.jkt
    assert key_of(provider, at_par(provider, sender), dpop_jkt=sender.jkt) == sender.jkt
