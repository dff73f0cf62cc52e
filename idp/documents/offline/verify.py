"""Verifying an offline code: text, trust, time and expectations in; a verdict, or a named error, out.

RFC 8392 section 7.2, RFC 9052 section 4.4; trust, dates and status as in every other document. Nobody's key is
bound to a code: whoever holds the paper, or a picture of it, can show it. So the holder is never proven here, and
a clerk compares the portrait, the name and the date of birth with the person before her.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from idp.documents.offline import claims as claim_sets
from idp.documents.offline import code, cose
from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.certificates import Chain, validate_chain
from idp.documents.verifier.dates import numeric_date, require_aware
from idp.documents.verifier.document import VerifiedDocument, freeze
from idp.documents.verifier.errors import (
    Expired,
    IssuerNotTrusted,
    KeyBindingMissing,
    MissingClaim,
    NotYetValid,
    PersonNotDisclosed,
    VerificationError,
    WrongDocumentType,
)
from idp.documents.verifier.key_binding import ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusChecked, StatusLists, read_reference
from idp.documents.verifier.trust import Entry, TrustedIssuer, TrustList
from idp.documents.verifier.type_rules import TypeRules


def verify_code(
    text: str,
    *,
    trust: TrustList,
    now: datetime,
    key_binding: ExpectedKeyBinding | NoKeyBinding,
    person: str | None = None,
    status: StatusLists | None = None,
    vct: Collection[str] | None = None,
    types: Mapping[str, TypeRules] | None = None,
    leeway: timedelta = timedelta(seconds=60),
) -> VerifiedDocument:
    """Verify a code; raise a `VerificationError` that says why it is refused.

    The arguments are those of `verifier.verify.verify`. A proof by the holder, or her number, cannot be had from a
    code: whoever expects either is refused.
    """
    require_aware(now)
    trust.check_still_valid(now)
    rules = {} if types is None else types
    return _Verification(trust, now, leeway).run(text, key_binding, person, status, vct, rules)


class _Verification:
    """One run. Its methods stand in the order they are called in."""

    def __init__(self, trust: TrustList, now: datetime, leeway: timedelta) -> None:
        self.trust, self.now, self.leeway = trust, now, leeway
        self.answers = Answers()

    def run(
        self,
        text: str,
        key_binding: ExpectedKeyBinding | NoKeyBinding,
        person: str | None,
        status: StatusLists | None,
        vct: Collection[str] | None,
        types: Mapping[str, TypeRules],
    ) -> VerifiedDocument:
        with self.asking("intact", Answer.NOT_CHECKED):  # until the signature is looked at
            message = code.read(text)
        with self.asking("trusted", Answer.NOT_CHECKED):  # until it is known what was signed
            entry = self.signer(message.kid)
        with self.asking("intact"):
            cose.verify(message, entry.certificate.public_key())
            claims = claim_sets.read(message.payload)
        with self.asking("in_force", Answer.NOT_CHECKED):
            issued_at, valid_from, expires_at = _dates(claims)
        chain = Chain((entry.certificate,))
        with self.asking("trusted"):
            issuer = self.trusted(chain, claims, issued_at)
        if vct is not None and claims["vct"] not in vct:
            raise WrongDocumentType("not a type that was asked for", self.answers)
        with self.asking("intact"):  # as its type has it, which the issuer's signature alone does not say
            types.get(str(claims["vct"]), TypeRules()).check(claims, ())
        with self.asking("in_force", Answer.NOT_CHECKED):
            self.check_dates(max(issued_at, valid_from), expires_at)
        with self.asking("holder", Answer.NOT_PROVEN):
            if isinstance(key_binding, ExpectedKeyBinding):
                raise KeyBindingMissing("a code carries no proof by its holder")
        with self.asking("person", Answer.NOT_ASKED):
            if person is not None:
                raise PersonNotDisclosed("a code does not hold the number")
        checked = self.ask_status(claims, issuer, status)
        return VerifiedDocument(
            vct=str(claims["vct"]),
            issuer=issuer,
            claims=freeze(claims),
            issued_at=issued_at,
            valid_from=valid_from,
            expires_at=expires_at,
            answers=self.answers,
            status_list=checked,
            trust_list_version=self.trust.version,
            chain_fingerprints=chain.fingerprints,
        )

    @contextmanager
    def asking(self, question: str, answer: Answer = Answer.YES) -> Iterator[None]:
        """Answer a question when the block ends well; otherwise send the answers so far with the error."""
        try:
            yield
        except VerificationError as error:
            error.answers = replace(self.answers, **{question: error.outcome})
            raise
        self.answers = replace(self.answers, **{question: answer})

    def signer(self, kid: bytes) -> Entry:
        """`kid` only says which certificate of the trust list to try; the signature decides."""
        entry = self.trust.entries.get(kid.hex())
        if entry is None:
            raise IssuerNotTrusted("the key is not on the trust list")
        return entry

    def trusted(self, chain: Chain, claims: Mapping[str, object], issued_at: datetime) -> TrustedIssuer:
        validate_chain(chain, root=self.trust.root, now=self.now, signed_at=issued_at)
        issuer = claims.get("iss")
        if not isinstance(issuer, str):
            raise MissingClaim("iss is required and a string")
        return self.trust.issuer_for(chain.certificates, str(claims["vct"]), issuer)

    def check_dates(self, begins: datetime, ends: datetime) -> None:
        if self.now < begins - self.leeway:
            raise NotYetValid
        if self.now >= ends + self.leeway:
            raise Expired

    def ask_status(
        self, claims: Mapping[str, object], issuer: TrustedIssuer, status: StatusLists | None
    ) -> StatusChecked | None:
        """None when no lists were given. Every code refers to one: without, a revoked document would pass."""
        with self.asking("in_force", Answer.NOT_CHECKED if status is None else Answer.YES):
            reference = read_reference(claims.get("status"))
            if status is None:
                return None
            checked = status.check(reference, issuer=issuer, trust=self.trust, now=self.now, leeway=self.leeway)
        if checked.outdated:
            self.answers = replace(self.answers, in_force=Answer.OUTDATED)
        return checked


def _dates(claims: Mapping[str, object]) -> tuple[datetime, datetime, datetime]:
    """`iat`, `nbf` and `exp` (RFC 8392 section 3.1.4 to 3.1.6), all required here."""
    try:
        found = tuple(numeric_date(claims, name) for name in ("iat", "nbf", "exp"))
    except ValueError as error:
        raise MissingClaim(str(error)) from error
    issued_at, valid_from, expires_at = found
    if issued_at is None or valid_from is None or expires_at is None:
        raise MissingClaim("iat, nbf and exp are required")
    return issued_at, valid_from, expires_at
