"""The examples of RFC 9901 (sections 4.2, 5, 8.2, 8.3, appendix A) are read as the RFC says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from idp.documents.sd_jwt.disclosures import digest, parse_disclosure
from idp.documents.sd_jwt.jws import parse_jws, verify_signature
from idp.documents.sd_jwt.parsing import UnverifiedSdJwt, parse
from idp.documents.sd_jwt.processing import process
from idp.documents.sd_jwt.selecting import present
from idp.documents.verifier.key_binding import ExpectedKeyBinding, check_key_binding

DATA = json.loads(Path(__file__).with_name("rfc9901_examples.json").read_text(encoding="utf-8"))
KEY = ECKey.import_key(DATA["key"])
EXAMPLES = {one["name"]: one for one in DATA["examples"]}
BOUND = [f"{one}-presentation" for one in ("5.2", "A.3", "A.4")] + [
    "8.2-presentation-flattened",
    "8.3-presentation-general",
]


def read(name: str) -> UnverifiedSdJwt:
    return parse(EXAMPLES[name]["text"])


@pytest.mark.parametrize(("text", "expected"), DATA["digests"])
def test_digest(text: str, expected: str) -> None:
    """4.2.3: the digest is over the encoded Disclosure, and every Disclosure of the RFC can be read."""
    assert digest(text) == expected
    assert parse_disclosure(text).text == text


@pytest.mark.parametrize("name", EXAMPLES)
def test_issuer_signature(name: str) -> None:
    """A.5: the key that verifies the issuer's signatures; of 8.3's two the first counts."""
    verify_signature(read(name).jwt, KEY)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if "processed" in EXAMPLES[name]])
def test_processed_payload(name: str) -> None:
    """7.1: the processed payload is the RFC's."""
    assert process(read(name)).claims == EXAMPLES[name]["processed"]


@pytest.mark.parametrize("name", BOUND)
def test_key_binding(name: str) -> None:
    """7.3: the RFC's presentations are bound to its nonce and audience."""
    parsed = read(name)
    assert parsed.key_binding_jwt is not None
    issued_at = datetime.fromtimestamp(int(str(parse_jws(parsed.key_binding_jwt).payload["iat"])), UTC)
    expected = ExpectedKeyBinding("https://verifier.example.org", "1234567890", timedelta(minutes=5))
    check_key_binding(parsed, process(parsed).claims, expected, now=issued_at, leeway=timedelta())


def test_selection() -> None:
    """5.2: selecting from 5.1's document gives 5.2's claims."""
    paths = [("given_name",), ("family_name",), ("address",), ("nationalities", 0)]
    chosen = present(EXAMPLES["5.1-issued"]["text"], paths)
    assert process(parse(chosen)).claims == EXAMPLES["5.2-presentation"]["processed"]


def test_array_of_the_issued_document() -> None:
    """4.2.4.2: all elements disclosed come back in their order."""
    assert process(read("5.1-issued")).claims["nationalities"] == ["US", "DE"]
