"""Issuing (RFC 9901 sections 4.1, 4.2) and the SD-JWT VC profile (section 2.2)."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.encoding import b64url_decode
from idp.documents.sd_jwt.errors import (
    AlgorithmNotAllowed,
    CannotIssue,
    ClaimNotDisclosable,
    Malformed,
    PathMismatch,
)
from idp.documents.sd_jwt.issuing import issue, random_salt
from idp.documents.sd_jwt.jws import sign, verify_signature
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.processing import process
from idp.documents.sd_jwt.selecting import claims_of, disclosable_paths
from idp.documents.sd_jwt.vc import NEVER_DISCLOSABLE, issue_vc

KEY = ECKey.generate_key("P-256")
CLAIMS = {"a": 1, "address": {"ward": "x", "list": [1, {"q": None}]}, "names": ["Mẫu", "Mẫn"]}
HEADER = {"typ": "example+sd-jwt"}


def made(**options: object) -> str:
    options = {"claims": CLAIMS, "disclosable": [("a",)], "key": KEY, "header": HEADER} | options
    return issue(options.pop("claims"), **options)


def test_disclosable_claims_leave_the_payload() -> None:
    """4.2.4: a digest stands in place of the claim, and nothing of the claim remains."""
    parsed = parse(made(disclosable=[("a",), ("address", "ward"), ("names", 1)]))
    payload = parsed.payload
    assert "a" not in payload
    assert payload["names"][0] == "Mẫu"
    assert set(payload["names"][1]) == {"..."}
    assert set(payload["address"]) == {"list", "_sd"}
    assert payload["_sd_alg"] == "sha-256"
    assert process(parsed).claims == CLAIMS


def test_recursive_disclosures() -> None:
    """4.2.6: a disclosable parent holds the digests of its disclosable children."""
    text = made(disclosable=[("address",), ("address", "list"), ("address", "list", None)])
    assert disclosable_paths(text) == (
        ("address",),
        ("address", "list"),
        ("address", "list", 0),
        ("address", "list", 1),
    )
    assert claims_of(text) == CLAIMS


def test_nothing_disclosable() -> None:
    """SD-JWT VC 2.2.2.5: then there is no _sd, and the text ends with one tilde."""
    text = made(disclosable=[])
    assert text.count("~") == 1
    assert parse(text).payload == CLAIMS


def test_absent_optional_claims_are_passed_over() -> None:
    """A path to a claim that is not there hides nothing else."""
    assert disclosable_paths(made(disclosable=[("absent",), ("address", "absent"), ("names", 9)])) == ()


@pytest.mark.parametrize("path", [("a", "b"), ("names", "b"), ("address", None), ("address", 0), ("names", -1), ()])
def test_paths_that_do_not_fit(path: tuple[str | int | None, ...]) -> None:
    """SD-JWT VC 5.6.1.2: a step that does not fit what it meets is an error."""
    with pytest.raises(PathMismatch):
        made(disclosable=[path])


def test_decoys() -> None:
    """4.2.5: decoy digests cannot be told from others and belong to nothing."""
    parsed = parse(made(disclosable=[("a",), ("address", "ward")], decoys=3))
    assert len(parsed.payload["_sd"]) == len(parsed.payload["address"]["_sd"]) == 4
    assert all(len(b64url_decode(one)) == 32 for one in parsed.payload["_sd"])
    assert len(parsed.disclosures) == 2


def test_order_of_digests_tells_nothing() -> None:
    """4.2.4.1: the order of the digests does not follow the order of the claims."""
    text = made(claims={f"c{number}": number for number in range(30)}, disclosable=[(f"c{n}",) for n in range(30)])
    digests = parse(text).payload["_sd"]
    assert digests == sorted(digests)
    assert digests != [digest(one.text) for one in parse(text).disclosures]


def test_salts() -> None:
    """9.3: 128 random bits, a new salt for each claim."""
    assert len(b64url_decode(random_salt())) == 16
    texts = [parse(made(claims={"a": 1, "b": 1}, disclosable=[("a",), ("b",)])) for _ in range(2)]
    salts = {json.loads(b64url_decode(one.text))[0] for text in texts for one in text.disclosures}
    assert len(salts) == 4


def test_repeated_salt_is_refused() -> None:
    """9.3: a salt source that repeats itself is caught."""
    with pytest.raises(CannotIssue):
        made(disclosable=[("a",), ("names",)], salt=lambda: "same")


def test_given_salts_make_it_reproducible() -> None:
    """The salt source is the caller's: with a counter the Disclosures are known."""
    numbers = itertools.count()
    text = made(salt=lambda: f"salt{next(numbers)}")
    assert json.loads(b64url_decode(parse(text).disclosures[0].text)) == ["salt0", "a", 1]


@pytest.mark.parametrize("claims", [{"_sd": []}, {"x": {"...": 1}}, {"_sd_alg": "sha-256"}, {"x": [{"_sd_alg": 1}]}])
def test_reserved_names(claims: dict[str, object]) -> None:
    """4.1 item 7: claims may not be named like the format's own."""
    with pytest.raises(CannotIssue):
        made(claims=claims)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", object(), "\ud800"])
def test_what_json_cannot_say(value: object) -> None:
    """RFC 8259: no NaN, infinity, bytes or lone surrogates."""
    with pytest.raises(Malformed):
        made(claims={"a": value})


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256"), "ES256"),
        (ECKey.generate_key("P-384"), "ES384"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
)
def test_algorithm_follows_the_key(key: ECKey | OKPKey, algorithm: str) -> None:
    """RFC 8725 3.1: the key decides the algorithm, and the signature verifies."""
    parsed = parse(made(key=key))
    assert parsed.header["alg"] == algorithm
    verify_signature(parsed.jwt, key)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES384"])
def test_header_may_not_choose_another_algorithm(algorithm: str) -> None:
    """RFC 8725 3.1: an alg that does not fit the key is refused."""
    with pytest.raises(AlgorithmNotAllowed):
        sign({"alg": algorithm}, {}, KEY)


@pytest.mark.parametrize(
    "key", [ECKey.generate_key("P-521"), OKPKey.generate_key("Ed448"), OKPKey.generate_key("X25519")]
)
def test_other_curves_do_not_sign(key: ECKey | OKPKey) -> None:
    """No algorithm is accepted for these keys, so none signs with them."""
    with pytest.raises(AlgorithmNotAllowed):
        made(key=key)


def test_eddsa_is_ed25519() -> None:
    """RFC 9864: the older name EdDSA verifies with an Ed25519 key."""
    import jwcrypto.jwk
    import jwcrypto.jws

    key = jwcrypto.jwk.JWK.generate(kty="OKP", crv="Ed25519")
    token = jwcrypto.jws.JWS(json.dumps({"a": 1}))
    token.add_signature(key, "EdDSA", json.dumps({"alg": "EdDSA"}))
    parsed = parse(token.serialize(compact=True) + "~")
    verify_signature(parsed.jwt, OKPKey.import_key(key.export_public(as_dict=True)))


# SD-JWT VC


def certificate(name: str, issuer: str, key: ECKey = KEY) -> x509.Certificate:
    now = datetime(2026, 11, 24, tzinfo=UTC)

    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder(called(issuer), called(name), key.public_key, 5, now, now + timedelta(days=1))
    return builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())


LEAF = certificate("Issuer", "Root")


def test_document_header() -> None:
    """SD-JWT VC 2.2.1, HAIP 6.1.1: typ dc+sd-jwt and the chain in x5c."""
    parsed = parse(issue_vc({"vct": "urn:x"} | CLAIMS, disclosable=[("a",)], key=KEY, chain=[LEAF]))
    assert parsed.header["typ"] == "dc+sd-jwt"
    assert len(parsed.header["x5c"]) == 1
    verify_signature(parsed.jwt, KEY)


@pytest.mark.parametrize("claim", sorted(NEVER_DISCLOSABLE))
def test_what_decides_validity_is_never_disclosable(claim: str) -> None:
    """SD-JWT VC 2.2.2.3: neither the claim nor anything inside it."""
    claims = {"vct": "urn:x", claim: {"inner": 1}} | ({"vct": "urn:x"} if claim == "vct" else {})
    for path in ((claim,), (claim, "inner")):
        with pytest.raises(ClaimNotDisclosable):
            issue_vc(claims, disclosable=[path], key=KEY, chain=[LEAF])


def test_vct_is_required() -> None:
    """SD-JWT VC 2.2.2.1."""
    with pytest.raises(CannotIssue):
        issue_vc(CLAIMS, disclosable=[], key=KEY, chain=[LEAF])


@pytest.mark.parametrize(
    "chain",
    [
        [],
        [certificate("Issuer", "Issuer")],
        [LEAF, certificate("Root", "Root")],
        [certificate("Issuer", "Root", ECKey.generate_key("P-256"))],
    ],
    ids=["empty", "self-signed", "with-root", "other-key"],
)
def test_chains_that_may_not_be_sent(chain: list[x509.Certificate]) -> None:
    """HAIP 6.1.1: the issuer's own certificate, not self-signed, the trust anchor not included."""
    with pytest.raises(CannotIssue):
        issue_vc({"vct": "urn:x"}, disclosable=[], key=KEY, chain=chain)


def test_package_is_typed() -> None:
    """PEP 561."""
    import idp.documents.sd_jwt.vc as vc

    assert Path(vc.__file__).with_name("py.typed").exists()
