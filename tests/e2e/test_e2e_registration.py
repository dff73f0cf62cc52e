"""The life of an account: applied for, activated, too low, raised at the counter, locked, opened again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from journey import (
    LICENCE,
    Citizen,
    choose_procedure,
    fill,
    give_password,
    open_portal,
    press,
    see,
    sign_in,
    sign_out,
    text_of,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, PHONE

pytestmark = pytest.mark.browser
BICH = Citizen("065301001616", "ba con meo den 9", "739182")
OFFICER_PASSWORD = "CanBo-MoPhong-2026"


def test_from_the_application_to_level_2_and_a_lock(live: Demo, open_context: Callable[..., BrowserContext]) -> None:
    """Level 1 is refused where level 2 is needed; raised in person, she is accepted; locked, she is out."""
    page, counter = open_context(PHONE).new_page(), open_context(DESKTOP).new_page()
    _register(live, page)
    _activate(live, page)
    _apply(live, page)
    see(page, "level-too-low")
    sign_out(page)
    _enter(live, counter)
    _look_up(live, counter)
    _raise(counter)
    _apply(live, page)
    see(page, "applicant")
    sign_out(page)
    _lock_and_unlock(live, counter, page)


def _register(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.issuer}/sign-in")
    press(page, "sign-in-register")
    press(page, "register-citizen")
    fill(page, "register-number", BICH.number)
    fill(page, "register-name", "Hồ Ngọc Bích")
    fill(page, "register-birthdate", "2001-06-17")
    fill(page, "register-phone", "0500 001 616")
    page.get_by_test_id("register-face-same").check()
    press(page, "register-submit")
    see(page, "application-approved")
    see(page, "due-note")


def _activate(demo: Demo, page: Page) -> None:
    press(page, "status-phone")
    code = re.findall(r"[B-Z2-9]{5}-[B-Z2-9]{5}", text_of(page, "message"))[0]
    page.goto(f"{demo.issuer}/activate")
    fill(page, "activate-number", BICH.number)
    fill(page, "activate-code", code)
    press(page, "activate-submit")
    for control in ("new-password", "new-password-again"):
        fill(page, control, BICH.password)
    for control in ("new-passcode", "new-passcode-again"):
        fill(page, control, BICH.passcode)
    press(page, "secrets-submit")
    fill(page, "phone-code", text_of(page, "first-code").replace(" ", ""))
    press(page, "phone-submit")
    see(page, "activated")


def _apply(demo: Demo, page: Page) -> None:
    """To the portal's answer: too low, or what will be asked for."""
    open_portal(page, demo)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    sign_in(page, BICH)
    answer = page.get_by_test_id("applicant").or_(page.get_by_test_id("level-too-low"))
    expect(page.get_by_test_id("consent-approve").or_(answer).first).to_be_visible()
    if page.get_by_test_id("consent-approve").is_visible():
        press(page, "consent-approve")
    expect(answer.first).to_be_visible()


def _enter(demo: Demo, counter: Page) -> None:
    counter.goto(f"{demo.issuer}/officer/")
    fill(counter, "officer-login", "can-bo")
    fill(counter, "officer-password", OFFICER_PASSWORD)
    fill(counter, "officer-code", text_of(counter, "code-can-bo"))
    press(counter, "officer-submit")
    see(counter, "go-look-up")


def _look_up(demo: Demo, counter: Page) -> None:
    counter.goto(f"{demo.issuer}/officer/look-up")
    fill(counter, "look-up-number", BICH.number)
    press(counter, "look-up-submit")
    see(counter, "look-up-no_purpose")
    counter.get_by_test_id("look-up-purpose").select_option("level_2")
    fill(counter, "look-up-case", "7/2026/DD")
    press(counter, "look-up-submit")
    expect(counter.get_by_test_id("person-name")).to_have_text("Hồ Ngọc Bích")


def _raise(counter: Page) -> None:
    press(counter, "receive-level-2")
    press(counter, "approve-level-2")
    see(counter, "problem-checks_missing")
    for check in ("card", "face", "fingerprints"):
        counter.get_by_test_id(f"check-{check}").check()
    press(counter, "approve-level-2")
    see(counter, "act-done")
    expect(counter.get_by_test_id("person-level")).to_have_text("2")


def _lock_and_unlock(demo: Demo, counter: Page, page: Page) -> None:
    counter.get_by_test_id("lock-reason").select_option("breach_of_terms")
    press(counter, "lock")
    expect(counter.get_by_test_id("person-state")).to_have_text("locked")
    page.goto(f"{demo.issuer}/sign-in")
    give_password(page, BICH)
    see(page, "sign-in-stopped")
    press(counter, "unlock")
    expect(counter.get_by_test_id("person-state")).to_have_text("active")
    page.goto(f"{demo.issuer}/sign-in")
    give_password(page, BICH)
    see(page, "signed-in-name")
