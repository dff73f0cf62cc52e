"""Applications that wait in the demo, so that the officers' queue has something to decide. Written once, each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts import store
from idp.accounts.applications import codes
from idp.accounts.applications import store as applications
from idp.accounts.applications.deadlines import Case, due_on
from idp.accounts.applications.models import AccountApplication
from idp.accounts.levels import HolderKind
from idp.accounts.organisations import store as organisations
from idp.accounts.organisations.applications import Applications
from idp.audit.port import Audit

#: By the id of the test citizen: who was received at the counter for level 2, and who applied for an organisation.
LEVEL_2 = "hoa"
ORGANISATION = {"quynh": "0650000813"}


def seed_waiting(session: Session, subjects: Mapping[str, str], audit: Audit, now: datetime) -> None:
    """Nothing is written anew that was decided meanwhile. Whom a user's own file replaced is passed over."""
    if LEVEL_2 in subjects:
        _level_2(session, subjects[LEVEL_2], audit, now)
    for persona, number in ORGANISATION.items():
        organisation = store.organisation_by_number(session, number)
        if persona in subjects and organisation and not organisations.applied(session, organisation.id):
            Applications(audit, automatic=False).apply(session, subjects[persona], number, now)


def _level_2(session: Session, subject: str, audit: Audit, now: datetime) -> None:
    account = store.account(session, subject)
    person = account.person if account and account.identity_level == 1 else None
    if person is None or applications.applied(session, person.id, 2):
        return
    receipt = codes.new_receipt(now)
    row = AccountApplication(
        id=uuid.uuid4().hex, receipt=receipt, person_id=person.id, open_of=applications.open_key(person.id, 2),
        level=2, state="received", phone_number=person.phone_number or "", email=person.email, received_at=now,
        due_on=due_on(Case(HolderKind(person.kind), 2), now),
    )  # fmt: skip
    session.add(row)
    details = {"receipt": receipt, "level": 2}
    audit.record(session, event="application.received", subject=subject, client_id=None, details=details, now=now)
