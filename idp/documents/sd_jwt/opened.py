"""An SD-JWT taken apart and its payload restored, in one go where it is an ordinary one."""

from __future__ import annotations

from typing import NamedTuple, Self

from idp.documents.sd_jwt.disclosures import DEFAULT_HASH, RESERVED_NAMES
from idp.documents.sd_jwt.encoding import has_base64
from idp.documents.sd_jwt.jws import UnverifiedJws, plain_jws
from idp.documents.sd_jwt.parsing import MAX_DISCLOSURES, MAX_LENGTH, UnverifiedSdJwt
from idp.documents.sd_jwt.plain import NOT_PLAIN, plain_disclosures, sha256_digests
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
    first, *texts, last = text.encode("ascii").split(b"~")
    signed, disclosures = plain_jws(text[: len(first)]), plain_disclosures(texts)
    if signed is None or disclosures is None or disclosures[1] or not 0 < len(texts) <= MAX_DISCLOSURES:
        return None
    token, data = signed
    _, names, values = zip(*disclosures[0], strict=True)
    claims = dict(token.payload)
    found, algorithm = claims.pop("_sd"), claims.pop("_sd_alg", None)
    # So written they are members or texts of their own, as `names_digests` has it.
    if data.count(b'"_sd') != 1 + (algorithm is not None) or b'"...' in data:
        return None  # digests may stand below the top, or names that are theirs
    if type(found) is not list or (algorithm is not None and algorithm != DEFAULT_HASH):
        return None
    "".join(found)  # raises unless all are strings
    hidden = dict(zip(sha256_digests(texts), zip(names, values, strict=True), strict=True))
    placed = [*filter(None, map(hidden.get, found))]
    expected = len(claims) + len(texts)
    claims.update(placed)
    # Each Disclosure is referred to once, no digest stands there twice, and no name was there already.
    if len(placed) != len(texts) or len(set(found)) != len(found) or len(claims) != expected:
        return None
    if not RESERVED_NAMES.isdisjoint(names):
        return None
    end = len(text) - len(last)
    return Opened(token, claims, [(name,) for name, _ in placed], text[end:] or None, text[:end], DEFAULT_HASH)
