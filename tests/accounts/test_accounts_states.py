"""States and locks of accounts (Decree 69/2024/ND-CP art. 15 and 29)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from idp.accounts.levels import HolderKind
from idp.accounts.models import Account, IdentityPaper, Organisation, Person
from idp.accounts.states import (
    LOCK_RULES,
    CannotLock,
    CannotUnlock,
    LockedBy,
    LockReason,
    State,
    lock,
    standing,
    unlock,
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def _account(kind: str = "citizen", expires: date | None = None, state: State = State.ACTIVE) -> Account:
    if kind == "organisation":
        return Account(organisation=Organisation(id="o"), person=None, state=state.value)
    person = Person(id="p", kind=kind, paper=IdentityPaper(kind="identity_card", expires_on=expires))
    return Account(person=person, organisation=None, state=state.value)


def _allowed() -> list[tuple[str, LockReason]]:
    return [(kind.value, reason) for reason, rule in LOCK_RULES.items() for kind in sorted(rule.holders)]


def test_expired_card_locks_by_itself() -> None:
    """The lock is derived, by the system, from the day after the card's last day; a new card lifts it."""
    account = _account(expires=date(2026, 11, 23))
    stands = standing(account, NOW)
    assert (stands.state, stands.reason, stands.by) == (State.LOCKED, LockReason.CARD_EXPIRED, LockedBy.SYSTEM)
    assert stands.since is not None
    assert stands.since.astimezone(UTC) == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert account.state == "active"
    assert account.person is not None
    assert account.person.paper is not None
    account.person.paper.expires_on = date(2036, 11, 23)
    assert standing(account, NOW).usable


def test_card_is_good_through_its_last_day() -> None:
    """And a card for life never expires."""
    assert standing(_account(expires=date(2026, 11, 24)), NOW).usable
    assert standing(_account(expires=None), NOW).usable


@pytest.mark.parametrize("state", [State.PENDING_VERIFICATION, State.ISSUED, State.CLOSED])
def test_only_active_is_usable(state: State) -> None:
    """Not yet and no longer active accounts are not usable, nor can they be locked."""
    account = _account(state=state)
    assert not standing(account, NOW).usable
    with pytest.raises(CannotLock):
        lock(account, LockReason.OWN_REQUEST, LockedBy.HOLDER, NOW)


def test_an_authority_locks_what_is_not_activated_yet() -> None:
    """Somebody may die, or lose her card, before she activates; lifted, it waits for its activation again."""
    account = _account(state=State.ISSUED)
    lock(account, LockReason.BREACH_OF_TERMS, LockedBy.AUTHORITY, NOW)
    assert standing(account, NOW).state is State.LOCKED
    unlock(account, LockedBy.AUTHORITY)
    assert standing(account, NOW).state is State.ISSUED
    for state in (State.PENDING_VERIFICATION, State.CLOSED):
        with pytest.raises(CannotLock):
            lock(_account(state=state), LockReason.BREACH_OF_TERMS, LockedBy.AUTHORITY, NOW)


@pytest.mark.parametrize(("kind", "reason"), _allowed())
def test_locks_that_apply(kind: str, reason: LockReason) -> None:
    """Each reason of the table locks each holder it applies to, with who and when."""
    account = _account(kind)
    lock(account, reason, LockedBy.AUTHORITY, NOW)
    stands = standing(account, NOW)
    assert (stands.state, stands.reason, stands.by, stands.since) == (State.LOCKED, reason, LockedBy.AUTHORITY, NOW)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("organisation", LockReason.DEATH),
        ("organisation", LockReason.CARD_EXPIRED),
        ("foreigner", LockReason.CARD_LOCKED),
        ("citizen", LockReason.DISSOLVED),
    ],
)
def test_locks_that_do_not_apply(kind: str, reason: LockReason) -> None:
    """An organisation does not die, a foreigner has no electronic identity card, a citizen is not dissolved."""
    assert HolderKind(kind) not in LOCK_RULES[reason].holders
    with pytest.raises(CannotLock):
        lock(_account(kind), reason, LockedBy.AUTHORITY, NOW)


def test_holder_lifts_her_own_lock_only() -> None:
    """What the holder locked she may unlock; what anybody else locked she may not."""
    account = _account()
    lock(account, LockReason.OWN_REQUEST, LockedBy.HOLDER, NOW)
    unlock(account, LockedBy.HOLDER)
    assert standing(account, NOW).usable
    assert account.lock_reason is None
    for reason in (LockReason.AUTHORITY_REQUEST, LockReason.BREACH_OF_TERMS, LockReason.CARD_REVOKED):
        account = _account()
        lock(account, reason, LockedBy.AUTHORITY, NOW)
        with pytest.raises(CannotUnlock, match="69/2024"):
            unlock(account, LockedBy.HOLDER)
        unlock(account, LockedBy.AUTHORITY)
        assert standing(account, NOW).usable


@pytest.mark.parametrize("by", list(LockedBy))
def test_death_is_never_unlocked(by: LockedBy) -> None:
    """Nobody lifts death."""
    account = _account()
    lock(account, LockReason.DEATH, LockedBy.AUTHORITY, NOW)
    with pytest.raises(CannotUnlock):
        unlock(account, by)


def test_unlocking_what_is_not_locked() -> None:
    """There is nothing to lift."""
    with pytest.raises(CannotUnlock):
        unlock(_account(), LockedBy.AUTHORITY)
