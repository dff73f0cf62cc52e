"""Delivering an answer: where the browser goes on, what may be tried again, and what is remembered (8.2, 8.5)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from issuing_support import HOLDER
from presentation_place import Browser, Place

from idp.documents.ports import PasscodeOutcome, PasscodeVerdict
from idp.outbound import Outbound

DENIED = {"error": "access_denied", "state": "state-1"}


@pytest.fixture
def browser(place: Place) -> Browser:
    """Before the consent page, with one document."""
    place.issue()
    return place.browser().open()


# --- where the browser goes on --------------------------------------------------------------------------
def test_the_browser_is_led_to_the_client(browser: Browser, place: Place) -> None:
    """8.2: to the `redirect_uri` that came back, with its fresh value."""
    assert browser.approve().location == f"{place.verifier.url}/return?response_code=fresh"


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/return",
        "http://127.0.0.1:1/return",
        "http://127.0.0.1@evil.example/",
        "javascript:alert(1)",
        "//evil.example/return",
        "/wallet\r\nX: y",
        "/return?" + "a" * 2048,
        "/trả-lời",
        None,
    ],
)
def test_the_browser_is_led_nowhere_else(browser: Browser, place: Place, redirect: str | None) -> None:
    """Only to an origin that the client registered, else to our own page that says it was sent."""
    place.verifier.answers.redirect = redirect
    browser.approve()
    assert browser.status == 303
    assert browser.location == browser.path
    assert browser.get().shows("presentation-answered-given")


@pytest.mark.parametrize("body", ['{"redirect_uri": 5}', '{"redirect_uri": null}', '{"other": "x"}', "{}"])
def test_unknown_members_are_ignored(browser: Browser, place: Place, body: str) -> None:
    """8.2; what is no address leads nowhere."""
    place.verifier.answers.body = body
    assert browser.approve().location == browser.path


# --- what was not taken ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ({"status": 500}, "http_500"),
        ({"status": 503}, "http_503"),
        ({"status": 408}, "http_408"),
        ({"status": 425}, "http_425"),
        ({"status": 429}, "http_429"),
        ({"status": 201}, "http_201"),
        ({"status": 302}, "redirected"),
        ({"status": 307}, "redirected"),
        ({"content_type": "text/html"}, "wrong_content_type"),
        ({"body": "{" + " " * 256 * 1024 + "}"}, "too_large"),
    ],
)
def test_what_may_pass_can_be_tried_again(
    browser: Browser, place: Place, behaviour: dict[str, Any], code: str
) -> None:
    """8.2: only 200 with JSON is success, a redirect is an error (14.8); the request is still hers to answer."""
    before = vars(place.verifier.answers).copy()
    vars(place.verifier.answers).update(behaviour)
    browser.approve()
    assert browser.status == 502
    assert browser.shows("presentation-retry")
    assert f'data-testid="error-code">{code}<' in browser.page
    vars(place.verifier.answers).update({name: before[name] for name in behaviour})
    browser.get().approve()
    assert browser.location == f"{place.verifier.url}/return?response_code=fresh"
    assert len(browser.sent()) == 2
    assert [(row.outcome, row.reason) for row in place.history()] == [("failed", code), ("given", None)]
    assert place.events() == ["presentation.given", "presentation.failed", "presentation.given"]


def test_a_client_that_hangs(browser: Browser, place: Place) -> None:
    """The call is hung up; whether it arrived is not known, and the page says so."""
    object.__setattr__(place.services, "outbound", Outbound(allow_loopback=True, total_seconds=0.05))
    place.verifier.answers.delay = 0.3
    browser.approve()
    assert browser.shows("presentation-unreachable")
    assert place.history()[0].reason == "timeout"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ({"status": 400}, "http_400"),
        ({"status": 403}, "http_403"),
        ({"status": 410}, "http_410"),
        ({"body": "thanks"}, "not_json"),
        ({"body": "[]"}, "not_json"),
    ],
)
def test_what_was_turned_away_is_over(browser: Browser, place: Place, behaviour: dict[str, Any], code: str) -> None:
    """Sending it again could not help."""
    vars(place.verifier.answers).update(behaviour)
    again = {"csrf_token": browser.field("csrf_token"), "shown": browser.field("shown"), "passcode": "246810"}
    browser.approve()
    assert browser.status == 502
    assert browser.shows("presentation-not-taken")
    assert not browser.shows("presentation-retry")
    assert browser.get().shows("presentation-answered-failed")
    assert "answered-failed" in browser.client.post(f"{browser.path}/approve", data=again).text
    assert len(place.verifier.answers.received) == 1
    assert [(row.outcome, row.reason) for row in place.history()] == [("failed", code)]


# --- the passcode ---------------------------------------------------------------------------------------
WAIT = timedelta(minutes=3)


@pytest.mark.parametrize(
    ("passcode", "verdict", "http_status", "words", "tries"),
    [
        ("", None, 422, "đủ 6 chữ số của mật mã", 0),
        ("24681", None, 422, "đủ 6 chữ số của mật mã", 0),
        ("2468101", None, 422, "đủ 6 chữ số của mật mã", 0),
        ("２４６８１０", None, 422, "đủ 6 chữ số của mật mã", 0),
        ("000000", None, 422, "4", 1),
        ("246810", PasscodeVerdict.WAIT, 429, "3 phút", 1),
        ("246810", PasscodeVerdict.LOCKED, 403, "khóa", 1),
    ],
)
def test_without_the_passcode_nothing_is_sent(
    browser: Browser, place: Place, passcode: str, verdict: PasscodeVerdict | None,
    http_status: int, words: str, tries: int,
) -> None:  # fmt: skip
    """Wrong, slowed down or locked: she is told which, and may still refuse."""
    if verdict is not None:
        place.holders.outcome = PasscodeOutcome(verdict, None, place.clock.now() + WAIT)
    browser.approve(passcode)
    assert browser.status == http_status
    assert browser.headers.get("Retry-After") == ("180" if http_status == 429 else None)
    assert words in browser.words
    assert browser.shows("consent-passcode")
    assert place.holders.tries == tries
    assert browser.sent() == place.history() == []
    assert place.events() == []
    browser.refuse()
    assert browser.sent() == [DENIED]


def test_the_right_passcode_after_a_wrong_one(browser: Browser) -> None:
    """Nothing is lost by a slip."""
    browser.approve("000000").approve()
    assert browser.status == 303
    assert len(browser.sent()) == 1


# --- refusing -------------------------------------------------------------------------------------------
def test_refusing(browser: Browser, place: Place) -> None:
    """8.5: access_denied with `state`, no reason (15.9), no passcode; the browser is led on; she finds it later."""
    assert browser.refuse().location == f"{place.verifier.url}/return?response_code=fresh"
    assert browser.sent() == [DENIED]
    assert place.holders.tries == 0
    (row,) = place.history()
    assert (row.outcome, row.reason, row.holder, row.client_id) == (
        "refused", "access_denied", HOLDER, "demo-portal",
    )  # fmt: skip
    assert place.events() == ["presentation.refused"]
    assert browser.get().shows("presentation-answered-refused")


def test_refusing_an_encrypted_request(place: Place) -> None:
    """8.3.1: an onlooker does not learn that she refused."""
    place.issue()
    place.verifier.answers.claims = {"response_mode": "direct_post.jwt"}
    browser = place.browser().open().refuse()
    assert set(place.verifier.answers.received[0]) == {"response"}
    assert browser.sent() == [DENIED]


def test_a_refusal_that_did_not_arrive(browser: Browser, place: Place) -> None:
    """It can be sent again, and she need not."""
    place.verifier.answers.status = 500
    browser.refuse()
    assert browser.shows("presentation-decline")
    place.verifier.answers.status = 200
    assert browser.refuse().status == 303
    assert browser.sent() == [DENIED, DENIED]


def test_refused_is_refused(browser: Browser, place: Place) -> None:
    """A yes that comes after it sends nothing, whichever page it comes from."""
    shown, token = browser.field("shown"), browser.field("csrf_token")
    browser.refuse()
    values = {"csrf_token": token, "shown": shown, "passcode": "246810"}
    answer = browser.client.post(f"{browser.path}/approve", data=values)
    assert 'data-testid="presentation-answered-refused"' in answer.text
    assert browser.sent() == [DENIED]


# --- what is remembered ---------------------------------------------------------------------------------
def test_the_history_tells_what_was_given_and_no_value(browser: Browser, place: Place) -> None:
    """To whom, for what, which fields, when; 15.1 and Decree 69/2024/ND-CP art. 28."""
    browser.approve()
    (row,) = place.history()
    assert (row.outcome, row.reason, row.holder, row.at) == ("given", None, HOLDER, place.clock.now())
    assert json.loads(row.party)["en"] == "Sample Portal (MOCK)"
    assert row.procedure is not None
    assert json.loads(row.procedure)["code"] == "1.002809"
    (document,) = json.loads(row.documents)
    assert document["vct"] == "urn:vn-mock:health-book:1"
    fields = {name for (name,) in document["fields"]}
    assert {"personal_id_number", "full_name", "document_number"} <= fields
    assert "birthdate" not in fields
    everything = row.documents + row.party + str(row.procedure) + json.dumps(place.audit.entries[-1]["details"])
    for value in ("065190000101", "Mai Lan", "MP-2"):
        assert value not in everything
