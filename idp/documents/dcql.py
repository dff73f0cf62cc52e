"""Digital Credentials Query Language: reading a query, strictly (OpenID4VP 1.0 section 6). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

ClaimsPath = tuple[str | int | None, ...]
Value = str | int | bool
T = TypeVar("T")

SD_JWT_VC = "dc+sd-jwt"  # Annex B.3.1
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")  # 6.1, 6.3
# Our own ceilings: no honest query comes near them.
MAX_ENTRIES, MAX_PATH = 50, 12


class InvalidQuery(ValueError):
    """The query breaks a rule of section 6; the message names the place, never a value of the holder's."""


@dataclass(frozen=True)
class ClaimQuery:
    """One claim asked for (6.3). `values` is None where any value will do."""

    id: str | None
    path: ClaimsPath
    values: tuple[Value, ...] | None


@dataclass(frozen=True)
class AuthoritiesQuery:
    """Authorities the asking party accepts (6.1.1)."""

    type: str
    values: frozenset[str]


@dataclass(frozen=True)
class CredentialQuery:
    """One document asked for (6.1). `vct_values` is empty for formats that this wallet does not keep."""

    id: str
    format: str
    vct_values: frozenset[str]
    multiple: bool
    trusted_authorities: tuple[AuthoritiesQuery, ...]
    holder_binding: bool
    claims: tuple[ClaimQuery, ...]
    claim_sets: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class CredentialSet:
    """Alternatives, each a list of query ids (6.2)."""

    options: tuple[tuple[str, ...], ...]
    required: bool


@dataclass(frozen=True)
class Query:
    """A whole query. `sets` always holds at least one: without `credential_sets` everything is required (6.4.2)."""

    credentials: tuple[CredentialQuery, ...]
    sets: tuple[CredentialSet, ...]

    def credential(self, query_id: str) -> CredentialQuery:
        return next(entry for entry in self.credentials if entry.id == query_id)

    @property
    def vcts(self) -> frozenset[str]:
        """Every document type named anywhere in the query."""
        return frozenset(vct for entry in self.credentials for vct in entry.vct_values)


def parse(value: object) -> Query:
    """Read a `dcql_query`. Unknown properties are ignored (section 6). Raises InvalidQuery."""
    top = _object(value, "dcql_query")
    credentials = _entries(top, "credentials", _credential, "dcql_query")
    ids = [entry.id for entry in credentials]
    if len(set(ids)) != len(ids):
        raise InvalidQuery("credentials: the same id twice (6.1)")
    if "credential_sets" not in top:
        return Query(credentials, (CredentialSet((tuple(ids),), required=True),))
    sets = _entries(top, "credential_sets", _credential_set, "dcql_query")
    unknown = {name for group in sets for option in group.options for name in option} - set(ids)
    if unknown:
        raise InvalidQuery("credential_sets: an id that no credential query has (6.2)")
    return Query(credentials, sets)


def _credential(value: object, where: str) -> CredentialQuery:
    entry = _object(value, where)
    kind, meta = _text(entry, "format", where), _object(entry.get("meta"), f"{where}.meta")
    claims = _entries(entry, "claims", _claim, where) if "claims" in entry else ()
    query = CredentialQuery(
        id=_identifier(entry.get("id"), where),
        format=kind,
        vct_values=frozenset(_texts(meta.get("vct_values"), f"{where}.meta.vct_values"))
        if kind == SD_JWT_VC  # Annex B.3.5: required for this format
        else frozenset(),
        multiple=_boolean(entry, "multiple", False, where),
        trusted_authorities=_entries(entry, "trusted_authorities", _authorities, where)
        if "trusted_authorities" in entry
        else (),
        holder_binding=_boolean(entry, "require_cryptographic_holder_binding", True, where),
        claims=claims,
        claim_sets=_claim_sets(entry, claims, where),
    )
    _check_claim_ids(query, where)
    return query


def _claim_sets(
    entry: Mapping[str, object], claims: tuple[ClaimQuery, ...], where: str
) -> tuple[tuple[str, ...], ...]:
    if "claim_sets" not in entry:
        return ()
    if not claims:  # 6.4.1
        raise InvalidQuery(f"{where}: claim_sets without claims")
    return _entries(entry, "claim_sets", _texts, where)


def _check_claim_ids(query: CredentialQuery, where: str) -> None:
    ids = [claim.id for claim in query.claims if claim.id is not None]
    if len(set(ids)) != len(ids):
        raise InvalidQuery(f"{where}.claims: the same id twice (6.3)")
    if query.claim_sets and len(ids) != len(query.claims):
        raise InvalidQuery(f"{where}.claims: id is required beside claim_sets (6.3)")
    if any(name not in ids for option in query.claim_sets for name in option):
        raise InvalidQuery(f"{where}.claim_sets: an id that no claim has (6.1)")


def _claim(value: object, where: str) -> ClaimQuery:
    entry = _object(value, where)
    claim_id = _identifier(entry["id"], where) if "id" in entry else None
    path = entry.get("path")
    if not isinstance(path, list) or not 0 < len(path) <= MAX_PATH or not all(map(_is_step, path)):
        raise InvalidQuery(f"{where}.path: must be a claims path pointer (section 7)")
    if "values" not in entry:
        return ClaimQuery(claim_id, tuple(path), None)
    values = entry["values"]
    if not isinstance(values, list) or not values or not all(isinstance(one, str | int) for one in values):
        raise InvalidQuery(f"{where}.values: must be strings, integers or booleans (6.3)")
    return ClaimQuery(claim_id, tuple(path), tuple(values))


def _is_step(step: object) -> bool:
    if step is None or isinstance(step, str):
        return True
    return isinstance(step, int) and not isinstance(step, bool) and step >= 0


def _authorities(value: object, where: str) -> AuthoritiesQuery:
    entry = _object(value, where)
    return AuthoritiesQuery(_text(entry, "type", where), frozenset(_texts(entry.get("values"), f"{where}.values")))


def _credential_set(value: object, where: str) -> CredentialSet:
    entry = _object(value, where)
    return CredentialSet(_entries(entry, "options", _texts, where), _boolean(entry, "required", True, where))


def _entries(table: Mapping[str, object], key: str, read: Callable[[object, str], T], where: str) -> tuple[T, ...]:
    values = table.get(key)
    place = f"{where}.{key}"
    if not isinstance(values, list) or not 0 < len(values) <= MAX_ENTRIES:
        raise InvalidQuery(f"{place}: must be a non-empty array")
    return tuple(read(value, f"{place}[{index}]") for index, value in enumerate(values))


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InvalidQuery(f"{where}: must be an object")
    return value


def _text(table: Mapping[str, object], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidQuery(f"{where}.{key}: must be a string")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_ENTRIES:
        raise InvalidQuery(f"{where}: must be a non-empty array")
    if not all(isinstance(one, str) and one for one in value):
        raise InvalidQuery(f"{where}: must hold strings")
    return tuple(value)


def _identifier(value: object, where: str) -> str:
    if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
        raise InvalidQuery(f"{where}.id: must be letters, digits, _ or -")
    return value


def _boolean(table: Mapping[str, object], key: str, default: bool, where: str) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise InvalidQuery(f"{where}.{key}: must be true or false")
    return value
