"""Signed out at the provider is signed out at the portal: told through the browser, and behind it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from gallery import Gallery
from journey import (
    LAN,
    LICENCE,
    MINH,
    QUYNH,
    SOFIA,
    Citizen,
    apply,
    give_password,
    open_portal,
    press,
    see,
    sign_out,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page, Route, expect
from screens import DESKTOP, Screen, on_desktop, on_phone, on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]
Contexts = Callable[[Screen], BrowserContext]
FRONT_CHANNEL = "**/auth/frontchannel-logout**"
SOON = 20.0  # seconds; the message goes out at once, a loaded machine is slow


def signed_in_at_portal(page: Page, live: Demo) -> bool:
    """By a page that the portal shows to anyone, with the name of who is signed in."""
    open_portal(page, live)
    see(page, "home-link")
    return page.get_by_test_id("signed-in-name").count() > 0


def sign_in_at_portal(page: Page, live: Demo, citizen: Citizen) -> None:
    apply(page, live, LICENCE, citizen)
    assert signed_in_at_portal(page, live)


def is_out_soon(page: Page, live: Demo) -> None:
    until = time.monotonic() + SOON
    while signed_in_at_portal(page, live):
        assert time.monotonic() < until, "the portal was not told"
        time.sleep(0.2)


def held_to(page: Page, address: str) -> None:
    """Signed out there too: it asks who is there."""
    page.goto(address)
    see(page, "sign-in-number")


@on_desktop
def test_through_the_browser(live: Demo, page: Page) -> None:
    """The page names the portal, its frame is loaded, it leads on; the portal is told before that."""
    sign_in_at_portal(page, live, LAN)
    page.goto(f"{live.issuer}/")
    named = list[int]()

    def look_first(route: Route) -> None:  # the page leads on as soon as its frame is loaded
        named.append(page.get_by_test_id("frontchannel-services").count())
        route.continue_()

    page.route(FRONT_CHANNEL, look_first)
    with page.expect_response(FRONT_CHANNEL) as framed:
        press(page, "sign-out")
    assert framed.value.status == 200
    assert named == [1]
    expect(page).to_have_url(f"{live.issuer}/")
    assert page.get_by_test_id("sign-out").count() == 0
    assert not signed_in_at_portal(page, live)
    held_to(page, f"{live.issuer}/wallet")


@on_phone
def test_behind_the_browser(live: Demo, page: Page, gallery: Gallery) -> None:
    """A browser that loads no frame of another site: the provider's server says it to the portal's."""
    sign_in_at_portal(page, live, MINH)
    blocked: list[str] = []

    def block(route: Route) -> None:
        blocked.append(route.request.url)
        route.abort()

    page.route(FRONT_CHANNEL, block)
    page.goto(f"{live.issuer}/")
    press(page, "sign-out")
    expect(page).to_have_url(f"{live.issuer}/")  # it leads on all the same
    assert len(blocked) == 1
    gallery.take(page, "signed-out-at-the-provider")
    is_out_soon(page, live)


@on_phone
def test_from_the_portal(live: Demo, page: Page) -> None:
    """RP-Initiated Logout: out on both sides, and back where it began."""
    sign_in_at_portal(page, live, QUYNH)
    sign_out(page)
    assert page.url.startswith(f"{live.portal}/auth/signed-out?")
    everywhere = page.get_by_test_id("signed-out").get_attribute("class") or ""
    assert "notice-valid" in everywhere  # at the provider too, as the `state` that came back says
    assert not signed_in_at_portal(page, live)
    held_to(page, f"{live.issuer}/wallet")


@on_desktop
def test_from_another_browser(live: Demo, page: Page, open_context: Contexts) -> None:
    """My account, end this session: no page of the browser it was in is opened, so only the back channel can tell."""
    sign_in_at_portal(page, live, SOFIA)
    other = open_context(DESKTOP).new_page()
    other.goto(f"{live.issuer}/account/sessions?lang=vi")
    give_password(other, SOFIA)
    see(other, "session-this")
    others = other.get_by_test_id(re.compile(r"^session-end-\d+$"))
    expect(others).to_have_count(1)
    others.click()
    see(other, "session-ended")
    is_out_soon(page, live)
    held_to(page, f"{live.issuer}/wallet")
    other.goto(f"{live.issuer}/account/sessions")
    see(other, "session-this")  # this one stays
