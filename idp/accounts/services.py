"""What other parts of the provider may know of an account, by its opaque subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.accounts import names, store
from idp.accounts.models import Account, Person
from idp.accounts.states import standing

ZONE = "Asia/Ho_Chi_Minh"
REGISTER_OPENS_AT = 2


@dataclass(frozen=True)
class Holder:
    """The person behind a subject. `full_name` is in NFC; `identity_level` 1 or 2; `active` at the asked instant."""

    subject: str
    personal_id_number: str
    full_name: str
    birthdate: date
    sex: str
    nationalities: tuple[str, ...]
    identity_level: int
    active: bool
    organisations: tuple[str, ...] = ()


def holder(session: Session, subject: str, now: datetime) -> Holder | None:
    """The person, or None for an unknown subject or an organisation."""
    account = store.account(session, subject)
    if account is None or account.person is None or account.identity_level is None:
        return None
    person = account.person
    return Holder(
        subject=subject,
        personal_id_number=person.personal_id_number,
        full_name=names.nfc(person.full_name),
        birthdate=person.birthdate,
        sex=person.sex,
        nationalities=tuple(person.nationalities),
        identity_level=account.identity_level,
        active=standing(account, now).usable,
        organisations=tuple(item.name for item in store.organisations_of(session, person.id)),
    )


def may_use(session: Session, subject: str, now: datetime) -> bool:
    """Whether the account exists and is active at `now`, an expired card counted."""
    account = store.account(session, subject)
    return account is not None and standing(account, now).usable


def display_name(session: Session, subject: str) -> str | None:
    """The name for a page's header."""
    found = store.holder_name(session, subject)
    return names.nfc(found) if found else None


def claims(session: Session, subject: str) -> Mapping[str, object] | None:
    """All claims that can be told of a person (OpenID Connect Core 5.1), empty ones left out (5.3.2).

    Beside the standard ones: `personal_id_number`, `identity_level`, `nationalities`, and of the register what opens
    at level 2 (Decree 69/2024/ND-CP art. 9), `permanent_address` and `place_of_origin`.
    """
    account = store.account(session, subject)
    if account is None or account.person is None:
        return None
    found = {**_standard(account.person), **_identity(account, account.person), **_register(account, account.person)}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _standard(person: Person) -> dict[str, object]:
    return {
        # One name, as on the card: Vietnamese names are not split into given and family name.
        "name": names.nfc(person.full_name),
        "birthdate": person.birthdate.isoformat(),
        "gender": person.sex,
        "address": _address(person.current_address or person.permanent_address),
        "phone_number": person.phone_number,
        "phone_number_verified": person.phone_number and True,
        "email": person.email,
        "email_verified": person.email and True,
        "locale": person.locale,
        "zoneinfo": ZONE,
        "updated_at": int(person.updated_at.timestamp()),
    }


def _identity(account: Account, person: Person) -> dict[str, object]:
    return {
        "personal_id_number": person.personal_id_number,
        "identity_level": account.identity_level,
        "nationalities": list(person.nationalities),
    }


def _register(account: Account, person: Person) -> dict[str, object]:
    if account.identity_level != REGISTER_OPENS_AT:
        return {}
    return {
        "permanent_address": _address(person.permanent_address),
        "place_of_origin": person.place_of_origin,
    }


def _address(stored: Mapping[str, Any] | None) -> dict[str, str]:
    """The address claim (OpenID Connect Core 5.1.1)."""
    if not stored:
        return {}
    parts = [str(stored[part]) for part in ("street_address", "locality", "region", "country") if stored.get(part)]
    return {**{key: str(value) for key, value in stored.items()}, "formatted": ", ".join(parts)}
