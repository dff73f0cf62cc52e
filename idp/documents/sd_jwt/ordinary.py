"""The payload and Disclosures of an ordinary document, in one go: it hides claims of the top level, and none below.

Nothing is refused here: for any other document, and for all that cannot be issued, the answer is None, and
`issuing` goes the long way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from os import urandom

from pybase64 import b64encode, b64encode_as_string

from idp.documents.sd_jwt.disclosures import DEFAULT_HASH, RESERVED_NAMES
from idp.documents.sd_jwt.encoding import URL_SAFE, read_json, write_json
from idp.documents.sd_jwt.paths import ClaimsPath
from idp.documents.sd_jwt.plain import NOT_PLAIN, cut, names_digests, sha256_digests


def issue_ordinary(
    claims: Mapping[str, object], disclosable: Collection[ClaimsPath], decoys: int = 0
) -> tuple[bytes, list[bytes]] | None:
    """The payload as JSON, and the Disclosures."""
    try:
        return _issue(claims, disclosable, decoys) if type(claims) is dict and disclosable else None
    except NOT_PLAIN:
        return None


def _issue(
    claims: dict[str, object], disclosable: Collection[ClaimsPath], decoys: int
) -> tuple[bytes, list[bytes]] | None:
    names = [name for (name,) in disclosable if name in claims]  # raises for any longer path
    if not names or not RESERVED_NAMES.isdisjoint(claims):
        return None
    payload = claims.copy()
    values = list(map(payload.pop, names))  # raises for what is not there, or named twice
    "".join(names)  # raises unless all are text
    salts = fresh_salts(len(names) + decoys)
    hidden = zip(salts, names, values, strict=False)  # what is left over is for decoys
    texts = [b64encode(write_json(one), URL_SAFE).rstrip(b"=") for one in hidden]
    false = [salt.encode() for salt in salts[len(names) :]] if decoys else []
    payload["_sd"] = sorted(sha256_digests(texts + false))  # 4.2.4.1: the order MUST NOT tell the original one
    payload["_sd_alg"] = DEFAULT_HASH
    data = write_json(payload)
    if data.count(b'"_sd') != 2 or b'"...' in data or len(set(salts)) != len(salts) or read_json(data) != payload:
        return None  # a reserved name further down, or what JSON cannot say
    others = () if _ONLY_TEXT.issuperset(map(type, values)) else [one for one in values if type(one) is not str]
    return (data, texts) if all(map(_is_plain, others)) else None


_ONLY_TEXT = frozenset({str})


def _is_plain(value: object) -> bool:
    data = write_json(value)
    return not names_digests(data) and read_json(data) == value


def fresh_salts(number: int) -> tuple[str, ...]:
    """Random salts for one document, drawn in one go: 144 bits each, which are 24 letters (section 9.3).

    Never kept for a second document, nor across a fork.
    """
    letters = b64encode_as_string(urandom(18 * number), URL_SAFE)
    return cut(letters, number, 24, 24)
