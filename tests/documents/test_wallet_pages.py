"""The wallet's pages: the documents, one in full, its file, and the history."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from issuing_support import HOLDER, NUMBER, TYPES, jwt_part, new_document, verified
from markupsafe import escape
from wallet_browser import Pages, holder, shows, words
from wallet_place import Place, wallet_place
from werkzeug.test import TestResponse

from idp.documents import issuance
from idp.documents.categories import categories
from idp.documents.document import Document, DocumentStatus
from idp.documents.presentation_models import PresentationRecord
from idp.documents.status import set_status

place = wallet_place

LANGUAGES = ("vi", "en")


def set_state(place: Place, document_id: str, status: DocumentStatus) -> None:
    with place.db.begin() as session:
        set_status(session, place.audit, document_id, status, place.clock.now(), "test")


def test_an_empty_wallet_says_so(place: Place) -> None:
    """No document is a state of its own, with what to do."""
    for lang, title in (("vi", "Chưa có giấy tờ nào"), ("en", "No documents yet")):
        assert title in words(holder(place).get(f"/wallet?lang={lang}"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_document_is_a_card(place: Place, lang: str) -> None:
    """Issuer, holder, state, dates and when it was last updated."""
    for type_id in TYPES:
        place.issue(type_id)
    page = holder(place).get(f"/wallet?lang={lang}")
    assert page.status_code == 200
    for type_id in TYPES:
        assert shows(page, f"document-{type_id}")
    updated = {"vi": "Cập nhật lúc 24/11/2026 09:00", "en": "Last updated 24 November 2026 09:00"}[lang]
    assert words(page).count(updated) == len(TYPES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_document_is_shown_in_full(place: Place, lang: str) -> None:
    """Every claim under its label in the page's language; the number masked until asked for; the chain folded."""
    browser = holder(place)
    for document in [place.issue(type_id) for type_id in TYPES]:
        _check_shown(document, browser.get(f"/wallet/documents/{document.id}?lang={lang}"), lang)


def _check_shown(document: Document, page: TestResponse, lang: str) -> None:
    assert page.status_code == 200
    groups = {group.id for group in document.type.groups}
    for claim in issuance.content_of(document):
        assert shows(page, f"field-{claim.replace('_', '-')}"), claim
        # an object that is a group of its own goes by the group's title
        assert claim in groups or escape(document.type.label((claim,), lang)) in page.text, claim
    assert re.search(r'<details class="masked"[^>]*>\s*<summary>', page.text)
    assert shows(page, "document-technical")
    assert document.sd_jwt in page.text


def test_a_conviction_is_readable(place: Place) -> None:
    """Each entry of a list is a list of its own, not one long line."""
    convictions = [{"offence": f"Tội thứ {n}", "main_penalty": "Phạt tiền"} for n in (1, 2)]
    document = place.issue("judicial-record-1", criminal_status="có án tích", convictions=convictions)
    page = holder(place).get(f"/wallet/documents/{document.id}?lang=en")
    assert page.text.count('<li class="entry">') == 2
    assert "Offence Tội thứ 1 Main penalty Phạt tiền" in words(page)
    assert "Has a criminal record" in words(page)


def test_the_last_day_is_the_last_good_one(place: Place) -> None:
    """A card good to the end of 31 December says so, although it expires in the first instant of January."""
    document = place.issue("health-insurance")
    assert "Có hiệu lực đến 31/12/2026" in words(holder(place).get(f"/wallet/documents/{document.id}"))


@pytest.mark.parametrize(
    ("status", "word"), [(DocumentStatus.REVOKED, "Đã thu hồi"), (DocumentStatus.SUSPENDED, "Tạm dừng")]
)
def test_a_document_not_in_force_is_kept_but_not_shown(place: Place, status: DocumentStatus, word: str) -> None:
    """State on card and page, a notice with what to do, the file still hers, no code for a counter."""
    document = place.issue()
    set_state(place, document.id, status)
    pages, path = holder(place), f"/wallet/documents/{document.id}"
    page = pages.get(path)
    assert word in words(pages.get("/wallet"))
    assert word in words(page)
    assert shows(page, "document-state-notice")
    assert not shows(page, "document-show")
    assert pages.get(f"{path}/show").status_code == 409
    assert pages.get(f"{path}/download").status_code == 200


def test_an_expired_document_is_kept_but_not_shown(place: Place) -> None:
    """The same, from the first instant after its last day."""
    document = place.issue("health-insurance")
    place.clock.instant = document.expires_at
    pages, path = holder(place), f"/wallet/documents/{document.id}"
    assert "Hết hạn" in words(pages.get(path))
    assert pages.get(f"{path}/show").status_code == 409


def test_a_code_is_not_made_when_the_state_changed_meanwhile(place: Place) -> None:
    """The form was open while the issuer revoked: pressing the button makes nothing."""
    document, pages = place.issue(), holder(place)
    path = f"/wallet/documents/{document.id}/show"
    found = re.search(r'name="csrf_token" value="([^"]+)"', pages.get(path).text)
    assert found
    set_state(place, document.id, DocumentStatus.REVOKED)
    assert pages.client.post(path, data={"csrf_token": found[1]}).status_code == 409


@pytest.mark.parametrize("rest", ["", "/download", "/show", "/show/some-token"])
def test_another_persons_document_is_as_unknown_as_none(place: Place, rest: str) -> None:
    """Neither its content nor that it exists is told."""
    document = place.issue()
    stranger = Pages(place.browser(subject="somebody-else"))
    stranger.unlock()
    theirs = stranger.get(f"/wallet/documents/{document.id}{rest}")
    unknown = stranger.get(f"/wallet/documents/{'0' * 32}{rest}")
    assert theirs.status_code == unknown.status_code == 404
    assert words(theirs) == words(unknown)
    assert stranger.get(f"/wallet/documents/%00{rest}").status_code == 404  # no text for PostgreSQL


def test_the_file_is_the_document_as_issued(place: Place, keys_dir: Path) -> None:
    """A bare SD-JWT that the verifier accepts without a network, named after type and number; the audit knows."""
    document = place.issue(document_number="MP/SSK 1")
    answer = holder(place).get(f"/wallet/documents/{document.id}/download")
    assert answer.content_type == "application/dc+sd-jwt"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="health-book-MP-SSK-1.sd-jwt"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text == document.sd_jwt
    with place.db.begin() as session:
        checked = verified(session, place.issuing, keys_dir, answer.text, place.clock.now())
    assert checked.claims["personal_id_number"] == NUMBER
    assert place.events("document.down") == ["document.downloaded"]


def test_a_replaced_document_leaves_the_wallet(place: Place) -> None:
    """The newer file of a record stands in its place: the view is live."""
    old = place.issue()
    with place.db.begin() as session:
        fresh = issuance.reissue(
            session, place.issuing, old.id, new_document("health-book"), place.clock.now(), "record changed"
        )
    page = holder(place).get("/wallet").text
    assert fresh.id in page
    assert old.id not in page


# --- history ---------------------------------------------------------------------------------------------
def record(place: Place, **changes: object) -> None:
    fields = {
        "holder": HOLDER,
        "client_id": "demo-portal",
        "party": json.dumps({"vi": "Cổng tỉnh", "en": "The portal"}),
        "procedure": json.dumps({"vi": "Khám sức khỏe", "en": "Health check", "code": "1.1"}),
        "documents": json.dumps(
            [
                {
                    "vct": "urn:vn-mock:health-book:1",
                    "document_id": "d" * 32,
                    "fields": [
                        ["history", "allergies", None, "allergen"],
                        ["full_name"],
                        ["history", "allergies", None],
                    ],
                }
            ]
        ),
        "outcome": "given",
        "reason": None,
        "at": place.clock.now(),
        **changes,
    }
    with place.db.begin() as session:
        session.add(PresentationRecord(**fields))


def test_an_empty_history_says_so(place: Place) -> None:
    """Nothing shown yet is a state of its own."""
    assert "Chưa xuất trình lần nào" in words(holder(place).get("/wallet/history"))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("vi", "Cổng tỉnh Đã xuất trình Lúc 24/11/2026 09:00 Để làm gì Khám sức khỏe Sổ sức khỏe điện tử"),
        ("en", "The portal Shown When 24 November 2026 09:00 What for Health check Electronic health book"),
    ],
)
def test_the_history_tells_when_to_whom_what_for_and_which_fields(place: Place, lang: str, said: str) -> None:
    """Fields by their labels in the document's order; an element of a list by the name of the list."""
    record(place)
    text = words(holder(place).get(f"/wallet/history?lang={lang}"))
    assert said in text
    fields = {"vi": "Họ, chữ đệm và tên · Dị ứng · Dị nguyên", "en": "Full name · Allergies · Allergen"}[lang]
    assert fields in text


@pytest.mark.parametrize(
    ("outcome", "reason", "said"),
    [
        ("refused", "access_denied", "Đã từ chối"),
        ("refused", "forbidden_by_law", "Luật không cho phép"),
        ("refused", "no_documents", "Bạn không có giấy tờ"),
        ("failed", "timeout", "Bên nhận không trả lời kịp"),
        ("failed", "unreachable_by_some_new_code", "unreachable_by_some_new_code"),
    ],
)
def test_what_was_refused_or_failed_is_there_too(place: Place, outcome: str, reason: str, said: str) -> None:
    """With its reason: in words where there are words, else by its code."""
    record(place, outcome=outcome, reason=reason, documents="[]", procedure=None)
    assert said in words(holder(place).get("/wallet/history"))


def test_a_type_that_is_no_longer_known_does_not_break_the_history(place: Place) -> None:
    """What was asked for by an invented type is told by that name."""
    record(place, documents=json.dumps([{"vct": "urn:invented:1", "document_id": None, "fields": [["a", 0]]}]))
    assert "urn:invented:1" in words(holder(place).get("/wallet/history"))


def test_the_history_of_others_is_not_told(place: Place) -> None:
    """Only her own."""
    record(place, holder="somebody-else")
    assert "Chưa xuất trình lần nào" in words(holder(place).get("/wallet/history"))


def test_a_long_history_goes_on_on_the_next_page(place: Place) -> None:
    """Fifty a page, newest first, every record once."""
    for number in range(53):
        record(place, party=json.dumps({"vi": f"Nơi số {number:02}.", "en": "x"}))
        place.clock.instant += timedelta(seconds=1)
    pages = holder(place)
    first = pages.get("/wallet/history")
    assert "Nơi số 52." in words(first)
    found = re.search(r'href="(/wallet/history\?before=\d+)"', first.text)
    assert found
    told = re.findall(r"Nơi số (\d\d)\.", words(first) + words(pages.get(found[1])))
    assert told == [f"{number:02}" for number in range(52, -1, -1)]


@pytest.mark.parametrize("before", ["x", "-1", "1e3", "9" * 40, "１"])
def test_a_made_up_place_in_the_history_is_the_first_page(place: Place, before: str) -> None:
    """No error page, no query with nonsense."""
    assert holder(place).get(f"/wallet/history?before={before}").status_code == 200


def test_the_documents_header_names_the_chain_without_the_root(place: Place) -> None:
    """One certificate, the issuer's: the root is pinned elsewhere."""
    document = place.issue()
    page = words(holder(place).get(f"/wallet/documents/{document.id}?lang=en"))
    assert len(jwt_part(document.sd_jwt, 0)["x5c"]) == page.count("SHA-256 fingerprint") == 1


def test_many_documents_are_sorted_and_can_be_chosen_from(place: Place) -> None:
    """By category, in the categories' order, with how many each holds; one alone, or all for an unknown one."""
    for type_id in TYPES:
        place.issue(type_id)
    everything = holder(place).get("/wallet?lang=en")
    found = re.findall(r'data-testid="shelf-([a-z]+)"', everything.text)
    assert found == [name for name in categories() if name != "other"]
    assert f'data-testid="category-all">All <span class="count">{len(TYPES)}</span>' in everything.text
    health = holder(place).get("/wallet?category=health")
    assert re.findall(r'data-testid="shelf-([a-z]+)"', health.text) == ["health"]
    assert shows(health, "document-health-book")
    assert not shows(health, "document-health-insurance")
    unknown = holder(place).get("/wallet?category=%3Cscript%3E")
    assert re.findall(r'data-testid="shelf-([a-z]+)"', unknown.text) == found


def test_a_few_documents_need_no_choice(place: Place) -> None:
    """Sorted, and no more than that."""
    place.issue("health-book")
    place.issue("driving-licence")
    page = holder(place).get("/wallet")
    assert not shows(page, "wallet-categories")
    assert shows(page, "shelf-transport")


def test_what_has_no_end_says_so(place: Place) -> None:
    """Rather than a day fifty years off; what ends by law names the day."""
    for type_id, has_end in (("marriage-certificate", False), ("marital-status", True)):
        page = holder(place).get(f"/wallet/documents/{place.issue(type_id).id}")
        assert ("Không thời hạn" in words(page)) is not has_end
        assert ("01/05/2027" in words(page)) is has_end
