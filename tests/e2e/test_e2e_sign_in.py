"""Who cannot sign in, and that the pages tell nobody more than she should know."""

from __future__ import annotations

import re

import pytest
from gallery import Gallery
from journey import (
    LAN,
    LICENCE,
    LONG,
    PHUC,
    VY,
    Citizen,
    choose_procedure,
    give_password,
    open_portal,
    press,
    see,
    text_of,
)
from live import Demo
from playwright.sync_api import Page, expect
from screens import on_phone, on_sqlite

pytestmark = [pytest.mark.browser, on_phone, on_sqlite]
UNKNOWN = Citizen("065190999999")


def _try(live: Demo, page: Page, citizen: Citizen) -> str:
    """What the sign-in page says to this number and password."""
    page.context.clear_cookies()
    page.goto(f"{live.issuer}/wallet?lang=vi")
    with page.expect_response(lambda response: response.request.method == "POST") as posted:
        give_password(page, citizen)
    see(page, "sign-in-refused")
    page.wait_for_load_state("load")  # all of it is compared
    told, qr = page.locator("main").inner_text(), page.get_by_test_id("qr-panel")  # its code is another each time
    return f"{posted.value.status} {told.replace(qr.inner_text(), '')}"


def test_wrong_password_unknown_number_and_child_read_the_same(live: Demo, page: Page, gallery: Gallery) -> None:
    """Nobody finds out by trying which numbers exist, whose account is locked, or who is a child."""
    wrong = _try(live, page, Citizen(LAN.number, "not-it"))
    gallery.take(page, "50-sign-in-refused")
    locked = _try(live, page, Citizen(LONG.number, "not-it"))
    child = _try(live, page, Citizen(VY.number, "not-it"))
    unknown = _try(live, page, UNKNOWN)
    assert wrong == unknown == child == locked


@pytest.mark.parametrize("citizen", [LONG, PHUC], ids=["locked", "card-expired"])
def test_a_locked_account(live: Demo, page: Page, gallery: Gallery, citizen: Citizen) -> None:
    """With the right password it says why and what to do, and leads back to the portal signed out."""
    open_portal(page, live)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    give_password(page, citizen)
    see(page, "sign-in-stopped")
    assert re.search("khóa", text_of(page, "stopped-what"))
    expect(page.get_by_test_id("second-factor-passcode")).to_have_count(0)
    gallery.take(page, f"51-stopped-{citizen.number[-4:]}")
    press(page, "stopped-back")
    see(page, "error-page")
    assert page.url.startswith(live.portal)
    expect(page.get_by_test_id("signed-in-name")).to_have_count(0)
    gallery.take(page, f"52-stopped-portal-{citizen.number[-4:]}")
