"""Verifying a document: text, trust, time and expectations in; a verdict, or a named error, out.

RFC 9901 section 7, SD-JWT VC section 2.4, Token Status List section 8.3. No clock, no network, no files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import UnverifiedJws, verify_signature
from idp.documents.sd_jwt.opened import Opened, open_ordinary
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.processing import process
from idp.documents.sd_jwt.vc import TYPE, refuse_undisclosable
from idp.documents.verifier import in_force, type_rules
from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.certificates import Chain, read_chain, validate_chain
from idp.documents.verifier.dates import require_aware
from idp.documents.verifier.document import VerifiedDocument, freeze
from idp.documents.verifier.errors import (
    ERRORS,
    MissingClaim,
    PersonNotDisclosed,
    VerificationError,
    WrongAudience,
    WrongDocumentType,
    WrongPerson,
    WrongType,
)
from idp.documents.verifier.in_force import Dates
from idp.documents.verifier.key_binding import (
    ExpectedKeyBinding,
    NoKeyBinding,
    check_key_binding,
    refuse_key_binding,
)
from idp.documents.verifier.status import StatusChecked, StatusLists
from idp.documents.verifier.trust import TrustedIssuer, TrustList
from idp.documents.verifier.type_rules import TypeRules

#: The claim that names the person a document is about, in every document type.
PERSON_CLAIM = "personal_id_number"


def verify(
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
    """Verify a document or presentation; raise a `VerificationError` that says why it is refused.

    `key_binding` is what the caller requires, whatever the text holds (RFC 9901 section 9.5).
    `person` is the ID number the document must be about, compared as text; `vct` are the types asked for.
    Without `status` the answer *in force* is "not checked", by a list past its `ttl` it is "outdated": look at
    `answers.good` before accepting. How old a list may be is the caller's policy (`status_list.held`).
    `types` are the rules of the types that the caller knows, by `vct`: without them a claim that decides may be
    missing and nobody notices. `leeway` is for clocks that differ.
    """
    require_aware(now)
    trust.check_still_valid(now)
    rules = {} if types is None else types
    return _Verification(trust, now, leeway).run(text, key_binding, person, status, vct, rules)


class _Verification:
    """One run. Its methods stand in the order they are called in; `question` is the one being answered."""

    def __init__(self, trust: TrustList, now: datetime, leeway: timedelta) -> None:
        self.trust, self.now, self.leeway = trust, now, leeway
        self.answers: dict[str, Answer] = {}
        self.question = "intact"

    def run(
        self,
        text: str,
        key_binding: ExpectedKeyBinding | NoKeyBinding,
        person: str | None,
        status: StatusLists | None,
        vct: Collection[str] | None,
        types: Mapping[str, TypeRules],
    ) -> VerifiedDocument:
        try:
            return self.ask(text, key_binding, person, status, vct, types)
        except SdJwtError as error:
            failure = ERRORS[error.code]
            raise failure(error.detail, self.answered(failure.outcome)) from error
        except VerificationError as error:
            if not isinstance(error, WrongDocumentType):  # it is no answer to any of the questions
                error.answers = self.answered(error.outcome)
            raise

    def ask(
        self,
        text: str,
        key_binding: ExpectedKeyBinding | NoKeyBinding,
        person: str | None,
        status: StatusLists | None,
        vct: Collection[str] | None,
        types: Mapping[str, TypeRules],
    ) -> VerifiedDocument:
        answers = self.answers
        opened, chain = _intact(text)
        claims = opened.claims
        refuse_undisclosable(opened.paths)
        answers["intact"], self.question = Answer.YES, "in_force"
        dates = Dates.read(claims)
        self.question = "trusted"
        issuer = self.trusted_issuer(chain, claims, dates)
        answers["trusted"] = Answer.YES
        if vct is not None and claims["vct"] not in vct:
            raise WrongDocumentType("not a type that was asked for", Answers(**answers))
        self.question = "intact"  # as its type has it, which the issuer's signature alone does not say
        if types:
            type_rules.check(types, claims, opened.paths)
        self.question = "in_force"
        dates.check(self.now, self.leeway)
        _check_audience(claims, key_binding)
        self.question = "holder"
        answers["holder"] = self.ask_holder(opened, key_binding)
        self.question = "person"
        _check_person(claims, person)
        answers["person"], self.question = Answer.YES if person is not None else Answer.NOT_ASKED, "in_force"
        checked = self.ask_status(claims, issuer, status)
        return VerifiedDocument(
            vct=str(claims["vct"]),
            issuer=issuer,
            claims=freeze(claims),
            issued_at=dates.issued_at,
            valid_from=dates.valid_from,
            expires_at=dates.expires_at,
            answers=Answers(**answers),
            status_list=checked,
            trust_list_version=self.trust.version,
            chain_fingerprints=chain.fingerprints,
        )

    def answered(self, answer: Answer) -> Answers:
        """The answers so far, and this one to the question that was open."""
        return Answers(**self.answers | {self.question: answer})

    def trusted_issuer(self, chain: Chain, claims: Mapping[str, object], dates: Dates) -> TrustedIssuer:
        validate_chain(chain, root=self.trust.root, now=self.now, signed_at=dates.issued_at)
        return self.trust.issuer_for(chain, _text(claims, "vct"), _text(claims, "iss"))

    def ask_holder(self, opened: Opened, key_binding: ExpectedKeyBinding | NoKeyBinding) -> Answer:
        if isinstance(key_binding, ExpectedKeyBinding):
            check_key_binding(opened, opened.claims, key_binding, now=self.now, leeway=self.leeway)
            return Answer.YES
        refuse_key_binding(opened)
        return Answer.NOT_PROVEN

    def ask_status(
        self, claims: Mapping[str, object], issuer: TrustedIssuer, status: StatusLists | None
    ) -> StatusChecked | None:
        """Last, as section 8.3 has it. None when nothing could be asked: no lists, or no status claim."""
        if "status" not in claims:
            return None
        self.answers["in_force"], checked = in_force.ask_status(
            claims["status"], status, issuer=issuer, trust=self.trust, now=self.now, leeway=self.leeway
        )
        return checked


def _intact(text: str) -> tuple[Opened, Chain]:
    """Type, signature and Disclosures (RFC 9901 section 7.1, steps 2 to 5)."""
    opened = open_ordinary(text)
    if opened is not None:
        return opened, _signed(opened.jwt)
    sd_jwt = parse(text)
    chain = _signed(sd_jwt.jwt)
    return Opened.of(sd_jwt, process(sd_jwt)), chain


def _signed(jwt: UnverifiedJws) -> Chain:
    chain = read_chain(jwt.header)
    if jwt.header.get("typ") != TYPE:
        raise WrongType(f"typ is not {TYPE}")
    verify_signature(jwt, chain.key())
    return chain


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise MissingClaim(f"{name} is required and a string")
    return value


def _check_audience(claims: Mapping[str, object], key_binding: ExpectedKeyBinding | NoKeyBinding) -> None:
    """RFC 7519 section 4.1.3: who is not among the recipients MUST reject."""
    if "aud" not in claims:
        return
    audience = claims["aud"]
    recipients = audience if isinstance(audience, list) else [audience]
    if not isinstance(key_binding, ExpectedKeyBinding) or key_binding.audience not in recipients:
        raise WrongAudience("issued for other recipients")


def _check_person(claims: Mapping[str, object], person: str | None) -> None:
    if person is None:
        return
    number = claims.get(PERSON_CLAIM)
    if not isinstance(number, str):  # a number would have lost its leading zero
        raise PersonNotDisclosed(f"{PERSON_CLAIM} is not shown")
    if number != person:
        raise WrongPerson
