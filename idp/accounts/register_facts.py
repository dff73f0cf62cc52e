"""What the population register says of a person, by the names that document types have for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from idp.accounts import names, store

NATIONALITIES = {"VN": "Việt Nam", "SE": "Thụy Điển"}
HOME = "Việt Nam"


def facts(session: Session, subject: str) -> Mapping[str, object] | None:
    """None for an unknown subject or an organisation."""
    account = store.account(session, subject)
    if account is None or account.person is None:
        return None
    person = account.person
    home, staying = person.permanent_address or person.current_address, person.current_address
    found: dict[str, object] = {
        "personal_id_number": person.personal_id_number,
        "full_name": names.nfc(person.full_name),
        "birthdate": person.birthdate.isoformat(),
        "sex": person.sex,
        "nationality": ", ".join(NATIONALITIES.get(code, code) for code in person.nationalities),
        "nationalities": list(person.nationalities),
        "place_of_origin": person.place_of_origin,
        "place_of_birth": person.birth_registered_at,
        "birthplace": person.birth_registered_at,
        "permanent_address": home and _line(home),
        "current_address": staying and _line(staying),
        "address": home and _line(home),
        "residence": home and _line(home),
    }
    return {name: value for name, value in found.items() if value}


def subject_of(session: Session, number: str) -> str | None:
    """Whose number this is, where that person has an account."""
    account = store.account_by_number(session, number) if number.isdigit() else None
    return account.subject if account else None


def _line(address: Mapping[str, Any]) -> str:
    parts = [str(address[part]) for part in ("street_address", "locality", "region") if address.get(part)]
    country = address.get("country")
    return ", ".join([*parts, str(country)] if country and country != HOME else parts)
