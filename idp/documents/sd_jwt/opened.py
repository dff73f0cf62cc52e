"""An SD-JWT taken apart and its payload restored, in one go where it is an ordinary one."""

from __future__ import annotations

from typing import NamedTuple, Self

from idp.documents.sd_jwt.disclosures import DEFAULT_HASH, RESERVED_NAMES, digests
from idp.documents.sd_jwt.encoding import has_base64
from idp.documents.sd_jwt.jws import UnverifiedJws, plain_jws
from idp.documents.sd_jwt.parsing import MAX_DISCLOSURES, MAX_LENGTH, UnverifiedSdJwt
from idp.documents.sd_jwt.plain import NOT_PLAIN, plain_disclosures
from idp.documents.sd_jwt.processing import ConcretePath, Processed


class Opened(NamedTuple):
    """What `parse` and `process` say of a text. Its signature was not checked."""

    jwt: UnverifiedJws
    claims: dict[str, object]
    paths: list[ConcretePath]
    key_binding_jwt: str | None
    without_key_binding: str
    hash_name: str

    @classmethod
    def of(cls, parsed: UnverifiedSdJwt, processed: Processed) -> Self:
        """From the long way."""
        bound, bare = parsed.key_binding_jwt, parsed.without_key_binding
        return cls(parsed.jwt, processed.claims, processed.paths, bound, bare, parsed.hash_name)


def open_ordinary(text: str) -> Opened | None:
    """Open a text that hides claims of the top level and nothing below; None for any other and for all that is wrong.

    Every rule of RFC 9901 section 7.1 steps 1 to 4 is looked at, and none is told apart: `parse` and `process`
    do that.
    """
    if len(text) > MAX_LENGTH or not text.isascii() or text[-1:].isspace() or has_base64(text):
        return None
    try:
        return _open(text)
    except NOT_PLAIN:
        return None


def _open(text: str) -> Opened | None:
    jwt, *texts, proof = text.split("~")
    signed, hidden = plain_jws(jwt), plain_disclosures(texts)
    if signed is None or hidden is None or not 0 < len(texts) <= MAX_DISCLOSURES:
        return None
    (token, data), (lines, parts) = signed, hidden
    claims = token.payload.copy()  # type: ignore[attr-defined]  # a dict
    found, algorithm = claims.pop("_sd"), claims.pop("_sd_alg", DEFAULT_HASH)
    if algorithm != DEFAULT_HASH or _hides_deeper(data, lines, "_sd_alg" in token.payload):
        return None
    "".join(found)  # raises unless all are strings
    by_digest = dict(zip(digests(texts, DEFAULT_HASH), parts, strict=True))
    placed = [by_digest[one] for one in found if one in by_digest]
    names = [part[1] for part in placed]
    expected = len(claims) + len(texts)
    claims.update([part[1:] for part in placed])
    # Each Disclosure is referred to once, no digest stands there twice, and no name was there already.
    if len(placed) != len(texts) or len(set(found)) != len(found) or len(claims) != expected:
        return None
    if type(found) is not list or not RESERVED_NAMES.isdisjoint(names):
        return None
    bare = text[: len(text) - len(proof)]
    return Opened(token, claims, [(name,) for name in names], proof or None, bare, DEFAULT_HASH)


def _hides_deeper(data: bytes, lines: bytes, names_hash: bool) -> bool:
    """Whether names that belong to digests are anywhere but at the top. So written they are members: a quotation mark
    within a string has a backslash before it.
    """
    return (
        data.count(b'"_sd":') != 1
        or data.count(b'"_sd_alg":') != names_hash
        or b'"...":' in data
        or b'"_sd":' in lines
        or b'"...":' in lines
        or b'"_sd_alg":' in lines
    )
