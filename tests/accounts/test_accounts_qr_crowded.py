"""One address may have so many codes waiting and no more (RFC 10027 6.1.11); signing in otherwise goes on."""

from __future__ import annotations

import pytest
from accounts_place import Place, csrf_token
from qr_screen import Hand, show

from idp.accounts.qr_sign_in import transactions


@pytest.fixture(autouse=True)
def _room_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "MOST_AT_ADDRESS", 2)


def filled(place: Place) -> None:
    for _ in range(2):
        show(place.browser())


def test_the_page_says_so_and_takes_a_password(place: Place) -> None:
    """No code, the seconds until there is room, and the form beside it."""
    filled(place)
    browser = place.browser()
    page = browser.get(browser.ask())
    assert page.status_code == 200
    assert 'data-testid="qr-image"' not in page.text
    assert "sau 120 giây" in page.text
    assert 'data-testid="qr-again"' in page.text
    assert 'data-testid="sign-in-submit"' in page.text


def test_a_page_that_renews_its_code_is_told(place: Place) -> None:
    """429 with the time to wait, and what to show in the panel's place."""
    browser = place.browser()
    address = browser.ask()
    token = csrf_token(browser.get(address).text)
    show(place.browser())
    answer = browser.client.post(address.replace("/sign-in?", "/sign-in/qr?"), headers={"X-CSRF-Token": token})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "120")
    assert 'data-state="crowded"' in answer.text


def test_it_is_about_one_address(place: Place) -> None:
    """Whoever comes from elsewhere is not kept waiting."""
    filled(place)
    elsewhere = place.browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.77"
    show(elsewhere)


def test_there_is_room_again(place: Place) -> None:
    """After two minutes, and as soon as one is decided."""
    filled(place)
    place.later(seconds=120)
    first = show(place.browser())
    show(place.browser())
    hand = Hand(place)
    hand.decide(first, hand.scan(first), "refuse")
    show(place.browser())
