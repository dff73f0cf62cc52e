"""Reading a DCQL query: what section 6 of OpenID4VP 1.0 demands of one."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.documents.dcql import InvalidQuery, parse

CREDENTIAL = {
    "id": "book",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": ["urn:vn-mock:health-book:1"]},
    "claims": [
        {"id": "n", "path": ["personal_id_number"]},
        {"id": "h", "path": ["history", "allergies", None, "type"]},
    ],
    "claim_sets": [["n", "h"], ["n"]],
}
QUERY = {"credentials": [CREDENTIAL], "credential_sets": [{"options": [["book"]], "required": False}]}


def changed(**values: object) -> dict[str, object]:
    """A query whose one credential query differs; None leaves the member out."""
    entry = {**copy.deepcopy(CREDENTIAL), **values}
    return {"credentials": [{name: value for name, value in entry.items() if value is not None}]}


def claim(**values: object) -> dict[str, object]:
    return changed(claims=[values], claim_sets=None)


def test_a_whole_query_is_read():
    """Every member finds its place, with the defaults of 6.1 and 6.2."""
    query = parse(QUERY)
    entry = query.credential("book")
    assert (entry.format, entry.multiple, entry.holder_binding) == ("dc+sd-jwt", False, True)
    assert entry.vct_values == query.vcts == {"urn:vn-mock:health-book:1"}
    assert entry.claims[1].path == ("history", "allergies", None, "type")
    assert entry.claim_sets == (("n", "h"), ("n",))
    assert (query.sets[0].options, query.sets[0].required) == ((("book",),), False)


def test_without_credential_sets_everything_is_required():
    """6.4.2: then presentations for all credentials are asked for."""
    second = {**CREDENTIAL, "id": "second"}
    (only,) = parse({"credentials": [CREDENTIAL, second]}).sets
    assert (only.options, only.required) == ((("book", "second"),), True)


def test_unknown_members_are_ignored():
    """Section 6: extensions may add members anywhere."""
    assert parse({**changed(new=1), "later": {}}) == parse(changed())


def test_another_format_is_read_but_names_no_type():
    """A query may ask for formats that this wallet does not keep; they only never match."""
    query = parse(changed(format="mso_mdoc", meta={"doctype_value": "org.iso.18013.5.1.mDL"}))
    assert query.vcts == frozenset()


@pytest.mark.parametrize(
    "query",
    [
        None, [], "{}", {}, {"credentials": []}, {"credentials": {}}, {"credentials": ["book"]},
        {"credentials": [CREDENTIAL] * 2},  # the same id twice
        {"credentials": [{**CREDENTIAL, "id": f"c{index}"} for index in range(51)]},
        changed(id=None), changed(id=""), changed(id="a b"), changed(id="a\n"), changed(id="mã"), changed(id=7),
        changed(format=None), changed(format=""), changed(format=1),
        changed(meta=None), changed(meta=[]), changed(meta={}), changed(meta={"vct_values": []}),
        changed(meta={"vct_values": "urn:x"}), changed(meta={"vct_values": [1]}), changed(meta={"vct_values": [""]}),
        changed(multiple="true"), changed(multiple=1), changed(require_cryptographic_holder_binding="no"),
        changed(trusted_authorities=[]), changed(trusted_authorities=[{"type": "aki"}]),
        changed(trusted_authorities=[{"type": "aki", "values": []}]),
        changed(trusted_authorities=[{"values": ["x"]}]), changed(trusted_authorities="aki"),
        changed(claims=[], claim_sets=None), changed(claims={}, claim_sets=None), changed(claims=["n"]),
        changed(claims=None),  # claim_sets without claims, 6.4.1
        changed(claim_sets=[]), changed(claim_sets=[[]]), changed(claim_sets=["n"]), changed(claim_sets=[["other"]]),
        changed(claims=[{"path": ["a"]}]),  # claim_sets need ids
        changed(claims=[{"id": "n", "path": ["a"]}, {"id": "n", "path": ["b"]}]),
        claim(), claim(path=[]), claim(path="a"), claim(path=[1.5]), claim(path=[-1]), claim(path=[True]),
        claim(path=[["a"]]), claim(path=["a"] * 13), claim(path=["a"], id="x y"), claim(path=["a"], id=None),
        claim(path=["a"], values=[]), claim(path=["a"], values="x"), claim(path=["a"], values=[None]),
        claim(path=["a"], values=[1.5]), claim(path=["a"], values=[{}]),
        {**QUERY, "credential_sets": []}, {**QUERY, "credential_sets": [{}]},
        {**QUERY, "credential_sets": [{"options": []}]}, {**QUERY, "credential_sets": [{"options": [[]]}]},
        {**QUERY, "credential_sets": [{"options": [["other"]]}]},
        {**QUERY, "credential_sets": [{"options": [["book"]], "required": "yes"}]},
    ],
)  # fmt: skip
def test_a_malformed_query_is_refused(query):
    """Every rule on the form of a query (6, 6.1, 6.1.1, 6.2, 6.3, 7)."""
    with pytest.raises(InvalidQuery):
        parse(query)


def test_the_message_holds_a_place_and_no_value():
    """8.5, 15.7: what is told to the asker says where it went wrong and repeats nothing."""
    with pytest.raises(InvalidQuery, match=r"credentials\[0\].claims\[0\].path") as caught:
        parse(claim(path=["secret", {}]))
    assert "secret" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
MEMBERS = sorted({*CREDENTIAL, "multiple", "trusted_authorities", "require_cryptographic_holder_binding"})


@given(st.sampled_from(MEMBERS), JSON)
def test_any_json_is_read_or_refused_by_name(member, value):
    """Whatever stands in a member, the answer is a query or InvalidQuery, never another failure."""
    assert _read_or_refused({"credentials": [{**CREDENTIAL, member: value}]}) in ("read", "refused")


def _read_or_refused(query: object) -> str:
    try:
        parse(query)
    except InvalidQuery:
        return "refused"
    return "read"
