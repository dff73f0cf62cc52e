"""The officers of the sandbox, and the people in its register who can apply for an account."""

from __future__ import annotations

from collections.abc import Sequence

from idp.seed import officers as officer_data
from idp.seed import residents

Row = dict[str, object]


def officers() -> list[Row]:
    """Login, name, role, office and secrets, which guard nothing."""
    return [
        {
            "login": entry.login, "name": entry.full_name, "role": entry.role, "office": entry.office,
            "password": entry.password, "one_time_code_seed": entry.one_time_code_seed,
        }
        for entry in officer_data.load()
    ]  # fmt: skip


def applicants() -> list[Row]:
    """What each types into the form at /register, and why she is worth a try."""
    return [
        {
            "id": each.person.id, "name": each.person.full_name, "kind": each.person.kind,
            "personal_id_number": each.person.personal_id_number, "birthdate": each.person.birthdate.isoformat(),
            "phone_number": each.person.phone_number, "card": each.person.paper and each.person.paper.number,
            "passport": each.passport and each.passport["number"], "story": dict(each.person.story),
        }
        for each in residents.load()
    ]  # fmt: skip


def lines(rows: Sequence[Row], lang: str) -> str:
    """Each person in a few lines; a story in the language wanted."""
    return "\n\n".join(_person(row, lang) for row in rows)


def one_line() -> str:
    """For the end of the demo's table."""
    found = officer_data.load()
    logins = ", ".join(entry.login for entry in found)
    return f"  Cán bộ / officers /officer   {logins}   password {found[0].password}"


def _person(row: Row, lang: str) -> str:
    parts = []
    for name, value in row.items():
        shown = value.get(lang) if isinstance(value, dict) else value
        if shown is not None:
            parts.append(f"{name:<20} {shown}")
    return "\n".join(parts)
