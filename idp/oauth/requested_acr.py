"""Which authentication level a request asks for, and which value the answer carries (OpenID Connect Core 5.5.1.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idp import acr
from idp.oauth.claims_request import ClaimsRequest


@dataclass(frozen=True)
class AcrWish:
    """Values in order of preference, as the client wrote them (aliases stay); `essential` makes them a condition."""

    values: tuple[str, ...] = ()
    essential: bool = False

    def satisfied_by(self, present: str) -> str | None:
        """The first value asked for that a session at `present` reaches, or None.

        It is the value asked for that is answered, not the session's own: Core 5.5.1.1 wants one that matches.
        """
        return next((value for value in self.values if acr.satisfies(present, value)), None)

    def answer(self, present: str) -> str:
        """The `acr` of the ID Token: the value asked for where it is reached, else the session's own."""
        return self.satisfied_by(present) or present

    def step_up(self, reachable: Iterable[str]) -> str | None:
        """The level to ask the sign-in page for: the first wish it can reach, or None where it can reach none."""
        possible = tuple(reachable)
        for value in self.values:
            level = acr.level_of(value)
            if level is not None and level.urn in possible:
                return level.urn
        return None

    def instead_of(self, level: str) -> tuple[str, ...]:
        """The levels that will do where `level`, which is asked for first, is beyond a person.

        Any value asked for (RFC 9470 3); and any sign-in at all where the values are but a wish (Core 5.5.1.1).
        """
        named = (known.urn for value in self.values if (known := acr.level_of(value)))
        wished = () if self.essential else (acr.LEVELS[0].urn,)
        return tuple(found for found in dict.fromkeys((*named, *wished)) if found != level)


def wish(claims: ClaimsRequest, acr_values: tuple[str, ...], default: Iterable[str]) -> AcrWish:
    """What the request asks for; an essential claim outweighs `acr_values`, and both the client's default.

    `acr_values` that name a level of ours are a condition too: Core leaves that to the provider, and whoever was
    challenged for a level must not get yet another token below it (RFC 9470 5). Those that name none are let be, as
    is the client's default (Core 5.5.1.1: voluntary).
    """
    claim = claims.id_token.get("acr")
    named = tuple(str(value) for value in claim.values) if claim and claim.values else ()
    if claim and claim.essential and named:
        return AcrWish(named, essential=True)
    if acr_values and not named:
        return AcrWish(acr_values, essential=any(acr.level_of(value) for value in acr_values))
    return AcrWish(named or tuple(default))
