"""Small readings that every clinical resource needs: concepts, states, quantities, times, our own extensions."""

from __future__ import annotations

from collections.abc import Container
from decimal import Decimal, InvalidOperation

from idp.documents.health import ips_codes as codes
from idp.documents.health.ips_times import When
from idp.documents.health.tracking import Node

GREATEST = 10**9


def words(concept: Node | None) -> str | None:
    """A concept in words: its text, else what its first code is called. The other codings stay unread."""
    if concept is None:
        return None
    told = concept.text("text")
    if told:
        return told
    return next((shown for one in concept.each("coding") if (shown := one.text("display"))), None)


def code_of(concept: Node | None, *systems: str) -> str | None:
    """The code in one of these systems; of any where none is named, and then the system stays unread."""
    for one in concept.each("coding") if concept is not None else ():
        if not systems or one.peek("system") in systems:
            if systems or one.peek("system") in (codes.LOINC, codes.LOCAL_SYSTEM):
                one.text("system")
            return one.text("code")
    return None


def has_code(concept: Node | None, wanted: Container[str | None]) -> bool:
    """Whether any coding has one of these codes; nothing counts as read."""
    each = concept.each("coding") if concept is not None else ()
    return any(one.peek("code") in wanted for one in each)


def implied(concept: Node | None, *said: str) -> str | None:
    """The code of a state; where it is one that goes without saying, all of it counts as read."""
    if concept is None:
        return None
    found = next((code for one in concept.each("coding") if (code := one.peek("code"))), None)
    if found in said:
        concept.take()
    return found


def says_none(concept: Node | None) -> str | None:
    """`nothing` where it only says that there is no information, `none` where it says that there are none."""
    for one in concept.each("coding") if concept is not None else ():
        code = one.peek("code") or ""
        if one.peek("system") == codes.ABSENT:
            return "nothing" if code.endswith("-info") else "none"
        if one.peek("system") == codes.SNOMED and code in codes.NONE_IN_SNOMED:
            return "none"
    return None


def extension(node: Node, name: str) -> str | None:
    """Our own extension of this name."""
    for one in node.each("extension"):
        if one.peek("url") == f"{codes.EXTENSION}/{name}":
            one.text("url")
            return one.text("valueString")
    return None


def quantity(node: Node | None) -> tuple[str | None, str | None]:
    """Value and unit in words."""
    if node is None:
        return None, None
    value = " ".join(told for name in ("comparator", "value") if (told := node.text(name)))
    unit = node.text("unit") or node.text("code")
    if node.peek("system") == "http://unitsofmeasure.org" and node.peek("code") in (unit, "1", None):
        node.text("system"), node.text("code")
    return value or None, unit


def number(text: str | None) -> int | float | None:
    """As the signed document writes a number; None for anything else, and for what no measure or dose reaches."""
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > GREATEST:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def period(node: Node, name: str) -> When | None:
    """`nameDateTime`, `namePeriod` or `nameString`, whichever is there."""
    instant = node.text(f"{name}DateTime")
    if instant:
        return When(instant)
    span = node.get(f"{name}Period")
    if span is not None:
        start, end = span.text("start"), span.text("end")
        return When(start, end, ongoing=bool(start and not end))
    text = node.text(f"{name}String")
    return When(words=text) if text else None


def kept(**claims: object) -> dict[str, object]:
    """The claims that there is something to say of."""
    return {name: value for name, value in claims.items() if value not in (None, "")}
