"""What the holder sees before she agrees: who, why, what exactly, for how long (sections 6.4.3 and 15.1 to 15.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from presentation_place import Place
from relying_party import CREDENTIAL

from idp.documents import status
from idp.documents.document import DocumentStatus

IDENTITY = {"id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:vn-mock:judicial-record-1:1"]}}


def asking(place: Place, *claims: list[str], **more: Any) -> None:
    credential = {**CREDENTIAL, "claims": [{"path": path} for path in claims], **more}
    place.verifier.answers.claims["dcql_query"] = {"credentials": [credential]}


def test_who_asks_is_told_from_the_registry(place: Place) -> None:
    """The registered name, and where the documents go; the request's own words about its sender count for nothing."""
    place.issue()
    place.verifier.answers.claims = {"client_name": "Bộ Công an", "iss": "https://police.example"}
    browser = place.browser().open()
    assert "Cổng Mẫu (MÔ PHỎNG)" in browser.section("consent-who")
    assert place.verifier.url in browser.section("consent-who")
    assert "Bộ Công an" not in browser.words
    assert "police.example" not in browser.page


def test_the_purpose_is_shown_as_the_clients_words(place: Place) -> None:
    """15.3: the procedure with its code and legal basis, and that the wallet has not checked it."""
    place.issue()
    why = place.browser().open().section("consent-why")
    for words in ("Đổi giấy phép lái xe", "1.002809", "Thông tư mẫu", "Đây là lời của Cổng Mẫu (MÔ PHỎNG)"):
        assert words in why


def test_a_client_that_gives_no_purpose(place: Place) -> None:
    """That is said, and nothing is made up."""
    place.issue()
    place.verifier.answers.claims = {"procedure": None}
    browser = place.browser().open()
    assert browser.shows("consent-no-purpose")
    assert not browser.shows("consent-procedure")


def test_the_clients_words_cannot_draw_on_the_page(place: Place) -> None:
    """Neither markup nor characters that turn the direction of writing."""
    place.issue()
    place.verifier.answers.claims = {"procedure": {"vi": "<b data-testid='x'>Xin\u202echào</b>"}}
    browser = place.browser().open()
    assert "<b " not in browser.page
    assert "\u202e" not in browser.page
    assert "<b data-testid='x'>Xin chào</b>" in browser.section("consent-why")


def test_each_field_is_shown_with_its_value(place: Place) -> None:
    """What is asked, what always goes along, and nothing that stays behind."""
    place.issue()
    book = place.browser().open().section("ask-book")
    asked, always = book.split("Luôn đi kèm")
    assert "065 190 000 101" in asked
    assert "Nguyễn Thị Mai Lan" in asked
    assert "MP-2" in always
    assert "02/11/2026" in always
    assert "Bệnh viện Đa khoa Sông Ba" in always
    for withheld in ("14/03/1990", "Penicillin", "Giới tính"):
        assert withheld not in book


def test_a_group_is_shown_whole(place: Place) -> None:
    """Asked for the allergies, she sees the whole history, since it is one disclosure: that is what would be sent."""
    place.issue()
    asking(place, ["history", "allergies"])
    book = place.browser().open().section("ask-book")
    assert "Penicillin" in book
    assert "BCG" in book


def test_nothing_asked_beyond_what_cannot_be_hidden(place: Place) -> None:
    """6.4.1: without `claims` nothing that could be withheld is sent, and the page says so."""
    place.issue()
    credential = {name: value for name, value in CREDENTIAL.items() if name != "claims"}
    place.verifier.answers.claims = {"dcql_query": {"credentials": [credential]}}
    browser = place.browser().open()
    book = browser.section("ask-book")
    assert "Không hỏi thêm mục nào" in book
    assert "MP-2" in book
    assert "065 190 000 101" not in book


def test_how_long_and_what_is_remembered(place: Place) -> None:
    """Once, and the wallet's history keeps no content (15.2)."""
    place.issue()
    text = place.browser().open().section("consent-how-long")
    assert "Chỉ một lần này" in text
    assert "không ghi lại nội dung" in text


def test_an_encrypted_answer_is_announced(place: Place) -> None:
    """And only then."""
    place.issue()
    assert "mã hóa" not in place.browser().open().section("consent-who")
    place.verifier.answers.claims = {"response_mode": "direct_post.jwt", "nonce": "m" * 43}
    assert "mã hóa" in place.browser().open().section("consent-who")


def test_english(place: Place) -> None:
    """The same page in the other language, the client's words in it too."""
    place.issue()
    browser = place.browser().open()
    browser.path += "?lang=en"
    words = browser.get().words
    assert "Sample Portal (MOCK) asks to see your documents" in words
    assert "Exchange a driving licence" in words
    assert "Sample circular" in words
    assert "Electronic health book" in words


def test_the_page_warns_and_cannot_be_framed(place: Place) -> None:
    """Its forms end at the registered origins only, and it is not stored."""
    place.issue()
    browser = place.browser().open()
    assert browser.shows("consent-warning")
    policy = browser.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert f"form-action 'self' {place.verifier.url}" in policy
    assert browser.headers["Cache-Control"] == "no-store"
    assert browser.headers["Referrer-Policy"] == "same-origin"


def test_no_choice_is_shown_where_there_is_none(place: Place) -> None:
    """All or nothing: one document, no box to tick."""
    place.issue()
    browser = place.browser().open()
    assert "checkbox" not in browser.page
    assert 'type="radio"' not in browser.page
    assert not browser.shows("consent-missing")


@pytest.mark.parametrize("state", [DocumentStatus.REVOKED, DocumentStatus.SUSPENDED])
def test_a_document_not_in_force_is_named_and_not_offered(place: Place, state: DocumentStatus) -> None:
    """Beside one that is."""
    old = place.issue(document_number="MP-OLD", issued_on=date(2026, 10, 1))
    place.issue()
    with place.db.begin() as session:
        status.set_status(session, place.audit, old.id, state, place.clock.now(), "test")
    browser = place.browser().open()
    assert browser.shows("withheld-book-1")
    assert "01/10/2026" in browser.section("ask-book")
    assert browser.approve().status == 303
    assert len(browser.sent()[0]["vp_token"]["book"]) == 1


def test_an_expired_document_alone_is_not_enough(place: Place) -> None:
    """Its state is told to her, and the client learns nothing yet."""
    place.issue(issued_on=date(2020, 1, 1))
    browser = place.browser().open()
    assert browser.status == 403
    assert browser.shows("presentation-no-documents")
    assert "Sổ sức khỏe điện tử" in browser.section("presentation-missing")
    assert browser.shows("missing-state")
    assert browser.sent() == []


def test_what_is_optional_and_missing_is_named(place: Place) -> None:
    """The rest can be given."""
    place.issue()
    sets = [{"options": [["book"]]}, {"options": [["pid"]], "required": False}]
    place.verifier.answers.claims = {
        "dcql_query": {"credentials": [CREDENTIAL, IDENTITY], "credential_sets": sets},
    }
    browser = place.browser().open()
    assert "Phiếu lý lịch tư pháp số 1" in browser.section("consent-missing")
    assert not browser.shows("ask-pid")
    assert browser.approve().status == 303
    assert set(browser.sent()[0]["vp_token"]) == {"book"}


@pytest.mark.parametrize(
    "claims", [[["full_name"], ["address"]], [["history", "surgeries"]], [["full_name", "first"]]]
)
def test_a_claim_that_is_not_there_withholds_the_document(place: Place, claims: list[list[str]]) -> None:
    """6.4.1: nothing at all is offered then, not the rest."""
    place.issue()
    asking(place, *claims)
    browser = place.browser().open()
    assert browser.shows("presentation-no-documents")
    assert browser.sent() == []


def test_a_value_that_does_not_match_tells_the_client_nothing(place: Place) -> None:
    """15.4.1: the page is hers alone, and her going back is the same answer as her refusal."""
    place.issue()
    answers = []
    for value in ("female", "male"):
        place.verifier.answers.claims["nonce"] = value.ljust(43, "x")
        asking(place, ["sex"])
        place.verifier.answers.claims["dcql_query"]["credentials"][0]["claims"][0]["values"] = [value]
        browser = place.browser().open()
        assert len(browser.sent()) == len(answers)
        browser.refuse()
        answers.append(browser.sent()[-1])
    assert answers == [{"error": "access_denied", "state": "state-1"}] * 2
