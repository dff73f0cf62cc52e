"""What nobody may ask for, from a day on, and what this client may not: denied before she is asked, and recorded."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from issuing_support import HOLDER
from presentation_place import Browser, Place
from relying_party import CREDENTIAL, TYPES, Verifier

from idp.documents import asking_rules, dcql
from idp.documents.document_types import document_types

NUMBER_TWO = "urn:vn-mock:judicial-record-2:1"
LAST = datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Vietnam
FIRST = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
DENIED = {"error": "access_denied", "state": "state-1"}


def credential(vct: str, query_id: str = "record", **more: Any) -> dict[str, Any]:
    return {"id": query_id, "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, **more}


RECORD = credential(NUMBER_TWO)
#: Every way to ask for No. 2: alone, beside others, as one of two types, optional, as an alternative.
WAYS: dict[str, dict[str, Any]] = {
    "alone": {"credentials": [RECORD]},
    "beside": {"credentials": [CREDENTIAL, RECORD]},
    "one of two types": {
        "credentials": [{**RECORD, "meta": {"vct_values": ["urn:vn-mock:judicial-record-1:1", NUMBER_TWO]}}]
    },
    "optional": {
        "credentials": [CREDENTIAL, RECORD],
        "credential_sets": [{"options": [["book"]]}, {"options": [["record"]], "required": False}],
    },
    "alternative": {
        "credentials": [CREDENTIAL, RECORD],
        "credential_sets": [{"options": [["book"], ["record"]]}],
    },
    "in no set": {"credentials": [CREDENTIAL, RECORD], "credential_sets": [{"options": [["book"]]}]},
}


@pytest.fixture
def allowed(place: Place) -> Place:
    """A client that is registered for No. 2, and a holder who has one and a health book."""
    place.registry.parties["demo-portal"] = place.verifier.party(document_types=TYPES | {NUMBER_TWO})
    return place


def at(place: Place, instant: datetime) -> None:
    place.clock.instant = place.verifier.now = instant


def test_the_law_is_data() -> None:
    """Law 107/2025/QH15, from 1 July 2026, named in both languages."""
    (rule,) = asking_rules.rules()
    assert (rule.vct, rule.since) == (NUMBER_TWO, date(2026, 7, 1))
    assert all("107/2025/QH15" in rule.law[lang] for lang in ("vi", "en"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("instant", "forbidden"),
    [
        (datetime(2026, 6, 30, 0, 0, tzinfo=UTC), False),
        (LAST, False),
        (FIRST, True),
        (datetime(2026, 7, 1, 0, 0, tzinfo=UTC), True),
        (datetime(2030, 1, 1, 0, 0, tzinfo=UTC), True),
    ],
)
def test_the_first_of_july_begins_in_vietnam(now: datetime, way: str, instant: datetime, forbidden: bool) -> None:
    """At 17:00 UTC on 30 June, however the query asks."""
    party = Verifier(9, now).party(document_types=TYPES | {NUMBER_TWO})
    found = asking_rules.forbidden(dcql.parse(WAYS[way]), party, instant)
    assert (found is not None) is forbidden
    if found is not None:
        assert found.vct == NUMBER_TWO
        assert found.rule is not None


def test_until_then_she_may_be_asked(allowed: Place) -> None:
    """The last second: the document is shown and sent."""
    at(allowed, LAST)
    allowed.issue("judicial-record-2", date(2026, 6, 1))
    allowed.verifier.answers.claims = {"dcql_query": WAYS["alone"]}
    browser = allowed.browser().open().approve()
    assert browser.status == 303
    assert set(browser.sent()[0]["vp_token"]) == {"record"}


def test_a_page_opened_in_time_is_not_answered_too_late(allowed: Place) -> None:
    """The rule is looked at again when she agrees."""
    at(allowed, LAST)
    allowed.issue("judicial-record-2", date(2026, 6, 1))
    allowed.verifier.answers.claims = {"dcql_query": WAYS["alone"]}
    browser = allowed.browser().open()
    assert browser.shows("consent-approve")
    allowed.later(seconds=1)
    browser.approve()
    is_denied(browser, "forbidden_by_law")
    assert allowed.holders.tries == 0


def is_denied(browser: Browser, reason: str) -> None:
    """access_denied without a reason; the page says why, the holder's history and the audit keep it."""
    assert browser.status == 403
    assert browser.shows(f"presentation-{reason.replace('_', '-')}")
    assert not browser.shows("consent-approve")
    assert browser.sent() == [DENIED]
    assert f'href="{browser.place.verifier.url}/return?response_code=fresh"' in browser.page
    assert [(row.outcome, row.reason, row.holder) for row in browser.place.history()] == [("refused", reason, HOLDER)]
    assert browser.place.events() == ["presentation.denied"]
    assert browser.place.audit.entries[-1]["details"]["reason"] == reason


@pytest.mark.parametrize("way", WAYS)
def test_from_then_on_nobody_may_ask(allowed: Place, way: str) -> None:
    """Though registered for it, and though she could give the rest."""
    allowed.issue()
    at(allowed, FIRST)
    allowed.verifier.answers.claims = {"dcql_query": WAYS[way]}
    browser = allowed.browser().open()
    is_denied(browser, "forbidden_by_law")
    assert "Phiếu lý lịch tư pháp số 2" in browser.words
    assert "107/2025/QH15" in browser.words
    assert "01/07/2026" in browser.words
    (document,) = [one for one in json.loads(allowed.history()[0].documents) if one["vct"] == NUMBER_TWO]
    assert document["document_id"] is None


def test_a_denial_is_sent_once(allowed: Place) -> None:
    """Loading the page again says the same and sends nothing; nothing can be agreed to."""
    allowed.verifier.answers.claims = {"dcql_query": WAYS["alone"]}
    browser = allowed.browser().open(referer=None)
    token = browser.field("csrf_token")
    browser.post("confirm", decision="yes").get()
    assert browser.get().shows("presentation-forbidden-by-law")
    fields = {"csrf_token": token, "passcode": "246810", "shown": ""}
    for action in ("approve", "refuse"):
        assert browser.client.post(f"{browser.path}/{action}", data=fields).status_code == 403
    assert browser.sent() == [DENIED]


def test_before_anybody_signed_in(allowed: Place) -> None:
    """It needs no person to be denied: the audit has it, no history does."""
    allowed.verifier.answers.claims = {"dcql_query": WAYS["alone"]}
    browser = allowed.browser(subject=None).open()
    assert browser.shows("presentation-forbidden-by-law")
    assert browser.sent() == [DENIED]
    assert allowed.history() == []
    assert allowed.audit.entries[-1]["subject"] is None
    assert allowed.audit.entries[-1]["client_id"] == "demo-portal"


def test_a_denial_that_did_not_arrive_is_sent_when_the_page_is_loaded_again(allowed: Place) -> None:
    """She is told the same meanwhile."""
    allowed.verifier.answers.claims, allowed.verifier.answers.status = {"dcql_query": WAYS["alone"]}, 500
    browser = allowed.browser().open()
    assert browser.shows("presentation-forbidden-by-law")
    assert not browser.shows("presentation-back")
    allowed.verifier.answers.status = 200
    assert browser.get().shows("presentation-back")
    assert browser.sent() == [DENIED, DENIED]


@pytest.mark.parametrize("vct", ["urn:vn-mock:health-insurance:1", "urn:vn-mock:unknown:1", NUMBER_TWO.upper()])
def test_a_type_that_the_client_is_not_registered_for(place: Place, vct: str) -> None:
    """15.3: it is not entitled to it, whether she has one or not."""
    place.issue("health-insurance")
    place.issue()
    sets = [{"options": [["book"]]}, {"options": [["other"]], "required": False}]
    place.verifier.answers.claims = {
        "dcql_query": {"credentials": [CREDENTIAL, credential(vct, "other")], "credential_sets": sets}
    }
    is_denied(place.browser().open(), "type_not_registered")


def test_a_client_registered_for_nothing(place: Place) -> None:
    """May not even ask for a health book."""
    place.issue()
    place.registry.parties["demo-portal"] = place.verifier.party(document_types=frozenset())
    is_denied(place.browser().open(), "type_not_registered")


def test_the_law_is_named_before_the_registration(place: Place) -> None:
    """A client that may not ask anyway learns nothing else; the holder reads the graver reason."""
    place.verifier.answers.claims = {"dcql_query": WAYS["alone"]}
    is_denied(place.browser().open(), "forbidden_by_law")


def test_a_denied_request_is_denied_encrypted(allowed: Place) -> None:
    """8.3.1, as any other answer."""
    allowed.verifier.answers.claims = {"dcql_query": WAYS["alone"], "response_mode": "direct_post.jwt"}
    browser = allowed.browser().open()
    assert set(allowed.verifier.answers.received[0]) == {"response"}
    assert browser.sent() == [DENIED]


def test_a_portal_is_registered_for_what_may_be_asked() -> None:
    """Every type but those that nobody may ask for."""
    assert set(asking_rules.askable()) == set(document_types().vcts) - {NUMBER_TWO}
