"""A session that acts for an organisation presents nothing (attack 19), though the same person could."""

from __future__ import annotations

from presentation_place import Browser, Place
from sqlalchemy import update

from idp.sessions import BrowserSessionRow


def act(place: Place) -> None:
    """What choosing an organisation at sign-in does to the session."""
    with place.db.begin() as session:
        session.execute(update(BrowserSessionRow).values(acting_for="an organisation"))


def test_no_consent_is_asked_and_no_document_is_named(place: Place) -> None:
    """A clear page; she may only decline, and the client learns no reason (OpenID4VP 15.9)."""
    place.issue()
    browser = place.browser()
    act(place)
    browser.open()
    assert browser.status == 403
    assert "thay mặt một tổ chức" in browser.page
    assert not browser.shows("consent-passcode")
    assert place.verifier.answers.received == []
    browser.refuse()
    (answer,) = place.verifier.answers.received
    assert answer["error"] == "access_denied"


def test_a_page_that_was_open_before_gives_nothing(place: Place) -> None:
    """Switched in another window: the passcode is not even tried."""
    place.issue()
    browser: Browser = place.browser().open()
    assert browser.shows("consent-passcode")
    act(place)
    browser.approve()
    assert browser.status == 403
    assert place.holders.tries == 0
    assert place.verifier.answers.received == []
