"""Which documents satisfy a query, and which choices it leaves (OpenID4VP 1.0 section 6.4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from idp.documents.dcql import SD_JWT_VC, AuthoritiesQuery, ClaimQuery, CredentialQuery, Query
from idp.documents.sd_jwt.errors import PathMismatch
from idp.documents.sd_jwt.paths import resolve

ConcretePath = tuple[str | int, ...]


@dataclass(frozen=True)
class Candidate:
    """A document that may be offered. `authority_keys`: key identifiers in its chain, base64url (6.1.1.1)."""

    id: str
    vct: str
    claims: Mapping[str, object]
    authority_keys: frozenset[str]
    key_bound: bool


@dataclass(frozen=True)
class ClaimsOption:
    """One combination of claims the document can give: its place among `claim_sets`, and where the claims are."""

    index: int
    places: tuple[ConcretePath, ...]


@dataclass(frozen=True)
class Match:
    """A document that satisfies one credential query, with the claim options in the asker's order."""

    document_id: str
    options: tuple[ClaimsOption, ...]


@dataclass(frozen=True)
class SetChoice:
    """A credential set whose `options` are only those that can be satisfied, with their place in the query."""

    index: int
    required: bool
    options: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Findings:
    """What the holder has for a query: by query id the matching documents, and the sets that can be answered."""

    matches: Mapping[str, tuple[Match, ...]]
    sets: tuple[SetChoice, ...]

    @property
    def satisfiable(self) -> bool:
        """False: not everything that is required is there, so nothing may be returned (6.4.2)."""
        return all(group.options for group in self.sets if group.required) and any(
            group.options for group in self.sets
        )


def find(query: Query, candidates: Iterable[Candidate]) -> Findings:
    """Match every credential query against the documents."""
    held = tuple(candidates)
    matches = {entry.id: _matches(entry, held) for entry in query.credentials}
    sets = tuple(
        SetChoice(
            index,
            group.required,
            tuple(
                (place, option)
                for place, option in enumerate(group.options)
                if all(matches[query_id] for query_id in option)
            ),
        )
        for index, group in enumerate(query.sets)
    )
    return Findings(matches, sets)


def _matches(query: CredentialQuery, candidates: Iterable[Candidate]) -> tuple[Match, ...]:
    found = ((candidate, _options(query, candidate)) for candidate in candidates if _fits(query, candidate))
    return tuple(Match(candidate.id, options) for candidate, options in found if options)


def _fits(query: CredentialQuery, candidate: Candidate) -> bool:
    if query.format != SD_JWT_VC or candidate.vct not in query.vct_values:
        return False
    if query.holder_binding and not candidate.key_bound:  # Annex B.3
        return False
    authorities = query.trusted_authorities
    return not authorities or any(_certified(candidate, authority) for authority in authorities)


def _certified(candidate: Candidate, authority: AuthoritiesQuery) -> bool:
    # Of the types of 6.1.1 only aki is one that our certificates can answer; the others match nothing.
    return authority.type == "aki" and bool(authority.values & candidate.authority_keys)


def _options(query: CredentialQuery, candidate: Candidate) -> tuple[ClaimsOption, ...]:
    """Empty where not all claims asked for are there: then the document MUST NOT be returned (6.4.1)."""
    if not query.claim_sets:
        combinations = [query.claims]
    else:
        by_id = {claim.id: claim for claim in query.claims}
        combinations = [tuple(by_id[name] for name in names) for names in query.claim_sets]
    found = ((index, _places(claims, candidate.claims)) for index, claims in enumerate(combinations))
    return tuple(ClaimsOption(index, places) for index, places in found if places is not None)


def _places(claims: Iterable[ClaimQuery], document: Mapping[str, object]) -> tuple[ConcretePath, ...] | None:
    """Every place the claims point to, in the order asked; None where one of them points nowhere."""
    places: dict[ConcretePath, None] = {}
    for claim in claims:
        found = _claim_places(claim, document)
        if not found:
            return None
        places.update(dict.fromkeys(found))
    return tuple(places)


def _claim_places(claim: ClaimQuery, document: Mapping[str, object]) -> list[ConcretePath]:
    try:
        places = resolve(document, claim.path)
    except PathMismatch:  # 7.1.1: the claim does not exist
        return []
    if claim.values is None:
        return places
    wanted = {(type(value), value) for value in claim.values}
    return [place for place in places if _scalar(value_at(document, place)) in wanted]


def _scalar(value: object) -> tuple[type, object]:
    """6.3: type and value must both match, so True is not 1; what is no scalar matches nothing."""
    return (type(value), value) if isinstance(value, str | int) else (object, None)


def value_at(document: object, place: ConcretePath) -> object:
    """The value at a place that `find` has reported."""
    for step in place:
        document = document[step]  # type: ignore[index]
    return document
