"""What documents and fields are called comes from type metadata (SD-JWT VC 5 and 6), and is only ever a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from portal_browser import World
from portal_documents import HEALTH, ISSUER, Lists

from demo_client.clock import FixedClock
from demo_client.type_names import KEEP, RETRY, TypeNames
from idp.documents import type_metadata

URL = f"{ISSUER}/type-metadata/{HEALTH}"
OWN = "urn:vn-mock:own:1"
ALLERGEN = ("history", "allergies", None, "allergen")


@pytest.fixture
def names(world: World, portal_clock: FixedClock) -> TypeNames:
    return TypeNames(world.lists, ISSUER, portal_clock)


def test_names_in_both_languages(names: TypeNames, world: World) -> None:
    """Each by the path of its own type, asked for once an hour."""
    assert str(names.of_type(HEALTH, "vi")).startswith("Sổ sức khỏe điện tử")
    assert str(names.of_type(HEALTH, "en")).startswith("Electronic health book")
    assert names.of_field(HEALTH, ALLERGEN, "vi") == "Dị nguyên"
    assert names.of_field(HEALTH, ALLERGEN, "en") == "Allergen"
    assert names.of_field(HEALTH, ("surprise",), "en") == "surprise"
    assert world.lists.asked.count(URL) == 1


def test_coded_values_in_words(names: TypeNames) -> None:
    """As the type's own metadata has them; of a list by the list's claim, and what has no word as it stands."""
    card, licence = "urn:vn-mock:pid:1", "urn:vn-mock:driving-licence:1"
    book, of_card, of_licence = map(type_metadata.integrity, (HEALTH, card, licence))
    assert names.of_value(HEALTH, ("sex",), "female", "vi", book) == "Nữ"
    assert names.of_value(HEALTH, ("sex",), "female", "en", book) == "Female"
    assert names.of_value(card, ("nationalities", 0), "VN", "vi", of_card) == "Việt Nam"
    assert names.of_value(licence, ("classes", 1, "class"), "B", "en", of_licence).startswith("B: cars")
    assert names.of_value(HEALTH, ("full_name",), "female", "en", book) == "female"


def test_no_word_takes_the_place_of_a_value_unsigned_for(names: TypeNames) -> None:
    """A word that was slipped in could say the opposite: without the issuer's `vct#integrity` values stand."""
    for integrity in (None, "", "sha256-other", type_metadata.integrity("urn:vn-mock:pid:1")):
        assert names.of_value(HEALTH, ("sex",), "female", "en", integrity) == "female"


def test_it_is_asked_again_after_an_hour(names: TypeNames, world: World, portal_clock: FixedClock) -> None:
    names.of_type(HEALTH, "vi")
    portal_clock.instant += KEEP
    names.of_type(HEALTH, "vi")
    assert world.lists.asked.count(URL) == 2


def test_without_the_provider_there_are_no_names(names: TypeNames, world: World, portal_clock: FixedClock) -> None:
    """A page does without; what was known stays known; half a minute later it is asked again."""
    world.lists.unreachable = True
    assert names.of_type(HEALTH, "vi") is None
    assert names.of_field(HEALTH, ALLERGEN, "vi") == "allergen"
    world.lists.unreachable = False
    assert names.of_type(HEALTH, "vi") is None
    portal_clock.instant += RETRY
    assert names.of_type(HEALTH, "vi") is not None
    world.lists.unreachable = True
    portal_clock.instant += KEEP + timedelta(seconds=1)
    assert names.of_type(HEALTH, "vi") is not None


def test_a_documents_integrity_decides(names: TypeNames) -> None:
    """Section 6: metadata that is not what the issuer signed for is not used; a document without it may be named."""
    right = type_metadata.integrity(HEALTH)
    assert names.of_field(HEALTH, ("birthdate",), "en", right) == "Date of birth"
    for wrong in ("", "sha256-", right[:-2] + "==", "sha512-" + right.partition("-")[2], "không"):
        assert names.of_field(HEALTH, ("birthdate",), "en", wrong) == "birthdate"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "null", '{"vct": 5}', '{"vct": "urn:vn-mock:own:1", "display": 5}', "[" * 100_000,
     '{"vct": "urn:vn-mock:own:1", "claims": [{"path": ["a"], "value_labels": 5}]}',
     '{"vct": "urn:vn-mock:own:1", "claims": [{"path": [{}]}]}', '{"vct": "urn:vn-mock:other:1", "claims": []}'],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_metadata_of_the_type_names_nothing(names: TypeNames, world: World, text: str) -> None:
    """Nor does it break a page."""
    world.lists.replaced[f"{ISSUER}/type-metadata/{OWN}"] = text
    assert names.of_type(OWN, "vi") is None
    assert names.of_field(OWN, ("a",), "vi") == "a"


def test_a_page_does_without_names(citizen: World) -> None:
    """The provider is away: the procedure can still be read."""
    lists: Lists = citizen.lists
    lists.unreachable = True
    page = citizen.client.get("/procedures/doi-giay-phep-lai-xe/apply").get_data(as_text=True)
    assert "Giấy tờ điện tử" in page
    assert "personal_id_number" in page


def test_a_clerk_reads_words(world: World) -> None:
    """Not `car` and `False`, in neither language."""
    vct = "urn:vn-mock:vehicle-registration:1"
    claims = {"vct#integrity": type_metadata.integrity(vct), "vehicle_kind": "car", "pledged": False}
    display = world.app.extensions["mock_portal"].pages.display
    for lang, told in (
        ("vi", [("Loại xe", "Ô tô con"), ("Xe đang thế chấp", "Không")]),
        ("en", [("Kind of vehicle", "Car"), ("Pledged", "No")]),
    ):
        with world.app.test_request_context(f"/?lang={lang}"):
            assert display.fields(vct, claims) == told


def test_what_a_type_demands(names: TypeNames, world: World, portal_clock: FixedClock) -> None:
    """Asked for when it is needed; kept when the provider is away, and nothing where it never could be had."""
    assert ("document_number",) in names.rules()[HEALTH].required
    portal_clock.instant += KEEP
    world.lists.unreachable = True
    assert ("document_number",) in names.rules()[HEALTH].required
    assert names.rules()["urn:vn-mock:pid:1"].required == frozenset()
