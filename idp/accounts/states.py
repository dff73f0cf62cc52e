"""States of an account, and why it is locked (Decree 69/2024/ND-CP art. 15 and 29; Law on Identity art. 34).

`pending_verification -> issued -> active <-> locked -> closed`. Expiry of the card is derived from the register on
the day, never stored: the lock comes by itself and goes by itself when its ground is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from idp.accounts.levels import HolderKind, legal_day
from idp.accounts.models import Account
from idp.i18n import VIETNAM


class Law(StrEnum):
    """The articles a lock rests on."""

    DECREE_69_ART_15 = "Decree 69/2024/ND-CP art. 15"
    DECREE_69_ART_15_29 = "Decree 69/2024/ND-CP art. 15 and 29"
    LAW_ON_IDENTITY_ART_34 = "Law on Identity 26/2023/QH15 art. 34"


class State(StrEnum):
    PENDING_VERIFICATION = "pending_verification"
    ISSUED = "issued"
    ACTIVE = "active"
    LOCKED = "locked"
    CLOSED = "closed"


class LockReason(StrEnum):
    OWN_REQUEST = "own_request"
    BREACH_OF_TERMS = "breach_of_terms"
    CARD_LOCKED = "card_locked"
    CARD_EXPIRED = "card_expired"
    CARD_REVOKED = "card_revoked"
    AUTHORITY_REQUEST = "authority_request"
    DISSOLVED = "dissolved"
    DEATH = "death"


class LockedBy(StrEnum):
    HOLDER = "holder"
    AUTHORITY = "authority"
    SYSTEM = "system"


@dataclass(frozen=True)
class LockRule:
    """Whom the reason can meet, who can lift the lock, and the article."""

    holders: frozenset[HolderKind]
    lifted_by_holder: bool
    law: Law


_PERSONS = frozenset({HolderKind.CITIZEN, HolderKind.FOREIGNER})
_ALL = frozenset(HolderKind)
LOCK_RULES = {
    LockReason.OWN_REQUEST: LockRule(_ALL, True, Law.DECREE_69_ART_15),
    LockReason.BREACH_OF_TERMS: LockRule(_ALL, False, Law.DECREE_69_ART_15),
    LockReason.CARD_LOCKED: LockRule(frozenset({HolderKind.CITIZEN}), False, Law.DECREE_69_ART_15_29),
    LockReason.CARD_EXPIRED: LockRule(_PERSONS, False, Law.DECREE_69_ART_15),
    LockReason.CARD_REVOKED: LockRule(_PERSONS, False, Law.DECREE_69_ART_15),
    LockReason.AUTHORITY_REQUEST: LockRule(_ALL, False, Law.DECREE_69_ART_15),
    LockReason.DISSOLVED: LockRule(frozenset({HolderKind.ORGANISATION}), False, Law.DECREE_69_ART_15),
    LockReason.DEATH: LockRule(_PERSONS, False, Law.LAW_ON_IDENTITY_ART_34),
}


class CannotLock(Exception):
    """The account is not in a state, or not of a kind, that this lock can meet."""


class CannotUnlock(Exception):
    """The lock is not the asker's to lift."""


@dataclass(frozen=True)
class Standing:
    """How an account stands at one instant; `reason` and `since` where it is locked."""

    state: State
    reason: LockReason | None = None
    by: LockedBy | None = None
    since: datetime | None = None

    @property
    def usable(self) -> bool:
        return self.state is State.ACTIVE


def holder_kind(account: Account) -> HolderKind:
    """Citizen, foreigner or organisation."""
    return HolderKind(account.person.kind) if account.person is not None else HolderKind.ORGANISATION


def standing(account: Account, now: datetime) -> Standing:
    """The state at `now`, an expired card counted."""
    state = State(account.state)
    if state is State.LOCKED:
        by = LockedBy(account.locked_by) if account.locked_by else None
        return Standing(state, LockReason(str(account.lock_reason)), by, account.locked_at)
    expired_since = _expired_since(account, now)
    if state is State.ACTIVE and expired_since is not None:
        return Standing(State.LOCKED, LockReason.CARD_EXPIRED, LockedBy.SYSTEM, expired_since)
    return Standing(state)


def lock(account: Account, reason: LockReason, by: LockedBy, now: datetime) -> None:
    """Lock an account that is active or, at an authority's word, not activated yet. Raises CannotLock."""
    lockable = (State.ACTIVE,) if by is LockedBy.HOLDER else (State.ACTIVE, State.ISSUED)
    if State(account.state) not in lockable:
        raise CannotLock(f"an account that is {account.state} cannot be locked")
    if holder_kind(account) not in LOCK_RULES[reason].holders:
        raise CannotLock(f"{reason} does not apply to a {holder_kind(account)}")
    account.locked_from, account.state, account.lock_reason = account.state, State.LOCKED.value, reason.value
    account.locked_by, account.locked_at = by.value, now


def unlock(account: Account, by: LockedBy) -> None:
    """Lift a lock: the account is what it was before. The holder lifts only her own; nobody lifts death.

    Raises CannotUnlock.
    """
    if State(account.state) is not State.LOCKED:
        raise CannotUnlock("the account is not locked")
    reason = LockReason(str(account.lock_reason))
    own = LOCK_RULES[reason].lifted_by_holder and account.locked_by == LockedBy.HOLDER
    if reason is LockReason.DEATH or (by is LockedBy.HOLDER and not own):
        raise CannotUnlock(f"a lock for {reason} is not lifted by the {by} ({LOCK_RULES[reason].law})")
    account.state = account.locked_from or State.ACTIVE.value
    account.lock_reason = account.locked_by = account.locked_at = account.locked_from = None


def paper_valid(expires_on: date | None, today: date) -> bool:
    """A card is good through its last day; one without a last day is good for life."""
    return expires_on is None or today <= expires_on


def _expired_since(account: Account, now: datetime) -> datetime | None:
    paper = account.person.paper if account.person is not None else None
    if paper is None or paper.expires_on is None or paper_valid(paper.expires_on, legal_day(now)):
        return None
    return datetime.combine(paper.expires_on + timedelta(days=1), time(), VIETNAM)
