"""Printing: which documents are printed, what the code on the sheet says, and looking a sheet up by five facts."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from issuing_support import HOLDER, NUMBER, TYPES, trust
from wallet_browser import Pages, clerk, holder, shows, words
from wallet_place import Place, wallet_place

from idp.documents import printing, sheet_digest, type_metadata
from idp.documents.document import Document, DocumentStatus
from idp.documents.offline.claims import portrait_of
from idp.documents.offline.limits import fit
from idp.documents.offline.portrait import portrait
from idp.documents.offline.verify import verify_code
from idp.documents.status import set_status
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists

place = wallet_place
LAW = "judicial-record-2"
FACTS = {"full_name": "Nguyễn Thị Mai Lan", "birthdate": "1990-03-14", "sex": "female", "number": NUMBER}


def sheet_of(pages: Pages, document: Document) -> tuple[str, str]:
    """The sheet's own code and the text of the offline code."""
    path = f"/wallet/documents/{document.id}/print"
    made = pages.submit(path, path)
    assert made.status_code == 303, made.text
    page = pages.get(made.headers["Location"])
    found = re.search(r'data-testid="sheet-text">([^<]+)<', page.text)
    assert found
    return made.headers["Location"].rpartition("/")[2], html.unescape(found[1])


def check(place: Place, text: str, document: Document, keys_dir: Path) -> VerifiedDocument:
    """With the issuer's status list of this moment."""
    now = place.clock.now()
    with place.db.begin() as session:
        token = StatusTokens(place.issuing.issuers, place.issuing.provider, keys_dir).token(
            session, document.issuer_id, 1, now
        )
    assert token is not None
    status, rules = StatusLists.of([token.text]), type_metadata.rules(document.vct)
    return verify_code(
        text, trust=trust(keys_dir, now), now=now, key_binding=NO_KEY_BINDING, status=status, types=rules
    )


def look_up(pages: Pages, sheet_code: str, **changes: str) -> str:
    page = pages.submit("/check", "/check", sheet_code=sheet_code, **{**FACTS, **changes})
    assert page.status_code == 200
    return words(page)


@pytest.mark.parametrize("type_id", [one for one in TYPES if one != LAW])
def test_each_type(place: Place, keys_dir: Path, type_id: str) -> None:
    """The code verifies, fits, and says all that the type never hides, the person, and nothing else."""
    document = place.issue(type_id)
    page = holder(place).get(f"/wallet/documents/{document.id}/print")
    assert shows(page, "print-make")
    _, text = sheet_of(holder(place), document)
    assert fit(text).version <= 25
    found = check(place, text, document, keys_dir)
    assert found.answers.good
    told = set(found.claims) - {"iss", "iat", "nbf", "exp", "vct", "status"}
    never = {claim.name for claim in document.type.claims if len(claim.path) == 1 and claim.sd == "never"}
    assert told - never == {"full_name", "birthdate", "sex", "portrait"}
    assert portrait_of(found.claims) == portrait(HOLDER)
    assert NUMBER not in str(dict(found.claims))
    assert place.events("document.printed") == ["document.printed"]


def test_what_decides_is_in_it(place: Place, keys_dir: Path) -> None:
    """A certificate with convictions shows them all; one whose convictions do not fit is not printed."""
    convictions = [{"offence": f"Tội danh thứ {n}", "main_penalty": "Phạt tiền"} for n in (1, 2)]
    document = place.issue("judicial-record-1", criminal_status="có án tích", convictions=convictions)
    _, text = sheet_of(holder(place), document)
    found = check(place, text, document, keys_dir)
    assert found.claims["criminal_status"] == "có án tích"
    assert [one["offence"] for one in found.claims["convictions"]] == ["Tội danh thứ 1", "Tội danh thứ 2"]  # type: ignore[attr-defined]
    long = [{"offence": f"Tội {n * 7919} {n * 104729}", "main_penalty": f"Phạt {n * 1299709}"} for n in range(90)]
    large = place.issue("judicial-record-1", criminal_status="có án tích", convictions=long)
    page = holder(place).get(f"/wallet/documents/{large.id}/print")
    assert page.status_code == 409
    assert "dài hơn một mã QR" in words(page)


def test_a_number_that_is_the_persons(place: Place, keys_dir: Path) -> None:
    """Where a type's own number is hers, neither code nor sheet has it: the field is there, and empty."""
    document = place.issue("identity-document", document_number=NUMBER)
    pages = holder(place)
    sheet_code, text = sheet_of(pages, document)
    claims = dict(check(place, text, document, keys_dir).claims)
    assert NUMBER not in str(claims)
    assert claims["document_number"] is None
    assert NUMBER not in words(pages.get(f"/wallet/documents/{document.id}/print/{sheet_code}"))


def test_what_nobody_may_ask_for_is_not_printed(place: Place) -> None:
    """No. 2, since the law of 1 July 2026: a sheet of it would only be there to be asked for."""
    document, pages = place.issue(LAW), holder(place)
    other = place.issue("health-book")
    for answer in (
        pages.get(f"/wallet/documents/{document.id}/print"),
        pages.submit(f"/wallet/documents/{other.id}/print", f"/wallet/documents/{document.id}/print"),
    ):
        assert answer.status_code == 409
        assert "Luật không cho" in words(answer)


@pytest.mark.parametrize("status", [DocumentStatus.REVOKED, DocumentStatus.SUSPENDED, DocumentStatus.SUPERSEDED])
def test_a_document_not_in_force(place: Place, keys_dir: Path, status: DocumentStatus) -> None:
    """It is not printed; a sheet printed before is refused by the lists, told by the look-up, not shown again."""
    document, pages = place.issue("identity-document"), holder(place)
    sheet_code, text = sheet_of(pages, document)
    with place.db.begin() as session:
        set_status(session, place.audit, document.id, status, place.clock.now(), "test")
    place.later(minutes=2)
    path = f"/wallet/documents/{document.id}/print"
    for at in (path, f"{path}/{sheet_code}"):
        assert pages.get(at).status_code == 409
    with pytest.raises(VerificationError, match=status.name.lower()):
        check(place, text, document, keys_dir)
    said = look_up(clerk(place), sheet_code)
    assert {1: "đã bị thu hồi", 2: "đang bị tạm dừng", 3: "được thay bằng bản mới"}[status] in said
    assert "Không chấp nhận bản in này" in said


def test_a_document_without_what_a_code_tells(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A type of the user's own need not hold it: said so on a page, and no sheet is made."""
    document, pages = place.issue("identity-document"), holder(place)
    found = printing.claims_of
    monkeypatch.setattr(
        printing, "claims_of", lambda text: {name: one for name, one in found(text).items() if name != "sex"}
    )
    answer = pages.get(f"/wallet/documents/{document.id}/print")
    assert (answer.status_code, "không in được" in words(answer)) == (409, True)


def test_a_sheet_is_its_holders(place: Place) -> None:
    """Nobody else's page, no other document's, and no code that was never made."""
    document, other = place.issue("identity-document"), place.issue("health-book")
    sheet_code, _ = sheet_of(holder(place), document)
    stranger = Pages(place.browser(subject="somebody-else"))
    stranger.unlock()
    assert stranger.get(f"/wallet/documents/{document.id}/print/{sheet_code}").status_code == 404
    pages = holder(place)
    assert pages.get(f"/wallet/documents/{other.id}/print/{sheet_code}").status_code == 404
    assert pages.get(f"/wallet/documents/{document.id}/print/{'A' * 12}").status_code == 404
    assert pages.get(f"/wallet/documents/{document.id}/print/{sheet_code}").status_code == 200


def test_looked_up_by_all_five(place: Place) -> None:
    """As people type them; the answer is state, date and issuer, and no word of the rest. She sees that it was."""
    document = place.issue("identity-document")
    sheet_code, _ = sheet_of(holder(place), document)
    typed = printing.grouped(sheet_code).lower()
    spaced = f"{NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:]}"
    said = look_up(clerk(place), typed, full_name="  nguyễn  thị mai LAN ", number=spaced)
    assert "Giấy tờ đang có hiệu lực" in said
    assert "02/11/2026" in said
    assert "Bộ Công an (MÔ PHỎNG)" in said
    assert "MP-1" not in said
    assert place.events("document.looked") == ["document.looked_up"]


def test_one_answer_to_all_that_is_wrong(place: Place) -> None:
    """Whichever fact is wrong, missing or beyond reason: the same words, and none of what was typed."""
    document = place.issue("identity-document")
    sheet_code, _ = sheet_of(holder(place), document)
    wrong = [
        {"full_name": "Nguyễn Thị Mai"},
        {"birthdate": "1990-03-15"},
        {"sex": "male"},
        {"number": "065190000102"},
        {"number": ""},
        {"full_name": "x" * 5000, "birthdate": "\0", "sex": "<b>"},
    ]
    pages = [look_up(clerk(place), sheet_code, **changes) for changes in wrong[:3]]
    pages += [look_up(clerk(place), "ABCD EFGH JKLM", **changes) for changes in ({}, *wrong[4:])]
    assert len({re.sub(r"\d\d/\d\d/\d{4} \d\d:\d\d", "", page) for page in pages}) == 1
    assert "Không khớp" in pages[0]
    english = clerk(place).submit("/check", "/check?lang=en", sheet_code="x", **FACTS)
    assert "No match" in words(english)
    assert place.events("document.looked") == []


def test_guessing_is_slowed_down(place: Place) -> None:
    """For one code soon, from one address later; the page says nothing of what exists. Right facts free the code."""
    document = place.issue("identity-document")
    sheet_code, _ = sheet_of(holder(place), document)
    pages = clerk(place)
    for _ in range(4):
        assert "Không khớp" in look_up(pages, sheet_code, number="065190000999")
    stopped = pages.submit("/check", "/check", sheet_code=sheet_code, **FACTS)
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    place.later(minutes=10)
    assert "đang có hiệu lực" in look_up(pages, sheet_code)
    for n in range(17):
        look_up(pages, f"CODE{n}")
    assert pages.submit("/check", "/check", sheet_code="one more", **FACTS).status_code == 429


def test_the_form_needs_its_token(place: Place) -> None:
    """Another page cannot make somebody's browser ask."""
    assert place.app.test_client().post("/check", data={"sheet_code": "x", **FACTS}).status_code == 400


def test_the_five_facts_are_one() -> None:
    """None of them can be tried without the others, and none runs over into the next."""
    base = ("ABCD-EFGH", "Lê Văn A", "1990-01-01", "male", NUMBER)
    assert sheet_digest.of(*base) == sheet_digest.of("abcdefgh", "LÊ  văn a", "1990-01-01", "male", f" {NUMBER}")
    for place_of in range(5):
        changed = [*base]
        changed[place_of] = changed[place_of] + "1"
        assert sheet_digest.of(*changed) != sheet_digest.of(*base)
    assert sheet_digest.of("AB", "", "", "", "") != sheet_digest.of("A", "B", "", "", "")


def test_a_day_later_it_is_the_same_sheet(place: Place, keys_dir: Path) -> None:
    """Loading it again signs it of the time when it was printed, not of now."""
    document, pages = place.issue("identity-document"), holder(place)
    sheet_code, text = sheet_of(pages, document)
    made = check(place, text, document, keys_dir).issued_at
    place.clock.instant += timedelta(minutes=4)
    again = pages.get(f"/wallet/documents/{document.id}/print/{sheet_code}").text
    found = re.search(r'data-testid="sheet-text">([^<]+)<', again)
    assert found
    assert check(place, html.unescape(found[1]), document, keys_dir).issued_at == made
