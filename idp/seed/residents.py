"""People in the register who have no account: what they are for is to apply for one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from idp.accounts.applications.models import Passport, RegisterMark
from idp.seed.entries import AccountEntry, Address, Paper, Persona
from idp.seed.people import seed_person

BUILT_IN = Path(__file__).parent / "residents.toml"


@dataclass(frozen=True)
class Resident:
    """`person` as the register has her; a foreigner with her passport; `marks` that end validity, with their day."""

    person: Persona
    passport: Mapping[str, Any] | None
    marks: Mapping[str, date]


def load() -> tuple[Resident, ...]:
    """The built-in ones; a test holds them to the rules of test citizens."""
    with BUILT_IN.open("rb") as stream:
        return tuple(_read(row) for row in tomllib.load(stream)["resident"])


def seed_residents(session: Session, now: datetime) -> None:
    """Bring the register to what the file says; accounts opened since stay as they are."""
    for resident in load():
        person = seed_person(session, resident.person, now)
        session.flush()
        if resident.passport is not None:
            row = Passport(
                person_id=person.id, number=resident.passport["number"], country=resident.passport["country"],
                expires_on=resident.passport["expires"],
                biometrics_taken_on=resident.passport.get("biometrics_taken"),
            )  # fmt: skip
            session.merge(row)
        for kind, day in resident.marks.items():
            session.merge(RegisterMark(person_id=person.id, kind=kind, marked_on=day))


def _read(row: Mapping[str, Any]) -> Resident:
    paper = row["paper"]
    person = Persona(
        id=row["id"], full_name=row["full_name"], personal_id_number=row["personal_id_number"], sex=row["sex"],
        birthdate=row["birthdate"], kind=row["kind"], story=row["story"], account=AccountEntry(level=0),
        nationalities=tuple(row.get("nationalities", ("VN",))), locale=row.get("locale", "vi-VN"),
        phone_number=row.get("phone_number"), permanent_address=Address(**row["address"]),
        paper=Paper(paper["kind"], paper["number"], paper["issued"], paper.get("expires")),
    )  # fmt: skip
    return Resident(person, row.get("passport"), row.get("marks", {}))
