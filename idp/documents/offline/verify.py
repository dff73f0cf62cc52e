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
from idp.documents.verifier import in_force, type_rules
from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.certificates import Chain, validate_chain
from idp.documents.verifier.dates import require_aware
from idp.documents.verifier.document import VerifiedDocument, freeze
from idp.documents.verifier.errors import (
    IssuerNotTrusted,
    KeyBindingMissing,
    MissingClaim,
    PersonNotDisclosed,
    VerificationError,
    WrongDocumentType,
)
from idp.documents.verifier.in_force import Dates
from idp.documents.verifier.key_binding import ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusChecked, StatusLists
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
    return _Verification(trust, now, leeway).run(text, key_binding, person, status, vct, types or {})


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
            dates = _dates(claims)
        chain = Chain((entry.certificate,))
        with self.asking("trusted"):
            issuer = self.trusted(chain, claims, dates.issued_at)
        if vct is not None and claims["vct"] not in vct:
            raise WrongDocumentType("not a type that was asked for", self.answers)
        with self.asking("intact"):  # as its type has it; nothing in a code can be held back by who holds it
            type_rules.check(types, claims, ())
        with self.asking("in_force", Answer.NOT_CHECKED):
            dates.check(self.now, self.leeway)
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
            issued_at=dates.issued_at,
            valid_from=dates.valid_from,
            expires_at=dates.expires_at,
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
        return self.trust.issuer_for(chain, str(claims["vct"]), issuer)

    def ask_status(
        self, claims: Mapping[str, object], issuer: TrustedIssuer, status: StatusLists | None
    ) -> StatusChecked | None:
        """None when no lists were given. Every code refers to one: without, a revoked document would pass."""
        with self.asking("in_force", Answer.NOT_CHECKED):
            answer, checked = in_force.ask_status(
                claims.get("status"), status, issuer=issuer, trust=self.trust, now=self.now, leeway=self.leeway
            )
        self.answers = replace(self.answers, in_force=answer)
        return checked


def _dates(claims: Mapping[str, object]) -> Dates:
    """`iat`, `nbf` and `exp` (RFC 8392 section 3.1.4 to 3.1.6), all required here."""
    if "nbf" not in claims:
        raise MissingClaim("nbf is required")
    return Dates.read(claims)
