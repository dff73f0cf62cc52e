"""Consent is to exactly what was shown, and every choice is hers (sections 6.4 and 15.1)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from issuing_support import HOLDER
from presentation_place import Browser, Place
from relying_party import CREDENTIAL

from idp.documents import status
from idp.documents.document import Document, DocumentStatus
from idp.documents.sd_jwt.selecting import claims_of

RECORD = {
    "id": "record",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": ["urn:vn-mock:judicial-record-1:1"]},
    "claims": [{"path": ["personal_id_number"]}],
}
BY_SETS = {
    **CREDENTIAL,
    "claims": [{"id": "number", "path": ["personal_id_number"]}, {"id": "name", "path": ["full_name"]}],
    "claim_sets": [["number"], ["number", "name"]],
}


def ask(place: Place, *credentials: dict[str, Any], sets: list[dict[str, Any]] | None = None) -> None:
    query: dict[str, Any] = {"credentials": list(credentials)}
    place.verifier.answers.claims["dcql_query"] = {**query, "credential_sets": sets} if sets else query


def two_books(place: Place) -> tuple[Document, Document]:
    return place.issue(), place.issue(document_number="MP-20", issued_on=date(2026, 10, 1))


def nothing_was_sent(browser: Browser, http_status: int, testid: str) -> None:
    assert browser.status == http_status
    assert browser.shows(testid)
    assert browser.sent() == []
    assert browser.place.history() == []


def numbers(browser: Browser, query_id: str = "book") -> list[object]:
    return [claims_of(text.rpartition("~")[0] + "~")["document_number"] for text in
            browser.sent()[0]["vp_token"][query_id]]  # fmt: skip


def ticked(browser: Browser) -> list[str]:
    return re.findall(r"<input[^>]*\bchecked\b", browser.page)


# --- which document ------------------------------------------------------------------------------------
def test_two_documents_are_a_choice_and_none_is_ticked(place: Place) -> None:
    """6.4.3: she sees what each would send."""
    two_books(place)
    browser = place.browser().open()
    assert browser.page.count('type="radio" name="document-book"') == 2
    assert ticked(browser) == []
    assert browser.shows("offer-book-1")
    assert browser.shows("offer-book-2")


def test_the_chosen_document_is_sent_and_no_other(place: Place) -> None:
    """Whichever it is."""
    for index, document in enumerate(two_books(place)):
        place.verifier.answers.received.clear()
        place.verifier.answers.claims = {"nonce": f"{index}" * 43}
        browser = place.browser().open().approve(**{"document-book": document.id})
        assert browser.status == 303
        assert numbers(browser) == [document.document_number]


def test_no_choice_made(place: Place) -> None:
    """Nothing is assumed; the passcode is not even tried, so that no attempt is lost."""
    two_books(place)
    browser = place.browser().open().approve()
    nothing_was_sent(browser, 422, "consent-unclear")
    assert browser.shows("ask-book-error")
    assert place.holders.tries == 0


def test_a_choice_that_was_not_offered(place: Place) -> None:
    """Invented, empty, twice where one is asked, or with what belongs to somebody else."""
    first, second = two_books(place)
    other = place.issue("judicial-record-1")
    for value in ("", "x", f"{first.id}.0", other.id, "none"):
        nothing_was_sent(place.browser().open().approve(**{"document-book": value}), 422, "consent-unclear")
    for values in ([first.id, second.id], [first.id, first.id], [first.id, "x"]):
        nothing_was_sent(place.browser().open().approve(**{"document-book": values}), 422, "consent-unclear")
    assert place.holders.tries == 0


def test_a_choice_survives_a_wrong_passcode(place: Place) -> None:
    """What she ticked stays ticked."""
    first, _ = two_books(place)
    browser = place.browser().open().approve("000000", **{"document-book": first.id})
    nothing_was_sent(browser, 422, "consent-approve")
    assert len(ticked(browser)) == 1
    assert first.id in ticked(browser)[0]


def test_several_where_the_query_admits_them(place: Place) -> None:
    """6.1 `multiple`: one or more, each once."""
    first, second = two_books(place)
    ask(place, {**CREDENTIAL, "multiple": True})
    browser = place.browser().open()
    assert browser.page.count('type="checkbox" name="document-book"') == 2
    assert ticked(browser) == []
    nothing_was_sent(browser.approve(), 422, "consent-unclear")
    nothing_was_sent(browser.approve(**{"document-book": [first.id, first.id]}), 422, "consent-unclear")
    browser.approve(**{"document-book": [second.id, first.id]})
    assert browser.status == 303
    assert sorted(map(str, numbers(browser))) == ["MP-2", "MP-20"]


def test_one_of_several(place: Place) -> None:
    """`multiple` obliges her to nothing (8.1: one or more)."""
    _, second = two_books(place)
    ask(place, {**CREDENTIAL, "multiple": True})
    assert numbers(place.browser().open().approve(**{"document-book": second.id})) == ["MP-20"]


def test_which_combination_of_claims(place: Place) -> None:
    """6.4.1 `claim_sets`: she may give the one or the other, never both of one document."""
    document = place.issue()
    ask(place, {**BY_SETS, "multiple": True})
    browser = place.browser().open()
    assert ticked(browser) == []
    both = [f"{document.id}.0", f"{document.id}.1"]
    nothing_was_sent(browser.approve(**{"document-book": both}), 422, "consent-unclear")
    nothing_was_sent(browser.approve(**{"document-book": document.id}), 422, "consent-unclear")
    browser.approve(**{"document-book": f"{document.id}.0"})
    (text,) = browser.sent()[0]["vp_token"]["book"]
    told = claims_of(text.rpartition("~")[0] + "~")
    assert "personal_id_number" in told
    assert "full_name" not in told


# --- which of the sets ---------------------------------------------------------------------------------
def test_alternatives_are_a_choice(place: Place) -> None:
    """6.4.2: one option of a required set; nothing ticked, nothing assumed."""
    place.issue()
    place.issue("judicial-record-1")
    ask(place, CREDENTIAL, RECORD, sets=[{"options": [["book"], ["record"], ["book", "record"]]}])
    browser = place.browser().open()
    assert ticked(browser) == []
    for values in ([], ["none"], ["3"], ["book"], ["0", "1"]):
        nothing_was_sent(browser.approve(**{"set-0": values}), 422, "consent-unclear")
    browser.approve(**{"set-0": "1"})
    assert set(browser.sent()[0]["vp_token"]) == {"record"}


def test_only_options_that_can_be_given_are_offered(place: Place) -> None:
    """With one left there is no choice, and the option that cannot be given cannot be chosen."""
    place.issue()
    ask(place, CREDENTIAL, RECORD, sets=[{"options": [["record"], ["book"]]}])
    browser = place.browser().open()
    assert not browser.shows("set-0")
    browser.approve(**{"set-0": "0"})
    assert set(browser.sent()[0]["vp_token"]) == {"book"}


@pytest.mark.parametrize(
    ("value", "given"),
    [([], {"book"}), (["none"], {"book"}), (["0"], {"book", "record"})],
)
def test_an_optional_set_is_hers_to_give(place: Place, value: list[str], given: set[str]) -> None:
    """6.4.2; 8.1: no entry for what is not given. Leaving it open gives nothing."""
    place.issue()
    place.issue("judicial-record-1")
    ask(place, CREDENTIAL, RECORD, sets=[{"options": [["book"]]}, {"options": [["record"]], "required": False}])
    browser = place.browser().open()
    assert browser.shows("set-1-none")
    assert ticked(browser) == []
    nothing_was_sent(browser.approve(**{"set-1": ["0", "none"]}), 422, "consent-unclear")
    browser.approve(**{"set-1": value})
    assert set(browser.sent()[0]["vp_token"]) == given


def test_agreeing_to_nothing_is_no_answer(place: Place) -> None:
    """8.1: a vp_token holds something. Whoever gives nothing refuses."""
    place.issue()
    ask(place, CREDENTIAL, sets=[{"options": [["book"]], "required": False}])
    browser = place.browser().open()
    nothing_was_sent(browser.approve(**{"set-0": "none"}), 422, "consent-unclear")
    browser.refuse()
    assert browser.sent() == [{"error": "access_denied", "state": "state-1"}]


# --- what was shown ------------------------------------------------------------------------------------
@pytest.mark.parametrize("shown", ["", "0" * 64, None])
def test_what_was_not_shown_is_not_agreed_to(place: Place, shown: str | None) -> None:
    """The form must carry the hash of the page; else she is shown it again, and no attempt is lost."""
    place.issue()
    browser = place.browser().open()
    fields = {} if shown is None else {"shown": shown}
    browser.post("approve", passcode="246810", **fields)
    nothing_was_sent(browser, 409, "consent-changed")
    assert place.holders.tries == 0


def test_consent_to_another_request(place: Place) -> None:
    """The hash stands for this request too: the same documents, asked by another one, are another consent."""
    place.issue()
    browser = place.browser()
    other = browser.open().field("shown")
    place.verifier.answers.claims = {"nonce": "m" * 43, "procedure": {"vi": "Khác"}}
    browser.open()
    assert browser.field("shown") != other
    browser.post("approve", shown=other, passcode="246810")
    nothing_was_sent(browser, 409, "consent-changed")


def test_a_document_that_came_meanwhile(place: Place) -> None:
    """What can be chosen has changed, so she is asked again."""
    place.issue()
    browser = place.browser().open()
    place.issue(document_number="MP-20")
    nothing_was_sent(browser.approve(), 409, "consent-changed")
    assert browser.page.count('type="radio" name="document-book"') == 2


def test_a_document_revoked_meanwhile(place: Place) -> None:
    """It is not sent any more."""
    document = place.issue()
    browser = place.browser().open()
    with place.db.begin() as session:
        status.set_status(session, place.audit, document.id, DocumentStatus.REVOKED, place.clock.now(), "test")
    nothing_was_sent(browser.approve(), 403, "presentation-no-documents")


def test_fields_that_were_not_on_the_page_do_nothing(place: Place) -> None:
    """No form can add a document, a claim or an address."""
    place.issue()
    other = place.issue("judicial-record-1")
    browser = place.browser().open()
    browser.approve(**{"document-record": other.id, "field": "birthdate", "response_uri": "https://evil.example"})
    (text,) = browser.sent()[0]["vp_token"]["book"]
    assert set(browser.sent()[0]["vp_token"]) == {"book"}
    assert "birthdate" not in claims_of(text.rpartition("~")[0] + "~")


def test_a_forged_form(place: Place) -> None:
    """Without the session's token nothing happens: neither yes, nor no, nor the confirmation."""
    place.issue()
    browser = place.browser(HOLDER).open()
    for action in ("approve", "refuse", "confirm"):
        for token in ("", "x"):
            values = {"csrf_token": token, "shown": "", "passcode": "246810", "decision": "yes"}
            assert browser.client.post(f"{browser.path}/{action}", data=values).status_code == 400
    assert browser.sent() == place.history() == []
