"""What claims of a document must agree in: the law's rules as data in the type's file, checked before signing.

    [[rule]]                     # each class of a licence ends so many years after its day of issue
    kind = "term"                # a value that is not in `years` has no end
    each = "classes"
    by = "class"
    from = "issued_on"
    until = "expires_on"
    years = { B = 10, C = 5 }

`age` (the holder's least age at `from`, by a value), `latest` (`until` is the latest of all ends, and is missing
where one has none) and `order` (`until` is not before `from`) are written alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Claims = Mapping[str, object]
Found = Iterator[tuple[tuple[str | int, ...], str]]


@dataclass(frozen=True)
class Rule:
    """`each` is a list of objects, "" for the document itself; the other names are claims there."""

    kind: str
    each: str
    by: str
    start: str
    until: str
    years: Mapping[str, int]

    def broken(self, claims: Claims) -> Found:
        """Path and message of whatever breaks the rule. The claims are of the right kinds already."""
        return _KINDS[self.kind](self, claims)

    def places(self, claims: Claims) -> Iterator[tuple[tuple[str | int, ...], Claims]]:
        if not self.each:
            yield (), claims
            return
        listed = claims.get(self.each)
        for index, one in enumerate(listed if isinstance(listed, list) else ()):
            yield (self.each, index), one


def read_rule(table: Mapping[str, Any]) -> Rule:
    """Raises ValueError."""
    unknown = set(table) - {"kind", "each", "by", "from", "until", "years"}
    if unknown or table.get("kind") not in _KINDS:
        raise ValueError(f"rule: unknown {sorted(unknown) or table.get('kind')}; kinds are {', '.join(_KINDS)}")
    years = {str(value): int(number) for value, number in table.get("years", {}).items()}
    each, by, start, until = (str(table.get(name, "")) for name in ("each", "by", "from", "until"))
    return Rule(table["kind"], each, by, start, until, years)


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 28 February for a 29th that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the month's last where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(years, month + 1, last)
        except ValueError:
            continue
    return date(years, month + 1, day.day)


def _term(rule: Rule, claims: Claims) -> Found:
    for path, place in rule.places(claims):
        value, start, until = str(place.get(rule.by)), _day(place, rule.start), _day(place, rule.until)
        years = rule.years.get(value)
        if years is None and until is not None:
            yield (*path, rule.until), f"{value} has no end"
        elif years is not None and start is not None and until != years_after(start, years):
            yield (*path, rule.until), f"must be {years_after(start, years)}: {value} is for {years} years"


def _age(rule: Rule, claims: Claims) -> Found:
    born = _day(claims, "birthdate")
    for path, place in rule.places(claims):
        start, years = _day(place, rule.start), rule.years.get(str(place.get(rule.by)))
        if born and start and years is not None and start < years_after(born, years):
            yield (*path, rule.start), f"{place.get(rule.by)} is from the age of {years} on"


def _latest(rule: Rule, claims: Claims) -> Found:
    ends = [_day(place, rule.start) for _, place in rule.places(claims)]
    known = [end for end in ends if end is not None]
    wanted = max(known) if known and len(known) == len(ends) else None
    if _day(claims, rule.until) != wanted:
        yield (rule.until,), f"must be {wanted}, the latest of all" if wanted else "must be left out: one has no end"


def _order(rule: Rule, claims: Claims) -> Found:
    for path, place in rule.places(claims):
        start, until = _day(place, rule.start), _day(place, rule.until)
        if start and until and until < start:
            yield (*path, rule.until), f"lies before {rule.start}"


def _day(claims: Claims, name: str) -> date | None:
    value = claims.get(name)
    return date.fromisoformat(str(value)[:10]) if value else None


_KINDS: Mapping[str, Callable[[Rule, Claims], Found]] = {
    "age": _age, "latest": _latest, "order": _order, "term": _term,
}  # fmt: skip
