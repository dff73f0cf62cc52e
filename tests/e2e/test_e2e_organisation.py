"""A director signs in for his company: chosen each time, shown by the portal, nothing personal in reach; and back."""

from __future__ import annotations

import pytest
from gallery import Gallery
from journey import (
    DUNG,
    HAN,
    LICENCE,
    THAO,
    Citizen,
    choose_acting,
    choose_procedure,
    fill,
    give_password,
    give_second_factor,
    open_portal,
    press,
    see,
    share_where_asked,
)
from live import Demo
from playwright.sync_api import Page, expect
from screens import Screen, on_phone, on_sqlite

pytestmark = pytest.mark.browser
COMPANY, WEAVERS = "0650000777", "0650000788"
NAME = "Công ty TNHH Mô Phỏng Sông Ba"
THAO_NAME = "Bùi Thị Thảo"
AXE = "; axe.run()"


def to_choice(page: Page, live: Demo, screen: Screen, citizen: Citizen = DUNG) -> None:
    """From the portal's procedure to the question as whom to go on."""
    open_portal(page, live, screen.language)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    give_password(page, citizen)
    fill(page, "second-factor-passcode", citizen.passcode)
    press(page, "second-factor-submit")
    see(page, "acting-submit")


def for_company(page: Page, live: Demo, screen: Screen) -> None:
    to_choice(page, live, screen)
    choose_acting(page, COMPANY)
    share_where_asked(page, "for-persons")


def clean(page: Page, axe_source: str) -> None:
    """WCAG 2.2 AA by axe, and nothing wider than the screen."""
    page.wait_for_load_state("load")  # styles too, or colours are not yet what they are
    found = page.evaluate(axe_source + AXE)
    assert [violation["id"] for violation in found["violations"]] == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), page.url


def test_for_the_company_and_back(live: Demo, page: Page, screen: Screen, gallery: Gallery, axe_source: str) -> None:
    """The whole way on both databases, both widths and in both languages."""
    to_choice(page, live, screen)
    gallery.take(page, "organisation-01-choice")
    clean(page, axe_source)
    choose_acting(page, COMPANY)
    expect(page.get_by_test_id("consent-approve").or_(page.get_by_test_id("for-persons")).first).to_be_visible()
    if page.get_by_test_id("consent-approve").is_visible():
        expect(page.get_by_test_id("consent-acting")).to_contain_text(NAME)
        expect(page.get_by_test_id("consent-claim-personal-id-number")).to_have_count(0)
        gallery.take(page, "organisation-02-consent")
        clean(page, axe_source)
        press(page, "consent-approve")
    see(page, "for-persons")
    expect(page.get_by_test_id("signed-in-name")).to_contain_text(NAME)
    gallery.take(page, "organisation-03-portal")
    page.goto(f"{live.issuer}/wallet?lang={screen.language}")
    see(page, "error-todo")
    expect(page.get_by_test_id("acting-for")).to_contain_text(NAME)
    gallery.take(page, "organisation-04-wallet")
    clean(page, axe_source)
    press(page, "stop-acting")
    see(page, "unlock-passcode")
    expect(page.get_by_test_id("acting-for")).to_have_count(0)


@on_sqlite
@on_phone
def test_the_same_person_as_herself_files_her_dossier(live: Demo, page: Page, screen: Screen) -> None:
    """The choice is asked again, not remembered: as herself she comes to the procedure."""
    for_company(page, live, screen)
    press(page, "sign-in-as-myself")
    see(page, "acting-submit")
    choose_acting(page, "self")
    share_where_asked(page, "applicant")
    expect(page.get_by_test_id("applicant")).to_contain_text("Võ Tiến Dũng")


@on_sqlite
@on_phone
def test_staff_are_authorised_act_and_are_dismissed(
    live: Demo, page: Page, screen: Screen, open_context: object, axe_source: str, gallery: Gallery
) -> None:
    """The dismissed one's session acts for the company no longer at its next page."""
    page.goto(f"{live.issuer}/organisations?lang={screen.language}")
    give_password(page, DUNG)
    fill(page, "second-factor-passcode", DUNG.passcode)
    press(page, "second-factor-submit")
    see(page, f"manage-{COMPANY}")
    clean(page, axe_source)
    press(page, f"manage-{COMPANY}")
    fill(page, "staff-number", THAO.number)
    fill(page, "staff-name", THAO_NAME)
    press(page, "staff-authorise")
    see(page, "staff-1")
    gallery.take(page, "organisation-05-staff")
    clean(page, axe_source)
    member = open_context(screen).new_page()  # type: ignore[operator]
    to_choice(member, live, screen, THAO)
    choose_acting(member, COMPANY)
    share_where_asked(member, "for-persons")
    member.goto(live.issuer)
    expect(member.get_by_test_id("acting-for")).to_contain_text(NAME)
    press(page, "staff-end-1")
    see(page, "staff-none")
    member.goto(live.issuer)
    see(member, "signed-in-name")
    expect(member.get_by_test_id("acting-for")).to_have_count(0)


@on_sqlite
@on_phone
def test_an_account_is_applied_for_and_activated(
    live: Demo, page: Page, screen: Screen, gallery: Gallery, axe_source: str
) -> None:
    """By its legal representative; what the law refuses is told with the reason."""

    page.goto(f"{live.issuer}/organisations?lang={screen.language}")
    give_password(page, HAN)
    give_second_factor(page, HAN)
    fill(page, "apply-number", "0650000799")
    press(page, "apply-submit")
    expect(page.locator("main")).to_contain_text("Nghị định 69/2024/NĐ-CP")
    page.goto(f"{live.issuer}/organisations")
    press(page, f"apply-{WEAVERS}")
    see(page, "application-1")
    gallery.take(page, "organisation-06-applied")
    press(page, f"activate-{WEAVERS}")
    see(page, f"manage-{WEAVERS}")
    clean(page, axe_source)
