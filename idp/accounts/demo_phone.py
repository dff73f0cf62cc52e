"""The phones of the test citizens: what code each shows now. For the demo pages only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts import names, one_time_codes, store
from idp.accounts.models import Account
from idp.accounts.one_time_codes import CurrentCode
from idp.encryption import AtRest


@dataclass(frozen=True)
class Phone:
    """One phone: whose, and its code."""

    name: str
    personal_id_number: str
    code: CurrentCode


def phones(session: Session, at_rest: AtRest, now: datetime) -> Sequence[Phone]:
    """All phones, by name."""
    found = []
    for account in store.accounts_with_codes(session):
        code = code_of(account, at_rest, now)
        if code is not None and account.person is not None:
            person = account.person
            found.append(Phone(names.nfc(person.full_name), person.personal_id_number, code))
    return found


def code_of(account: Account, at_rest: AtRest, now: datetime) -> CurrentCode | None:
    """What this account's phone shows, or None where it has no one-time codes."""
    sealed = account.authenticator.one_time_code_seed if account.authenticator else None
    if sealed is None:
        return None
    return one_time_codes.current(one_time_codes.unseal(at_rest, account.subject, sealed), now)
