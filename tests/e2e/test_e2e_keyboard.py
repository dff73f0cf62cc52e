"""The keyboard alone is enough: Tab reaches every control in the page's order, and one sees where it is."""

from __future__ import annotations

import pytest
from journey import DUNG, LAWYER, papers_replaced, see
from keyboard import press_by_key, tab_to, type_into, walk
from live import Demo
from playwright.sync_api import Page, expect
from screens import DESKTOP, PHONE, name, on_sqlite

pytestmark = [
    pytest.mark.browser,
    on_sqlite,
    pytest.mark.parametrize("screen", [PHONE, DESKTOP], indirect=True, ids=name),
]


def _check(page: Page) -> None:
    """Once round: all controls, in the page's order, each seen and not covered."""
    page.wait_for_load_state("load")  # controls that need a script are there only once it ran
    controls, stops = walk(page)
    reached = [controls[stop["stop"]] for stop in stops]
    assert reached == controls
    assert [controls[stop["stop"]] for stop in stops if not stop["shown"]] == []
    assert [controls[stop["stop"]] for stop in stops if stop["covered"]] == []


def test_the_journey_by_keyboard(live: Demo, page: Page) -> None:
    """Procedure, sign-in, consent, choice, passcode, receipt: no pointer anywhere."""
    page.goto(f"{live.portal}/procedures/{LAWYER}")
    _check(page)
    press_by_key(page, "apply")
    see(page, "sign-in-number")
    _check(page)
    type_into(page, "sign-in-number", DUNG.number)
    type_into(page, "sign-in-password", DUNG.password)
    page.keyboard.press("Enter")
    see(page, "second-factor-passcode")
    expect(page.get_by_test_id("second-factor-passcode")).to_be_focused()
    page.keyboard.type(DUNG.passcode)
    page.keyboard.press("Enter")
    see(page, "acting-submit")
    _check(page)
    page.get_by_test_id("act-as-self").focus()
    page.keyboard.press("Space")
    press_by_key(page, "acting-submit")
    _consent(page)
    see(page, "applicant")
    _check(page)
    press_by_key(page, "apply-this-device")
    see(page, "consent-passcode")
    _check(page)
    _choose_and_agree(page)
    see(page, "papers-replaced")
    assert papers_replaced(page) == (5, 5)


def _consent(page: Page) -> None:
    """Remembered from the other screen, it is not asked again."""
    expect(page.get_by_test_id("consent-approve").or_(page.get_by_test_id("applicant")).first).to_be_visible()
    if page.get_by_test_id("consent-approve").is_visible():
        _check(page)
        press_by_key(page, "consent-approve")


def _choose_and_agree(page: Page) -> None:
    """Space chooses the first radio button; Enter in the passcode's field sends the form."""
    radio = page.locator("fieldset.choices input[type=radio]").first
    for _ in range(40):
        if radio.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(radio).to_be_checked()
    type_into(page, "consent-passcode", DUNG.passcode)
    tab_to(page, "consent-approve")
    page.keyboard.press("Enter")
