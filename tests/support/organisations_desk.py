"""Officers at an organisation's page, as tests do it."""

from __future__ import annotations

import re
from datetime import date

from accounts_place import Place
from life import Desk

from idp.accounts import store as accounts

WEAVERS, COMPANY, NOBODY = "0650000788", "0650000777", "0650000999"


def queued(officer: Desk) -> str:
    found = re.search(r'name="application" value="([0-9a-f]{32})"', officer.get("/officer/queue").text)
    assert found
    return found[1]


def opened(officer: Desk, number: str = WEAVERS, purpose: str = "registration", case: str = "12/2026/TC") -> str:
    """The address of the organisation's page."""
    answer = officer.look_up(number, purpose, case)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def stands(place: Place, number: str = WEAVERS) -> tuple[str, str | None] | None:
    with place.db.read() as session:
        organisation = accounts.organisation_by_number(session, number)
        assert organisation is not None
        account = accounts.account_of_organisation(session, organisation.id)
        return (account.state, account.lock_reason) if account else None


def dissolve(place: Place, number: str) -> None:
    with place.db.begin() as session:
        organisation = accounts.organisation_by_number(session, number)
        assert organisation is not None
        organisation.dissolved_on = date(2026, 11, 24)


def recorded(place: Place, event: str) -> list[dict[str, object]]:
    return [each for each in place.audit.events if each["event"] == event]
