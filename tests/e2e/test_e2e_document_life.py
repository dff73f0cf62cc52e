"""A document's life in browsers: requested, issued by an officer, shown, taken by the portal, revoked, refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gallery import Gallery
from inspection import Inspector
from journey import (
    LAWYER,
    MINH,
    apply,
    fill,
    hand_over,
    open_desk,
    open_wallet,
    press,
    see,
    sign_out,
    text_of,
    unlock,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, PHONE, on_phone, on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]
RECORD = "judicial-record-1"
TRIES = 70  # one a second: a portal may keep a list for its ttl of a minute


@on_phone
def test_from_the_request_to_the_refusal(
    live: Demo, page: Page, open_context: Callable[..., BrowserContext], gallery: Gallery, axe_source: str
) -> None:
    """Minh has no document at all; what he requests is good the same hour, and no more once it is revoked."""
    desk = open_context(DESKTOP).new_page()
    his, hers = Inspector(page, PHONE, gallery, axe_source), Inspector(desk, DESKTOP, gallery, axe_source)
    _request(live, page, his)
    _issue(live, desk, hers)
    page.reload()
    see(page, "request-issued")
    press(page, "request-document")
    see(page, "document-file-day")
    his.look("92-document-live")
    page.context.clear_cookies()
    apply(page, live, LAWYER, MINH)
    press(page, "apply-this-device")
    hand_over(page, MINH)
    see(page, "papers-replaced")
    sign_out(page)
    _revoke(desk, hers)
    _is_refused_at_the_portal(live, page)
    page.context.clear_cookies()
    apply(page, live, LAWYER, MINH)
    press(page, "apply-this-device")
    see(page, "presentation-no-documents")
    assert "Đã bị thu hồi" in text_of(page, "missing-state")
    page.goto(f"{live.issuer}/wallet")
    unlock(page, MINH)
    press(page, f"document-{RECORD}-open")
    expect(page.get_by_test_id("document-reason")).to_contain_text("hồ sơ giả mạo")
    his.look("93-document-revoked")
    page.goto(f"{live.issuer}/wallet/requests")
    his.look("94-requests")
    his.check(5)
    hers.check(3)


def _request(live: Demo, page: Page, his: Inspector) -> None:
    open_wallet(page, live, MINH)
    press(page, "wallet-requests")
    press(page, "request-new")
    page.get_by_test_id("type-judicial-record-2").check()
    page.get_by_test_id("request-purpose").select_option("lawyer")
    press(page, "request-submit")
    see(page, "request-refused-nobody_may_ask")
    his.look("90-number-2-refused")
    page.get_by_test_id(f"type-{RECORD}").check()
    page.get_by_test_id("request-purpose").select_option("lawyer")
    press(page, "request-submit")
    see(page, "request-waiting")
    his.look("91-request-waiting")


def _issue(live: Demo, desk: Page, hers: Inspector) -> None:
    desk.goto(f"{live.issuer}/officer/")
    fill(desk, "officer-login", "ly-lich")
    fill(desk, "officer-password", "CanBo-MoPhong-2026")
    fill(desk, "officer-code", text_of(desk, "code-ly-lich"))
    press(desk, "officer-submit")
    see(desk, "document-requests")
    hers.look("95-desk-queue")
    press(desk, "open-request")
    see(desk, "person-name")
    hers.look("96-desk-person")
    press(desk, f"issue-{RECORD}")
    see(desk, "act-done")


def _revoke(desk: Page, hers: Inspector) -> None:
    desk.get_by_test_id(f"change-{RECORD}").select_option("revoke.forged_papers")
    press(desk, f"change-submit-{RECORD}")
    see(desk, "confirm-revoke")
    hers.look("97-desk-confirm-revoke")
    press(desk, "confirm-yes")
    expect(desk.get_by_test_id(f"state-{RECORD}")).to_contain_text("Đã thu hồi")


def _is_refused_at_the_portal(live: Demo, page: Page) -> None:
    """Checked again at the clerk's desk: within the list's `ttl` the dossier's document is refused."""
    open_desk(page, live)
    press(page, "clerk-dossier-1")
    again = page.get_by_test_id("again-judicial_record")
    for _ in range(TRIES):
        press(page, "check-now")
        see(page, "again-judicial_record")
        if "verdict-refused" in (again.get_attribute("class") or ""):
            break
        page.wait_for_timeout(1000)
    expect(again).to_have_class("verdict verdict-refused")
    expect(again).to_contain_text("đã rút lại giấy tờ này")
