"""Level 1 or locked reaches nothing of level 2, in the whole provider (attack 5)."""

from __future__ import annotations

import re

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.clock import FixedClock
from idp.seed import officers

LAN, HOA, PASSWORD, PASSCODE = "065190000101", "065198000303", "MoPhong@2026", "246810"
CASE = {"purpose": "lock_or_unlock", "case": "7/2026/KH"}


def _post(client: FlaskClient, path: str, page: str, **fields: str) -> TestResponse:
    tokens = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    return client.post(path, data={"csrf_token": tokens[-1], **fields})


def _citizen(app: Flask, number: str) -> FlaskClient:
    client = app.test_client()
    assert _post(client, "/sign-in", "/sign-in", number=number, password=PASSWORD).status_code == 303
    return client


def _officer(app: Flask, clock: FixedClock) -> FlaskClient:
    entry = officers.load()[0]
    client = app.test_client()
    code = str(pyotp.TOTP(entry.one_time_code_seed).at(clock.now()))
    fields = {"login": entry.login, "password": entry.password, "code": code}
    assert _post(client, "/officer/sign-in", "/officer/sign-in", **fields).status_code == 303
    return client


def _act(client: FlaskClient, number: str, act: str, **fields: str) -> int:
    page = _post(client, "/officer/look-up", "/officer/look-up", number=number, **CASE).headers["Location"]
    return _post(client, f"{page}/{act}", page, **fields).status_code


def _unlocked_wallet(app: Flask) -> FlaskClient:
    client = _citizen(app, LAN)
    page = client.get("/wallet", follow_redirects=True)
    action = re.search(r'<form method="post" action="(/wallet/unlock[^"]*)"', page.text)
    assert action, page.text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[-1]
    client.post(action[1].replace("&amp;", "&"), data={"csrf_token": token, "passcode": PASSCODE})
    assert 'data-testid="document-' in client.get("/wallet").text
    return client


def test_a_wallet_that_is_open_closes_with_the_lock(app: Flask, clock: FixedClock) -> None:
    """The session that had unlocked it is nobody's any more; signing in again is refused."""
    client = _unlocked_wallet(app)
    assert _act(_officer(app, clock), LAN, "lock", reason="card_revoked") == 303
    answer = client.get("/wallet")
    assert 'data-testid="document-' not in answer.text
    assert _post(client, "/sign-in", "/sign-in", number=LAN, password=PASSWORD).status_code == 403


def test_level_1_has_no_wallet(app: Flask) -> None:
    """Whatever factors the session has (Decree 69/2024/ND-CP art. 9)."""
    client = _citizen(app, HOA)
    answer = client.get("/wallet", follow_redirects=True)
    assert 'data-testid="document-' not in answer.text
    assert "unlock-passcode" not in answer.text


def test_the_holder_sees_each_look_up(app: Flask, clock: FixedClock) -> None:
    """With purpose and case, among what she is shown of the record (attack 18)."""
    from idp.audit import store
    from idp.db import Database

    officer = _officer(app, clock)
    _act(officer, LAN, "unlock")
    db: Database = app.extensions["mock_vneid_db"]
    with db.read() as session:
        from idp.accounts import store as accounts

        account = accounts.account_by_number(session, LAN)
        assert account is not None
        found = store.activity(session, account.subject, text="7/2026/kh")
    assert found
    assert {(entry.details["purpose"], entry.details["case"]) for entry in found} == {tuple(CASE.values())}


def test_the_auditor_sees_what_officers_did(app: Flask, clock: FixedClock) -> None:
    """From the record itself, without the citizen's name."""
    _act(_officer(app, clock), LAN, "lock", reason="breach_of_terms")
    entry = next(one for one in officers.load() if one.role == "auditor")
    client = app.test_client()
    code = str(pyotp.TOTP(entry.one_time_code_seed).at(clock.now()))
    _post(
        client, "/officer/sign-in", "/officer/sign-in", login=entry.login, password=entry.password, code=code
    )  # fmt: skip
    page = client.get("/officer/audit").text
    assert "7/2026/KH" in page
    assert "Khóa tài khoản" in page
    assert "Lan" not in page
    assert LAN not in page
