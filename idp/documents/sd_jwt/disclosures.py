"""Disclosures and their digests (RFC 9901 section 4.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import cast

from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode, json_decode, json_encode
from idp.documents.sd_jwt.errors import DisclosureMalformed, HashNotSupported

#: IANA "Named Information Hash Algorithm" names taken; the truncated ones are unfit (9901 section 9.4).
HASHES = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
DEFAULT_HASH = "sha-256"

#: Names an object in an SD-JWT may not use for claims (4.1 item 7, 4.1.1).
RESERVED_NAMES = frozenset({"_sd", "...", "_sd_alg"})


@dataclass(frozen=True)
class Disclosure:
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


def make_disclosure(salt: str, name: str | None, value: object) -> Disclosure:
    """Encode a Disclosure for an object property, or with no name for an array element."""
    content = [salt, value] if name is None else [salt, name, value]
    return Disclosure(b64url_encode(json_encode(content)), name, value)


def parse_disclosure(text: str) -> Disclosure:
    """Decode one. Raises `Malformed` or `DisclosureMalformed`."""
    content = json_decode(b64url_decode(text))
    if not isinstance(content, list) or len(content) not in (2, 3):
        raise DisclosureMalformed("a Disclosure is an array of two or three elements")
    if not all(isinstance(part, str) for part in content[:-1]):
        raise DisclosureMalformed("salt and claim name are strings")
    name = cast("str", content[1]) if len(content) == 3 else None
    return Disclosure(text, name, content[-1])
