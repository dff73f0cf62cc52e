"""A request that no page of the client led to is taken for another device's: "did you begin this?" comes first."""

from __future__ import annotations

import pytest
from issuing_support import HOLDER
from presentation_place import Browser, Place

ELSEWHERE = (
    None, "", "nonsense", "https://attacker.example/", "http://localhost:5000/", "http://127.0.0.1/",
    "http://{host}@attacker.example/", "https://{host}/", "http://{host}.attacker.example/",
)  # fmt: skip


@pytest.fixture
def scanned(place: Place) -> Browser:
    """A code was scanned: the browser has come from nowhere."""
    place.issue()
    return place.browser().open(referer=None)


def nothing_happened(place: Place) -> None:
    assert place.verifier.answers.fetched == place.verifier.answers.received == []
    assert place.history() == []


@pytest.mark.parametrize("referer", ELSEWHERE)
def test_the_first_screen_asks(place: Place, referer: str | None) -> None:
    """Scanned, typed, from a message, on an attacker's page: who asks, a warning, nothing fetched before her yes."""
    place.issue()
    host = place.verifier.url.removeprefix("http://")
    browser = place.browser().open(referer=referer and referer.format(host=host))
    assert browser.shows("confirm-yes")
    assert browser.shows("confirm-no")
    assert browser.shows("confirm-warning")
    assert "Cổng Mẫu (MÔ PHỎNG)" in browser.words
    assert not browser.shows("consent-approve")
    nothing_happened(place)


@pytest.mark.parametrize("path", ["/", "", "/a/page?with=query"])
def test_from_the_clients_page_nothing_is_asked_twice(place: Place, path: str) -> None:
    """She has just been there; whether the client sends its origin or whole addresses as Referer."""
    place.issue()
    browser = place.browser().open(referer=place.verifier.url + path)
    assert browser.shows("consent-approve")
    assert not browser.shows("confirm-yes")


def test_no_parameter_leads_past_it(place: Place) -> None:
    """A link can be made by anybody."""
    place.issue()
    for more in ("&confirmed=1", "&other_device=false", "&decision=yes"):
        assert place.browser().open(place.verifier.link() + more, referer=None).shows("confirm-yes")
    nothing_happened(place)


def test_the_question_comes_before_signing_in(place: Place) -> None:
    """Who was lured should not type a password first."""
    browser = place.browser(subject=None).open(referer=None)
    assert browser.shows("confirm-yes")
    browser.post("confirm", decision="yes")
    assert str(browser.get().location).startswith("/sign-in?request=")


@pytest.mark.parametrize("action", ["approve", "refuse"])
def test_nothing_is_answered_before_she_confirms(scanned: Browser, action: str) -> None:
    """Neither yes nor no: the client does not learn that anybody scanned the code."""
    scanned.post(action, shown="", passcode="246810")
    assert scanned.shows("confirm-yes")
    nothing_happened(scanned.place)
    assert scanned.place.holders.tries == 0


@pytest.mark.parametrize("decision", ["no", "", "YES", None])
def test_no_is_no(scanned: Browser, decision: str | None) -> None:
    """Whatever is not a yes: told what to do, and nothing fetched nor sent."""
    scanned.post("confirm", **({} if decision is None else {"decision": decision}))
    assert scanned.shows("presentation-not-begun")
    assert scanned.get().shows("confirm-yes")
    nothing_happened(scanned.place)


def test_after_yes_it_goes_on_with_a_warning_of_its_own(scanned: Browser) -> None:
    """The documents go to the screen with the code; the consent page says so."""
    scanned.post("confirm", decision="yes")
    assert scanned.status == 303
    scanned.get()
    assert scanned.shows("consent-approve")
    assert "màn hình nơi mã được hiển thị" in scanned.words
    scanned.place.verifier.answers.redirect = None
    scanned.approve()
    assert scanned.location == scanned.path
    assert "trở lại màn hình kia" in scanned.get().words
    assert len(scanned.sent()) == 1


def test_yes_counts_for_this_request_alone(scanned: Browser) -> None:
    """The next code asks again."""
    scanned.post("confirm", decision="yes").get()
    assert scanned.shows("consent-approve")
    scanned.place.verifier.answers.claims = {"nonce": "m" * 43}
    assert scanned.open(referer=None).shows("confirm-yes")


def test_yes_of_another_browser_counts_for_nothing(scanned: Browser) -> None:
    """Nor does its no."""
    other = scanned.place.browser(HOLDER).open(referer=None)
    for decision in ("yes", "no"):
        fields = {"csrf_token": other.field("csrf_token"), "decision": decision}
        assert other.client.post(f"{scanned.path}/confirm", data=fields).status_code == 404
    assert scanned.get().shows("confirm-yes")
    nothing_happened(scanned.place)


def test_after_ten_minutes_it_is_too_late_for_a_yes(scanned: Browser) -> None:
    """The request is gone, fetched or not."""
    scanned.place.later(minutes=10)
    scanned.post("confirm", decision="yes")
    assert scanned.status == 404
    nothing_happened(scanned.place)


def test_the_client_of_the_code_is_gone(scanned: Browser) -> None:
    """Taken from the registry meanwhile: nothing is fetched on its behalf."""
    scanned.place.registry.parties.clear()
    scanned.post("confirm", decision="yes")
    assert scanned.get().status == 404
    nothing_happened(scanned.place)
