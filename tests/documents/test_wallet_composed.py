"""The wallet in the whole provider: real sign-in, real passcode, the seeded citizens."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PEOPLE = {"lan": "065190000101", "minh": "065085000202", "hoa": "065198000303", "tuan": "065089001515"}


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def sign_in(client: FlaskClient, persona: str) -> TestResponse:
    """From the wallet's address to where the sign-in leads back to."""
    page = client.get(client.get("/wallet").headers["Location"])
    action = re.search(r'<form method="post" action="([^"]+)"[^>]*novalidate', page.text)
    assert action
    form = {"csrf_token": token_of(page), "number": PEOPLE[persona], "password": "MoPhong@2026"}
    assert client.post(action[1].replace("&amp;", "&"), data=form).headers["Location"] == "/wallet"
    return client.get("/wallet")


def unlock(client: FlaskClient, passcode: str = "246810") -> TestResponse:
    form = {"csrf_token": token_of(client.get("/wallet/unlock")), "passcode": passcode}
    return client.post("/wallet/unlock", data=form)


@pytest.mark.parametrize(("persona", "documents"), [("lan", 7), ("minh", 0)])
def test_sign_in_passcode_documents(client: FlaskClient, persona: str, documents: int) -> None:
    """A password, then the passcode, then what this citizen has."""
    assert sign_in(client, persona).headers["Location"] == "/wallet/unlock?next=/wallet"
    assert unlock(client).headers["Location"] == "/wallet"
    page = client.get("/wallet")
    ids = set(re.findall(r"/wallet/documents/([0-9a-f]{32})", page.text))
    assert len(ids) == documents
    assert all(client.get(f"/wallet/documents/{one}").status_code == 200 for one in ids)


def test_level_1_is_told_what_to_do(client: FlaskClient) -> None:
    """Hoa has an account, and no wallet."""
    page = sign_in(client, "hoa")
    assert page.status_code == 403
    assert "mức 2" in page.text


def test_tuans_three_states_are_told_apart(client: FlaskClient) -> None:
    """Revoked, suspended and expired, each by its word."""
    sign_in(client, "tuan")
    unlock(client)
    page = client.get("/wallet").text
    assert all(word in page for word in ("Đã thu hồi", "Tạm dừng", "Hết hạn"))


def test_guessing_the_passcode_is_stopped(client: FlaskClient) -> None:
    """The accounts' throttle holds at this door too: in the end even the right passcode has to wait."""
    sign_in(client, "lan")
    answers = [unlock(client, f"{number:06}").status_code for number in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert unlock(client).status_code == 429
    assert client.get("/wallet").status_code == 303
