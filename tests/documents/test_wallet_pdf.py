"""Downloading a signed PDF from the wallet: her choice, signed then and there, in her history."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from issuing_support import TYPES, new_document, trust
from wallet_browser import Pages, holder, shows, words
from wallet_place import Place, wallet_place

from idp.documents import issuance
from idp.documents.document import DocumentStatus
from idp.documents.pdf.verification import verify_pdf
from idp.documents.status import set_status

place = wallet_place


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_says_what_the_file_is(place: Place, lang: str) -> None:
    """What is always in it, what she may add, none of it ticked, that its bearer can pass it on."""
    document = place.issue("judicial-record-1")
    pages = holder(place)
    assert shows(pages.get(f"/wallet/documents/{document.id}"), "document-pdf")
    page = pages.get(f"/wallet/documents/{document.id}/pdf?lang={lang}")
    assert page.status_code == 200
    assert shows(page, "pdf-always")
    assert shows(page, "pdf-bearer")
    assert page.text.count('type="checkbox" name="field"') == 5
    assert re.findall(r'value="(\w+)" checked', page.text) == ["chosen"]
    assert document.type.label(("criminal_status",), lang) in words(page)


def test_she_gets_a_file_that_verifies(place: Place) -> None:
    """Signed at this moment, with what she chose and no more."""
    document = place.issue("judicial-record-1")
    path = f"/wallet/documents/{document.id}/pdf"
    place.later(minutes=3)
    reply = holder(place).submit(path, path, field=["sex", "no-such-field"])
    assert (reply.status_code, reply.content_type) == (200, "application/pdf")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="judicial-record-1-MP-4.pdf"'
    assert reply.headers["Cache-Control"] == "no-store"
    now = place.clock.now()
    keys_dir = place.issuing.issuers._keys_dir
    found = verify_pdf(reply.data, trust=trust(keys_dir, now), now=now)
    assert found.signed_at == now
    claims = found.document.claims
    assert {"full_name", "personal_id_number", "sex", "criminal_status"} <= set(claims)
    assert not {"birthdate", "residence"} & set(claims)


#: An identity document that holds all it may: how much of it she wants, with what ticked, and what she then gets.
FORM = {"birthdate", "sex", "nationalities", "permanent_address"}
EXTENTS = {
    "nothing said": ({}, set()),
    "nothing ticked": ({"extent": "chosen"}, set()),
    "one field": ({"extent": "chosen", "field": ["sex"]}, {"sex"}),
    "the form": ({"extent": "form"}, FORM),
    "the form and one more": ({"extent": "form", "field": ["ethnicity"]}, FORM | {"ethnicity"}),
    "the whole": ({"extent": "all"}, FORM | {"ethnicity", "place_of_origin"}),
    "a word of her own": ({"extent": "everything"}, set()),
}


def test_how_much_goes_into_the_file(place: Place) -> None:
    """Nothing but what is always told, the obligatory fields of the form, the whole: each by one choice."""
    document = place.issue("identity-document", ethnicity="Kinh", place_of_origin="Xã Ia Thử")
    path = f"/wallet/documents/{document.id}/pdf"
    pages = holder(place)
    for name, (form, added) in EXTENTS.items():
        pages.submit(path, path, **form)
        fields = {field for (field,) in json.loads(place.history()[-1].documents)[0]["fields"]}
        assert fields & (FORM | {"ethnicity", "place_of_origin"}) == added, name
    page = pages.get(path)
    assert page.text.count("Mẫu bắt buộc có") == len(FORM)
    assert shows(page, "pdf-extent-form")
    assert not shows(pages.get(f"/wallet/documents/{place.issue('judicial-record-1').id}/pdf"), "pdf-extent-form")


def test_it_is_in_her_history(place: Place) -> None:
    """As any showing: which document, which fields, no value."""
    document = place.issue("judicial-record-1")
    path = f"/wallet/documents/{document.id}/pdf"
    pages = holder(place)
    pages.submit(path, path, field=["sex"])
    (record,) = place.history()
    assert (record.client_id, record.outcome) == ("pdf", "given")
    (shown,) = json.loads(record.documents)
    assert shown["document_id"] == document.id
    assert ["sex"] in shown["fields"]
    assert ["birthdate"] not in shown["fields"]
    assert "Nguyễn" not in record.documents
    entry = place.audit.entries[-1]
    assert (entry["event"], entry["details"]["format"]) == ("document.downloaded", "pdf")
    assert "Tệp PDF có chữ ký" in words(pages.get("/wallet/history"))
    assert "Signed PDF" in words(pages.get("/wallet/history?lang=en"))


SAYS = {
    DocumentStatus.REVOKED: ("Bộ Công an (MÔ PHỎNG) đã thu hồi", "has revoked", "for a new document"),
    DocumentStatus.SUSPENDED: ("đang tạm dừng hiệu lực", "has suspended", "Once the suspension is lifted"),
    DocumentStatus.SUPERSEDED: ("đã ký bản mới", "has signed a newer one", "Open the newer file"),
}


@pytest.mark.parametrize("status", SAYS, ids=lambda status: status.name.lower())
def test_what_is_not_in_force_is_not_signed(place: Place, status: DocumentStatus) -> None:
    """What happened, by whom and why, what to do now; the same where she would show or print it."""
    document = place.issue("judicial-record-1")
    path = f"/wallet/documents/{document.id}/pdf"
    pages = holder(place)
    token = pages.get(path).text
    with place.db.begin() as session:
        set_status(session, place.audit, document.id, status, place.clock.now(), "test")
    assert not shows(pages.get(f"/wallet/documents/{document.id}"), "document-pdf")
    assert pages.get(path).status_code == 409
    csrf = token.split('name="csrf_token" value="')[1].split('"')[0]
    assert pages.client.post(path, data={"csrf_token": csrf}).status_code == 409
    assert place.history() == []
    vi, en, todo = SAYS[status]
    for act in ("pdf", "show", "print"):
        page = pages.get(f"/wallet/documents/{document.id}/{act}?lang=vi")
        assert page.status_code == 409
        assert vi in words(page)
        assert "Lý do cơ quan cấp nêu: test." in words(page)
        said = words(pages.get(f"/wallet/documents/{document.id}/{act}?lang=en"))
        assert (en in said, todo in said) == (True, True)
        assert shows(page, "not-in-force-document")


def test_expired_is_not_signed(place: Place) -> None:
    """The last day it was good for is told."""
    document = place.issue("health-insurance")
    place.later(days=60)
    page = holder(place).get(f"/wallet/documents/{document.id}/pdf")
    assert page.status_code == 409
    assert "ngày cuối có giá trị là 31/12/2026" in words(page)


def test_the_newer_file_is_at_hand(place: Place) -> None:
    document = place.issue("judicial-record-1")
    with place.db.begin() as session:
        newer = issuance.reissue(
            session, place.issuing, document.id, new_document("judicial-record-1"), place.clock.now(), "test"
        )
    page = holder(place).get(f"/wallet/documents/{document.id}/pdf")
    assert re.search(rf'href="/wallet/documents/{newer.id}"[^>]*data-testid="not-in-force-newer"', page.text)


def test_nobody_else_gets_it(place: Place) -> None:
    """Another holder, a locked wallet, a forged form."""
    document = place.issue("judicial-record-1")
    path = f"/wallet/documents/{document.id}/pdf"
    other = Pages(place.browser("somebody-else"))
    assert other.unlock().status_code == 303
    assert other.get(path).status_code == 404
    assert place.browser().get(path).status_code == 303
    assert holder(place).client.post(path, data={}).status_code == 400
    assert place.history() == []


def test_every_type_has_a_page(place: Place) -> None:
    pages = holder(place)
    for type_id in TYPES:
        document = place.issue(type_id)
        assert pages.get(f"/wallet/documents/{document.id}/pdf").status_code == 200


def test_starting_imports_none_of_it() -> None:
    """The libraries for PDF cost start time and memory: loaded by the first file, not by the provider."""
    program = "import sys, idp.app; print(sorted({'pyhanko', 'reportlab', 'asn1crypto'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[]", done.stderr
