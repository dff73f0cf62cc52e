"""The payload and the Disclosures of an ordinary document, in one go: it hides claims of the top level that are text.

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
from idp.documents.sd_jwt.plain import NOT_PLAIN, cut, sha256_digests


def issue_ordinary(
    claims: Mapping[str, object], disclosable: Collection[ClaimsPath]
) -> tuple[bytes, list[bytes]] | None:
    """The payload as JSON, and the Disclosures."""
    try:
        return _issue(claims, disclosable) if type(claims) is dict and disclosable else None
    except NOT_PLAIN:
        return None


def _issue(claims: dict[str, object], disclosable: Collection[ClaimsPath]) -> tuple[bytes, list[bytes]] | None:
    names = [name for (name,) in disclosable if name in claims]  # raises for any longer path
    if not names or not RESERVED_NAMES.isdisjoint(claims):
        return None
    payload = claims.copy()
    values = list(map(payload.pop, names))  # raises for what is not there, or named twice
    "".join([*names, *values])  # type: ignore[list-item]  # raises unless all are text
    salts = fresh_salts(len(names))
    texts = [
        b64encode(write_json(hidden), URL_SAFE).rstrip(b"=") for hidden in zip(salts, names, values, strict=True)
    ]
    payload["_sd"] = sorted(sha256_digests(texts))  # 4.2.4.1: the order MUST NOT tell the original one
    payload["_sd_alg"] = DEFAULT_HASH
    data = write_json(payload)
    if data.count(b'"_sd') != 2 or b'"...' in data or len(set(salts)) != len(salts) or read_json(data) != payload:
        return None  # a reserved name further down, or what JSON cannot say
    return data, texts


def fresh_salts(number: int) -> tuple[str, ...]:
    """Random salts for one document, drawn in one go: 144 bits each, which are 24 letters (section 9.3).

    Never kept for a second document, nor across a fork.
    """
    letters = b64encode_as_string(urandom(18 * number), URL_SAFE)
    return cut(letters, number, 24, 24)
