"""The registration endpoint against floods: whom a limit meets, and whom it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.oauth.conftest import Provider
from tests.oauth.registrations import initial_token, post

CHALLENGE = 'Bearer realm="mock-vneid"'
STATEMENT = "eyJhbGciOiJFUzI1NiJ9.eyJzb2Z0d2FyZV9pZCI6IngifQ.c2lnbmF0dXJl"


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
