"""Document types as data: complete in both languages, and fit to be type metadata (SD-JWT VC section 5)."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from issuing_support import TYPES, new_document

from idp.documents import content, type_metadata
from idp.documents.content import ContentError
from idp.documents.document_types import (
    FOLDER,
    DocumentTypeError,
    UnknownDocumentType,
    document_types,
    load,
    parse_path,
)

VCTS = {
    **{name: f"urn:vn-mock:{name}:1" for name in (
        "birth-certificate", "civil-servant", "driving-licence", "health-referral", "health-revisit",
        "land-use-certificate", "marital-status", "marriage-certificate", "martyr-family", "merit-person",
        "residence", "social-insurance-book", "social-protection", "tax-code", "vehicle-registration",
    )},
    "identity-document": "urn:vn-mock:pid:1",
    "health-book": "urn:vn-mock:health-book:1",
    "health-encounter": "urn:vn-mock:health-encounter:1",
    "judicial-record-1": "urn:vn-mock:judicial-record-1:1",
    "judicial-record-2": "urn:vn-mock:judicial-record-2:1",
    "health-insurance": "urn:vn-mock:health-insurance:1",
}  # fmt: skip


def metadata(vct: str) -> dict[str, Any]:
    return dict(json.loads(type_metadata.document_bytes(vct)))


def full_content(type_id: str, **changes: object) -> dict[str, object]:
    new = new_document(type_id, **changes)
    return {**new.claims, "date_of_issuance": new.issued_on.isoformat()}


def test_the_types_and_their_names() -> None:
    """Certificate No. 1 and No. 2 are two types, so a query for one never matches the other."""
    assert {kind.id: kind.vct for kind in document_types()} == VCTS


@pytest.mark.parametrize("type_id", TYPES)
def test_every_type_names_its_holder_alike(type_id: str) -> None:
    """Number, name, birthdate and sex: under the same names everywhere, each disclosable by itself."""
    kind = document_types().by_id(type_id)
    for name in ("personal_id_number", "full_name", "birthdate", "sex"):
        claim = kind.claim((name,))
        assert claim is not None
        assert (claim.sd, claim.mandatory) == ("always", True)


@pytest.mark.parametrize("type_id", TYPES)
def test_number_day_and_authority_always_show(type_id: str) -> None:
    """A portal judges age by `date_of_issuance`; a holder cannot leave it out."""
    kind = document_types().by_id(type_id)
    for name in (kind.number_claim, "date_of_issuance", "issuing_authority"):
        claim = kind.claim((name,))
        assert claim is not None
        assert (claim.sd, claim.mandatory) == ("never", True)


@pytest.mark.parametrize("type_id", TYPES)
def test_nothing_inside_a_claim_is_disclosable_by_itself(type_id: str) -> None:
    """Groups stand or fall together; in particular the history group with its allergies."""
    assert all(len(path) == 1 for path in document_types().by_id(type_id).disclosable)


@pytest.mark.parametrize("type_id", TYPES)
def test_labels_are_there_in_both_languages(type_id: str) -> None:
    kind = document_types().by_id(type_id)
    texts = [kind.names, kind.descriptions, *(claim.labels for claim in kind.claims)]
    texts += [group.names for group in kind.groups]
    assert all(text["vi"].strip() and text["en"].strip() for text in texts)
    assert all(claim.group for claim in kind.claims if len(claim.path) == 1)
    assert [claim for group in kind.groups for claim in kind.top_level(group.id)]


def test_a_claim_is_found_by_its_path() -> None:
    """Whichever element of a list it is in; what a type does not know is called by its bare name."""
    kind = document_types().by_id("health-book")
    assert kind.label(("history", "allergies", 3, "allergen"), "vi") == "Dị nguyên"
    assert kind.label(("history", "allergies", None, "allergen"), "en") == "Allergen"
    assert kind.label(("unheard_of",), "vi") == "unheard_of"
    names = [claim.name for claim in kind.children(("history", "allergies"))]
    assert names == ["type", "allergen", "manifestation", "criticality"]
    assert [claim.name for claim in kind.children(("history",))] == [
        "allergies", "conditions", "immunizations", "medications", "results", "procedures",
    ]  # fmt: skip


def test_an_unknown_type_is_told() -> None:
    with pytest.raises(UnknownDocumentType):
        document_types().by_vct("urn:vn-mock:driving-licence:9")
    with pytest.raises(UnknownDocumentType):
        document_types().by_id("pid")


# --- type metadata ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vct", VCTS.values())
def test_metadata_has_the_shape_of_the_draft(vct: str) -> None:
    """Section 5.2 and 5.6: vct, display for each locale, and for each claim path, labels, mandatory, sd."""
    found = metadata(vct)
    assert found["vct"] == vct
    assert [each["locale"] for each in found["display"]] == ["vi", "en"]
    assert all("MÔ PHỎNG / MOCK" in each["name"] for each in found["display"])
    for claim in found["claims"]:
        assert claim["path"]
        assert all(isinstance(part, str) or part is None for part in claim["path"])
        assert [each["locale"] for each in claim["display"]] == ["vi", "en"]
        assert claim["sd"] in ("always", "never")
        assert isinstance(claim["mandatory"], bool)
    assert len({json.dumps(claim["path"]) for claim in found["claims"]}) == len(found["claims"])


@pytest.mark.parametrize("vct", VCTS.values())
def test_integrity_is_over_the_octets_served(vct: str) -> None:
    """Section 6: W3C Subresource Integrity syntax, SHA-256, ordinary base64."""
    method, _, value = type_metadata.integrity(vct).partition("-")
    assert method == "sha256"
    assert base64.b64decode(value, validate=True) == hashlib.sha256(type_metadata.document_bytes(vct)).digest()


@pytest.mark.parametrize("type_id", TYPES)
def test_documents_fit_their_metadata(type_id: str) -> None:
    """Section 5.6: no path fails on a document as it is issued, and nothing mandatory is missing."""
    claims = full_content(type_id)
    for claim in metadata(VCTS[type_id])["claims"]:
        found = _select(claims, claim["path"])
        assert found or not claim["mandatory"], claim["path"]


def test_metadata_does_not_step_into_what_may_be_text() -> None:
    """`business_ban` may be "không yêu cầu"; a path below it would fail and the document with it (5.6.1.2)."""
    paths = [tuple(claim["path"]) for claim in metadata("urn:vn-mock:judicial-record-1:1")["claims"]]
    assert ("business_ban",) in paths
    assert ("business_ban", "posts") not in paths


def _select(claims: object, path: list[str | None]) -> list[object]:
    """Section 5.6.1.2, as a reader of the metadata would do it."""
    selected: list[Any] = [claims]
    for part in path:
        if part is None:
            assert all(isinstance(node, list) for node in selected)
            selected = [element for node in selected for element in node]
        else:
            assert all(isinstance(node, dict) for node in selected)
            selected = [node[part] for node in selected if part in node]
    return selected


# --- content ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_id", TYPES)
def test_good_content_passes(type_id: str) -> None:
    content.check(document_types().by_id(type_id), full_content(type_id))


@pytest.mark.parametrize(
    ("type_id", "changes", "said"),
    [
        ("health-book", {"full_name": None}, "full_name: missing"),
        ("health-book", {"fullname": "x"}, "fullname: not a claim of health-book"),
        ("health-book", {"full_name": ""}, "full_name: must be text"),
        ("health-book", {"full_name": 5}, "full_name: must be text"),
        ("health-book", {"personal_id_number": 65190000101}, "12 digits as text"),
        ("health-book", {"personal_id_number": "65190000101"}, "12 digits as text"),
        ("health-book", {"personal_id_number": "０65190000101"}, "12 digits as text"),
        ("health-book", {"birthdate": "14/03/1990"}, "birthdate: must be a date"),
        ("health-book", {"birthdate": "2026-02-30"}, "birthdate: must be a date"),
        ("health-book", {"sex": "nữ"}, "sex: must be one of male, female"),
        ("health-book", {"history": []}, "history: must be a table"),
        ("health-book", {"history": {"allergies": []}}, "history.conditions: missing"),
        (
            "health-book",
            {"history": {"allergies": [{"type": "Thuốc"}], "conditions": [], "immunizations": []}},
            r"history.allergies\[0\].allergen: missing",
        ),
        (
            "health-book",
            {"history": {"allergies": ["Penicillin"], "conditions": [], "immunizations": []}},
            r"history.allergies\[0\]: must be a table",
        ),
        ("identity-document", {"nationalities": [7]}, r"nationalities\[0\]: must be text"),
        ("health-encounter", {"admitted": "2026-11-01T08:00:00"}, "an instant with its zone"),
        ("health-encounter", {"weight_kg": "52"}, "weight_kg: must be a number"),
        ("health-encounter", {"weight_kg": True}, "weight_kg: must be a number"),
        ("judicial-record-1", {"criminal_status": "sạch"}, "criminal_status: must be one of"),
        ("judicial-record-1", {"business_ban": "chưa rõ"}, "business_ban: must be one of"),
        ("judicial-record-1", {"business_ban": {"posts": "x"}}, "business_ban.until: missing"),
        ("judicial-record-1", {"father": "x"}, "father: not a claim"),
        ("driving-licence", {"points": 13}, "points: must be 12 or less"),
        ("driving-licence", {"points": -1}, "points: must be 0 or more"),
        ("vehicle-registration", {"vin": "short"}, "vin: must be of the form"),
        ("civil-servant", {"rank_code": "1.003"}, "rank_code: must be of the form"),
    ],
)
def test_wrong_content_is_refused_by_name(type_id: str, changes: dict[str, object], said: str) -> None:
    """Which claim, and what it should have been."""
    with pytest.raises(ContentError, match=said):
        content.check(document_types().by_id(type_id), full_content(type_id, **changes))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ContentError) as caught:
        content.check(document_types().by_id("health-book"), full_content("health-book", sex="x", birthdate="y"))
    assert {problem.path for problem in caught.value.problems} == {("sex",), ("birthdate",)}


def test_normalizing_leaves_nothing_json_cannot_say() -> None:
    assert content.normalized({"a": date(2026, 3, 5), "b": ("x",), "c": 1}) == {
        "a": "2026-03-05",
        "b": ["x"],
        "c": 1,
    }


# --- the files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('sd = "always"', 'sd = "allowed"', "unknown kind, sd or group"),
        ('kind = "date"', 'kind = "day"', "unknown kind, sd or group"),
        ('group = "person"', 'group = "persons"', "unknown kind, sd or group"),
        ('path = "sex"', 'path = "sex["', "claim path"),
        ('path = "sex"', "path = 5", "path must be text"),
        ('vct = "urn:vn-mock:pid:1"', "", "vct"),
        ('en = "Sex"', 'eng = "Sex"', "vi and en"),
        ('path = "nationalities"', 'path = "nationalities"\ncard = true', "one value"),
    ],
)
def test_a_mistake_in_a_type_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """File and claim; nothing is half read."""
    text = (FOLDER / "identity-document.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "identity-document.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DocumentTypeError, match=r"identity-document\.toml.*" + said):
        load(tmp_path)


def test_two_files_may_not_claim_one_vct(tmp_path: Path) -> None:
    text = (FOLDER / "identity-document.toml").read_text(encoding="utf-8")
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DocumentTypeError, match="same vct"):
        load(tmp_path)


def test_paths_are_written_as_people_read_them() -> None:
    assert parse_path("history.allergies[].allergen") == ("history", "allergies", None, "allergen")
    assert parse_path("sex") == ("sex",)
