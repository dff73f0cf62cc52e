"""A health record as read from outside, whatever its format: ready to become documents, and what is left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Person:
    """Whose wallet it goes to, as the population register has her."""

    subject: str
    personal_id_number: str
    full_name: str
    birthdate: date
    sex: str


@dataclass(frozen=True)
class Patient:
    """Whom the record is about. `where` says where each of the three stands, for a message.

    `birthdate` is year, month and day; a month or day that is not known is 0.
    """

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    birthdate: tuple[int, int, int] | None
    sex: str | None
    where: Mapping[str, str]


@dataclass(frozen=True)
class Visit:
    """One encounter: the claims of the document that the hospital `issuer_id` signs for it."""

    issuer_id: str
    claims: Mapping[str, object]
    where: str


@dataclass(frozen=True)
class Place:
    """One row of a table: its number in what was given, the visit (MA_LK) it belongs to, its own number in the visit
    (STT). Nothing that is about a person.
    """

    row: int
    visit: str
    own: str | None = None

    def as_json(self) -> dict[str, object]:
        return {"row": self.row, "MA_LK": self.visit, "STT": self.own}


@dataclass(frozen=True)
class LeftOut:
    """Something of the record that no claim of ours holds, and why. `count` says how often, `places` in which rows
    of its table; where the path tells the place, there are none.
    """

    path: str
    reason: str
    count: int = 1
    places: tuple[Place, ...] = ()

    def as_json(self) -> dict[str, object]:
        rows = [one.as_json() for one in self.places]
        return {"path": self.path, "reason": self.reason, "count": self.count, "rows": rows}


#: Reasons, which tell a reader whether to mind.
NO_FIELD = "no field of ours holds it"
NOT_TRUE = "marked as not so, or as an error"
NONE_KNOWN = "says that there are none; an empty list of ours says only that none is recorded"
NO_DAY = "its day is not known, and the signed document must have one"
FOREIGN = "its facility is none that signs here"
NOT_MEDICAL = "cost and administration"
OWN_TABLE = "a table for another document"


@dataclass(frozen=True)
class Record:
    """`patients` are all statements of whom it is about, each to be checked. `book` are claims of the health book
    beside the person's own; `keeper` is the hospital that keeps it.
    """

    format: str
    patients: tuple[Patient, ...]
    book: Mapping[str, object]
    visits: tuple[Visit, ...]
    keeper: str | None
    left_out: tuple[LeftOut, ...] = field(default=())
