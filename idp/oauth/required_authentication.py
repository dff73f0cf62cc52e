"""Whether the sign-in behind an access token is strong and recent enough for what it asks for (RFC 9470).

Two things decide: the table beside this file, by scope and date, and what the client itself is registered with. Its
`default_acr_values` and `default_max_age` say what it takes a sign-in to be; a token of a weaker one, such as a
request changed on its way through the browser would bring (attack 4), gets the claims of nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from idp import acr
from idp.i18n import VIETNAM
from idp.oauth.claims import of_scopes
from idp.oauth.errors import InsufficientUserAuthenticationError
from idp.oauth.models import Client, Grant


@dataclass(frozen=True)
class Rule:
    """From this day on, the claims of `scope`, and `also` these, take at least this level, and at most this age."""

    scope: str
    since: date
    acr: str | None = None
    max_age: int | None = None
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.acr is None and self.max_age is None:
            raise ValueError(f"the rule for {self.scope} asks for nothing")
        if self.acr is not None and acr.level_of(self.acr) is None:
            raise ValueError(f"{self.acr} is no authentication level")

    @property
    def claims(self) -> frozenset[str]:
        return frozenset((*of_scopes(frozenset({self.scope})), *self.also))


def _read(file: Path) -> tuple[Rule, ...]:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        Rule(row["scope"], row["from"], row.get("acr"), row.get("max_age"), tuple(row.get("also", ())))
        for row in table["rule"]
    )


RULES = _read(Path(__file__).with_suffix(".toml"))


def check(grant: Grant, client: Client, asked: Iterable[str], now: datetime, rules: Sequence[Rule] = RULES) -> None:
    """`asked`: names of the claims that would be told. Raises InsufficientUserAuthenticationError."""
    names = set(asked)
    holding = [rule for rule in _holding(rules, now) if names & rule.claims]
    wanted = _acr_values(client.default_acr_values, [rule.acr for rule in holding if rule.acr is not None])
    ages = [rule.max_age for rule in holding] + [client.default_max_age]
    max_age = min((age for age in ages if age is not None), default=None)
    weak = bool(wanted) and not any(acr.satisfies(grant.acr, value) for value in wanted)
    old = _too_old(grant, max_age, now)
    if weak or old:
        raise InsufficientUserAuthenticationError(wanted if weak else (), max_age if old else None)


def withheld(grant: Grant, now: datetime, rules: Sequence[Rule] = RULES) -> frozenset[str]:
    """The claims that this sign-in does not suffice for: an ID Token, which cannot be refused, goes without them."""
    return frozenset(
        name
        for rule in _holding(rules, now)
        if (rule.acr and not acr.satisfies(grant.acr, rule.acr)) or _too_old(grant, rule.max_age, now)
        for name in rule.claims
    )


def _holding(rules: Sequence[Rule], now: datetime) -> list[Rule]:
    today = now.astimezone(VIETNAM).date()
    return [rule for rule in rules if rule.since <= today]


def _too_old(grant: Grant, max_age: int | None, now: datetime) -> bool:
    return max_age is not None and grant.auth_time + timedelta(seconds=max_age) < now


def _acr_values(registered: Sequence[str], by_rule: Sequence[str]) -> tuple[str, ...]:
    """In the client's order of preference, each raised to what the rules take: any of them will do (RFC 9470 3)."""
    least = max(by_rule, key=_number, default=None)
    if least is None:
        return tuple(registered)
    raised = (value if acr.satisfies(value, least) else least for value in registered or (least,))
    return tuple(dict.fromkeys(raised))


def _number(value: str) -> int:
    level = acr.level_of(value)
    return level.number if level else 0
