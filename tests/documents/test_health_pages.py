"""The health book in the wallet: visits by every hospital, and the summary as a file, behind the wallet's door."""

from __future__ import annotations

import json

import pytest
from health_support import LAN, book, visits
from wallet_browser import Pages, holder, shows, words
from wallet_place import Place, wallet_place

from idp.documents import issuance, status
from idp.documents.document import Document, DocumentStatus

place = wallet_place
OTHER_HOLDER = "somebody-else"
PAGE, FILE = "/wallet/health", "/wallet/health/summary"


@pytest.fixture
def documents(place: Place) -> list[Document]:
    with place.db.begin() as session:
        issued = [issuance.issue(session, place.issuing, one, place.clock.now()) for one in (book(), *visits())]
    return issued


def test_visits_of_several_hospitals(place: Place, documents: list[Document]) -> None:
    """The newest first, each with who signed it and a way to the document; the allergies above all."""
    page = holder(place).get(PAGE)
    said = words(page)
    assert said.index("Penicillin") < said.index("Sốt xuất huyết") < said.index("Viêm phế quản")
    assert "Số lượt khám: 2. Số bệnh viện: 2." in said
    assert "Bệnh viện Biển Hồ (MÔ PHỎNG) ký" in said
    assert "Bệnh viện Ia Thử (MÔ PHỎNG) ký" in said
    for one in documents:
        assert f'href="/wallet/documents/{one.id}"' in page.text


def test_in_english(place: Place, documents: list[Document]) -> None:
    pages = holder(place)
    said = words(pages.get(f"{PAGE}?lang=en"))
    assert "Signed by Ia Thu Hospital (MOCK)" in said
    assert "This file is not signed" in said


def test_the_way_there(place: Place, documents: list[Document]) -> None:
    """From the wallet and from each health document; not where there is none."""
    pages = holder(place)
    assert shows(pages.get("/wallet"), "wallet-health")
    assert shows(pages.get(f"/wallet/documents/{documents[1].id}"), "document-health")
    card = place.issue("health-insurance")
    assert not shows(pages.get(f"/wallet/documents/{card.id}"), "document-health")


def test_the_file(place: Place, documents: list[Document]) -> None:
    """A FHIR Bundle as a download that nobody stores, on record."""
    answer = holder(place).get(FILE)
    assert answer.content_type == "application/fhir+json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="patient-summary-MP-SSK-1.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    bundle = json.loads(answer.text)
    assert bundle["entry"][1]["resource"]["identifier"][0]["value"] == LAN.personal_id_number
    [entry] = [one for one in place.audit.entries if one["event"] == "health.exported"]
    assert entry["subject"] == LAN.subject
    assert entry["details"] == {"format": "ips", "entries": len(bundle["entry"]), "left_out": 3}


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_behind_the_passcode(place: Place, documents: list[Document], path: str) -> None:
    """Signed in is not enough, and nothing leaves."""
    answer = Pages(place.browser()).get(path)
    assert answer.headers["Location"].startswith("/wallet/unlock")
    assert "health.exported" not in [one["event"] for one in place.audit.entries]
    assert Pages(place.app.test_client()).get(path).status_code in (302, 303)


def test_another_persons_wallet(place: Place, documents: list[Document]) -> None:
    """Sees nothing of hers."""
    other = Pages(place.browser(OTHER_HOLDER))
    other.unlock()
    assert "Sốt xuất huyết" not in words(other.get(PAGE))
    assert other.get(FILE).status_code == 404


@pytest.mark.parametrize("state", [DocumentStatus.REVOKED, DocumentStatus.SUSPENDED])
def test_a_book_that_is_not_in_force(place: Place, documents: list[Document], state: DocumentStatus) -> None:
    """Told as such; no summary is made of it."""
    with place.db.begin() as session:
        status.set_status(session, place.audit, documents[0].id, state, place.clock.now(), "test")
    pages = holder(place)
    page = pages.get(PAGE)
    assert shows(page, "health-no-book")
    assert shows(page, "health-other-book")
    assert not shows(page, "health-download")
    assert not shows(page, "health-allergies")
    assert pages.get(FILE).status_code == 404


def test_a_visit_that_is_not_in_force(place: Place, documents: list[Document]) -> None:
    with place.db.begin() as session:
        now = place.clock.now()
        status.set_status(session, place.audit, documents[1].id, DocumentStatus.REVOKED, now, "test")
    pages = holder(place)
    assert "Đã thu hồi" in words(pages.get(PAGE))
    assert "Sốt xuất huyết" not in pages.get(FILE).text


def test_nothing_yet(place: Place) -> None:
    pages = holder(place)
    assert "Chưa có sổ sức khỏe" in words(pages.get(PAGE))
    assert not shows(pages.get("/wallet"), "wallet-health")
    assert pages.get(FILE).status_code == 404
