"""Reading an SD-JWT or SD-JWT+KB, compact or JWS JSON serialized (RFC 9901 sections 4 and 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from idp.documents.sd_jwt.disclosures import Disclosure, hash_name, parse_disclosures
from idp.documents.sd_jwt.encoding import json_object
from idp.documents.sd_jwt.errors import Malformed, NotAnSdJwt
from idp.documents.sd_jwt.jws import UnverifiedJws, parse_jws

#: Characters in the whole text, a portrait included.
MAX_LENGTH = 1_000_000
MAX_DISCLOSURES = 2_000
#: What surrounds a text, and may.
_AROUND = "\r\n\t "
#: How a signed part begins: `{"` in base64url.
_COMPACT = "eyJ"
_JSON_MEMBER = re.compile(r'"(?:payload|protected|signatures)"\s*:')


class UnverifiedSdJwt(NamedTuple):
    """An SD-JWT taken apart. Nothing in it may be believed: neither signature nor digests were checked.

    `without_key_binding` is the compact SD-JWT, ending in `~`: what `sd_hash` is taken over (section 4.3.1).
    """

    jwt: UnverifiedJws
    disclosures: tuple[Disclosure, ...]
    key_binding_jwt: str | None
    without_key_binding: str

    @property
    def header(self) -> Mapping[str, object]:
        return self.jwt.header

    @property
    def payload(self) -> Mapping[str, object]:
        return self.jwt.payload

    @property
    def hash_name(self) -> str:
        """Raises `HashNotSupported`."""
        return hash_name(self.payload.get("_sd_alg"))


def compact(jwt: str, disclosures: tuple[Disclosure, ...]) -> str:
    """`<jwt>~<Disclosure>~...~` (section 4)."""
    return "~".join([jwt, *(disclosure.text for disclosure in disclosures), ""])


def begins_as_one(text: str) -> bool:
    """Whether it is an SD-JWT by how it begins, whatever became of the rest: then it is damaged and not something
    else. In JSON an object with a member that RFC 7515 section 7.2 gives a signed one.
    """
    text = text[: 2 * MAX_LENGTH].lstrip(_AROUND)
    return text.startswith(_COMPACT) or (text.startswith("{") and _JSON_MEMBER.search(text) is not None)


def parse(text: str) -> UnverifiedSdJwt:
    """Take a text apart, strictly. Raises `NotAnSdJwt` for what does not begin as one, else `Malformed`,
    `DisclosureMalformed`.
    """
    try:
        return _parse(text)
    except (NotAnSdJwt, Malformed) as error:
        raise (Malformed if begins_as_one(text) else NotAnSdJwt)(error.detail) from error


def _parse(text: str) -> UnverifiedSdJwt:
    if len(text) > MAX_LENGTH:
        raise Malformed("larger than any document may be")
    text = text.strip(_AROUND)  # a file ends with a newline; nothing else may surround it
    if not text.isascii():
        raise NotAnSdJwt("an SD-JWT is plain ASCII text")
    if text.startswith("{"):
        return _parse_json(text)
    jwt, *disclosures = text.split("~")
    if not disclosures:  # section 4: the last separating tilde MUST NOT be omitted
        raise NotAnSdJwt("no ~ after the issuer-signed JWT")
    proof = disclosures.pop()
    return _assemble(jwt, disclosures, proof or None, text[: len(text) - len(proof)])


def _assemble(jwt: str, disclosures: list[str], key_binding_jwt: str | None, bare: str) -> UnverifiedSdJwt:
    if len(disclosures) > MAX_DISCLOSURES:
        raise Malformed("more Disclosures than any document may have")
    return UnverifiedSdJwt(parse_jws(jwt), parse_disclosures(disclosures), key_binding_jwt, bare)


def _parse_json(text: str) -> UnverifiedSdJwt:
    """Section 8. Of several signatures only the first counts, the one the Disclosures stand with."""
    serialized = json_object(text.encode("ascii"))
    if "signatures" not in serialized:
        signed: object = serialized
    elif "signature" in serialized or "header" in serialized or "protected" in serialized:
        raise Malformed("both flattened and general JSON serialization")  # RFC 7515 section 7.2.2
    else:
        signed = _first_signature(serialized["signatures"])
    if not isinstance(signed, dict):
        raise Malformed("signatures is an array of objects")
    header = signed.get("header", {})
    if not isinstance(header, dict):
        raise Malformed("header is an object")
    disclosures, key_binding_jwt = header.get("disclosures", []), header.get("kb_jwt")
    parts = (signed.get("protected"), serialized.get("payload"), signed.get("signature"))
    if not isinstance(disclosures, list) or not _all_strings(*disclosures, *parts):
        raise Malformed("protected, payload, signature and every Disclosure are strings")
    if "kb_jwt" in header and not _all_strings(key_binding_jwt):
        raise Malformed("kb_jwt is a string")
    jwt = ".".join(map(str, parts))
    parsed = _assemble(jwt, disclosures, key_binding_jwt, "~".join([jwt, *disclosures, ""]))
    if set(header) & set(parsed.header):  # RFC 7515 section 7.2.1: MUST be disjoint
        raise Malformed("a header parameter both protected and not")
    return parsed


def _first_signature(signatures: object) -> object:
    if not isinstance(signatures, list) or not signatures:
        raise Malformed("signatures is an array of objects")
    for other in signatures[1:]:  # section 8.3: MUST NOT be in any following header
        header = other.get("header", {}) if isinstance(other, dict) else None
        if not isinstance(header, dict) or {"disclosures", "kb_jwt"} & header.keys():
            raise Malformed("Disclosures belong to the first signature")
    first: object = signatures[0]
    return first


def _all_strings(*values: object) -> bool:
    return all(isinstance(value, str) and value for value in values)
