"""Whether a document is in force: its dates (RFC 9901 section 9.7), and what its status list says of it.

One answer for every format: an offline code is no more in force than the document it was printed from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from idp.documents.verifier.answers import Answer
from idp.documents.verifier.dates import numeric_date
from idp.documents.verifier.errors import Expired, MissingClaim, NotYetValid
from idp.documents.verifier.status import StatusChecked, StatusLists, read_reference
from idp.documents.verifier.trust import TrustedIssuer, TrustList


class Dates(NamedTuple):
    """The claims without which nothing can be said of validity.

    `exp` is optional in SD-JWT VC 2.2.2.3, but every issuer on the trust list sets it; where it is absent it
    may have been held back.
    """

    issued_at: datetime
    valid_from: datetime
    expires_at: datetime

    @classmethod
    def read(cls, claims: Mapping[str, object]) -> Self:
        """Raises MissingClaim."""
        try:
            issued_at, expires_at = numeric_date(claims, "iat"), numeric_date(claims, "exp")
            not_before = numeric_date(claims, "nbf") if "nbf" in claims else issued_at
        except ValueError as error:
            raise MissingClaim(str(error)) from error
        if issued_at is None or expires_at is None:
            raise MissingClaim("iat and exp are required")
        return cls(issued_at, not_before or issued_at, expires_at)

    def check(self, now: datetime, leeway: timedelta) -> None:
        """Raises NotYetValid, Expired."""
        if now < max(self.valid_from, self.issued_at) - leeway:
            raise NotYetValid
        if now >= self.expires_at + leeway:
            raise Expired


def ask_status(
    claim: object,
    lists: StatusLists | None,
    *,
    issuer: TrustedIssuer,
    trust: TrustList,
    now: datetime,
    leeway: timedelta,
) -> tuple[Answer, StatusChecked | None]:
    """What the `status` claim leads to, and the list it was found in; without lists nothing was checked.

    By a list past its `ttl` the answer is never YES (Token Status List 8.3 step 4d): what came since is not known.
    Raises what `StatusLists.check` raises.
    """
    reference = read_reference(claim)
    if lists is None:
        return Answer.NOT_CHECKED, None
    checked = lists.check(reference, issuer=issuer, trust=trust, now=now, leeway=leeway)
    return (Answer.OUTDATED if checked.outdated else Answer.YES), checked
