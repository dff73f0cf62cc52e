"""QR sign-in in the whole provider: what the phone is told of a service, and what no sign-in can give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from accounts_place import csrf_token
from flask import Flask
from flask.testing import FlaskClient

from idp.clock import FixedClock
from idp.config import Config

LAN, HOA = "065190000101", "065198000303"
AUTHORIZE = {
    "response_type": "code",
    "client_id": "demo-confidential",
    "redirect_uri": "http://localhost:8080/callback",
    "scope": "openid profile identity",
    "state": "s",
    "nonce": "n",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "claims": '{"id_token": {"acr": {"essential": true, "value": "urn:vn-mock:loa:3"}}}',
}


@pytest.fixture
def loud(config: Config, clock: FixedClock, app: Flask) -> Iterator[Flask]:
    """Beside `app`, on its seeded database."""
    from idp.app import create_app

    made = create_app(replace(config, mock_phone=True), clock)
    made.testing = True
    yield made
    made.extensions["mock_vneid_db"].dispose()


def follow(client: FlaskClient, path: str) -> str:
    """The sign-in page that an address leads to."""
    return client.get(path, follow_redirects=True).text


def code_of(page: str) -> str:
    found = re.search(r"/app/scan#([\w-]+)", page)
    assert found, page
    return found[1]


def phone(app: Flask, call: str, code: str, person: str) -> dict[str, object]:
    answer = app.test_client().post(f"/mock/phone/{call}", json={"code": code, "person": person})
    found: dict[str, object] = answer.get_json()
    return found


def finish(client: FlaskClient, page: str) -> str:
    """Take the result; returns where the browser goes on to."""
    found = re.search(r'action="(/sign-in/qr/[0-9a-f]+/finish)"', page)
    assert found
    answer = client.post(found[1], data={"csrf_token": csrf_token(page)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_the_phone_is_told_service_level_and_data(loud: Flask) -> None:
    """The name is the registry's, whatever the request says (attack 3); level and data are those asked for."""
    page = follow(loud.test_client(), f"/authorize?{urlencode({**AUTHORIZE, 'client_name': 'Ngân hàng thật'})}")
    shown = phone(loud, "scan", code_of(page), LAN)
    assert "MÔ PHỎNG" in str(shown["service"])
    assert "Ngân hàng" not in str(shown)
    assert (shown["acr"], shown["scopes"]) == ("urn:vn-mock:loa:3", ["identity", "profile"])


def test_the_phone_is_told_what_is_asked_by_name(loud: Flask) -> None:
    """Core 5.5: a claim beside the scopes is data too; one that a scope brings already is not said twice."""
    claims = {"userinfo": {"nationalities": None, "name": {"essential": True}, "iq": None}}
    page = follow(loud.test_client(), f"/authorize?{urlencode({**AUTHORIZE, 'claims': json.dumps(claims)})}")
    shown = phone(loud, "scan", code_of(page), LAN)
    assert (shown["scopes"], shown["claims"]) == (["identity", "profile"], ["nationalities"])


def test_an_essential_level_3_is_reached_by_qr(loud: Flask) -> None:
    """The phone's key and the passcode: no password, no second page; straight on to the service's request."""
    client = loud.test_client()
    page = follow(client, f"/authorize?{urlencode(AUTHORIZE)}")
    assert phone(loud, "approve", code_of(page), LAN) == {"state": "approved"}
    assert finish(client, page).startswith("/authorize/continue?request=")


def test_a_strong_sign_in_does_not_lift_an_account(loud: Flask) -> None:
    """Attack 5: an account of level 1 signs in at the highest authentication level, and still has no wallet."""
    client = loud.test_client()
    page = follow(client, "/wallet")
    assert phone(loud, "approve", code_of(page), HOA) == {"state": "approved"}
    answer = client.get(finish(client, page), follow_redirects=True)
    assert answer.status_code == 403
    assert "mức 2" in answer.text


def test_no_frame_and_no_foreign_script(loud: Flask) -> None:
    """Clickjacking: the page with the code may stand in no frame, and runs nothing but its own scripts."""
    for path in ("/sign-in", "/app/scan"):
        headers = loud.test_client().get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
