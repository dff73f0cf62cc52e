"""My account in the whole provider: a citizen in her browser, and a service that she lets in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts import store
from idp.clock import FixedClock
from idp.db import Database
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import register

PASSWORD, PASSCODE = "MoPhong@2026", "246810"
NUMBERS = {
    "lan": "065190000101", "minh": "065085000202", "quynh": "065195001212", "long": "065082001010",
    "phuc": "065066001111", "tam": "065096001414", "dung": "065075000707",
}  # fmt: skip
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
REDIRECT = "http://localhost:9000/cb"
OFFLINE = "openid profile offline_access"


@dataclass
class Citizen:
    """One browser of one person."""

    app: Flask
    name: str
    client: FlaskClient

    @property
    def db(self) -> Database:
        found: Database = self.app.extensions["mock_vneid_db"]
        return found

    @property
    def subject(self) -> str:
        with self.db.read() as session:
            account = store.account_by_number(session, NUMBERS[self.name])
            assert account is not None
            return account.subject

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, form: str, **fields: str) -> TestResponse:
        """Send a form that stands on the page `form`."""
        return self.client.post(path, data={"csrf_token": token_of(self.follow(form)), **fields})

    def follow(self, path: str) -> str:
        """The page that an address leads to in the end."""
        return self.client.get(path, follow_redirects=True).text

    def sign_in(self, level: int = 2) -> Citizen:
        answer = self.post("/sign-in", "/sign-in", number=NUMBERS[self.name], password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return self.step_up() if level == 2 else self

    def step_up(self, path: str = "/account/activity/export") -> Citizen:
        """Ask for a page of level 2, and give the passcode that it asks for."""
        asked = self.get(path)
        assert asked.status_code == 303, asked.text
        answer = self.give_passcode(asked.headers["Location"])
        assert answer.status_code == 303, answer.text
        return self

    def give_passcode(self, sign_in: str) -> TestResponse:
        page = self.client.get(sign_in, follow_redirects=True)
        return self.client.post(
            page.request.full_path, data={"csrf_token": token_of(page.text), "method": "pin", "code": PASSCODE}
        )


@dataclass
class Service:
    """A registered client with which people have dealings."""

    app: Flask
    secret: str
    client_id: str = "rp"

    def link(self, citizen: Citizen, scope: str = OFFLINE) -> dict[str, Any]:
        """She signs in there and agrees where she is asked; the tokens."""
        page = citizen.client.get(self._request(scope))
        while page.status_code == 303 and page.headers["Location"].startswith("/"):
            page = citizen.client.get(page.headers["Location"])
        if page.status_code == 200:
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
            page = citizen.client.post("/authorize/consent", data={**fields, "decision": "approve"})
        code = parse_qs(urlsplit(page.headers["Location"]).query)["code"][0]
        answer = self.redeem(code)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def code(self, citizen: Citizen, scope: str = OFFLINE) -> str:
        """A code of somebody who has agreed before."""
        page = citizen.client.get(self._request(scope))
        while page.headers["Location"].startswith("/"):
            page = citizen.client.get(page.headers["Location"])
        return parse_qs(urlsplit(page.headers["Location"]).query)["code"][0]

    def redeem(self, code: str) -> TestResponse:
        return self._token(grant_type="authorization_code", code=code, redirect_uri=REDIRECT, code_verifier=VERIFIER)

    def refresh(self, token: str) -> TestResponse:
        return self._token(grant_type="refresh_token", refresh_token=token)

    def userinfo(self, token: str) -> TestResponse:
        return self.app.test_client().get("/userinfo", headers={"Authorization": f"Bearer {token}"})

    def _token(self, **fields: str) -> TestResponse:
        return self.app.test_client().post("/token", data=fields, auth=(self.client_id, self.secret))

    def _request(self, scope: str) -> str:
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": REDIRECT, "scope": scope,
            "state": "s", "nonce": "n", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"/authorize?{urlencode(asked)}"


def citizen(app: Flask, name: str = "lan", user_agent: str = "") -> Citizen:
    client = app.test_client()
    if user_agent:
        client.environ_base["HTTP_USER_AGENT"] = user_agent
    return Citizen(app, name, client)


def service(app: Flask, clock: FixedClock, client_id: str = "rp") -> Service:
    registration = ClientRegistration(
        client_id=client_id, client_name_vi=f"Dịch vụ {client_id} (MÔ PHỎNG)",
        client_name_en=f"Service {client_id} (MOCK)", redirect_uris=(REDIRECT,),
        scope="openid profile phone offline_access",
        grant_types=("authorization_code", "refresh_token"), id_token_signed_response_alg="ES256",
        post_logout_redirect_uris=(),
    )  # fmt: skip
    with app.extensions["mock_vneid_db"].begin() as session:
        made = register(session, registration, clock.now())
    return Service(app, made.client_secret or "", client_id)


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no CSRF token"
    return found[1]


def events_of(someone: Citizen) -> list[tuple[str, dict[str, Any]]]:
    """What the audit record holds of her, the latest first."""
    from idp.audit.store import activity

    with someone.db.read() as session:
        return [(entry.event, dict(entry.details)) for entry in activity(session, someone.subject, limit=500)]


def lock_as(someone: Citizen, reason: str, by: str, now: datetime) -> None:
    """As others lock an account, whatever else they do."""
    with someone.db.begin() as session:
        account = store.account(session, someone.subject)
        assert account is not None
        account.state, account.lock_reason, account.locked_by, account.locked_at = "locked", reason, by, now
