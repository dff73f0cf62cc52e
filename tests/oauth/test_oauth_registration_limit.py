"""The limit on registrations: wrong tokens are counted apart from proven ones (RFC 7591 5, RFC 7592 2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.oauth.conftest import Provider
from tests.oauth.registrations import WANTED, initial_token, post


def test_wrong_tokens_stop_nobody_else(bare: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """They wait by themselves: a right token registers, and a client proven by its own changes itself and goes."""
    from idp.oauth.endpoints import registration_answers

    for name in ("REGISTRATIONS", "WRONG_TOKENS"):
        few = registration_answers.Policy(name, (0, 0, 30), timedelta(hours=1))
        monkeypatch.setattr(registration_answers, name, few)
    token, browser = initial_token(bare), bare.app.test_client()
    made = post(bare, token).get_json()
    where = made["registration_client_uri"].removeprefix(bare.services.issuer)
    own, strange = ({"Authorization": f"Bearer {one}"} for one in (made["registration_access_token"], "wrong"))
    wrong = [post(bare, "wrong").status_code, *(browser.delete(where, headers=strange).status_code for _ in range(3))]
    assert wrong == [401, 401, 401, 429]
    assert post(bare, token).status_code == 201
    changed = browser.put(where, headers=own, json={**WANTED, "client_id": made["client_id"]})
    assert changed.status_code == 200, changed.text
    own = {"Authorization": f"Bearer {changed.get_json()['registration_access_token']}"}
    assert browser.delete(where, headers=own).status_code == 204


def test_a_flood_must_wait(bare: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registrations of one address are slowed down, and told when to come again."""
    from idp.oauth.endpoints import registration_answers

    few = registration_answers.Policy("client-registration", (0, 0, 30), timedelta(hours=1))
    monkeypatch.setattr(registration_answers, "REGISTRATIONS", few)
    token = initial_token(bare)
    answers = [post(bare, token) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert answers[-1].headers["Retry-After"] == "30"
    bare.clock.instant += timedelta(seconds=31)
    assert post(bare, token).status_code == 201
