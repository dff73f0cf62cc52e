"""Every type of the catalogue in browsers: issued by its issuer's officer, shown, presented to the portal, revoked.

The types are those that are found, so a new one is taken along, and fails where no officer's form can issue it. All
go to the portal over OpenID4VP with key binding, but those that nobody may ask for: their holder hands the file over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from issuing_steps import by_officer, issue_by_form, open_person, sign_in_officer
from journey import (
    MINH,
    approve_sharing,
    give_second_factor,
    hand_over,
    open_desk,
    open_wallet,
    press,
    see,
    text_of,
    wallet_address,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, Screen, on_phone, on_sqlite

from idp.documents import asking_rules
from idp.documents.document_types import document_types
from idp.documents.requests import rules

pytestmark = [pytest.mark.browser, on_sqlite, on_phone]
Contexts = Callable[[Screen], BrowserContext]
TRIES = 70  # one a second: a counter keeps its lists for half a minute, and two cores may be busy
LISTS_KEPT = 11  # seconds, and one more: how long the portal keeps a status list that it decided by


def test_issued_shown_presented_and_revoked(live: Demo, page: Page, open_context: Contexts, tmp_path: Path) -> None:
    """One citizen who had no document gets every one there is; the portal takes each, and after that none."""
    officer, clerk = open_context(DESKTOP).new_page(), open_context(DESKTOP).new_page()
    requested = [kind.id for kind in rules.types()]
    open_wallet(page, live, MINH)
    for type_id in requested:
        _request(live, page, type_id)
    for login, types in by_officer().items():
        sign_in_officer(officer, live, login)
        for _ in set(types) & set(requested):
            _answer_request(live, officer)
        open_person(officer, live, MINH.number, "document_issue")
        for type_id in types:
            if type_id not in requested:
                issue_by_form(officer, document_types().by_id(type_id))
    asked = [kind.id for kind in document_types() if kind.vct in asking_rules.askable()]
    handed_over = {kind.id for kind in document_types()} - set(asked)
    assert handed_over == {"judicial-record-2"}
    files = _shown(live, page, handed_over, tmp_path)
    _enter_portal(live, page, asked[0])
    for type_id in asked:
        _present(live, page, type_id)
    decided = time.monotonic()
    undecided = _answered_from_another_device(live, page, asked[0])
    open_desk(clerk, live)
    for type_id, file in files.items():
        assert _verdict(live, clerk, file) == "valid", type_id
        _not_asked(live, page, type_id)
    for login, types in by_officer().items():
        sign_in_officer(officer, live, login)
        open_person(officer, live, MINH.number, "document_change")
        for type_id in types:
            _revoke(officer, type_id)
    page.wait_for_timeout(max(0.0, LISTS_KEPT - (time.monotonic() - decided)) * 1000)
    _refused_by_the_portal(page, undecided)
    for type_id in asked:
        _refused_by_the_wallet(live, page, type_id)
    _portal_is_told(page)
    for type_id, file in files.items():
        _until_refused(live, clerk, file)
        assert "cơ quan cấp thu hồi" in text_of(clerk, "verdict"), type_id
    _told_in_the_wallet(live, page, {*asked, *handed_over})


def _request(live: Demo, page: Page, type_id: str) -> None:
    page.goto(f"{live.issuer}/wallet/requests/new")
    page.get_by_test_id(f"type-{type_id}").check()
    page.get_by_test_id("request-purpose").select_option("own_knowledge")
    press(page, "request-submit")
    see(page, "request-waiting")


def _answer_request(live: Demo, officer: Page) -> None:
    officer.goto(f"{live.issuer}/officer/documents")
    officer.get_by_test_id("open-request").first.click()
    see(officer, "person-name")
    officer.locator("[data-testid^='issue-judicial']").first.click()
    see(officer, "act-done")


def _shown(live: Demo, page: Page, taken: set[str], folder: Path) -> dict[str, Path]:
    """She opens each in her wallet, and takes the files of some along."""
    page.goto(f"{live.issuer}/wallet")
    links = {
        kind.id: page.get_by_test_id(f"document-{kind.id}-open").get_attribute("href") for kind in document_types()
    }
    for type_id, link in links.items():
        page.goto(f"{live.issuer}{link}")
        see(page, "document-file-day")
        assert document_types().by_id(type_id).names["vi"] in page.content(), type_id
        if type_id in taken:
            with page.expect_download() as download:
                press(page, "document-download")
            download.value.save_as(folder / f"{type_id}.sd-jwt")
    return {type_id: folder / f"{type_id}.sd-jwt" for type_id in taken}


# --- the portal, online ----------------------------------------------------------------------------------
def _ask(live: Demo, page: Page, type_id: str) -> None:
    """The page of the type; what it asks is what every such document has."""
    page.goto(f"{live.portal}/show-document/ask?{urlencode({'type': document_types().by_id(type_id).vct})}")


def _enter_portal(live: Demo, page: Page, type_id: str) -> None:
    """Her wallet is open in this browser: the second factor is all that is missing."""
    _ask(live, page, type_id)
    give_second_factor(page, MINH)
    approve_sharing(page)
    see(page, "applicant")


def _present(live: Demo, page: Page, type_id: str) -> None:
    """Intact, trusted, in its dates, not revoked, hers, and bound to her key: six times yes."""
    _ask(live, page, type_id)
    press(page, "show-this-device")
    hand_over(page, MINH)
    see(page, "verdict")
    assert _kind(page) == "valid", type_id
    assert page.locator(".answer-valid").count() == 6, type_id
    assert document_types().by_id(type_id).names["vi"] in page.content(), type_id
    see(page, "receipt-save")


def _answered_from_another_device(live: Demo, page: Page, type_id: str) -> str:
    """The address of the outcome; while nobody opens it, nothing is decided. The browser plays both devices."""
    _ask(live, page, type_id)
    press(page, "show-other-device")
    see(page, "waiting")
    outcome, address = page.url.replace("/other-device", "/result"), wallet_address(page)
    page.goto(f"{live.portal}/show-document")  # leaves the page that waits
    page.goto(address)
    press(page, "confirm-yes")
    hand_over(page, MINH)
    see(page, "presentation-answered-given")
    return outcome


def _not_asked(live: Demo, page: Page, type_id: str) -> None:
    _ask(live, page, type_id)
    assert "Không ai được yêu cầu giấy tờ này" in page.content(), type_id


def _refused_by_the_portal(page: Page, outcome: str) -> None:
    """Revoked between her answer and the decision: the fourth of six questions is answered with no."""
    page.goto(outcome)
    assert _kind(page) == "refused"
    assert "Giấy tờ đã bị thu hồi" in text_of(page, "verdict")
    expect(page.get_by_test_id("answer-4")).to_contain_text("Không")


def _refused_by_the_wallet(live: Demo, page: Page, type_id: str) -> None:
    """It offers nothing that is not in force, and says why."""
    _ask(live, page, type_id)
    press(page, "show-this-device")
    see(page, "presentation-no-documents")
    expect(page.get_by_test_id("missing-state")).to_contain_text("thu hồi")


def _portal_is_told(page: Page) -> None:
    """That nothing came, and not why."""
    press(page, "presentation-decline")
    see(page, "start-again")
    assert "Không có giấy tờ nào được trình" in page.content()


# --- the portal's counter --------------------------------------------------------------------------------
def _verdict(live: Demo, clerk: Page, file: Path) -> str:
    """What the portal's counter says: valid, refused or warning."""
    clerk.goto(f"{live.portal}/clerk/counter")
    clerk.get_by_test_id("counter-file").set_input_files(file)
    press(clerk, "counter-check")
    see(clerk, "verdict")
    return _kind(clerk)


def _kind(page: Page) -> str:
    return (page.get_by_test_id("verdict").get_attribute("class") or "").rpartition("verdict-")[2]


def _revoke(officer: Page, type_id: str) -> None:
    officer.get_by_test_id(f"change-{type_id}").select_option("revoke.issued_in_error")
    press(officer, f"change-submit-{type_id}")
    press(officer, "confirm-yes")
    expect(officer.get_by_test_id(f"state-{type_id}")).to_contain_text("Đã thu hồi")


def _until_refused(live: Demo, clerk: Page, file: Path) -> None:
    """The counter has what it fetched for half a minute."""
    for _ in range(TRIES):
        if _verdict(live, clerk, file) == "refused":
            return
        clerk.wait_for_timeout(1000)
    raise AssertionError("it is still taken")


def _told_in_the_wallet(live: Demo, page: Page, types: set[str]) -> None:
    page.goto(f"{live.issuer}/wallet")
    for type_id in types:
        expect(page.get_by_test_id(f"document-{type_id}")).to_contain_text("Đã thu hồi")
