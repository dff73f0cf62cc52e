"""Her history of use as a file: CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime

from idp.accounts.my_account.activity import Activity, Filter
from idp.accounts.my_account.wording import Line
from idp.i18n import VIETNAM

Writer = Callable[[Activity, Filter], str]
MARK = "MÔ PHỎNG / MOCK"
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet reads the Vietnamese letters wrongly
# What a spreadsheet takes for the beginning of a formula, full-width forms too (OWASP, CSV Injection).
FORMULA = tuple("=+-@\t\r\n|\uff1d\uff0b\uff0d\uff20")


def as_csv(lines: Iterable[Line], header: Iterable[str]) -> str:
    """RFC 4180, every field quoted, and none of them a formula."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*header])
    for line in lines:
        details = "; ".join(f"{fact.label}: {fact.value}" for fact in line.facts)
        row = (_instant(line.at), line.kind_word, line.what, line.service, details, line.event, MARK)
        writer.writerow([harmless(cell) for cell in row])
    return BYTE_ORDER_MARK + text.getvalue()


def as_json(lines: Iterable[Line], now: datetime, lang: str) -> str:
    """One object; `details` has the names of the record, and the words of the page."""
    entries = [
        {
            "at": _instant(line.at),
            "event": line.event,
            "kind": line.kind,
            "what": line.what,
            "service": line.service or None,
            "details": {fact.name: fact.value for fact in line.facts},
        }
        for line in lines
    ]
    body = {"mock": MARK, "exported_at": _instant(now), "language": lang, "entries": entries}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def harmless(cell: str) -> str:
    """A cell that begins like a formula is text: the apostrophe says so, and the spreadsheet hides it."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(FORMULA) else cell


def _instant(at: datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")
