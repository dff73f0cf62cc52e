"""Whose forwarded headers are believed: the sign-in page counts guesses by the caller's address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp import throttling
from idp.app import create_app
from idp.cli.provision import provision
from idp.clock import FixedClock
from idp.config import Config

PROXY, STRANGER = "192.0.2.1", "198.51.100.7"
FREE = throttling.ADDRESS.waits.index(2)  # so many failures of one address cost no wait


@pytest.fixture
def client(config: Config, clock: FixedClock) -> Iterator[FlaskClient]:
    config = replace(config, issuer="https://id.vn-mock.example", trusted_proxies=(PROXY,))
    provision(config, clock)
    app = create_app(config, clock)
    yield app.test_client()
    app.extensions["mock_vneid_db"].dispose()


def guess(client: FlaskClient, number: int, peer: str, said: str) -> TestResponse:
    """A wrong password for a number nobody has: only the address is counted up."""
    asked = {
        "environ_base": {"REMOTE_ADDR": peer},
        "headers": {"X-Forwarded-For": said, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"},
        "base_url": "https://id.vn-mock.example",
    }
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", **asked).text)  # type: ignore[arg-type]
    assert token
    form = {"csrf_token": token[1], "number": f"0651910{number:05d}", "password": "wrong"}
    return client.post("/sign-in", data=form, **asked)  # type: ignore[arg-type]


def answers(client: FlaskClient, peer: str) -> list[int]:
    """What one peer is told that says to come from another address each time."""
    return [guess(client, number, peer, f"203.0.113.{number}").status_code for number in range(FREE + 2)]


def test_a_stranger_cannot_choose_his_address(client: FlaskClient) -> None:
    """All his guesses count as his."""
    assert answers(client, STRANGER)[-1] == HTTPStatus.TOO_MANY_REQUESTS


def test_a_named_proxy_is_believed(client: FlaskClient) -> None:
    """Each of its callers is counted apart; one of them goes on to be."""
    assert set(answers(client, PROXY)) == {HTTPStatus.BAD_REQUEST}
    same = [guess(client, number, PROXY, "203.0.113.99").status_code for number in range(FREE + 2)]
    assert same[-1] == HTTPStatus.TOO_MANY_REQUESTS


def test_what_a_caller_puts_before_the_proxy_is_not_believed(client: FlaskClient) -> None:
    """The proxy appends; only what it appended counts."""
    said = (f"203.0.113.{number}, {STRANGER}" for number in range(FREE + 2))
    last = [guess(client, number, PROXY, each).status_code for number, each in enumerate(said)][-1]
    assert last == HTTPStatus.TOO_MANY_REQUESTS


@pytest.mark.parametrize("peer", [PROXY, STRANGER])
def test_forwarded_hosts_change_no_address(client: FlaskClient, peer: str) -> None:
    """Discovery and redirects, from a proxy and from a stranger."""
    asked = {
        "environ_base": {"REMOTE_ADDR": peer},
        "headers": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"},
    }
    found = client.get("/.well-known/openid-configuration", **asked).get_json()  # type: ignore[arg-type]
    assert found["issuer"] == "https://id.vn-mock.example"
    assert "evil" not in str(found)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", **asked).text)  # type: ignore[arg-type]
    answer = client.post("/sign-out", data={"csrf_token": token[1] if token else ""}, **asked)  # type: ignore[arg-type]
    assert "evil" not in str(answer.headers)
