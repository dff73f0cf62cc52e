"""Officers and organisations in the whole provider: real record, real tokens, both languages."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from step_up_client import TWO, Visitor, essential

from idp.accounts import store as accounts
from idp.accounts.organisations.applications import Applications
from idp.audit import store as record
from idp.clock import FixedClock
from idp.db import Database
from idp.seed import officers

DUNG, HAN, WEAVERS, COMPANY = "065075000707", "999301001313", "0650000788", "0650000777"


class _Silent:
    """The record of the application itself is not what these tests are about."""

    def record(self, *_args: object, **_details: object) -> None: ...


def officer(app: Flask, clock: FixedClock, login: str = "can-bo") -> FlaskClient:
    entry, client = next(each for each in officers.load() if each.login == login), app.test_client()
    fields = {"login": login, "password": entry.password}
    fields["code"] = str(pyotp.TOTP(entry.one_time_code_seed).at(clock.now()))
    assert post(client, "/officer/sign-in", "/officer/sign-in", **fields).status_code == 303
    return client


def post(client: FlaskClient, path: str, page: str, **fields: str) -> Any:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[-1]
    return client.post(path, data={"csrf_token": token, **fields})


def look_up(client: FlaskClient, number: str, purpose: str) -> str:
    answer = post(client, "/officer/look-up", "/officer/look-up", number=number, purpose=purpose, case="7/2026/TC")
    return str(answer.headers["Location"])


@pytest.mark.parametrize(
    ("lang", "name"), [("vi", "Hợp tác xã Dệt Mô Phỏng Biển Hồ"), ("en", "Bien Ho Mock Weaving")]
)
def test_from_the_queue_to_the_auditor(app: Flask, db: Database, clock: FixedClock, lang: str, name: str) -> None:
    """Opened, approved; the applicant finds the look-up in her record, the auditor who did it, in either language."""
    with db.begin() as session:
        han = accounts.account_by_number(session, HAN)
        assert han is not None
        subject = han.subject
        applied = Applications(_Silent(), automatic=False).apply(session, subject, WEAVERS, clock.now())
    client = officer(app, clock)
    client.set_cookie("mock_vneid_lang", lang)
    queue = client.get("/officer/queue").text
    assert name not in queue
    application = str(applied.application_id)
    assert f'name="application" value="{application}"' in queue
    told = {"application": application, "purpose": "registration", "case": "7/2026/TC"}
    page = str(post(client, "/officer/look-up", "/officer/look-up", **told).headers["Location"])
    assert name in client.get(page).text
    assert post(client, f"{page}/decide", page, application=application, decision="approve").status_code == 303
    with db.read() as session:
        (seen,) = record.entries_of(session, subject, ["organisation.application_approved"])
        assert record.entries_of(session, subject, ["officer.looked_up"])
    auditor = officer(app, clock, "kiem-tra")
    auditor.set_cookie("mock_vneid_lang", lang)
    audit = auditor.get("/officer/audit").text
    words = {"vi": "Chấp thuận hồ sơ của tổ chức", "en": "Approved an organisation"}[lang]
    assert words in audit
    assert "7/2026/TC" in audit
    assert seen.details["by"]


def test_a_lock_kills_what_was_granted_for_good(app: Flask, clock: FixedClock) -> None:
    """Unlocked again, the old refresh token stays dead (attack 5)."""
    visitor = Visitor(app)
    visitor.authorize(claims=essential(TWO), scope="openid identity offline_access")
    visitor.give_password(DUNG)
    visitor.give_passcode()
    visitor._go(visitor.client.post("/authorize/acting", data={**visitor.hidden(), "acting": COMPANY}))
    body = visitor.tokens()

    def userinfo() -> int:
        headers = {"Authorization": f"Bearer {body['access_token']}"}
        return app.test_client().get("/userinfo", headers=headers).status_code

    assert userinfo() == 200
    client = officer(app, clock)
    page = look_up(client, COMPANY, "lock_or_unlock")
    assert post(client, f"{page}/lock", page, reason="breach_of_terms").status_code == 303
    assert userinfo() == 401
    assert post(client, f"{page}/unlock", page).status_code == 303
    assert userinfo() == 401
    form = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], "client_id": "demo-spa"}
    assert app.test_client().post("/token", data=form).get_json()["error"] == "invalid_grant"
