"""What a holder is asked to consent to, and reading what she chose (OpenID4VP 1.0 sections 6.4 and 15.1). Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from idp.documents import dcql_matching
from idp.documents.dcql import CredentialQuery, Query
from idp.documents.dcql_matching import Candidate, ConcretePath, Findings
from idp.documents.document import Document
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.selecting import claims_of, present

NOTHING = "none"  # the choice of an optional set that gives nothing


class Unclear(Exception):
    """The form leaves a choice open or makes one that was not offered; `field` is its name."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Offer:
    """One document that answers one credential query with one combination of claims.

    `asked` are the claims disclosed because of the query, `always` those that the document cannot hide.
    """

    value: str
    document: Document
    places: tuple[ConcretePath, ...]
    asked: Mapping[str, object]
    always: Mapping[str, object]


@dataclass(frozen=True)
class Ask:
    """One credential query: what can answer it, and documents that would but are not in force."""

    query: CredentialQuery
    offers: tuple[Offer, ...]
    withheld: tuple[Document, ...]

    @property
    def field(self) -> str:
        return f"document-{self.query.id}"

    @property
    def is_choice(self) -> bool:
        return len(self.offers) > 1


@dataclass(frozen=True)
class SetAsk:
    """A credential set with its options that can be given, by form value."""

    field: str
    required: bool
    options: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def is_choice(self) -> bool:
        return len(self.options) > 1 or not self.required


@dataclass(frozen=True)
class Consent:
    """All that is put before the holder. `digest` stands for exactly this: request and documents."""

    asks: Mapping[str, Ask]
    sets: tuple[SetAsk, ...]
    satisfiable: bool
    digest: str

    @property
    def missing(self) -> tuple[Ask, ...]:
        """What was asked for and cannot be given."""
        return tuple(ask for ask in self.asks.values() if not ask.offers)


@dataclass(frozen=True)
class Selected:
    """What she gives for one credential query."""

    query: CredentialQuery
    offer: Offer


def build(query: Query, request_hash: str, documents: Iterable[Document], now: datetime) -> Consent:
    """Match the documents. Only those in force are offered; the others are named, with their state."""
    held = {document.id: document for document in documents}
    findings = dcql_matching.find(query, [_candidate(document) for document in held.values()])
    in_force = [_candidate(document) for document in held.values() if document.state(now) == "valid"]
    usable = dcql_matching.find(query, in_force)
    asks = {entry.id: _ask(entry, usable, findings, held) for entry in query.credentials}
    sets = tuple(
        SetAsk(f"set-{group.index}", group.required, tuple((str(place), ids) for place, ids in group.options))
        for group in usable.sets
        if group.options
    )
    return Consent(asks, sets, usable.satisfiable, _digest(request_hash, asks))


def _ask(entry: CredentialQuery, usable: Findings, all_found: Findings, held: Mapping[str, Document]) -> Ask:
    offers = tuple(
        _offer(held[match.document_id], option.index, option.places, single=len(match.options) == 1)
        for match in usable.matches[entry.id]
        for option in match.options
    )
    good = {match.document_id for match in usable.matches[entry.id]}
    others = [match.document_id for match in all_found.matches[entry.id]]
    return Ask(entry, offers, tuple(held[one] for one in others if one not in good))


def _offer(document: Document, index: int, places: tuple[ConcretePath, ...], *, single: bool) -> Offer:
    told, bare = claims_of(present(document.sd_jwt, places)), claims_of(present(document.sd_jwt, ()))
    asked = {name: value for name, value in told.items() if name not in bare or value != bare[name]}
    value = document.id if single else f"{document.id}.{index}"
    return Offer(value, document, places, asked, bare)


def _digest(request_hash: str, asks: Mapping[str, Ask]) -> str:
    shown = [[name, [[offer.value, offer.document.sd_jwt] for offer in ask.offers]] for name, ask in asks.items()]
    return hashlib.sha256(json.dumps([request_hash, shown]).encode()).hexdigest()


def _candidate(document: Document) -> Candidate:
    claims = claims_of(document.sd_jwt)
    return Candidate(document.id, document.vct, claims, _authority_keys(document.sd_jwt), "cnf" in claims)


def _authority_keys(sd_jwt: str) -> frozenset[str]:
    """Key identifiers in the authority key identifier extension of the chain, base64url (6.1.1.1)."""
    chain = parse(sd_jwt).header.get("x5c")
    found = set()
    for text in chain if isinstance(chain, list) else []:
        certificate = x509.load_der_x509_certificate(base64.b64decode(text))
        try:
            extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        except x509.ExtensionNotFound:
            continue
        if extension.value.key_identifier is not None:
            found.add(base64.urlsafe_b64encode(extension.value.key_identifier).rstrip(b"=").decode())
    return frozenset(found)


def choose(consent: Consent, form: Mapping[str, Sequence[str]]) -> tuple[Selected, ...]:
    """What the holder ticked. Nothing is assumed: where there is a choice she must have made it. Raises Unclear."""
    wanted: dict[str, None] = {}
    for group in consent.sets:
        wanted.update(dict.fromkeys(_set_choice(group, form)))
    selected = tuple(
        Selected(consent.asks[query_id].query, offer)
        for query_id in wanted
        for offer in _offer_choice(consent.asks[query_id], form)
    )
    if not selected:  # 8.1: a vp_token is never empty
        raise Unclear(consent.sets[0].field)
    return selected


def _set_choice(group: SetAsk, form: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if not group.is_choice:
        return group.options[0][1]
    ticked = form.get(group.field, ())
    if not ticked and not group.required:
        return ()
    if len(ticked) != 1:
        raise Unclear(group.field)
    if ticked[0] == NOTHING and not group.required:
        return ()
    for value, query_ids in group.options:
        if value == ticked[0]:
            return query_ids
    raise Unclear(group.field)


def _offer_choice(ask: Ask, form: Mapping[str, Sequence[str]]) -> tuple[Offer, ...]:
    if not ask.is_choice:
        return ask.offers
    ticked = form.get(ask.field, ())
    chosen = tuple(offer for offer in ask.offers if offer.value in ticked)
    documents = {offer.document.id for offer in chosen}
    clear = chosen and len(chosen) == len(ticked) == len(documents)
    if not clear or (len(chosen) > 1 and not ask.query.multiple):
        raise Unclear(ask.field)
    return chosen
