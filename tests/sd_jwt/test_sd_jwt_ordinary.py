"""The short ways, for what nearly every document is: they say what the long ways say, or nothing at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from idp.documents.sd_jwt import issuing
from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.ecdsa import der_signature, raw_signature
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.issuing import issue
from idp.documents.sd_jwt.jws import parse_jws, sign, verify_signature
from idp.documents.sd_jwt.opened import Opened, open_ordinary
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.processing import process
from idp.documents.sd_jwt.selecting import claims_of, disclosable_paths

KEY = ECKey.generate_key("P-256")
EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_PARSERS", "60")), deadline=None)
CASES = Path(__file__).parent.parent / "verifier" / "cases"
RFC = json.loads((Path(__file__).parent / "rfc9901_examples.json").read_text(encoding="utf-8"))
A, B = '["salt-a","a","x"]', '["salt-b","b","y"]'


def long_way(text: str) -> Opened:
    parsed = parse(text)
    return Opened.of(parsed, process(parsed))


def agrees(text: str) -> bool:
    """Whether the short way was taken; it must have led where the long way leads."""
    found = open_ordinary(text)
    if found is None:
        return False
    wanted = long_way(text)
    assert found == wanted
    assert repr(found.claims) == repr(wanted.claims)  # their types and their order
    return True


def document(*disclosures: str, tail: str = "", **payload: object) -> str:
    """Signed as it is, whatever it is: each Disclosure is JSON, and `_sd` holds its digest unless said otherwise."""
    texts = [b64url_encode(one.encode()) for one in disclosures]
    claims = {"iss": "https://i", "_sd": sorted(map(digest, texts)), "cnf": {"jwk": {"kty": "EC"}}} | payload
    return "~".join([sign({"typ": "x"}, claims, KEY), *texts, tail])


def test_an_ordinary_document_takes_the_short_way() -> None:
    for text in (
        document(A, B),
        document(A, B, tail=sign({"typ": "kb+jwt"}, {"nonce": "n"}, KEY)),
        document(A, _sd_alg="sha-256"),
        document('["s","tên","giá trị \\"quoted\\" \\\\ \\n"]'),
        document(A, B, _sd=[*map(digest, map(b64url_encode, (A.encode(), B.encode()))), "decoy"]),
        document('[ "s" , "a" , "x" ]'),
        document(A, '["s","n",1]', '["s","o",{"b":[1,{"c":null}]}]', '["s","f",1.5]'),
    ):
        assert agrees(text)


TWICE = digest(b64url_encode(A.encode()))
#: Everything that is not so, good or bad.
OTHERS: dict[str, Callable[[], str]] = {
    "twice": lambda: document(A, A),
    "unreferenced": lambda: document(A, _sd=[]),
    "one-unreferenced": lambda: document(A, B, _sd=[TWICE]),
    "digest-twice": lambda: document(A, _sd=[TWICE, TWICE]),
    "decoy-twice": lambda: document(A, _sd=[TWICE, "d", "d"]),
    "digest-deeper-too": lambda: document(A, inner={"_sd": [TWICE]}),
    "digest-in-array-too": lambda: document(A, inner=[{"...": TWICE}]),
    "decoy-deeper": lambda: document(A, inner={"_sd": ["decoy"]}),
    "dots-in-object": lambda: document(A, inner={"...": 1}),
    "dots-at-top": lambda: document(A, **{"...": 1}),
    "hash-deeper": lambda: document(A, inner={"_sd_alg": "sha-256"}),
    "hash-deeper-too": lambda: document(A, _sd_alg="sha-256", inner={"_sd_alg": "sha-256"}),
    "other-hash": lambda: document(A, _sd_alg="sha-512"),
    "no-such-hash": lambda: document(A, _sd_alg="md5"),
    "hash-null": lambda: document(A, _sd_alg=None),
    "digests-text": lambda: document(A, _sd="text"),
    "digests-object": lambda: document(A, _sd={TWICE: 1}),
    "digests-number": lambda: document(A, _sd=[TWICE, 1]),
    "digests-nested": lambda: document(A, _sd=[TWICE, ["x"]]),
    "name-taken": lambda: document('["s","iss","x"]'),
    "name-twice": lambda: document(A, '["other","a","x"]'),
    "name-sd": lambda: document('["s","_sd","x"]'),
    "name-alg": lambda: document('["s","_sd_alg","x"]'),
    "name-dots": lambda: document('["s","...","x"]'),
    "name-escaped": lambda: document('["s","\\u005fsd","x"]'),
    "two-elements": lambda: document('["s","x"]'),
    "four-elements": lambda: document('["s","a","x","y"]'),
    "name-number": lambda: document('["s",1,"x"]'),
    "salt-number": lambda: document('[1,"a","x"]'),
    "value-number-loose": lambda: document('["s","a",1.50]'),
    "value-object-loose": lambda: document(A, '["s","b",{"b": 1}]'),
    "value-digests": lambda: document('["s","a",{"_sd":[]}]'),
    "value-digest-in-array": lambda: document('["s","a",[{"...":"x"}]]'),
    "value-hash": lambda: document('["s","a",{"_sd_alg":"sha-256"}]'),
    "value-deep": lambda: document('["s","a",' + "[" * 31 + "]" * 31 + "]"),
    "value-too-deep": lambda: document('["s","a",' + "[" * 32 + "]" * 32 + "]"),
    "value-duplicate": lambda: document('["s","a",{"b":1,"b":2}]'),
    "value-surrogate": lambda: document('["s","a","\\ud800"]'),
    "value-control": lambda: document('["s","a","\x01"]'),
    "value-line-break": lambda: document('["s","a","x\ny"]'),
    "not-an-array": lambda: document('{"s":1}'),
    "two-in-one": lambda: document(A + B, "[]"),
    "two-in-one-lines": lambda: document(A + "\n" + B),
    "three-in-two": lambda: document('["s","a","x"]["s","b",[2]', ',"]"]'),
    "split-array": lambda: document('["s","a","x"]["s","b"]', '["y"]'),
    "split-by-a-line": lambda: document('["s","a","x"],["t"', '"b","y"]'),
    "empty-line-between": lambda: document(A + "\n" + B, "\n"),
    "no-disclosure": lambda: document(),
    "no-digests": lambda: sign({"typ": "x"}, {"a": 1}, KEY) + "~",
    "line-break-after": lambda: document(A) + "\n",
    "space-after": lambda: document(A, tail="x") + " ",
    "form-feed-after": lambda: document(A) + "\x0c",
    "space-before": lambda: " " + document(A),
    "padded": lambda: document(A).replace("~", "=~"),
    "not-ascii": lambda: document(A) + "é",
    "no-tilde": lambda: document(A).split("~")[0],
    "empty": lambda: "",
    "tilde": lambda: "~",
    "empty-disclosure": lambda: document(A) + "~",
}


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_is_left_to_the_long_way(name: str) -> None:
    """Or read as it reads it."""
    text = OTHERS[name]()
    taken = agrees(text)
    assert not taken or name in {"form-feed-after"}


def test_what_the_catalogue_holds() -> None:
    """Good and bad documents, and the RFC's."""
    taken = [agrees((case / "input.txt").read_text(encoding="utf-8")) for case in sorted(CASES.iterdir())]
    assert any(taken)
    assert not all(taken)
    for example in RFC.values():
        if isinstance(example, dict) and isinstance(example.get("presentation"), str):
            agrees(example["presentation"])


GOOD = document(A, B, '["s","c","ê"]', tail=sign({"typ": "kb+jwt"}, {"nonce": "n"}, KEY))


@EXAMPLES
@given(st.integers(0, len(GOOD) - 1), st.sampled_from(["", "A", "Q", "d", "0", "~", ".", "=", "-", "\n", "é"]))
def test_a_changed_letter(at: int, letter: str) -> None:
    """One letter another, or gone, or more: never read as the long way would not."""
    for text in (GOOD[:at] + letter + GOOD[at + 1 :], GOOD[:at] + letter + GOOD[at:]):
        agrees(text)


N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
integers = st.integers(0, 2**256 - 1) | st.integers(0, 300) | st.integers(0, 31).map(lambda at: 1 << 8 * at + 7)


@EXAMPLES
@given(integers, integers, st.sampled_from([32, 48]))
def test_signatures_in_both_forms(r: int, s: int, half: int) -> None:
    """As `cryptography` has it, with leading zeros, high bits, zero and beyond the curve's order."""
    raw = r.to_bytes(half) + s.to_bytes(half)
    assert der_signature(raw) == encode_dss_signature(r, s)
    assert decode_dss_signature(der_signature(raw)) == (r, s)
    assert raw_signature(encode_dss_signature(r, s), half) == raw


def test_a_zero_is_never_a_signature() -> None:
    """Nor is the curve's order."""
    text = document(A).rpartition(".")[0]
    for r, s in ((0, 0), (0, 1), (1, 0), (N, 1), (1, N), (2**256 - 1, 1)):
        changed = f"{text}.{b64url_encode(r.to_bytes(32) + s.to_bytes(32))}"
        with pytest.raises(SdJwtError) as caught:
            verify_signature(parse_jws(changed), KEY.public_key)
        assert caught.value.code == "signature_invalid"


CLAIMS: tuple[tuple[dict[object, object], list[tuple[object, ...]]], ...] = (
    ({"a": "x", "b": "y", "n": 1}, [("a",), ("b",)]),
    ({"a": "x"}, [("a",), ("missing",)]),
    ({"a": "x"}, [("a",), ("a",)]),
    ({"a": "x", "b": {"c": "d"}}, [("b",), ("b", "c")]),
    ({"a": "x", "b": 1, "c": True, "d": None, "e": 1.5}, [("a",), ("b",), ("c",), ("d",), ("e",)]),
    ({"a": "x", "b": ["y", "z"]}, [("b", None)]),
    ({"a": "\ud800", "b": 1}, [("a",)]),
    ({"a": "x", "b": "\ud800"}, [("a",)]),
    ({"a": "x", "b": float("nan")}, [("a",)]),
    ({"a": "x", "b": b"y"}, [("a",)]),
    ({"a": "x", "b": {1, 2}}, [("a",)]),
    ({"a": "x", "b": {1: 2}}, [("a",)]),
    ({"a": "x", 1: 2}, [("a",)]),
    ({"a": "x", 1: "y"}, [("a",), (1,)]),
    ({"a": "x", "_sd": []}, [("a",)]),
    ({"a": "x", "_sd": "y"}, [("a",), ("_sd",)]),
    ({"a": "x", "...": 1}, [("a",)]),
    ({"a": "x", "b": {"_sd": []}}, [("a",)]),
    ({"a": "x", "b": [{"...": 1}]}, [("a",)]),
    ({"a": "x", "b": {"_sd_alg": 1}}, [("a",)]),
    ({"a": "x", "b": ("y", "z")}, [("a",)]),
    ({"a": "x", "b": "_sd ... _sd_alg"}, [("a",), ("b",)]),
    ({"a": "x", "b": ["_sd", "..."]}, [("a",)]),
    ({"a": {"b": [1, {"c": None}]}, "n": 1}, [("a",), ("n",)]),
    ({"a": {"_sd": []}}, [("a",)]),
    ({"a": [{"...": "x"}]}, [("a",)]),
    ({"a": {"_sd_alg": "x"}}, [("a",)]),
    ({"a": {"b": ("c",)}}, [("a",)]),
    ({"a": {1: "c"}}, [("a",)]),
    ({"a": {"b": float("inf")}}, [("a",)]),
    ({"a": b"x"}, [("a",)]),
    ({"a": Decimal(1)}, [("a",)]),
    ({"a": "x"}, []),
    ({}, [("a",)]),
)


@pytest.mark.parametrize("number", range(len(CLAIMS)))
def test_issued_alike(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same claims, hidden in the same places, or the same refusal."""
    claims, paths = CLAIMS[number]

    def outcome(decoys: int) -> object:
        try:
            text = issue(claims, disclosable=paths, key=KEY, header={"typ": "x"}, decoys=decoys)  # type: ignore[arg-type]
        except SdJwtError as error:
            return str(error)
        payload = parse(text).payload
        digests = payload.get("_sd", ())
        assert digests == sorted(set(digests)) or not digests
        return dict(claims_of(text)), set(disclosable_paths(text)), payload.get("_sd_alg"), len(digests)

    short = outcome(0), outcome(3)
    monkeypatch.setattr(issuing, "issue_ordinary", lambda *_: None)
    assert short == (outcome(0), outcome(3))


def test_salts_are_new_each_time() -> None:
    """In an ordinary document too (9.3), and the digests are in no order that tells one (4.2.4.1)."""
    claims = {f"name-{number}": "x" for number in range(20)}
    paths = [(name,) for name in claims]
    texts = [issue(claims, disclosable=paths, key=KEY, header={"typ": "x"}) for _ in range(2)]
    disclosures = [one.text for text in texts for one in parse(text).disclosures]
    assert len(set(disclosures)) == 40
    for text in texts:
        digests = parse(text).payload["_sd"]
        assert digests == sorted(digests)  # type: ignore[type-var]
        assert open_ordinary(text) is not None
