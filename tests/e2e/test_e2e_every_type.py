"""Every type of the catalogue in browsers: issued by its issuer's officer, shown, taken by the portal, revoked.

The types are those that are found, so a new one is taken along, and fails where no officer's form can issue it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from issuing_steps import by_officer, issue_by_form, open_person, sign_in_officer
from journey import MINH, open_desk, open_wallet, press, see, text_of
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, Screen, on_phone, on_sqlite

from idp.documents.document_types import document_types
from idp.documents.requests import rules

pytestmark = [pytest.mark.browser, on_sqlite, on_phone]
Contexts = Callable[[Screen], BrowserContext]
TRIES = 70  # one a second: a counter keeps its lists for half a minute, and two cores may be busy


def test_issued_shown_verified_and_revoked(live: Demo, page: Page, open_context: Contexts, tmp_path: Path) -> None:
    """One citizen who had no document gets every one there is; each is good at the portal, and after that revoked."""
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
    files = {kind.id: _shown(live, page, kind.id, tmp_path) for kind in document_types()}
    open_desk(clerk, live)
    for type_id, file in files.items():
        assert _verdict(live, clerk, file) == "valid", type_id
        assert document_types().by_id(type_id).names["vi"] in clerk.content(), type_id
    for login, types in by_officer().items():
        sign_in_officer(officer, live, login)
        open_person(officer, live, MINH.number, "document_change")
        for type_id in types:
            _revoke(officer, type_id)
    _until_refused(live, clerk, next(iter(files.values())))
    for type_id, file in files.items():
        assert _verdict(live, clerk, file) == "refused", type_id
        assert "cơ quan cấp thu hồi" in text_of(clerk, "verdict"), type_id
    _told_in_the_wallet(live, page, set(files))


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


def _shown(live: Demo, page: Page, type_id: str, folder: Path) -> Path:
    """She opens it in her wallet and takes its file along."""
    page.goto(f"{live.issuer}/wallet")
    press(page, f"document-{type_id}-open")
    see(page, "document-file-day")
    with page.expect_download() as download:
        press(page, "document-download")
    file = folder / f"{type_id}.sd-jwt"
    download.value.save_as(file)
    return file


def _verdict(live: Demo, clerk: Page, file: Path) -> str:
    """What the portal's counter says: valid, refused or warning."""
    clerk.goto(f"{live.portal}/clerk/counter")
    clerk.get_by_test_id("counter-file").set_input_files(file)
    press(clerk, "counter-check")
    see(clerk, "verdict")
    return (clerk.get_by_test_id("verdict").get_attribute("class") or "").rpartition("verdict-")[2]


def _revoke(officer: Page, type_id: str) -> None:
    officer.get_by_test_id(f"change-{type_id}").select_option("revoke.issued_in_error")
    press(officer, f"change-submit-{type_id}")
    expect(officer.get_by_test_id(f"state-{type_id}")).to_contain_text("Đã thu hồi")


def _until_refused(live: Demo, clerk: Page, file: Path) -> None:
    """Not a check: the counter has what it fetched for half a minute."""
    for _ in range(TRIES):
        if _verdict(live, clerk, file) == "refused":
            return
        clerk.wait_for_timeout(1000)


def _told_in_the_wallet(live: Demo, page: Page, types: set[str]) -> None:
    page.goto(f"{live.issuer}/wallet")
    for type_id in types:
        expect(page.get_by_test_id(f"document-{type_id}")).to_contain_text("Đã thu hồi")
