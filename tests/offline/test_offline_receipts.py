"""Receipts of a counter: signed, of one document, and silent about it."""

from __future__ import annotations

import pytest
from joserfc.jwk import ECKey

from idp.documents.offline import receipt
from idp.documents.offline.receipt import ReceiptError
from idp.documents.sd_jwt.jws import sign

KEY, STRANGER = (ECKey.generate_key("P-256") for _ in range(2))
CONTENT = {"iss": "https://portal.example", "jti": "KT-1", "iat": 1_795_485_600, "verdict": "good"}
KEYS = {"keys": [{**KEY.as_dict(private=False), "kid": KEY.thumbprint(), "use": "sig"}]}
HEAD = {"typ": receipt.TYPE, "kid": KEY.thumbprint()}


def made(**changes: object) -> str:
    return receipt.make({**CONTENT, "document": receipt.document_hash("a document"), **changes}, KEY)


def test_a_good_one() -> None:
    found = receipt.read(made() + "\n", KEYS)
    assert (found.number, found.verdict, found.issuer) == ("KT-1", "good", "https://portal.example")
    assert found.is_of("a document")
    assert not found.is_of("another")
    assert made() != made()  # a new salt each time


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"),
        ("a.b.c", "malformed"),
        ("x" * 40_000, "malformed"),
        (sign({**HEAD, "typ": "trust-list+jwt"}, CONTENT, KEY), "malformed"),
        (sign({"typ": receipt.TYPE, "kid": "unknown"}, CONTENT, KEY), "key"),
        (sign({"typ": receipt.TYPE}, CONTENT, KEY), "key"),
        (sign(HEAD, CONTENT, STRANGER), "signature"),
        (sign(HEAD, {**CONTENT, "verdict": "perhaps"}, KEY), "malformed"),
        (sign(HEAD, {**CONTENT, "iat": "now"}, KEY), "malformed"),
        (sign(HEAD, {"iss": "x"}, KEY), "malformed"),
    ],
    ids=["empty", "no JWS", "long", "other type", "unknown key", "no key", "stranger", "verdict", "time", "bare"],
)  # fmt: skip
def test_refused(text: str, code: str) -> None:
    with pytest.raises(ReceiptError) as caught:
        receipt.read(text, KEYS)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "keys", [{}, {"keys": 1}, {"keys": [1]}, {"keys": [{"kid": KEY.thumbprint(), "kty": "oct"}]}]
)
def test_keys_that_are_none(keys: dict[str, object]) -> None:
    with pytest.raises(ReceiptError, match="key"):
        receipt.read(made(), keys)


def test_an_edited_receipt() -> None:
    """A verdict turned round."""
    head, _, signature = made().split(".")
    refused = receipt.make({**CONTENT, "verdict": "refused"}, KEY).split(".")[1]
    with pytest.raises(ReceiptError, match="signature"):
        receipt.read(f"{head}.{refused}.{signature}", KEYS)


@pytest.mark.parametrize("document", [None, 1, {}, {"salt": "!", "sha256": "x"}, {"salt": "AAAA"},
    {"salt": "AAAA", "sha256": "khác"}, {"salt": "AAAA", "sha256": 7}])  # fmt: skip
def test_a_receipt_of_nothing(document: object) -> None:
    """One that names no document is of none."""
    assert not receipt.read(made(document=document), KEYS).is_of("a document")
