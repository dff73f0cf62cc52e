"""Applying, activating and sitting at the officers' desk, as tests do it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pyotp
from accounts_place import Browser, Place
from werkzeug.test import TestResponse

from idp.accounts import store as accounts
from idp.accounts.models import Account
from idp.accounts.ports import AccountServices
from idp.seed import officers

BICH = {
    "number": "065301001616", "full_name": "Hồ Ngọc Bích", "birthdate": "2001-06-17", "phone": "0500 001 616",
    "face": "same",
}  # fmt: skip
KENJI = {
    "passport": "MK0001717", "card": "MT0001717", "full_name": "Sato Kenji", "birthdate": "1990-09-30",
    "phone": "+84500001717", "face": "same",
}  # fmt: skip
INES = {
    "passport": "MP0002222", "card": "MT0002222", "full_name": "Inês Carvalho", "birthdate": "1988-07-19",
    "phone": "+84500002222", "face": "same",
}  # fmt: skip
NHI = {**BICH, "number": "065314002020", "full_name": "Mai Yến Nhi", "birthdate": "2014-12-05", "phone": "0500002020"}
LOC = {**BICH, "number": "065084001818", "full_name": "Tạ Hữu Lộc", "birthdate": "1984-02-11", "phone": "0500001818"}
CUC = {
    **BICH,
    "number": "065149001919",
    "full_name": "Đinh Thị Cúc",
    "birthdate": "1949-10-20",
    "phone": "0500001919",
}
DAT = {
    **BICH,
    "number": "065076002121",
    "full_name": "Cao Tiến Đạt",
    "birthdate": "1976-03-01",
    "phone": "0500002121",
}
NEW_PASSWORD, NEW_PASSCODE = "ba con meo den 9", "739182"


def account_of(place: Place, number: str) -> Account | None:
    with place.db.begin() as session:
        return accounts.account_by_number(session, number)


def by_officer(place: Place) -> Place:
    """A second provider on the same data, where an officer decides who gets level 1."""
    services = replace(place.services, config=replace(place.services.config, level_1_by_officer=True))
    return _remade(place, services)


def _remade(place: Place, services: AccountServices) -> Place:
    from flask import Flask

    app = Flask("idp", template_folder=place.app.template_folder, static_folder=place.app.static_folder)
    app.testing = True
    services.web.init_app(app)
    from idp.accounts.blueprints import create_blueprints

    for blueprint in create_blueprints(services):
        app.register_blueprint(blueprint)
    from accounts_place import _helper_pages

    _helper_pages(app, services.web)
    return replace(place, app=app, services=services)


def apply(browser: Browser, holder: str = "citizen", **fields: str) -> TestResponse:
    return browser.submit(f"/register/{holder}", **(fields or (BICH if holder == "citizen" else KENJI)))


def receipt_of(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].split("receipt=")[1]


def messages(browser: Browser) -> str:
    return browser.get("/demo/phone").text


def code_in(text: str) -> str:
    return re.findall(r"[B-Z2-9]{5}-[B-Z2-9]{5}", text)[0]


def open_activation(browser: Browser, number: str = BICH["number"]) -> str:
    """To the page of the secrets; returns the way to it without its last part."""
    answer = browser.submit("/activate", number=number, code=code_in(messages(browser)))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removesuffix("/secrets")


def give_secrets(
    browser: Browser, way: str, password: str = NEW_PASSWORD, passcode: str = NEW_PASSCODE
) -> TestResponse:
    return browser.submit(
        f"{way}/secrets", password=password, password_again=password, passcode=passcode, passcode_again=passcode
    )


def seed_on(browser: Browser, way: str) -> str:
    return re.search(r'data-testid="seed">([A-Z2-7]+)<', browser.get(f"{way}/phone").text)[1]  # type: ignore[index]


def activate(place: Place, browser: Browser, number: str = BICH["number"]) -> None:
    """The whole activation."""
    way = open_activation(browser, number)
    assert give_secrets(browser, way).status_code == 303
    code = pyotp.TOTP(seed_on(browser, way)).at(place.clock.now())
    assert browser.submit(f"{way}/phone", code=code).headers["Location"] == "/activate/done"


@dataclass
class Desk:
    """An officer's browser."""

    client: Any
    place: Place

    def token(self) -> str:
        return re.search(r'name="csrf_token" value="([^"]+)"', self.page().text)[1]  # type: ignore[index]

    def page(self) -> TestResponse:
        for path in ("/officer/look-up", "/officer/audit", "/officer/sign-in"):
            found: TestResponse = self.client.get(path)
            if found.status_code == 200:
                return found
        raise AssertionError("no page")

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)  # type: ignore[no-any-return]

    def submit(self, path: str, **fields: object) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **fields})  # type: ignore[no-any-return]

    def look_up(self, number: str, purpose: str = "complaint", case: str = "12/2026/HS") -> TestResponse:
        return self.submit("/officer/look-up", number=number, purpose=purpose, case=case)

    def person(self, number: str) -> str:
        """The address of the person's page."""
        answer = self.look_up(number)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


def officer_code(place: Place, login: str) -> str:
    entry = next(each for each in officers.load() if each.login == login)
    return str(pyotp.TOTP(entry.one_time_code_seed).at(place.clock.now()))


def desk(place: Place, login: str = "can-bo") -> Desk:
    """Signed in, both factors."""
    found = Desk(place.app.test_client(), place)
    entry = next(each for each in officers.load() if each.login == login)
    answer = found.submit("/officer/sign-in", login=login, password=entry.password, code=officer_code(place, login))
    assert answer.status_code == 303, answer.text
    return found
