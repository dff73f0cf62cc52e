"""What `documents import` and `documents export` share: the holder's wallet, opened, and how they speak."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts import services, store
from idp.cli import issuing
from idp.cli.errors import CommandError
from idp.cli.terminal import say
from idp.config import Config
from idp.documents.health.errors import HealthRecordError
from idp.documents.health.record import LeftOut, Person, Place
from idp.documents.issuance import Issuing

NUMBER = re.compile(r"[0-9]{12}")
LEVEL = 2
SHOWN = 8  # rows of a line for people


@dataclass(frozen=True)
class Wallet:
    """One transaction over one person's documents."""

    session: Session
    issuing: Issuing
    person: Person
    now: datetime


@contextmanager
def opened_wallet(config: Config, number: str) -> Iterator[Wallet]:
    """Committed at the end of the block, or nothing of it. Raises CommandError."""
    if not NUMBER.fullmatch(number):
        raise CommandError("--person takes a personal identification number of 12 digits")
    with issuing.transaction(config) as place:
        yield Wallet(place.session, place.issuing, _person(place.session, number, place.now), place.now)


def _person(session: Session, number: str, now: datetime) -> Person:
    account = store.account_by_number(session, number)
    holder = None if account is None else services.holder(session, account.subject, now)
    if holder is None:
        raise CommandError("--person: nobody here has this number and an account; mock-vneid personas lists them")
    if holder.identity_level < LEVEL:
        raise CommandError("--person: documents are integrated into accounts of identity level 2 only")
    return Person(holder.subject, holder.personal_id_number, holder.full_name, holder.birthdate, holder.sex)


def refused(error: HealthRecordError, *, as_json: bool) -> int:
    """One message, where a person or a machine looks for it; exit code 1."""
    if as_json:
        say(json.dumps({"error": error.code, "where": error.where, "message": error.what}, ensure_ascii=False))
    else:
        print(f"mock-vneid documents: refused: {error}", file=sys.stderr)
    return 1


def left_out(left: Sequence[LeftOut]) -> str:
    """One line for everything that found no place, with the rows of the table that it stands in."""
    lines = [f"left out: {len(left)}" if left else "left out: nothing"]
    for one in left:
        times = f" ({one.count} times)" if one.count > 1 else ""
        lines.append(f"  {one.path}{times}: {one.reason}{_rows(one.places)}")
    return "\n".join(lines)


def _rows(places: Sequence[Place]) -> str:
    """`; rows 1, 2 of MA_LK MPLK26110001`: the first of them, the others are in the report for machines."""
    if not places:
        return ""
    numbers: dict[str, list[str]] = {}
    for one in places[:SHOWN]:
        numbers.setdefault(one.visit, []).append(str(one.row))
    told = [f"row{'s' * (len(rows) > 1)} {', '.join(rows)} of MA_LK {visit}" for visit, rows in numbers.items()]
    more = [f"{len(places) - SHOWN} more (--json names them)"] if len(places) > SHOWN else []
    return f"; {'; '.join([*told, *more])}"
