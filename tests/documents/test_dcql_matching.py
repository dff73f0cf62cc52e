"""Selecting documents and claims: section 6.4 of OpenID4VP 1.0, with the examples of its annex D."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.documents.dcql import parse
from idp.documents.dcql_matching import Candidate, Findings, find, value_at

PID = "https://credentials.example.com/identity_credential"
CLAIMS = {
    "name": "Arthur Dent",
    "address": {"street_address": "42 Market Street", "locality": "Milliways", "postal_code": "12345"},
    "degrees": [
        {"type": "Bachelor of Science", "university": "University of Betelgeuse"},
        {"type": "Master of Science", "university": "University of Betelgeuse"},
    ],
    "nationalities": ["British", "Betelgeusian"],
    "age": 42,
    "adult": True,
}


def held(document_id: str = "d", vct: str = PID, claims: Mapping[str, object] = CLAIMS, **other: object) -> Candidate:
    return Candidate(document_id, vct, claims, **{"authority_keys": frozenset({"KEY"}), "key_bound": True, **other})  # type: ignore[arg-type]


def entry(query_id: str = "q", vct: str = PID, **members: object) -> dict[str, object]:
    return {"id": query_id, "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, **members}


def asked(*paths: object, **members: object) -> dict[str, object]:
    return entry(claims=[{"path": path} for path in paths], **members)


def ask(*credentials: dict[str, object], documents: tuple[Candidate, ...] = (), sets: object = None) -> Findings:
    query = {"credentials": list(credentials), **({} if sets is None else {"credential_sets": sets})}
    return find(parse(query), documents or (held(),))


def places(found: Findings, query_id: str = "q") -> list[tuple[str | int, ...]] | None:
    matches = found.matches[query_id]
    return list(matches[0].options[0].places) if matches else None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["name"], ["Arthur Dent"]),
        (["address"], [CLAIMS["address"]]),
        (["address", "street_address"], ["42 Market Street"]),
        (["degrees", None, "type"], ["Bachelor of Science", "Master of Science"]),
        (["nationalities", 1], ["Betelgeusian"]),
    ],
)
def test_the_examples_of_section_7_3(path, expected):
    """Each claims path pointer selects what the specification says."""
    found = places(ask(asked(path)))
    assert found is not None
    assert [value_at(CLAIMS, place) for place in found] == expected


@pytest.mark.parametrize(
    "path",
    [["missing"], ["name", "first"], ["name", None], ["name", 0], ["nationalities", 2], ["nationalities", "0"],
     ["degrees", "type"], ["address", None]],
)  # fmt: skip
def test_a_path_that_points_nowhere_withholds_the_document(path):
    """7.1.1, 6.4.1: not all claims can be given, so the document MUST NOT be returned."""
    found = ask(asked(["name"], path))
    assert places(found) is None
    assert not found.satisfiable


def test_without_claims_nothing_selectable_is_asked_for():
    """6.4.1: no `claims` means only what cannot be left out."""
    assert places(ask(entry())) == []


@pytest.mark.parametrize(
    ("values", "given"), [(["Arthur Dent"], True), (["arthur dent"], False), ([42, True], False)]
)
def test_values_match_exactly(values, given):
    """6.3: a claim of another value is treated as not there."""
    assert (places(ask(entry(claims=[{"path": ["name"], "values": values}]))) is not None) is given


def test_values_match_by_type_too():
    """True is not 1, and 42 is not "42"."""
    for path, wrong, right in ((["adult"], [1, "true"], [True]), (["age"], ["42"], [42])):
        assert places(ask(entry(claims=[{"path": path, "values": wrong}]))) is None
        assert places(ask(entry(claims=[{"path": path, "values": right}]))) is not None


def test_values_pick_out_single_elements():
    """Of a list only the element of that value is selected, not its neighbours (data minimisation)."""
    query = entry(claims=[{"path": ["nationalities", None], "values": ["British", "Martian"]}])
    assert places(ask(query)) == [("nationalities", 0)]


def test_values_never_match_an_object():
    """Objects and lists have no value to compare."""
    assert places(ask(entry(claims=[{"path": ["address"], "values": ["x"]}]))) is None


def test_a_claim_asked_for_twice_counts_once():
    """6.1: duplicates are ignored."""
    assert places(ask(asked(["name"], ["name"]))) == [("name",)]


def test_only_the_type_asked_for_matches():
    """Annex B.3.5; so a certificate No. 2 is never an answer to a question for No. 1."""
    assert places(ask(entry(), documents=(held(vct="urn:other"),))) is None


def test_only_formats_that_are_kept_match():
    """A query for an mdoc finds nothing here."""
    query = {"id": "q", "format": "mso_mdoc", "meta": {"doctype_value": PID}}
    assert places(ask(query)) is None


def test_holder_binding_is_required_unless_waived():
    """Annex B.3: a document without `cnf` cannot be returned where a proof is required."""
    unbound = (held(key_bound=False),)
    assert places(ask(entry(), documents=unbound)) is None
    assert places(ask(entry(require_cryptographic_holder_binding=False), documents=unbound)) is not None


def test_authority_key_identifiers():
    """6.1.1.1: one of the values, of one of the conditions, is enough; other types match nothing here."""
    for authorities, matching in (
        ([{"type": "aki", "values": ["OTHER", "KEY"]}], True),
        ([{"type": "etsi_tl", "values": ["https://x"]}, {"type": "aki", "values": ["KEY"]}], True),
        ([{"type": "aki", "values": ["OTHER"]}], False),
        ([{"type": "openid_federation", "values": ["KEY"]}], False),
    ):
        assert (places(ask(entry(trusted_authorities=authorities))) is not None) is matching


def test_claim_sets_keep_the_askers_order():
    """6.4.1, annex D claims_alternatives: the options that can be given, the most preferred first."""
    claims = [{"id": name, "path": [path]} for name, path in zip("abcde", FIVE, strict=True)]
    query = entry(claims=claims, claim_sets=[["a", "c", "d", "e"], ["a", "b", "e"]])
    everything, no_region = dict.fromkeys(FIVE, "x"), dict.fromkeys(FIVE - {"region"}, "x")
    assert _options(query, everything) == [0, 1]
    assert _options(query, no_region) == [1]
    assert _options(query, {"last_name": "x"}) == []


FIVE = {"last_name": 0, "postal_code": 0, "locality": 0, "region": 0, "date_of_birth": 0}.keys()


def _options(query: dict[str, object], claims: Mapping[str, object]) -> list[int]:
    matches = ask(query, documents=(held(claims=claims),)).matches["q"]
    return [option.index for match in matches for option in match.options]


def test_several_documents_may_match():
    """Every document that fits is offered; whose choice it is, the page decides."""
    found = ask(entry(), documents=(held("one"), held("other", vct="urn:other"), held("two")))
    assert [match.document_id for match in found.matches["q"]] == ["one", "two"]


def test_alternatives_of_credential_sets():
    """Annex D credentials_alternatives: pid, or other_pid, or both reduced ones; nice_to_have optionally."""
    names = ("pid", "other_pid", "reduced_1", "reduced_2", "nice_to_have")
    sets = [
        {"options": [["pid"], ["other_pid"], ["reduced_1", "reduced_2"]]},
        {"required": False, "options": [["nice_to_have"]]},
    ]
    for mine, required, optional in (
        (("pid",), [0], []),
        (("reduced_1",), [], []),
        (("reduced_1", "reduced_2", "other_pid", "nice_to_have"), [1, 2], [0]),
        (("nice_to_have",), [], [0]),
    ):
        documents = tuple(held(name, vct=f"urn:{name}") for name in mine)
        found = ask(*(entry(name, f"urn:{name}") for name in names), documents=documents, sets=sets)
        assert [index for index, _ in found.sets[0].options] == required
        assert [index for index, _ in found.sets[1].options] == optional
        assert found.satisfiable is bool(required)


def test_nothing_required_and_nothing_there_is_no_answer():
    """Where all is optional and nothing is held, there is nothing to return."""
    sets = [{"required": False, "options": [["q"]]}]
    assert not ask(entry(), documents=(held(vct="urn:other"),), sets=sets).satisfiable


def test_all_credentials_are_required_without_sets():
    """6.4.2: one missing, and nothing may be returned."""
    found = ask(entry(), entry("other", "urn:other"))
    assert found.matches["q"]
    assert not found.satisfiable


NAMES = st.sampled_from(["a", "b", "c"])
TREE = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
PATHS = st.lists(NAMES | st.none() | st.integers(0, 3), min_size=1, max_size=4)


@given(st.dictionaries(NAMES, TREE, max_size=3), st.lists(PATHS, min_size=1, max_size=4))
def test_selected_places_lie_under_what_was_asked(claims, paths):
    """Nothing is ever selected that no path points to, and every path contributes or all is withheld."""
    found = places(ask(asked(*paths), documents=(held(claims=claims),)))
    for place in found or []:
        value_at(claims, place)
        assert any(_under(place, path) for path in paths)
    assert found is None or all(any(_under(place, path) for place in found) for path in paths)


def _under(place: tuple[str | int, ...], path: list[str | int | None]) -> bool:
    return len(place) == len(path) and all(
        isinstance(step, int) if wanted is None else (step == wanted and type(step) is type(wanted))
        for step, wanted in zip(place, path, strict=True)
    )
