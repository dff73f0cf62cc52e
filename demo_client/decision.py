"""Deciding on what the wallet sent: the verifier's answers first, then the portal's own rules for the procedure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from demo_client.dcql import QueryNotSatisfied, missing_claims, presentations
from demo_client.i18n import local_date
from demo_client.last_lists import NoLists
from demo_client.lists import Fetched, Lists, ListsUnavailable, status_uri
from demo_client.procedures.model import DocumentNeed
from idp.documents.offline.type_data import TypeData
from idp.documents.verifier.document import VerifiedDocument, thaw
from idp.documents.verifier.errors import TrustListError, VerificationError
from idp.documents.verifier.key_binding import ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

#: How old the proof of possession may be when the decision is made.
MAX_AGE = timedelta(minutes=5)
ISSUE_DATE = "date_of_issuance"
#: What types demand and are called; this one among them, where anybody knows it. Raises NoLists.
Types = Callable[[str, datetime], TypeData]


class Refused(Exception):
    """A document is not accepted. `code` is stable; `answers` is what was established before."""

    def __init__(self, code: str, answers: Mapping[str, str] | None = None, component: str = "") -> None:
        self.code, self.component = code, component
        self.answers = dict(answers or {})
        super().__init__(f"{code} {component}".strip())


@dataclass(frozen=True)
class Expected:
    """What the answer is measured against: our request and the person signed in."""

    query: Mapping[str, Any]
    needs: Mapping[str, DocumentNeed]
    nonce: str
    person: str


@dataclass(frozen=True)
class Accepted:
    """One document that is good for its component, with what it was judged by."""

    component: str
    presentation: str
    document: VerifiedDocument
    trust_list: Fetched
    status_uri: str
    status_list: Fetched
    type_metadata: str
    needs_review: bool

    @property
    def verdict(self) -> dict[str, Any]:
        """What the verifier answered, for the dossier."""
        found = self.document
        return {
            "answers": asdict(found.answers),
            "issuer": {"vi": found.issuer.name_vi, "en": found.issuer.name_en},
            "issuer_uri": found.issuer.uri,
            "issued_at": _iso(found.issued_at),
            "expires_at": _iso(found.expires_at),
            "status_issued_at": _iso(found.status_list.issued_at if found.status_list else None),
            "chain": list(found.chain_fingerprints),
            "claims": thaw(found.claims),
            "type_metadata": self.type_metadata,
        }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


class Judge:
    """Holds the pinned root, our client_id and the source of lists and types; every decision is made afresh."""

    def __init__(self, root: x509.Certificate, lists: Lists, audience: str, types: Types) -> None:
        self.root, self.lists, self.audience, self._types = root, lists, audience, types
        self.root_fingerprint = root.fingerprint(hashes.SHA256()).hex()

    def decide(
        self, vp_token: object, expected: Expected, now: datetime, minimum_version: int | None
    ) -> tuple[Accepted, ...]:
        """All documents of an answer, each accepted. Raises Refused, or ListsUnavailable: try again later."""
        try:
            found = presentations(vp_token, expected.query)
        except QueryNotSatisfied as error:
            raise Refused(error.code, component=error.credential) from error
        trust_list = self.lists.trust_list(now)
        trust = self.trust(trust_list, now, minimum_version)
        return tuple(self._one(name, text, expected, trust, trust_list, now) for name, text in found.items())

    def trust(self, fetched: Fetched, now: datetime, minimum_version: int | None = None) -> TrustList:
        """Raises Refused for a list that is not our root's, expired or older than one seen before."""
        try:
            return TrustList.load(fetched.token, root=self.root, now=now, minimum_version=minimum_version)
        except TrustListError as error:
            raise Refused(error.code) from error

    def _one(
        self, name: str, text: str, expected: Expected, trust: TrustList, trust_list: Fetched, now: datetime
    ) -> Accepted:
        need = expected.needs[name]
        uri = status_uri(text) or ""
        status = self._status(uri, now)
        metadata = self.type_metadata(need.vct, now)
        binding = ExpectedKeyBinding(self.audience, expected.nonce, MAX_AGE)
        document = examine(text, trust, status, uri, binding, need, expected.person, metadata, now, name)
        if status is None or not document.answers.good:
            raise Refused(why_not_good(document), asdict(document.answers), name)
        _check_freshness(document, need, local_date(now), name)
        return Accepted(name, text, document, trust_list, uri, status, metadata, _needs_review(document, need))

    def type_metadata(self, vct: str, now: datetime) -> str:
        """What the type demands, as the root signed for it. Raises ListsUnavailable."""
        try:
            return self._types(vct, now).texts[vct]
        except (NoLists, KeyError) as error:
            raise ListsUnavailable("the rules of this type cannot be had") from error

    def _status(self, uri: str, now: datetime) -> Fetched | None:
        if not uri.startswith(f"{self.lists.issuer}/"):
            return None  # named elsewhere or not at all: the answer is "not checked", which is never good
        return self.lists.status_list(uri, now)


def examine(
    text: str,
    trust: TrustList,
    status: Fetched | None,
    uri: str,
    binding: ExpectedKeyBinding,
    need: DocumentNeed,
    person: str,
    metadata: str | None,
    now: datetime,
    name: str,
) -> VerifiedDocument:
    """The verifier's part, and that every claim asked for is there. Raises Refused.

    `metadata` is the type's; None only for what was filed before it was kept."""
    types = TypeData.read([metadata]).rules if metadata is not None else None
    lists = StatusLists({uri: status.token}, {uri: status.fetched_at}) if status else None
    try:
        document = verify(
            text, trust=trust, now=now, key_binding=binding, person=person, status=lists, vct=[need.vct], types=types
        )
    except VerificationError as error:
        raise Refused(error.code, asdict(error.answers), name) from error
    if missing_claims(document.claims, need.claims):  # OpenID4VP 1.0 section 8.6
        raise Refused("claims_missing", asdict(document.answers), name)
    return document


def why_not_good(document: VerifiedDocument) -> str:
    """The portal's policy: by a list past its `ttl` no dossier is filed, however short a while it was kept over."""
    return "status_outdated" if document.status == "outdated" else "status_not_checked"


def _check_freshness(document: VerifiedDocument, need: DocumentNeed, today: date, name: str) -> None:
    """How old a document may be is the procedure's rule, not the document's."""
    if need.max_age_days is None:
        return
    issued = document.claims.get(ISSUE_DATE)
    try:
        age = today - date.fromisoformat(str(issued))
    except ValueError as error:
        raise Refused("claims_missing", asdict(document.answers), name) from error
    if age > timedelta(days=need.max_age_days):
        raise Refused("too_old", asdict(document.answers), name)


def _needs_review(document: VerifiedDocument, need: DocumentNeed) -> bool:
    return any(document.claims.get(claim) == value for claim, value in need.review_when.items())


def verifier_name() -> str:
    """The verifier and its version, for the evidence."""
    try:
        return f"mock-vneid verifier {version('mock-vneid')}"
    except PackageNotFoundError:
        return "mock-vneid verifier (not installed as a package)"


__all__ = ["Accepted", "Expected", "Judge", "ListsUnavailable", "Refused", "examine", "verifier_name", "why_not_good"]
