"""Disclosures and their digests (RFC 9901 section 4.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from idp.documents.sd_jwt.encoding import (
    b64url_decode,
    b64url_encode,
    has_base64,
    json_decode,
    json_encode,
    write_json,
)
from idp.documents.sd_jwt.errors import DisclosureMalformed, HashNotSupported, Malformed
from idp.documents.sd_jwt.plain import NOT_PLAIN, plain_disclosures, sha256_digests

#: IANA "Named Information Hash Algorithm" names taken; the truncated ones are unfit (9901 section 9.4).
HASHES = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
DEFAULT_HASH = "sha-256"

#: Names an object in an SD-JWT may not use for claims (4.1 item 7, 4.1.1).
RESERVED_NAMES = frozenset({"_sd", "...", "_sd_alg"})


class Disclosure(NamedTuple):
    """One Disclosure: `name` is None for an array element."""

    text: str
    name: str | None
    value: object


def hash_name(payload_value: object) -> str:
    """The hash `_sd_alg` names (absent: sha-256, 4.1.1). Raises `HashNotSupported`."""
    if payload_value is None:
        return DEFAULT_HASH
    if not isinstance(payload_value, str) or payload_value not in HASHES:
        raise HashNotSupported("_sd_alg names a hash that is not accepted")
    return payload_value


def digest(text: str, hash_name: str = DEFAULT_HASH) -> str:
    """base64url of the hash over the ASCII bytes of the encoded text (4.2.3, 4.3.1)."""
    return b64url_encode(HASHES[hash_name](text.encode("ascii")).digest())


def digests(texts: Sequence[str], hash_name: str) -> list[str]:
    """`digest` of each, encoded in one go: 33 bytes are 44 letters of base64, and a zero byte only pads."""
    if hash_name != DEFAULT_HASH:
        return [digest(text, hash_name) for text in texts]
    return list(sha256_digests([text.encode("ascii") for text in texts]))


def make_disclosure(salt: str, name: str | None, value: object) -> Disclosure:
    """Encode a Disclosure for an object property, or with no name for an array element."""
    return Disclosure(disclosure_text(salt, name, value), name, value)


def disclosure_text(salt: str, name: str | None, value: object) -> str:
    """The text of that Disclosure. Raises `Malformed` for what JSON cannot say."""
    if name is None or type(value) is not str:
        return b64url_encode(json_encode([salt, value] if name is None else [salt, name, value]))
    try:  # what `json_encode` would write: most claims are text
        return b64url_encode(write_json((salt, name, value)))
    except UnicodeEncodeError as error:
        raise Malformed("a value cannot be written as JSON") from error


def parse_disclosures(texts: Sequence[str]) -> tuple[Disclosure, ...]:
    """`parse_disclosure` for each. Raises `Malformed` or `DisclosureMalformed`."""
    try:
        plain = None if has_base64("".join(texts)) else plain_disclosures([text.encode("ascii") for text in texts])
    except NOT_PLAIN:
        plain = None
    if plain is None:
        return tuple(map(parse_disclosure, texts))
    return tuple([Disclosure(text, name, value) for text, (_, name, value) in zip(texts, plain[0], strict=True)])


def parse_disclosure(text: str) -> Disclosure:
    """Decode one. Raises `Malformed` or `DisclosureMalformed`."""
    content = json_decode(b64url_decode(text))
    if type(content) is list and len(content) == 3 and type(content[0]) is type(content[1]) is str:
        return Disclosure(text, content[1], content[2])  # most are so
    if not isinstance(content, list) or len(content) not in (2, 3):
        raise DisclosureMalformed("a Disclosure is an array of two or three elements")
    if not all(isinstance(part, str) for part in content[:-1]):
        raise DisclosureMalformed("salt and claim name are strings")
    return Disclosure(text, content[1] if len(content) == 3 else None, content[-1])
