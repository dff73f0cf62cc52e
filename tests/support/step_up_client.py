"""A relying party and a browser at the whole provider, without a network: what is asked, and what comes of it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from soft_authenticator import SoftAuthenticator
from werkzeug.test import TestResponse

PASSWORD, PASSCODE = "MoPhong@2026", "246810"
LAN, HOA = "065190000101", "065198000303"
ONE, TWO, THREE = (f"urn:vn-mock:loa:{number}" for number in (1, 2, 3))
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REQUEST = {
    "response_type": "code", "client_id": "demo-spa", "redirect_uri": "http://127.0.0.1/callback",
    "scope": "openid identity profile", "state": "s", "nonce": "n", "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}  # fmt: skip


def essential(*values: str) -> str:
    return json.dumps({"id_token": {"acr": {"essential": True, "values": list(values)}}})


def wished(*values: str) -> str:
    return json.dumps({"id_token": {"acr": {"values": list(values)}}})


@dataclass
class Visitor:
    """One browser. `seen` are the paths it was led through since the last request of the client."""

    app: Flask
    client: FlaskClient = field(init=False)
    seen: list[str] = field(default_factory=list)
    page: TestResponse = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    # --- the client ----------------------------------------------------------------------------------
    def authorize(self, **changes: str) -> TestResponse:
        self.seen.clear()
        return self.open(f"/authorize?{urlencode({**REQUEST, **changes})}")

    def answer(self) -> dict[str, str]:
        """The parameters at the client's address, consenting on the way where asked."""
        if self.page.status_code == 200 and 'data-testid="consent-approve"' in self.page.text:
            self._go(self.client.post("/authorize/consent", data={**self.hidden(), "decision": "approve"}))
        assert self.page.status_code == 303, self.page.text
        assert self.page.location.startswith("http://127.0.0.1/callback?"), self.page.location
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.location).query).items()}

    def tokens(self) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code", "code": self.answer()["code"], "client_id": "demo-spa",
            "redirect_uri": REQUEST["redirect_uri"], "code_verifier": VERIFIER,
        }  # fmt: skip
        found = self.app.test_client().post("/token", data=form)
        assert found.status_code == 200, found.text
        body: dict[str, Any] = found.get_json()
        return body

    def id_token(self) -> dict[str, Any]:
        part = str(self.tokens()["id_token"]).split(".")[1]
        payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return payload

    # --- the browser ---------------------------------------------------------------------------------
    def open(self, path: str) -> TestResponse:
        return self._go(self.client.get(path))

    def _go(self, response: TestResponse) -> TestResponse:
        """Follow every redirect within the provider."""
        while response.status_code in (302, 303) and response.location.startswith("/"):
            self.seen.append(urlsplit(response.location).path)
            response = self.client.get(response.location)
        self.page = response
        return response

    def hidden(self) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page.text))

    def action(self, part: str) -> str:
        """The address that the page's form containing `part` goes to."""
        found = re.search(rf'action="([^"]*{part}[^"]*)"', self.page.text)
        assert found, f"no form to {part} in {self.page.text}"
        return html.unescape(found[1])

    def link(self, testid: str) -> str:
        found = re.search(rf'href="([^"]*)" data-testid="{testid}"', self.page.text)
        assert found, self.page.text
        return html.unescape(found[1])

    def asks(self, testid: str) -> bool:
        return f'data-testid="{testid}"' in self.page.text

    # --- the person ----------------------------------------------------------------------------------
    def give_password(self, number: str = LAN) -> TestResponse:
        form = {"csrf_token": self.hidden()["csrf_token"], "number": number, "password": PASSWORD}
        path = next(path for path in re.findall(r'action="(/sign-in(?:\?[^"]*)?)"', self.page.text))
        return self._go(self.client.post(html.unescape(path), data=form))

    def give_passcode(self) -> TestResponse:
        form = {"csrf_token": self.hidden()["csrf_token"], "method": "pin", "code": PASSCODE}
        return self._go(self.client.post(self.action("/sign-in/second-factor"), data=form))

    def use_passkey(self, key: SoftAuthenticator) -> TestResponse:
        """The button of the page that is open."""
        token = {"csrf_token": self.hidden()["csrf_token"]}
        found = re.search(r'data-options-url="([^"]+)"', self.page.text)
        assert found, "the page offers no passkey"
        options = self.client.post(html.unescape(found[1]), data=token).get_json()
        form = {**token, "credential": key.get(options)}
        return self._go(self.client.post(self.action("/sign-in/passkey"), data=form))

    def add_passkey(self) -> SoftAuthenticator:
        """With two factors proven on the way."""
        self.open("/account/passkeys/new")
        self.give_password()
        self.give_passcode()
        token, key = {"csrf_token": self.hidden()["csrf_token"]}, SoftAuthenticator()
        made = key.create(self.client.post("/account/passkeys/options", data=token).get_json())
        self._go(self.client.post("/account/passkeys/new", data={**token, "name": "x", "credential": made}))
        assert self.asks("passkey-added"), self.page.text
        return key


def passkey_of_lan(app: Flask) -> SoftAuthenticator:
    """One that she added elsewhere before."""
    return Visitor(app).add_passkey()
