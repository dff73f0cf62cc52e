"""The history of use of one account: five years (Decree 69/2024/ND-CP art. 28), searched as it is read.

Every look-up by an officer is among it, with its purpose and its case number. Search is over the words that the page
shows, whatever the case and the Vietnamese marks, so that what is seen can be found.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from idp.accounts.levels import legal_day
from idp.accounts.my_account.wording import Line, Wording
from idp.accounts.ports import AccountServices
from idp.i18n import VIETNAM

YEARS = 5
BATCH = 200
PAGE = 30
LONGEST_SEARCH = 100


class BadPeriod(Exception):
    """A date that is none, or a first day after the last. `field` is since or until."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Filter:
    """What is asked for. Days are Vietnam's, both counted in; `kind` is empty for all."""

    text: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


def read_filter(text: str, kind: str, since: str, until: str) -> Filter:
    """The filter as a form sends it. Raises BadPeriod."""
    first, last = _day(since, "since"), _day(until, "until")
    if first is not None and last is not None and first > last:
        raise BadPeriod("until")
    return Filter(text.strip()[:LONGEST_SEARCH], kind if kind in kinds() else "", first, last)


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of activity, in the order of the page."""
    return tuple(name for name, _ in _table())


def kind_of(event: str) -> str:
    return next(name for name, starts in _table() if event.startswith(starts))


@dataclass(frozen=True)
class Activity:
    """The history of one person, in one language."""

    services: AccountServices
    subject: str
    wording: Wording

    def page(self, wanted: Filter, before: int | None, now: datetime) -> tuple[list[Line], bool]:
        """One page, last recorded first, and whether there are earlier ones."""
        found: list[Line] = []
        for line in self.all(wanted, now, before):
            if len(found) == PAGE:
                return found, True
            found.append(line)
        return found, False

    def all(self, wanted: Filter, now: datetime, before: int | None = None) -> Iterator[Line]:
        """Everything that fits, last recorded first; read in parts, none of which holds a transaction open."""
        text = folded(wanted.text)
        while True:
            lines, read = self._batch(wanted, before, now)
            yield from (line for line in lines if text in folded(" ".join(line.words())))
            if read < BATCH:
                return
            before = lines[-1].id

    def _batch(self, wanted: Filter, before: int | None, now: datetime) -> tuple[list[Line], int]:
        services = self.services
        with services.db.read() as session:
            events = services.history.activity(
                session, self.subject, since=_since(wanted, now), until=_until(wanted), limit=BATCH,
                events=_events(services, wanted.kind), before_id=before,
            )  # fmt: skip
            named = services.links.names(session, {event.client_id for event in events if event.client_id})
        return [self.wording.line(event, kind_of(event.event), named) for event in events], len(events)


def folded(text: str) -> str:
    """Without case and marks: who types "dang nhap" means "Đăng nhập"."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def kept_since(now: datetime) -> date:
    """The first day of the five years."""
    today = legal_day(now)
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - YEARS, day=28)


def _events(services: AccountServices, kind: str) -> Sequence[str]:
    return [event for event in services.events if not kind or kind_of(event) == kind]


def _since(wanted: Filter, now: datetime) -> datetime:
    first = kept_since(now)
    return _midnight(max(first, wanted.since) if wanted.since else first)


def _until(wanted: Filter) -> datetime | None:
    """The day after the last one; the end of time has none."""
    return None if wanted.until in (None, date.max) else _midnight(wanted.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise BadPeriod(field) from None
    if found.year < 1900:  # midnight in Vietnam must be an instant of UTC as well
        raise BadPeriod(field)
    return found


@cache
def _table() -> tuple[tuple[str, tuple[str, ...]], ...]:
    with (Path(__file__).parent / "kinds.toml").open("rb") as stream:
        rows = tomllib.load(stream)["kind"]
    return tuple((row["name"], tuple(row["events"])) for row in rows)
