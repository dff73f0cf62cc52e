"""What the register and the account say of their holder, as she sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.accounts import names, store
from idp.accounts.states import Standing, standing


@dataclass(frozen=True)
class Profile:
    """The holder and her account. Addresses are one line each; what the register does not know is None."""

    full_name: str
    kind: str
    personal_id_number: str
    birthdate: date
    sex: str
    nationalities: tuple[str, ...]
    place_of_origin: str | None
    permanent_address: str | None
    current_address: str | None
    phone_number: str | None
    email: str | None
    identity_level: int | None
    standing: Standing
    opened_at: datetime
    updated_at: datetime
    paper_kind: str | None
    paper_number: str | None
    paper_expires_on: date | None


def of(session: Session, subject: str, now: datetime) -> Profile | None:
    """The profile of a person; None for an organisation and for a subject that is unknown."""
    account = store.account(session, subject)
    if account is None or account.person is None:
        return None
    person, paper = account.person, account.person.paper
    return Profile(
        full_name=names.nfc(person.full_name),
        kind=person.kind,
        personal_id_number=person.personal_id_number,
        birthdate=person.birthdate,
        sex=person.sex,
        nationalities=tuple(person.nationalities),
        place_of_origin=person.place_of_origin,
        permanent_address=_line(person.permanent_address),
        current_address=_line(person.current_address),
        phone_number=person.phone_number,
        email=person.email,
        identity_level=account.identity_level,
        standing=standing(account, now),
        opened_at=account.opened_at,
        updated_at=person.updated_at,
        paper_kind=paper.kind if paper else None,
        paper_number=paper.number if paper else None,
        paper_expires_on=paper.expires_on if paper else None,
    )


def _line(address: Mapping[str, Any] | None) -> str | None:
    parts = [str(address[part]) for part in ("street_address", "locality", "region") if address and address.get(part)]
    return ", ".join(parts) or None
