"""Claims in words: labelled, grouped and nested as the document type says."""

from __future__ import annotations

import pytest
from issuing_support import CONTENT, HISTORY, PERSON, TYPES

from idp.documents.document_types import document_types
from idp.documents.fields import Field, fields_of, labelled


def fields(type_id: str, claims: dict[str, object], lang: str = "vi") -> dict[str, Field]:
    return {field.name: field for field in fields_of(labelled(document_types().by_id(type_id), claims, lang))}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("type_id", TYPES)
def test_every_claim_is_shown_under_its_label(type_id: str, lang: str) -> None:
    """Nothing of a document is left out, and no field goes by its bare claim name."""
    kind = document_types().by_id(type_id)
    claims = {**PERSON, **CONTENT[type_id][1]}
    shown = fields(type_id, claims, lang)
    assert set(shown) == set(claims)
    assert all(field.label == kind.label(field.path, lang) != name for name, field in shown.items())


def test_groups_come_in_the_types_order_and_empty_ones_not_at_all() -> None:
    """A part of a document, as at consent, shows only the groups that it touches."""
    kind = document_types().by_id("health-book")
    groups = labelled(kind, {"history": HISTORY, "full_name": "Lan", "birthdate": "1990-03-14"}, "en")
    assert [(group.title, [field.name for field in group.fields]) for group in groups] == [
        ("Administrative data", ["full_name", "birthdate"]),
        ("Medical history", ["history"]),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_machinery_is_no_content(lang: str) -> None:
    """Signature, status and key binding belong to the technical part."""
    claims: dict[str, object] = {
        "iss": "x",
        "iat": 1,
        "exp": 2,
        "vct": "v",
        "vct#integrity": "i",
        "cnf": {},
        "status": {},
    }
    assert labelled(document_types().by_id("health-book"), claims, lang) == ()


def test_coded_values_have_words_in_both_languages() -> None:
    """What decides is never shown as a code."""
    claims: dict[str, object] = {
        "criminal_status": "không có án tích",
        "business_ban": "không yêu cầu",
        "sex": "female",
    }
    vi, en = (fields("judicial-record-1", claims, lang) for lang in ("vi", "en"))
    assert [vi[name].text for name in claims] == ["Không có án tích", "Không yêu cầu", "Nữ"]
    assert [en[name].text for name in claims] == ["No criminal record", "Not requested", "Female"]


def test_dates_instants_and_numbers_are_written_as_the_language_does() -> None:
    """dd/MM/yyyy and a decimal comma in Vietnamese; instants in Vietnam's time."""
    claims: dict[str, object] = {
        "birthdate": "1990-03-05",
        "admitted": "2026-10-31T20:00:00+00:00",
        "weight_kg": 52.5,
    }
    vi, en = (fields("health-encounter", claims, lang) for lang in ("vi", "en"))
    assert [vi[name].text for name in claims] == ["05/03/1990", "01/11/2026 03:00", "52,5"]
    assert [en[name].text for name in claims] == ["5 March 1990", "1 November 2026 03:00", "52.5"]


def test_the_id_number_is_marked_for_masking() -> None:
    """The page masks it until asked for."""
    assert fields("health-book", {"personal_id_number": "065190000101"})["personal_id_number"].shape == "id_number"


def test_a_list_of_objects_keeps_its_entries_apart() -> None:
    """Each conviction, dose or medicine is an entry with labelled parts, in the type's order."""
    convictions: list[object] = [
        {"main_penalty": "Phạt tiền", "offence": "Trộm cắp tài sản"},
        {"offence": "Đánh bạc", "main_penalty": "Cảnh cáo", "additional_penalty": "Không"},
    ]
    field = fields("judicial-record-1", {"convictions": convictions}, "en")["convictions"]
    assert field.shape == "entries"
    assert [[(part.label, part.text) for part in entry] for entry in field.entries] == [
        [("Offence", "Trộm cắp tài sản"), ("Main penalty", "Phạt tiền")],
        [("Offence", "Đánh bạc"), ("Main penalty", "Cảnh cáo"), ("Additional penalty", "Không")],
    ]
    assert field.entries[1][0].path == ("convictions", 1, "offence")


def test_an_object_has_parts_and_lists_within() -> None:
    """The history is one claim; what it holds is labelled all the same, to the last date."""
    field = fields("health-book", {"history": HISTORY})["history"]
    allergies, conditions, immunizations = field.parts
    assert (field.shape, allergies.shape, conditions.shape) == ("object", "entries", "none")
    date = next(part for part in immunizations.entries[0] if part.name == "date")
    assert (date.label, date.text) == ("Ngày tiêm", "15/03/1990")


def test_text_or_object_is_shown_as_what_it_is() -> None:
    """A business ban is either a coded word or an object."""
    ban = {"until": "2030-01-01", "posts": "Giám đốc"}
    field = fields("judicial-record-1", {"business_ban": ban})["business_ban"]
    assert field.shape == "object"
    assert [part.text for part in field.parts] == ["Giám đốc", "01/01/2030"]


def test_a_list_of_codes_is_a_list_of_words() -> None:
    """Nationalities by name."""
    assert fields("identity-document", {"nationalities": ["VN", "SE"]}, "en")["nationalities"].texts == (
        "Viet Nam",
        "SE",
    )


def test_an_unknown_claim_is_not_hidden() -> None:
    """What would be disclosed is seen, if under its bare name."""
    field = fields("health-book", {"full_name": "Lan", "surprise": True})["surprise"]
    assert (field.label, field.shape) == ("surprise", "yes")


def test_a_value_not_of_its_kind_is_shown_as_it_stands() -> None:
    """A date that is none does not take the page down."""
    assert fields("health-book", {"birthdate": "1990"})["birthdate"].text == "1990"
