"""A whole health book, encrypted: more than the 64 KiB at which libraries stop, through both sides (8.3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from issuing_support import HISTORY
from joserfc import jwe
from joserfc.errors import ExceededSizeError
from presentation_place import Browser, Place
from relying_party import CREDENTIAL, ENCRYPTION, SIGNING, kb_payload

from demo_client import direct_post as portal_side
from demo_client.app import MAX_BODY
from demo_client.keys import PortalKeys
from idp.documents import direct_post
from idp.documents.direct_post import NotDelivered, ReturnAddress

VISIT = "urn:vn-mock:health-encounter:1"
VISITS = 50  # ten years of a chronic illness
VISIT_FIELDS = ("facility", "admitted", "discharged", "encounter_type", "reason", "discharge_diagnosis", "outcome",
                "results", "medications", "physician")  # fmt: skip
ENCOUNTERS = {
    "id": "visits",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": [VISIT]},
    "multiple": True,
    "claims": [{"path": ["personal_id_number"]}, *({"path": [name]} for name in VISIT_FIELDS)],
}
RESULTS = [
    {"code": f"{index}", "name": "Định lượng Glucose", "value": "5,4", "unit": "mmol/L", "conclusion": "Bình thường"}
    for index in range(6)
]
MEDICATIONS = [
    {"name": "Metformin", "strength": "500 mg", "quantity": "60 viên", "dose": "1 viên", "usage": "Uống sau ăn sáng"}
    for _ in range(4)
]
BOOK = {**CREDENTIAL, "claims": [{"path": ["personal_id_number"]}, {"path": ["history"]}]}
FULL = {
    **HISTORY,
    "conditions": [
        {"when": "2019", "place": "Bệnh viện Sông Ba (MÔ PHỎNG)", "diagnosis": f"Chẩn đoán số {index}"}
        for index in range(40)
    ],
}


def agreed(place: Place, visits: int) -> Browser:
    """A holder with a full book and this many visits gives all of them."""
    place.registry.parties["demo-portal"] = place.verifier.party(
        document_types=frozenset({"urn:vn-mock:health-book:1", VISIT})
    )
    place.issue(history=FULL)
    documents = [
        place.issue(
            "health-encounter", date(2026, 10, 1) - timedelta(days=7 * index), document_number=f"MP-{index}",
            results=RESULTS, medications=MEDICATIONS,
        )
        for index in range(visits)
    ]  # fmt: skip
    place.verifier.answers.claims = {
        "response_mode": "direct_post.jwt",
        "state": "s" * 43,
        "dcql_query": {"credentials": [BOOK, ENCOUNTERS]},
    }
    return place.browser().open().approve(**{"document-visits": [one.id for one in documents]})


def test_a_full_book_with_fifty_visits_arrives(place: Place) -> None:
    """Encrypted by the wallet, read by the demo portal, every presentation in it with its proof."""
    browser = agreed(place, VISITS)
    assert browser.status == 303, browser.words
    (form,) = place.verifier.answers.received
    assert 65_536 < len(form["response"]) <= direct_post.MAX_ENCRYPTED
    keys = PortalKeys(SIGNING, ENCRYPTION)
    told = portal_side.read({"response": [form["response"]]}, keys)
    token = told.vp_token
    assert token is not None
    assert {name: len(texts) for name, texts in token.items()} == {"book": 1, "visits": VISITS}
    assert all(kb_payload(text)["nonce"] == "n" * 43 for text in token["visits"])


def test_both_sides_have_the_same_limit() -> None:
    """What the wallet sends, the portal takes."""
    assert portal_side.MAX_JWE == direct_post.MAX_ENCRYPTED
    assert portal_side.REGISTRY.max_ciphertext_length == direct_post.REGISTRY.max_ciphertext_length
    assert MAX_BODY > portal_side.MAX_JWE


def test_the_library_alone_would_have_stopped(place: Place) -> None:
    """Why the limit is stated at all."""
    agreed(place, 20)
    (form,) = place.verifier.answers.received
    with pytest.raises(ExceededSizeError):
        jwe.decrypt_compact(form["response"], ENCRYPTION)


def test_more_than_anybody_takes_is_not_sent(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """She is told, and the request is over: sending it again could not help."""
    monkeypatch.setattr(direct_post, "MAX_ENCRYPTED", 5_000)
    browser = agreed(place, 3)
    assert browser.status == 502
    assert browser.shows("presentation-too-large")
    assert place.verifier.answers.received == []
    assert [(row.outcome, row.reason) for row in place.history()] == [("failed", "answer_too_large")]


def test_the_limit_counts_what_is_sent(place: Place) -> None:
    """To the character, envelope and all."""
    address = ReturnAddress(f"{place.verifier.url}/response", "direct_post.jwt", None)
    party = place.verifier.party()

    def length(filling: int) -> int:
        return len(direct_post.form({"vp_token": {"x": ["a" * filling]}}, address, party)["response"])

    room = direct_post.MAX_ENCRYPTED - length(0)
    fits = room * 3 // 4
    assert length(fits - 3) <= direct_post.MAX_ENCRYPTED
    with pytest.raises(NotDelivered):
        length(fits + 3)
