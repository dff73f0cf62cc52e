"""`mock-vneid demo --lan`: the whole of it over TLS under the network's address, as a real phone meets it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from journey import (
    LAN,
    LICENCE,
    choose_procedure,
    hand_over,
    open_portal,
    papers_replaced,
    press,
    see,
    share_where_asked,
)
from lan_demo import lan_demo
from live import Demo
from phone_journey import bind, photograph, pick, read_qr, scan_address
from playwright.sync_api import Browser, BrowserContext, expect
from screens import WIDTHS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with lan_demo(tmp_path_factory.mktemp("lan")) as running:
        yield running


@pytest.fixture
def contexts(browser: Browser) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    """A computer and a phone. Chromium cannot be given one more root for a test: it is told to trust whatever."""
    sizes = [dict(zip(("width", "height"), WIDTHS[kind], strict=True)) for kind in ("desktop", "phone")]
    made = [browser.new_context(viewport=size, locale="vi-VN", ignore_https_errors=True) for size in sizes]  # type: ignore[arg-type]
    yield made[0], made[1]
    for context in made:
        context.close()


def test_sign_in_and_hand_over_in_the_network(network: Demo, contexts: tuple[BrowserContext, BrowserContext]) -> None:
    """The QR names the network's address; key and camera are to be had there; the wallet reaches the portal."""
    computer, phone = contexts[0].new_page(), contexts[1].new_page()
    bind(phone, network, LAN)
    assert phone.evaluate("isSecureContext && 'getUserMedia' in navigator.mediaDevices")
    cookies = {cookie["name"]: cookie for cookie in contexts[1].cookies()}
    assert cookies["__Host-mock_vneid"]["secure"]
    open_portal(computer, network)
    choose_procedure(computer, LICENCE)
    press(computer, "apply")
    address = read_qr(photograph(computer))
    assert address.startswith(f"{network.issuer}/app/scan#")
    scan_address(phone, address)
    pick(phone, computer.get_by_test_id("qr-number").inner_text())
    press(phone, "request-approve")
    see(phone, "done-approved")
    share_where_asked(computer, "applicant")
    press(computer, "apply-this-device")
    see(computer, "consent-passcode")
    hand_over(computer, LAN)
    expect(computer.get_by_test_id("papers-replaced")).to_be_visible()
    replaced, of = papers_replaced(computer)
    assert replaced == of
