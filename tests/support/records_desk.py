"""The records desk and a citizen in the whole provider, without a browser: forms are sent as the pages have them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.clock import FixedClock
from idp.seed import officers

PASSWORD, PASSCODE, DESK = "MoPhong@2026", "246810", "/officer/documents"


@dataclass
class Citizen:
    """A citizen's browser, signed in, the wallet open."""

    client: FlaskClient

    @classmethod
    def of(cls, app: Flask, number: str) -> Citizen:
        client = app.test_client()
        page = client.get(client.get("/wallet").headers["Location"])
        action = re.search(r'<form method="post" action="([^"]+)"[^>]*novalidate', page.text)
        assert action
        form = {"csrf_token": token_of(page), "number": number, "password": PASSWORD}
        assert client.post(action[1].replace("&amp;", "&"), data=form).status_code == 303
        citizen = cls(client)
        citizen.unlock()
        return citizen

    def unlock(self) -> None:
        """The passcode, for the next five minutes."""
        self.post("/wallet/unlock", "/wallet/unlock", passcode=PASSCODE)

    def get(self, path: str) -> TestResponse:
        page = self.client.get(path)
        if page.status_code in (302, 303) and "/wallet/unlock" in page.headers["Location"]:
            self.unlock()
            page = self.client.get(path)
        return page

    def post(self, path: str, page: str, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": token_of(self.client.get(page)), **fields})

    def request(self, type_id: str, purpose: str = "own_knowledge", **fields: str) -> TestResponse:
        fields = {"type": type_id, "purpose": purpose, **fields}
        return self.post("/wallet/requests", "/wallet/requests/new", **fields)

    def documents(self) -> list[str]:
        """The ids of what the wallet shows, newest first."""
        return list(dict.fromkeys(re.findall(r"/wallet/documents/([0-9a-f]{32})", self.get("/wallet").text)))

    def file(self, document_id: str) -> str:
        return self.get(f"/wallet/documents/{document_id}/download").text


@dataclass
class Desk:
    """An officer of the records desk, signed in."""

    client: FlaskClient
    person: str = ""

    @classmethod
    def of(cls, app: Flask, clock: FixedClock, login: str = "ly-lich") -> Desk:
        entry, client = next(each for each in officers.load() if each.login == login), app.test_client()
        code = str(pyotp.TOTP(entry.one_time_code_seed).at(clock.now()))
        form = {"csrf_token": token_of(client.get("/officer/sign-in")), "login": login, "password": entry.password}
        assert client.post("/officer/sign-in", data={**form, "code": code}).status_code == 303
        return cls(client)

    def open(self, *, purpose: str = "document_change", case: str = "7/2026/LL", **whom: str) -> TestResponse:
        """By `number` or by `receipt`."""
        answer = self.post(f"{DESK}/look-ups", DESK, purpose=purpose, case=case, **whom)
        self.person = answer.headers.get("Location", "")
        return answer

    def act(self, what: str, **fields: str) -> TestResponse:
        """On the person that is open: `requests/ID`, `documents/ID` or `convictions/0`."""
        return self.post(f"{self.person}/{what}", self.person, **fields)

    def post(self, path: str, page: str, **fields: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": token_of(self.client.get(page)), **fields})

    def page(self) -> TestResponse:
        return self.client.get(self.person)


def token_of(page: TestResponse) -> str:
    found = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return str(found[-1])


def request_id(location: str) -> str:
    return location.rsplit("/", 1)[1]


def receipt_of(citizen: Citizen, location: str) -> str:
    found = re.search(r"LLTP-\d{4}-[2-9A-Z]{6}", citizen.get(location).text)
    assert found
    return found[0]


def issued(app: Flask, clock: FixedClock, citizen: Citizen, type_id: str, **fields: str) -> tuple[Desk, str, str]:
    """A request answered: the desk with the person open, the new document's id, and its receipt."""
    location = citizen.request(type_id, **fields).headers["Location"]
    receipt = receipt_of(citizen, location)
    desk = Desk.of(app, clock)
    assert desk.open(receipt=receipt, purpose="document_request", case=receipt).status_code == 303
    assert desk.act(f"requests/{request_id(location)}", decision="issue").status_code == 303
    document = re.search(r"/wallet/documents/([0-9a-f]{32})", citizen.get(location).text)
    assert document
    return desk, document[1], receipt
