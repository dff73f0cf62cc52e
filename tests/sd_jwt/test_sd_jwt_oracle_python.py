"""The reference implementation reads what we write and writes what we read (PyPI sd-jwt)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from idp.documents.sd_jwt.issuing import issue
from idp.documents.sd_jwt.jws import parse_jws, verify_signature
from idp.documents.sd_jwt.key_binding import bind
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.processing import process
from idp.documents.sd_jwt.selecting import claims_of, present
from idp.documents.verifier.key_binding import ExpectedKeyBinding, check_key_binding

ISSUER, HOLDER = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
AUDIENCE, NONCE = "https://rp.example", "n-1"
CLAIMS = {
    "iss": "https://issuer.example",
    "name": "Nguyễn Thị Mẫu",
    "address": {"province": "Hà Nội", "ward": "Cửa Nam"},
    "names": ["Mẫu", "Mẫn"],
    "cnf": {"jwk": HOLDER.as_dict(private=False)},
}
DISCLOSABLE = [("name",), ("address",), ("address", "ward"), ("names", None)]


def jwk(key: ECKey, *, private: bool = False) -> JWK:
    return JWK.from_json(json.dumps(key.as_dict(private=private)))


def read(text: str, *, bound: bool = False) -> dict[str, object]:
    """As the reference verifier does."""
    expected = {"expected_aud": AUDIENCE, "expected_nonce": NONCE} if bound else {}
    found: dict[str, object] = SDJWTVerifier(text, lambda *_: jwk(ISSUER), **expected).get_verified_payload()
    return found


def ours() -> str:
    return issue(CLAIMS, disclosable=DISCLOSABLE, key=ISSUER, header={"typ": "dc+sd-jwt"}, decoys=2)


def theirs() -> str:
    claims = {
        "iss": CLAIMS["iss"],
        SDObj("name"): CLAIMS["name"],
        SDObj("address"): {"province": "Hà Nội", SDObj("ward"): "Cửa Nam"},
        "names": [SDObj("Mẫu"), SDObj("Mẫn")],
    }
    return str(SDJWTIssuer(claims, jwk(ISSUER, private=True), jwk(HOLDER), add_decoy_claims=True).sd_jwt_issuance)


def test_reads_our_document() -> None:
    """Ours read by them: everything."""
    assert read(ours()) == CLAIMS


@pytest.mark.parametrize("paths", [[], [("name",)], [("address", "ward")], [("names", 1)], [("address", "province")]])
def test_reads_our_presentation(paths: list[tuple[str | int | None, ...]]) -> None:
    """Ours read by them: any selection, with its key binding."""
    chosen = present(ours(), paths)
    issued_at = datetime(2026, 11, 24, tzinfo=UTC)
    text = bind(chosen, holder_key=HOLDER, audience=AUDIENCE, nonce=NONCE, issued_at=issued_at)
    assert read(text, bound=True) == claims_of(chosen)


def test_their_holder_selects_from_ours() -> None:
    """Ours selected from and bound by them, read by us."""
    holder = SDJWTHolder(ours())
    holder.create_presentation({"name": True, "names": [True]}, NONCE, AUDIENCE, jwk(HOLDER, private=True))
    check_theirs(holder.sd_jwt_presentation, {"name": CLAIMS["name"], "names": ["Mẫu"]})


def test_we_read_their_document() -> None:
    """Theirs read by us: everything, decoys passed over."""
    parsed = parse(theirs())
    verify_signature(parsed.jwt, ISSUER)
    assert {name: claims_of(theirs())[name] for name in ("name", "address", "names")} == {
        name: CLAIMS[name] for name in ("name", "address", "names")
    }


def test_we_read_their_presentation() -> None:
    """Theirs read by us: what their holder selected and bound."""
    holder = SDJWTHolder(theirs())
    holder.create_presentation({"address": {"ward": True}}, NONCE, AUDIENCE, jwk(HOLDER, private=True))
    check_theirs(holder.sd_jwt_presentation, {"address": CLAIMS["address"], "names": []})


def test_we_select_from_theirs() -> None:
    """Theirs selected from by us, read by them."""
    assert read(present(theirs(), [("address", "ward")]))["address"] == CLAIMS["address"]


def check_theirs(text: str, shown: dict[str, object]) -> None:
    """Signature, processed payload and key binding, at the time their holder signed."""
    parsed = parse(text)
    verify_signature(parsed.jwt, ISSUER)
    claims = process(parsed).claims
    assert {name: value for name, value in claims.items() if name not in ("iss", "cnf", "address")} == {
        name: value for name, value in shown.items() if name != "address"
    }
    assert claims.get("address") == shown.get("address")
    signed_at = datetime.fromtimestamp(int(str(parse_jws(parsed.key_binding_jwt or "").payload["iat"])), UTC)
    expected = ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=1))
    check_key_binding(parsed, claims, expected, now=signed_at, leeway=timedelta())


# What the reference implementation lets pass and we do not: it is an oracle, never the verifier.


def test_they_accept_an_unreferenced_disclosure() -> None:
    """RFC 9901 7.1 step 5, which they pass over: our refusal is a case of its own."""
    from idp.documents.sd_jwt.errors import UnreferencedDisclosure

    text = ours() + "WyJzYWx0IiwgIngiLCAxXQ~"
    assert read(text) == CLAIMS
    with pytest.raises(UnreferencedDisclosure):
        claims_of(text)
