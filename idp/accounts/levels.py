"""Identity levels: who may have an account of which level (Decree 69/2024/ND-CP art. 7), by a dated table.

The level is a property of the account; which factors a session used is another matter (`idp.acr`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from idp.i18n import VIETNAM

OWN_SIGN_IN_AGE = 14


class HolderKind(StrEnum):
    """Whose account it is."""

    CITIZEN = "citizen"
    FOREIGNER = "foreigner"
    ORGANISATION = "organisation"


class NotEligible(Exception):
    """No such account may be opened; `law` names the article."""

    def __init__(self, message: str, law: str) -> None:
        super().__init__(f"{message} ({law})")
        self.law = law


class NoRuleInForce(NotEligible):
    """On that day no rule of the table was in force for this holder."""


class LevelRefused(NotEligible):
    """The holder may have an account, but not of this level."""


class OrganisationHasNoLevel(NotEligible):
    """An organisation's account bears no level at all."""


class LevelRequired(NotEligible):
    """A person's account always bears a level."""


class NoValidPaper(NotEligible):
    """A citizen needs an identity card, a foreigner a residence card, valid on the day."""


class GuardianMustApply(NotEligible):
    """For this holder only a parent or guardian can apply."""


@dataclass(frozen=True)
class Rule:
    """One row of the table. Ages in full years; `levels` empty means an account without a level."""

    in_force_from: date
    law: str
    holder: HolderKind
    levels: frozenset[int]
    request: str
    from_age: int = 0
    below_age: int | None = None

    def covers(self, holder: HolderKind, age: int | None) -> bool:
        if holder is not self.holder or age is None:
            return holder is self.holder
        return self.from_age <= age and (self.below_age is None or age < self.below_age)


@dataclass(frozen=True)
class Applicant:
    """What decides. `age` None for an organisation; `paper_valid` tells of the card on that day."""

    kind: HolderKind
    age: int | None
    paper_valid: bool
    guardian_applies: bool = False


def check(applicant: Applicant, level: int | None, today: date) -> Rule:
    """The rule that allows this account. Raises a NotEligible."""
    rule = rule_for(applicant.kind, applicant.age, today)
    if not rule.levels:
        if level is not None:
            raise OrganisationHasNoLevel("an organisation's account has no level", rule.law)
        return rule
    if level is None:
        raise LevelRequired("a person's account has level 1 or 2", rule.law)
    if level not in rule.levels:
        raise LevelRefused(f"a {applicant.kind} aged {applicant.age} cannot have level {level}", rule.law)
    if not applicant.paper_valid:
        needed = "an identity card" if applicant.kind is HolderKind.CITIZEN else "a residence card"
        raise NoValidPaper(f"a {applicant.kind} needs {needed} that is valid", rule.law)
    if rule.request == "guardian" and not applicant.guardian_applies:
        raise GuardianMustApply(f"for a {applicant.kind} aged {applicant.age} a guardian applies", rule.law)
    return rule


def rule_for(kind: HolderKind, age: int | None, today: date) -> Rule:
    """The newest rule in force for this holder. Raises NoRuleInForce."""
    fitting = [rule for rule in table() if rule.in_force_from <= today and rule.covers(kind, age)]
    if not fitting:
        raise NoRuleInForce(f"no rule on accounts of a {kind} was in force on {today}", "Decree 69/2024/ND-CP")
    return max(fitting, key=lambda rule: rule.in_force_from)


@cache
def table() -> tuple[Rule, ...]:
    """All rules, past ones too."""
    with (Path(__file__).parent / "eligibility.toml").open("rb") as stream:
        rows = tomllib.load(stream)["rule"]
    return tuple(
        Rule(**{**row, "holder": HolderKind(row["holder"]), "levels": frozenset(row["levels"])}) for row in rows
    )


def legal_day(now: datetime) -> date:
    """The calendar day in Vietnam: ages and expiries are reckoned in it."""
    return now.astimezone(VIETNAM).date()


def age_on(birthdate: date, today: date) -> int:
    """Full years."""
    return today.year - birthdate.year - ((today.month, today.day) < (birthdate.month, birthdate.day))
