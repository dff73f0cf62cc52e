"""Registering oneself for level 1 (Decree 69/2024/ND-CP art. 7, 10, 11)."""

from __future__ import annotations

import re

import pytest
from accounts_place import Browser, Place
from life import BICH, CUC, DAT, KENJI, LOC, NHI, account_of, apply, by_officer, messages, receipt_of
from sqlalchemy import event

LAN = {
    **BICH, "number": "065190000101", "full_name": "Nguyễn Thị Lan", "birthdate": "1990-03-14", "phone": "0500000101",
}  # fmt: skip


def _shown(page: str) -> str:
    return re.sub(r'value="[^"]*"|lang=\w+', "", page)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "065301999999"},
        {"number": "001301999999"},
        {"full_name": "Hồ Ngọc Bich"},
        {"birthdate": "2001-06-18"},
        {"phone": "0500001617"},
        {"face": "other"},
        {"number": "065190000101"},
        {"number": "065190000101", "full_name": "Nguyễn Thị Lan"},
    ],
)
def test_one_answer_for_whatever_does_not_fit(place: Place, wrong: dict[str, str]) -> None:
    """Unknown number, wrong name, day, phone or face, somebody with an account: same page and status (attack 13)."""
    reference = apply(place.browser(), **{**BICH, "number": "065301888888"})
    answer = apply(place.browser(), **{**BICH, **wrong})
    assert answer.status_code == reference.status_code == 403
    assert 'data-reason="mismatch"' in answer.text
    assert _shown(answer.text) == _shown(reference.text)
    assert account_of(place, BICH["number"]) is None


def test_the_same_work_whether_or_not_there_is_such_a_person(place: Place) -> None:
    """The database is asked as often (attack 13): time tells nothing either."""
    counts = []
    apply(place.browser(), **{**BICH, "number": "065301777777"})  # the address is known from here on
    for number in (BICH["number"], "065301888888"):
        asked: list[str] = []

        def note(_c: object, _k: object, statement: str, *_more: object, told: list[str] = asked) -> None:
            told.append(statement.split()[0])

        event.listen(place.db.engine, "before_cursor_execute", note)
        apply(place.browser(), **{**BICH, "number": number, "face": "other"})
        event.remove(place.db.engine, "before_cursor_execute", note)
        counts.append(asked)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("wrong", [{"passport": "MK0001718"}, {"card": "MT0001718"}, {"face": "other"}])
def test_one_answer_for_foreigners_too(place: Place, wrong: dict[str, str]) -> None:
    """Passport, residence card and face all fit, or nothing is told."""
    assert 'data-reason="mismatch"' in apply(place.browser(), "foreigner", **{**KENJI, **wrong}).text


def test_a_mismatch_is_recorded_of_nobody(place: Place, browser: Browser) -> None:
    """The record names no person, since the applicant proved none; nor does it hold what was typed."""
    apply(browser, **{**BICH, "face": "other"})
    assert place.audit.events == [{"event": "application.mismatch", "subject": None, "holder": "citizen"}]


@pytest.mark.parametrize(
    ("who", "reason", "law"),
    [
        (NHI, "guardian_applies", "Điều 10"),
        (LOC, "card_revoked", "Điều 15"),
        (CUC, "deceased", "Luật Căn cước"),
        (DAT, "no_valid_card", "Điều 13"),
    ],
    ids=["under 14", "revoked card", "deceased", "expired card"],
)
def test_the_laws_reason_is_told_to_whom_all_fits(
    place: Place, browser: Browser, who: dict[str, str], reason: str, law: str
) -> None:
    """With the article, in both languages; and no account comes of it."""
    answer = apply(browser, **who)
    assert answer.status_code == 403
    assert f'data-reason="{reason}"' in answer.text
    assert law in answer.text
    browser.get("/?lang=en")
    assert account_of(place, who["number"]) is None


def test_whoever_has_an_account_gets_no_second(place: Place, browser: Browser) -> None:
    """One account a person (art. 7), told to whom all fits."""
    with place.db.read() as session:
        from idp.accounts import store

        person = store.person_by_number(session, LAN["number"])
        assert person is not None
        fields = {**LAN, "full_name": person.full_name, "birthdate": person.birthdate.isoformat()}
    assert 'data-reason="has_account"' in apply(browser, **fields).text


def test_guesses_are_throttled_alike_for_people_that_exist_or_not(place: Place) -> None:
    """After a few misses the next one waits, whether or not there is such a person (attack 13)."""
    for number in (BICH["number"], "065301777777"):
        answers = [
            apply(place.browser(), **{**BICH, "number": number, "face": "other"}).status_code for _ in range(5)
        ]
        assert answers == [403, 403, 403, 403, 429]
        assert apply(place.browser(), **{**BICH, "number": number}).status_code == 429


def test_a_citizen_is_taken_in(place: Place, browser: Browser) -> None:
    """Receipt, due day one working day on, and by the setting an account that waits for its activation."""
    page = browser.get(f"/register/status?receipt={receipt_of(apply(browser))}").text
    assert 'data-testid="application-approved"' in page
    assert "25/11/2026" in page
    assert BICH["number"] not in page
    assert "Bích" not in page
    account = account_of(place, BICH["number"])
    assert account is not None
    assert (account.identity_level, account.state) == (1, "issued")
    assert "Mã kích hoạt" in messages(browser)


def test_a_foreigner_is_taken_in(place: Place, browser: Browser) -> None:
    """By passport and residence card."""
    receipt_of(apply(browser, "foreigner"))
    account = account_of(place, "065090001717")
    assert account is not None
    assert (account.identity_level, account.state) == (1, "issued")


def test_an_officer_decides_where_the_setting_says_so(place: Place) -> None:
    """Until then the account waits for verification, and a second application is not taken."""
    browser = by_officer(place).browser()
    page = browser.get(f"/register/status?receipt={receipt_of(apply(browser))}").text
    assert 'data-testid="application-received"' in page
    account = account_of(place, BICH["number"])
    assert account is not None
    assert account.state == "pending_verification"
    assert 'data-reason="being_examined"' in apply(browser).text
    assert "Mã kích hoạt:" not in messages(browser)


def test_overdue_is_told(place: Place) -> None:
    """From the end of the due day in Vietnam."""
    browser = by_officer(place).browser()
    receipt = receipt_of(apply(browser))
    place.later(hours=38, minutes=59)  # 25 November, 23:59 there
    assert "application-late" not in browser.get(f"/register/status?receipt={receipt}").text
    place.later(minutes=1)
    assert "application-late" in browser.get(f"/register/status?receipt={receipt}").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "06530100161"), ("number", "０６５301001616"), ("full_name", "Bích<script>"),
        ("full_name", "Віch"),
        ("birthdate", "2001-02-30"), ("birthdate", "1801-02-03"), ("phone", "abc"), ("email", "no address"),
        ("face", ""), ("number", ""),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told_by_field(place: Place, browser: Browser, field: str, value: str) -> None:
    """Nothing is compared, and nothing counted."""
    answer = apply(browser, **{**BICH, field: value})
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    assert place.audit.events == []


def test_the_summary_names_fields_of_which_the_same_is_said(browser: Browser) -> None:
    """WCAG 2.2, 2.4.4: no two links of one text lead to different fields; what is said once has no name before it."""
    page = apply(browser, **{**BICH, "number": "", "full_name": ""}).text
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', page.split("<h1>")[0])
    assert [(field, words.rpartition(": ")[0]) for field, words in links] == [
        ("number", "Số định danh cá nhân"), ("full_name", "Họ, chữ đệm và tên"),
    ]  # fmt: skip
    alone = apply(browser, **{**BICH, "number": ""}).text
    assert re.findall(r'<li><a href="#number">([^<]+)</a></li>', alone.split("<h1>")[0]) == ["Hãy điền mục này."]


def test_a_form_of_another_site_is_refused(place: Place, browser: Browser) -> None:
    """CSRF: without the session's token nothing happens."""
    assert browser.client.post("/register/citizen", data=BICH).status_code == 400
    assert account_of(place, BICH["number"]) is None


def test_an_unknown_receipt(browser: Browser) -> None:
    """Found or not is all that is told."""
    assert browser.get("/register/status?receipt=MP-20261124-XXXXXXXXXX").status_code == 404
    assert browser.get("/register/status").status_code == 200


def test_no_message_is_kept_outside_the_demo(not_demo: Place) -> None:
    """It would hold the activation code in clear."""
    receipt_of(apply(not_demo.browser()))
    with not_demo.db.read() as session:
        from idp.accounts.applications import store

        assert list(store.messages(session)) == []


def test_a_service_that_waits_is_named_on_the_way(place: Place) -> None:
    """`prompt=create`: the pages say who waits, and lead back; nothing of it where nobody waits."""
    browser = place.browser()
    assert "waiting-service" not in browser.client.get("/register").text
    address = browser.ask(return_to="/back", service_name="Cổng thử", create=True)
    assert address.startswith("/register?request=")
    page = browser.client.get(address)
    assert "Cổng thử đang chờ bạn" in page.text
    back = f"/sign-in?request={address.rpartition('=')[2]}"
    assert f'href="{back}" data-testid="have-an-account"' in page.text
    for later in ("/register/status", "/activate/done"):
        assert "Cổng thử" in browser.client.get(later).text
    assert f'href="{back}"' in browser.client.get("/activate/done").text
    assert "waiting-service" not in place.browser().client.get("/register").text
