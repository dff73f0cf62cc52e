"""Whether a document was revoked, suspended or superseded (Token Status List draft, section 8.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.verifier import status_cwt, status_jwt
from idp.documents.verifier.certificates import validate_chain
from idp.documents.verifier.dates import numeric_date
from idp.documents.verifier.errors import (
    Revoked,
    StatusListExpired,
    StatusListMalformed,
    StatusListNotTrusted,
    StatusListNotYetValid,
    StatusListUnreachable,
    StatusNotUnderstood,
    StatusUnknown,
    Superseded,
    Suspended,
    VerificationError,
)
from idp.documents.verifier.memory import Remembered
from idp.documents.verifier.status_checked import StatusChecked as StatusChecked
from idp.documents.verifier.status_cwt import CwtToken
from idp.documents.verifier.status_jwt import MAX_LENGTH, JwtToken
from idp.documents.verifier.status_list import INVALID, SUPERSEDED, SUSPENDED, VALID
from idp.documents.verifier.status_list import encode_status_list as encode_status_list
from idp.documents.verifier.trust import TrustedIssuer, TrustList


@dataclass(frozen=True)
class StatusReference:
    """Where a document's status stands: the list's URI and the document's index in it (section 6.2)."""

    uri: str
    index: int


@dataclass(frozen=True)
class StatusLists:
    """Status List Tokens by URI, unverified, as fetched or read from files: text is a JWT, bytes are a CWT.

    `fetched_at` says when each was fetched, if known, so that its `ttl` can be held (section 8.3 step 4d).
    `unreachable` are those that the caller tried to get and could not.
    """

    tokens: Mapping[str, str | bytes]
    fetched_at: Mapping[str, datetime] = field(default_factory=dict)
    unreachable: Collection[str] = frozenset()

    @classmethod
    def of(cls, tokens: Iterable[str | bytes]) -> Self:
        """Lists known only by their content, filed under their own `sub`; of several the newest is taken."""
        found = [(_read(token).claims, token) for token in tokens]
        found.sort(key=lambda one: _iat(one[0]))
        return cls({str(claims.get("sub")): token for claims, token in found})

    def check(
        self,
        reference: StatusReference,
        *,
        issuer: TrustedIssuer,
        trust: TrustList,
        now: datetime,
        leeway: timedelta,
    ) -> StatusChecked:
        """Return when the document is valid; raise `Revoked`, `Suspended`, `Superseded`, or why nothing is known.

        What this list itself said names it (`error.status_list`): a list that is not proven is nobody's word.
        """
        found = self.tokens.get(reference.uri)
        if found is None and reference.uri in self.unreachable:
            raise StatusListUnreachable("the status list could not be fetched")
        if found is None:
            raise StatusUnknown("no status list for this document")
        token = _read(found)
        checked = self._check_claims(token, reference.uri, now, leeway)
        _check_signature(token, issuer, trust, now, checked.issued_at)
        try:
            _check_value(token.statuses[reference.index])
        except VerificationError as error:
            error.status_list = checked
            raise
        return checked

    def _check_claims(self, token: JwtToken | CwtToken, uri: str, now: datetime, leeway: timedelta) -> StatusChecked:
        if not token.of_its_type or token.claims.get("sub") != uri:  # 5.1, 5.2, 8.3 step 4a
            raise StatusListMalformed("typ is not a status list's, or sub is not the list's URI")
        issued_at, expires_at = _dates(token.claims)
        if now < issued_at - leeway:
            raise StatusListNotYetValid("the status list is from the future")
        if now >= expires_at:  # 8.3 step 4c
            raise StatusListExpired("the status list has expired")
        held = now - self.fetched_at.get(uri, issued_at)  # 13.7: of the two ways the one that can be known
        return StatusChecked(uri, issued_at, expires_at, max(held, timedelta()), _ttl(token.claims))


def read_reference(status: object) -> StatusReference:
    """Read the `status` claim. Raises `StatusNotUnderstood` for anything but a status list."""
    entry = status.get("status_list") if isinstance(status, dict) else None
    index, uri = (entry.get("idx"), entry.get("uri")) if isinstance(entry, dict) else (None, None)
    if not isinstance(index, int) or isinstance(index, bool) or index < 0 or not isinstance(uri, str):
        raise StatusNotUnderstood("status is not a reference to a status list")
    return StatusReference(uri, index)


#: Remembered by every letter of their text, so that a changed list is another one.
_JWTS = Remembered(status_jwt.parse, entries=64, letters=4 * MAX_LENGTH)
_CWTS = Remembered(lambda text: status_cwt.parse(text.encode("latin-1")), entries=64, letters=4 * MAX_LENGTH)


def _read(token: str | bytes) -> JwtToken | CwtToken:
    """Raises `StatusListMalformed`."""
    return _JWTS(token) if isinstance(token, str) else _CWTS(token.decode("latin-1"))


def _iat(payload: Mapping[str, object]) -> float:
    value = payload.get("iat")
    return value if isinstance(value, int | float) else 0


def _dates(payload: Mapping[str, object]) -> tuple[datetime, datetime]:
    try:
        issued_at, expires_at = numeric_date(payload, "iat"), numeric_date(payload, "exp")
    except ValueError as error:
        raise StatusListMalformed(str(error)) from error
    if issued_at is None or expires_at is None:  # exp is only RECOMMENDED; here no list is good for ever
        raise StatusListMalformed("iat and exp are required")
    return issued_at, expires_at


def _ttl(payload: Mapping[str, object]) -> timedelta | None:
    value = payload.get("ttl")
    if "ttl" not in payload:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**9:
        raise StatusListMalformed("ttl is a positive number")
    return timedelta(seconds=value)


def _check_signature(
    token: JwtToken | CwtToken, issuer: TrustedIssuer, trust: TrustList, now: datetime, signed_at: datetime
) -> None:
    """Signed by the document's own issuer, if with another of its keys (section 11.3; HAIP 6.1)."""
    try:
        chain = token.chain
        validate_chain(chain, root=trust.root, now=now, signed_at=signed_at)
        trust.signer(chain, issuer.uri)
    except (SdJwtError, VerificationError) as error:
        raise StatusListNotTrusted(f"not signed by the document's issuer ({error.code})") from error


def _check_value(value: int) -> None:
    if value == INVALID:
        raise Revoked
    if value == SUSPENDED:
        raise Suspended
    if value == SUPERSEDED:
        raise Superseded
    if value != VALID:  # section 7.1: application specific or reserved, so without a meaning here
        raise StatusNotUnderstood("a status value without a meaning here")
