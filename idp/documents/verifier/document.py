"""A document that was verified: another type than the text it came as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from idp.documents.verifier.answers import Answers
from idp.documents.verifier.status import StatusChecked
from idp.documents.verifier.trust import TrustedIssuer


@dataclass(frozen=True)
class VerifiedDocument:
    """What verification established. Only `answers.good` says that it may be accepted.

    `claims` is the processed payload (RFC 9901 section 7.1), read-only. Times are in UTC.
    `status_list` is the list that was consulted, None when none was. `chain_fingerprints` are SHA-256 in
    hex, the signer's first.
    """

    vct: str
    issuer: TrustedIssuer
    claims: Mapping[str, object]
    issued_at: datetime
    valid_from: datetime
    expires_at: datetime
    answers: Answers
    status_list: StatusChecked | None
    trust_list_version: int
    chain_fingerprints: tuple[str, ...]

    @property
    def status(self) -> Literal["valid", "outdated", "not_checked"]:
        if self.status_list is None:
            return "not_checked"
        return "outdated" if self.status_list.outdated else "valid"


_ATOMS = frozenset({str, int, float, bool})


def freeze(value: Mapping[str, object]) -> Mapping[str, object]:
    """A read-only copy: objects become mapping proxies, arrays tuples."""
    frozen = dict(value)
    if not _ATOMS.issuperset(map(type, frozen.values())):
        for name, child in value.items():
            if type(child) not in _ATOMS:
                frozen[name] = _frozen(child)
    return MappingProxyType(frozen)


def _frozen(value: object) -> object:
    if type(value) is dict or isinstance(value, Mapping):
        return freeze(value)
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def thaw(value: object) -> object:
    """The reverse, for writing claims as JSON."""
    if isinstance(value, Mapping):
        return {name: thaw(child) for name, child in value.items()}
    return list(map(thaw, value)) if isinstance(value, tuple) else value
