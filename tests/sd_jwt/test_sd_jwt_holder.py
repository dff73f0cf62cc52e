"""What a holder does: look, select, bind (RFC 9901 sections 4.3 and 7.2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.errors import (
    CannotBind,
    Malformed,
    NoSuchClaim,
    NotAnSdJwt,
    PathMismatch,
    UnreferencedDisclosure,
)
from idp.documents.sd_jwt.issuing import issue
from idp.documents.sd_jwt.jws import parse_jws, verify_signature
from idp.documents.sd_jwt.key_binding import bind
from idp.documents.sd_jwt.parsing import MAX_DISCLOSURES, MAX_LENGTH, parse
from idp.documents.sd_jwt.selecting import claims_of, disclosable_paths, present

KEY = ECKey.generate_key("P-256")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CLAIMS = {
    "iss": "x",
    "name": "Mẫu",
    "address": {"province": "Hà Nội", "ward": "Cửa Nam", "street": {"name": "a", "number": 1}},
    "visits": [{"date": "2026-01-02", "place": "p"}, {"date": "2026-02-03", "place": "q"}],
}
DISCLOSABLE = [
    ("name",),
    ("address",),
    ("address", "ward"),
    ("address", "street"),
    ("address", "street", "number"),
    ("visits", None),
    ("visits", None, "place"),
]
DOCUMENT = issue(CLAIMS, disclosable=DISCLOSABLE, key=KEY, header={"typ": "dc+sd-jwt"}, decoys=2)


def test_claims_of() -> None:
    """The wallet's own display has everything."""
    assert claims_of(DOCUMENT) == CLAIMS


def test_disclosable_paths() -> None:
    """Every hidden place, the outer before the inner."""
    paths = disclosable_paths(DOCUMENT)
    assert set(paths) == {
        ("name",),
        ("address",),
        ("address", "ward"),
        ("address", "street"),
        ("address", "street", "number"),
        ("visits", 0),
        ("visits", 0, "place"),
        ("visits", 1),
        ("visits", 1, "place"),
    }
    assert all(path[:-1] not in paths or paths.index(path[:-1]) < paths.index(path) for path in paths)


@pytest.mark.parametrize(
    ("paths", "shown"),
    [
        ([], {"iss": "x", "visits": []}),
        ([("iss",)], {"iss": "x", "visits": []}),
        ([("name",)], {"iss": "x", "visits": [], "name": "Mẫu"}),
        ([("address", "province")], {"iss": "x", "visits": [], "address": {"province": "Hà Nội"}}),
        ([("address",)], {"iss": "x", "visits": [], "address": CLAIMS["address"]}),
        (
            [("address", "street", "number")],
            {"iss": "x", "visits": [], "address": {"province": "Hà Nội", "street": {"name": "a", "number": 1}}},
        ),
        ([("visits", 1, "date")], {"iss": "x", "visits": [{"date": "2026-02-03"}]}),
        ([("visits", None, "place")], {"iss": "x", "visits": CLAIMS["visits"]}),
        ([("visits",)], {"iss": "x", "visits": CLAIMS["visits"]}),
    ],
)
def test_present(paths: list[tuple[str | int | None, ...]], shown: dict[str, object]) -> None:
    """7.2: a selected claim brings its parents and all that is inside it, and nothing beside it."""
    assert claims_of(present(DOCUMENT, paths)) == shown


def test_present_what_is_not_there() -> None:
    """OpenID4VP 7.1.1 step 3: a path that selects nothing is an error."""
    with pytest.raises(NoSuchClaim):
        present(DOCUMENT, [("phone",)])
    with pytest.raises(PathMismatch):
        present(DOCUMENT, [("name", "first")])


def test_present_refuses_a_broken_document() -> None:
    """7.2: what the holder selects from is processed first."""
    with pytest.raises(UnreferencedDisclosure):
        present(DOCUMENT + "WyJzIiwgIngiLCAxXQ~", [("name",)])


def test_present_a_presentation() -> None:
    """7.2: an SD-JWT+KB is not a document a holder has."""
    with pytest.raises(CannotBind):
        present(bound(DOCUMENT), [("name",)])


def bound(text: str, key: ECKey | OKPKey = KEY) -> str:
    return bind(text, holder_key=key, audience="https://rp.example", nonce="n1", issued_at=NOW)


@pytest.mark.parametrize(
    "key", [ECKey.generate_key("P-256"), ECKey.generate_key("P-384"), OKPKey.generate_key("Ed25519")]
)
def test_bind(key: ECKey | OKPKey) -> None:
    """4.3: typ, iat, aud, nonce and the hash over what is shown, signed by the holder."""
    chosen = present(DOCUMENT, [("name",)])
    text = bound(chosen, key)
    assert text.startswith(chosen)
    token = parse_jws(parse(text).key_binding_jwt or "")
    verify_signature(token, key)
    assert token.header["typ"] == "kb+jwt"
    assert token.payload == {
        "iat": int(NOW.timestamp()),
        "aud": "https://rp.example",
        "nonce": "n1",
        "sd_hash": digest(chosen),
    }


def test_bind_twice() -> None:
    """A presentation is bound once."""
    with pytest.raises(CannotBind):
        bound(bound(DOCUMENT))


@pytest.mark.parametrize("text", ["", "abc", "a.b.c", DOCUMENT.split("~")[0], "{}", "ă~"], ids=range(6))
def test_what_is_no_document(text: str) -> None:
    """Section 4: the shape of an SD-JWT."""
    with pytest.raises((NotAnSdJwt, Malformed)):
        claims_of(text)


def test_limits() -> None:
    """Sizes are capped before anything is decoded."""
    with pytest.raises(Malformed):
        parse(DOCUMENT + "A" * MAX_LENGTH)
    with pytest.raises(Malformed):
        parse(DOCUMENT + "WzEsMl0~" * (MAX_DISCLOSURES + 1))


@pytest.mark.parametrize(("levels", "fits"), [(30, True), (31, False)])
def test_nesting_through_disclosures_ends_at_one_depth(levels: int, fits: bool) -> None:
    """What is nested too deep is so for text as for objects, wherever the Disclosures divide it."""
    claims: dict[str, object] = {"a": "text"}
    for _ in range(levels - 1):
        claims = {"a": claims}
    text = issue({"a": claims}, disclosable=[("a",) * 16], key=ECKey.generate_key("P-256"), header={})
    if fits:
        assert claims_of(text) == {"a": claims}
    else:
        with pytest.raises(Malformed):
            claims_of(text)
