"""Authentication levels: `acr` is defined by the factors of a session alone, never by the account's identity level.

The values are our own URNs; the factor kinds those of Decree 69/2024/ND-CP art. 3
(knowledge, possession, biometric). Order in the table is order of strength.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

KNOWLEDGE, POSSESSION, BIOMETRIC = "knowledge", "possession", "biometric"

# RFC 8176 method -> kind of factor. "mfa" is a summary, not a factor.
FACTOR_OF_METHOD = {
    "pwd": KNOWLEDGE,
    "pin": KNOWLEDGE,
    "otp": POSSESSION,
    "hwk": POSSESSION,
    "swk": POSSESSION,
    "face": BIOMETRIC,
    "fpt": BIOMETRIC,
}


@dataclass(frozen=True)
class AuthenticationLevel:
    """One `acr` value: its number (1 is the weakest), its URN and the alias kept for older clients."""

    number: int
    urn: str
    alias: str


LEVELS = (
    AuthenticationLevel(1, "urn:vn-mock:loa:1", "LoA1"),
    AuthenticationLevel(2, "urn:vn-mock:loa:2", "LoA2"),
    AuthenticationLevel(3, "urn:vn-mock:loa:3", "LoA3"),
)
ACR_VALUES = tuple(level.urn for level in LEVELS)
_BY_NAME = {name: level for level in LEVELS for name in (level.urn, level.alias)}


def level_of(acr: str) -> AuthenticationLevel | None:
    """The level an `acr` value or alias names, or None where it names none of ours."""
    return _BY_NAME.get(acr)


def achieved(amr: Iterable[str]) -> str:
    """The `acr` that these authentication methods (RFC 8176) reach.

    Two *different* secrets count as two: password and passcode are asked, stored and throttled apart, as the
    real service does; a key-bound device or a biometric beside another factor reaches the highest level.
    """
    methods = set(amr) & FACTOR_OF_METHOD.keys()
    kinds = {FACTOR_OF_METHOD[method] for method in methods}
    if len(methods) < 2:
        return LEVELS[0].urn
    strong = BIOMETRIC in kinds or bool(methods & {"hwk", "swk"})
    return LEVELS[2].urn if strong and len(kinds) > 1 else LEVELS[1].urn


def satisfies(acr: str, wanted: str) -> bool:
    """True where a session at `acr` is at least as strong as `wanted`; unknown values satisfy nothing."""
    have, want = level_of(acr), level_of(wanted)
    return have is not None and want is not None and have.number >= want.number
