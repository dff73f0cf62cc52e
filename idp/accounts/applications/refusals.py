"""Why an application is refused, each by the law's reason."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from idp.accounts import levels
from idp.accounts.applications.store import RegisterEntry
from idp.accounts.levels import Applicant, GuardianMustApply, HolderKind, LevelRefused, NotEligible, NoValidPaper
from idp.accounts.models import Account
from idp.accounts.states import State, paper_valid


class Refusal(StrEnum):
    """MISMATCH is all that somebody learns who has not proven every fact about the person."""

    MISMATCH = "mismatch"
    DECEASED = "deceased"
    CARD_REVOKED = "card_revoked"
    CARD_LOCKED = "card_locked"
    NO_VALID_CARD = "no_valid_card"
    GUARDIAN_APPLIES = "guardian_applies"
    LEVEL_NOT_FOR_AGE = "level_not_for_age"
    HAS_ACCOUNT = "has_account"
    BEING_EXAMINED = "being_examined"


#: What an officer may refuse an application for; BEING_EXAMINED is no decision.
BY_OFFICER = tuple(reason for reason in Refusal if reason not in (Refusal.BEING_EXAMINED, Refusal.HAS_ACCOUNT))
_MARKS = {
    "deceased": Refusal.DECEASED,
    "card_revoked": Refusal.CARD_REVOKED,
    "card_locked": Refusal.CARD_LOCKED,
}


def by_the_register(
    entry: RegisterEntry, level: int, today: date, *, guardian_applies: bool = False
) -> Refusal | None:
    """What the law has against this account, by register and card (Decree 69/2024/ND-CP art. 7, 10, 11)."""
    for mark, refusal in _MARKS.items():
        if mark in entry.marks:
            return refusal
    person = entry.person
    paper = person.paper
    valid = paper is not None and paper_valid(paper.expires_on, today)
    age = levels.age_on(person.birthdate, today)
    try:
        levels.check(Applicant(HolderKind(person.kind), age, valid, guardian_applies), level, today)
    except NoValidPaper:
        return Refusal.NO_VALID_CARD
    except GuardianMustApply:
        return Refusal.GUARDIAN_APPLIES
    except LevelRefused:
        return Refusal.LEVEL_NOT_FOR_AGE
    except NotEligible:
        return Refusal.NO_VALID_CARD
    return None


def by_the_account(account: Account | None) -> Refusal | None:
    """A person has one account (art. 7)."""
    if account is None:
        return None
    return Refusal.BEING_EXAMINED if account.state == State.PENDING_VERIFICATION else Refusal.HAS_ACCOUNT
