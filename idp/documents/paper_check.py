"""Looking up a printed sheet: who types all five facts learns whether the document holds, by whom and of which day.

As the draft rules for the criminal record certificate have it: the sheet's code, name, date of birth, sex and
number. There is one answer to everything that is not right, and guesses are slowed down by address and by code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp import throttling
from idp.audit.port import Audit
from idp.documents import printing_store, sheet_digest
from idp.documents.document import Document
from idp.documents.wallet import view
from idp.throttling import Attempt, Key, Policy

# A counter checks many sheets in a row; a wrong one in ten is a slip, and thirty are not.
CODE = Policy("sheet-code", (0, 0, 0, 5, 30, 300), timedelta(days=1))
ADDRESS = Policy("sheet-address", (*(0 for _ in range(20)), 5, 15, 60, 300), timedelta(hours=1))
LONGEST = 200  # characters of each fact


@dataclass(frozen=True)
class Facts:
    """As they were typed."""

    sheet_code: str
    full_name: str
    birthdate: str
    sex: str
    number: str

    @property
    def digest(self) -> str:
        parts = (self.sheet_code, self.full_name, self.birthdate, self.sex, self.number)
        return sheet_digest.of(*(part[:LONGEST] for part in parts))


def may_ask(session: Session, facts: Facts, address: str, now: datetime) -> Attempt:
    """Count this question before it is answered. Call in a writing transaction of its own."""
    return throttling.reserve(session, _keys(facts, address), now)


def look_up(session: Session, audit: Audit, facts: Facts, address: str, now: datetime) -> Document | None:
    """The document of the sheet, as it is now. The holder finds in her history that it was looked up."""
    row = printing_store.document_of(session, facts.digest)
    if row is None:
        return None
    throttling.succeed(session, *_keys(facts, address))
    details = {"document": row.id, "vct": row.vct, "issuer": row.issuer_id}
    audit.record(session, event="document.looked_up", subject=row.holder, client_id=None, details=details, now=now)
    return view(row)


def _keys(facts: Facts, address: str) -> tuple[Key, Key]:
    caller = throttling.address_key(address)
    code = sheet_digest.of(facts.sheet_code[:LONGEST], "", "", "", "")
    return Key(CODE, code), Key(ADDRESS, caller.of)
