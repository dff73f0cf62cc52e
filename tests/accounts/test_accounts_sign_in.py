"""Signing in by number and password."""

from __future__ import annotations

import pytest
from accounts_place import PASSWORD, Browser, Place

WRONG = 'data-testid="sign-in-refused"'


def _shown(page: str) -> str:
    """The page without what differs for everybody: the token, the QR code, and the number typed in."""
    import re

    return re.sub(r'<div class="qr-panel".*?</section>', "", re.sub(r'value="[^"]*"', "", page), flags=re.DOTALL)


def test_password_gives_the_lowest_level(place: Place, browser: Browser) -> None:
    """A right password signs in with one factor, and the browser goes where it was sent from."""
    answer = browser.sign_in(browser.ask())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/wanted")
    session = browser.session()
    assert session["subject"] == place.subjects["lan"]
    assert (session["acr"], session["amr"]) == ("urn:vn-mock:loa:1", ["pwd"])


def test_own_pages(browser: Browser) -> None:
    """Without a request the front page is next."""
    assert browser.sign_in().headers["Location"] == "/"


@pytest.mark.parametrize(
    ("number", "password"),
    [
        ("065190000101", "not the password"),
        ("065190999999", PASSWORD),
        ("001190999999", PASSWORD),
        ("065316000505", PASSWORD),
        ("065222000404", ""),
        ("065082001010", "not the password"),
        ("065066001111", "not the password"),
    ],
    ids=["wrong password", "unknown", "real province", "child", "child under 6", "locked", "expired"],
)
def test_one_answer_for_all_that_is_wrong(place: Place, number: str, password: str) -> None:
    """Unknown number, no sign-in, locked, wrong password: same page and work (docs/specifications.md, attack 13)."""
    reference = place.browser().submit("/sign-in", number="065190888888", password="whatever it is")
    place.hasher.computed = 0
    answer = place.browser().submit("/sign-in", number=number, password=password or "x")
    assert answer.status_code == reference.status_code == 400
    assert WRONG in answer.text
    assert _shown(answer.text) == _shown(reference.text)
    assert place.hasher.computed == 1


def test_wrong_password_makes_no_session(browser: Browser) -> None:
    """Nobody is signed in after a refusal."""
    browser.sign_in(password="wrong")
    assert browser.session()["subject"] is None


def test_child_has_no_sign_in(place: Place) -> None:
    """Under 14 there is no sign-in, even if a password had been stored."""
    from idp.accounts import store
    from idp.accounts.models import Authenticator

    with place.db.begin() as session:
        account = store.account(session, place.subjects["khanh-vy"])
        assert account is not None
        account.authenticator = Authenticator(password_hash=place.hasher.hash(PASSWORD))
    assert WRONG in place.browser().sign_in(persona="khanh-vy").text


@pytest.mark.parametrize(("persona", "reason"), [("long", "cơ quan có thẩm quyền"), ("phuc", "hết hạn")])
def test_locked_account_is_told_after_the_right_password(place: Place, persona: str, reason: str) -> None:
    """Only whoever proves the password learns that, why and since when the account is locked; and gets no session."""
    browser = place.browser()
    answer = browser.sign_in(browser.ask(cancel_to="/back", service_name="Cổng thử"), persona=persona)
    assert answer.status_code == 403
    assert 'data-testid="sign-in-stopped"' in answer.text
    assert reason in answer.text
    assert "Điều 15" in answer.text
    assert 'href="/back"' in answer.text
    assert browser.session()["subject"] is None


def test_card_expires_during_a_session(place: Place) -> None:
    """A card is good through its last day in Vietnam; from midnight there on the account is locked."""
    from datetime import UTC, datetime

    place.clock.instant = datetime(2026, 2, 28, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
    assert place.browser().sign_in(persona="phuc").status_code == 303
    place.later(minutes=1)
    assert place.browser().sign_in(persona="phuc").status_code == 403


@pytest.mark.parametrize("state", ["pending_verification", "issued", "closed"])
def test_account_not_active(place: Place, state: str) -> None:
    """An account that is not yet or no longer active has a page of its own."""
    from idp.accounts import store

    with place.db.begin() as session:
        account = store.account(session, place.subjects["lan"])
        assert account is not None
        account.state = state
    answer = place.browser().sign_in()
    assert answer.status_code == 403
    assert place.web.catalogue.text(f"accounts.state.{state}.title", "vi") in answer.text


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("", "length"),
        ("65190000101", "length"),
        ("0651900001011", "length"),
        ("06519000010a", "not_digits"),
        ("065-190-00101", "not_digits"),
        ("０６５190000101", "not_ascii"),
        ("٠٦٥190000101", "not_ascii"),
    ],
)
def test_malformed_number(place: Place, number: str, message: str) -> None:
    """What is not 12 plain digits is said so at the field, without counting as an attempt or costing a hash."""
    answer = place.browser().submit("/sign-in", number=number, password="x")
    assert answer.status_code == 400
    assert place.web.catalogue.text(f"accounts.number_error.{message}", "vi") in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert place.hasher.computed == 0


def test_number_in_groups(browser: Browser) -> None:
    """The number may be typed in the groups it is printed in."""
    assert browser.submit("/sign-in", number="065 190 000 101", password=PASSWORD).status_code == 303


def test_password_missing(place: Place, browser: Browser) -> None:
    """No password: said at the field."""
    answer = browser.submit("/sign-in", number="065190000101", password="")
    assert place.web.catalogue.text("accounts.sign_in.password_missing", "vi") in answer.text
    assert place.hasher.computed == 0


def test_composed_and_decomposed_password(place: Place) -> None:
    """A password with Vietnamese letters is the same however the keyboard composes them (RFC 8265)."""
    import unicodedata

    secret = "Mật khẩu tốt"
    stored = place.hasher.hash(unicodedata.normalize("NFD", secret))
    assert place.hasher.verify(stored, unicodedata.normalize("NFC", secret))


def test_session_is_new_after_sign_in(browser: Browser) -> None:
    """Signing in replaces the cookie (session fixation)."""
    browser.get("/sign-in")
    before = browser.client.get_cookie("mock_vneid_session")
    browser.sign_in()
    after = browser.client.get_cookie("mock_vneid_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_form_without_token_is_refused(place: Place, browser: Browser) -> None:
    """A POST without the session's CSRF token does nothing."""
    browser.get("/sign-in")
    data = {"number": "065190000101", "password": PASSWORD}
    assert browser.client.post("/sign-in", data=data).status_code == 400
    assert place.hasher.computed == 0


def test_request_of_another_browser(place: Place, browser: Browser) -> None:
    """A sign-in request is good in the browser it was made for only, and for its time."""
    address = browser.ask()
    assert place.browser().get(address).status_code == 400
    place.later(minutes=31)
    assert browser.get(address).status_code == 400
    assert browser.get("/sign-in?request=invented").status_code == 400


def test_login_hint(browser: Browser) -> None:
    """A `login_hint` that is a number is filled in; anything else is not shown."""
    assert 'value="065190000101"' in browser.get(browser.ask(login_hint="065190000101")).text
    assert "someone@example" not in browser.get(browser.ask(login_hint="someone@example.com")).text


def test_cancel_leads_back(browser: Browser) -> None:
    """Whoever asked gets the person back."""
    assert 'href="/back?x=1"' in browser.get(browser.ask(cancel_to="/back?x=1")).text
    assert "sign-in-cancel" not in browser.get("/sign-in").text


def test_form_targets_reach_the_policy(browser: Browser) -> None:
    """A form's redirect chain ends at the client: its origin is in form-action, on refusals too."""
    address = browser.ask(form_targets=("https://portal.example",))
    for answer in (browser.get(address), browser.sign_in(address, password="wrong")):
        assert "form-action 'self' https://portal.example" in answer.headers["Content-Security-Policy"]


def test_wrong_person(place: Place, browser: Browser) -> None:
    """Where one person is demanded, another's right password makes no session."""
    address = browser.ask(subject=place.subjects["lan"])
    answer = browser.sign_in(address, persona="minh")
    assert 'data-testid="sign-in-other-person"' in answer.text
    assert browser.session()["subject"] is None
    assert browser.sign_in(address, persona="lan").headers["Location"] == "/wanted"


def test_fresh_sign_in_is_asked(place: Place, browser: Browser) -> None:
    """`not_before` asks the password again although somebody is signed in; else the page is passed over."""
    browser.sign_in()
    assert browser.get(browser.ask()).headers["Location"] == "/wanted"
    now = place.later(minutes=5)
    address = browser.ask(not_before=now)
    assert 'data-testid="sign-in-submit"' in browser.get(address).text
    assert browser.sign_in(address).headers["Location"] == "/wanted"
    assert browser.get(address).headers["Location"] == "/wanted"


def test_sign_out(place: Place, browser: Browser) -> None:
    """Signing out ends the session, by POST with the token only."""
    browser.sign_in()
    assert browser.client.get("/sign-out").status_code == 405
    assert browser.client.post("/sign-out").status_code == 400
    signed_in = browser.session()
    assert signed_in["subject"] == place.subjects["lan"]
    assert place.access.ended == []
    assert browser.submit("/sign-out").headers["Location"] == "/"
    assert browser.session()["subject"] is None
    assert place.access.ended == [signed_in["id"]]
    assert place.audit.events[-1]["event"] == "signed_out"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_both_languages(place: Place, browser: Browser, lang: str) -> None:
    """The page speaks the chosen language, and the service's name comes from the registry."""
    page = browser.get(browser.ask(service_name="Cổng Sông Ba") + f"&lang={lang}").text
    assert f'<html lang="{lang}">' in page
    assert place.web.catalogue.text("accounts.sign_in.lead_service", lang, service="Cổng Sông Ba") in page


def test_no_secret_in_the_audit(place: Place) -> None:
    """The record names method and outcome; never what was typed."""
    place.browser().submit("/sign-in", number="065190777777", password="typed secret")
    place.browser().sign_in()
    text = str(place.audit.events)
    assert "typed secret" not in text
    assert PASSWORD not in text
    assert "065190777777" not in text
    assert [event["event"] for event in place.audit.events] == ["authentication_failed", "authentication_succeeded"]


@pytest.mark.parametrize(("lang", "word"), [("vi", "Lỗi: "), ("en", "Error: ")])
def test_a_problem_is_the_first_thing(browser: Browser, lang: str, word: str) -> None:
    """WCAG 2.2, 3.3.1 and 4.1.3: title, top and focus of the page say that it was refused, and lead to the field."""
    where = f"/sign-in?lang={lang}"
    plain = browser.client.get(where).get_data(as_text=True)
    wrong = browser.submit(where, number="065190000101", password="not the password").get_data(as_text=True)
    empty = browser.submit(where, number="", password="").get_data(as_text=True)
    assert "error-summary" not in plain
    assert f"<title>{word}" not in plain
    for page, told in ((wrong, '<a href="#number">'), (empty, '<li><a href="#number">')):
        assert f"<title>{word}" in page
        top = page.split('<main id="main"', 1)[1].split('tabindex="-1">', 1)[1].lstrip()
        assert top.startswith('<div class="error-summary" tabindex="-1" autofocus')
        assert told in top.split("<h1>")[0]
    assert WRONG in wrong.split("<h1>")[0]
    assert wrong.count(WRONG) == 1
    assert "error-summary" not in browser.client.get(where).get_data(as_text=True)
