"""Is the record about this person? Number, name and birth date must all say so; what is silent is no proof."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date

from idp.documents.health.errors import WrongPerson
from idp.documents.health.record import Patient, Person


def check(patients: Iterable[Patient], person: Person) -> None:
    """Every statement in the record must be about her. Raises WrongPerson, which names the place but no value."""
    for patient in patients:
        _check(patient, person)


def _check(patient: Patient, person: Person) -> None:
    where = patient.where
    if not patient.numbers:
        raise WrongPerson(where["number"], "no personal identification number to know the person by")
    if any(number != person.personal_id_number for number in patient.numbers):
        raise WrongPerson(where["number"], "is not the number of the person whose wallet it is for")
    if _key(person.full_name) not in {_key(name) for name in patient.names}:
        raise WrongPerson(where["name"], "is not the name in the population register")
    if not _born(patient.birthdate, person.birthdate):
        raise WrongPerson(where["birthdate"], "is not the birth date in the population register")
    if patient.sex is not None and patient.sex != person.sex:
        raise WrongPerson(where["sex"], "is not the sex in the population register")


def _key(name: str) -> str:
    """Hospitals write names in capitals, and in either form of Unicode."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _born(told: tuple[int, int, int] | None, known: date) -> bool:
    """A month or day that the record does not know (0) contradicts nothing; the year must be there."""
    if told is None:
        return False
    pairs = zip(told, (known.year, known.month, known.day), strict=True)
    return told[0] == known.year and all(part in (0, right) for part, right in pairs)
