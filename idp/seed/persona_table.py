"""One `[[persona]]` table read into a Persona; what is wrong in it is noted, and None comes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from idp.accounts import identity_number, names, one_time_codes
from idp.accounts.hashing import MAX_LENGTH
from idp.accounts.identity_number import UNASSIGNED_TEST_CODE, IdentityNumber, PlaceKind, Sex
from idp.accounts.levels import HolderKind
from idp.accounts.states import LOCK_RULES, LockedBy, LockReason, State
from idp.seed.entries import AccountEntry, Address, OrganisationEntry, Paper, Persona
from idp.seed.reader import Table

KINSHIP = frozenset({"father", "mother", "guardian"})
KINDS = frozenset({"citizen", "foreigner"})
PAPERS = {
    "citizen": frozenset({"identity_card"}),
    "foreigner": frozenset({"permanent_residence_card", "temporary_residence_card"}),
}
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164, as OpenID Connect Core 5.1 recommends
PASSCODE = re.compile(r"[0-9]{6}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ORGANISATION_NUMBER = re.compile(r"[0-9]{10}(-[0-9]{3})?")
FIRST_TEST_COUNTRY_CODE = 900
LAST = 1000


def read_persona(table: Table) -> Persona | None:
    """Read one table. Nothing is half read: with any mistake in it the result is None."""
    before = len(table.mistakes)
    kind = table.choice("kind", KINDS) or "citizen"
    values = {
        "id": table.text("id", required=True, check=_matching(ID, "small letters, digits and hyphens")),
        "full_name": table.text("full_name", required=True, check=names.check),
        "personal_id_number": _number(table),
        "sex": table.choice("sex", frozenset(Sex), required=True),
        "birthdate": table.day("birthdate", required=True),
        "kind": kind,
        "story": table.both_languages("story", required=True),
        "nationalities": table.texts("nationalities") or ("VN",),
        "password": table.text("password", check=_password),
        "passcode": table.text("passcode", check=_matching(PASSCODE, "six digits")),
        "one_time_code_seed": table.text("one_time_code_seed", check=one_time_codes.check_seed),
        "birth_registered_at": table.text("birth_registered_at"),
        "place_of_origin": table.text("place_of_origin"),
        "phone_number": table.text("phone_number", check=_matching(PHONE, "like +84500000101")),
        "email": table.text("email", check=_matching(EMAIL, "an e-mail address")),
        "locale": table.text("locale") or "vi-VN",
        "permanent_address": _address(table, "permanent_address"),
        "current_address": _address(table, "current_address"),
        "paper": _paper(table, kind),
        "account": _account(table, HolderKind(kind)),
        "organisation": _organisation(table),
        "relatives": _relatives(table),
        "order": table.integer("order", frozenset(range(1, LAST + 1))) or LAST,
    }
    table.finish()
    if len(table.mistakes) > before:
        return None
    return Persona(**values, file=table.file, lines=table.lines, path=table.path)  # type: ignore[arg-type]


def _number(table: Table) -> str | None:
    """The number: agreeing with sex and birthdate, and in reality nobody's."""
    sex, birthdate = table.values.get("sex"), table.values.get("birthdate")

    def check(text: str) -> None:
        number = identity_number.parse(text)
        _check_invented(number)
        if sex in frozenset(Sex) and isinstance(birthdate, date):
            identity_number.check_against_register(number, birthdate, Sex(sex))

    return table.text("personal_id_number", required=True, check=check)


def _check_invented(number: IdentityNumber) -> None:
    """A number with a code that is given out may be a living person's."""
    code = number.birth_place
    country_in_use = code.kind is PlaceKind.COUNTRY and int(code.code) < FIRST_TEST_COUNTRY_CODE
    if code.kind is PlaceKind.PROVINCE or country_in_use:
        raise ValueError(
            f"{number} may be a real person's: begin with {UNASSIGNED_TEST_CODE}, which no province has, "
            f"or with {FIRST_TEST_COUNTRY_CODE} to 999 for a birth registered abroad"
        )


def _address(table: Table, key: str) -> Address | None:
    inner = table.table(key)
    if inner is None:
        return None
    address = Address(
        street_address=inner.text("street_address", required=True) or "",
        locality=inner.text("locality", required=True) or "",
        region=inner.text("region", required=True) or "",
        country=inner.text("country") or Address.country,
    )
    inner.finish()
    return address


def _paper(table: Table, kind: str) -> Paper | None:
    inner = table.table("paper")
    if inner is None:
        return None
    paper_kind = inner.choice("kind", PAPERS[kind], required=True)
    number, issued = inner.text("number", required=True), inner.day("issued", required=True)
    expires = inner.day("expires")
    inner.finish()
    if paper_kind is None or number is None or issued is None:
        return None
    if expires is not None and expires <= issued:
        inner.wrong("expires", "must be later than issued")
    return Paper(paper_kind, number, issued, expires)


def _account(table: Table, kind: HolderKind) -> AccountEntry | None:
    inner = table.table("account", required=True)
    if inner is None:
        return None
    entry = AccountEntry(
        level=inner.integer("level", {1, 2}, required=True) or 0,
        state=inner.choice("state", frozenset(State)) or State.ACTIVE.value,
        lock_reason=inner.choice("lock_reason", frozenset(LockReason)),
        locked_by=inner.choice("locked_by", frozenset(LockedBy)),
        locked_on=inner.day("locked_on"),
        requested_by=inner.text("requested_by"),
    )
    inner.finish()
    _check_lock(inner, entry, kind)
    return entry


def _check_lock(table: Table, entry: AccountEntry, kind: HolderKind) -> None:
    parts = (entry.lock_reason, entry.locked_by, entry.locked_on)
    if entry.state == State.LOCKED and None in parts:
        table.wrong("state", "a locked account needs lock_reason, locked_by and locked_on")
    if entry.state != State.LOCKED and any(parts):
        table.wrong("state", 'lock_reason, locked_by and locked_on go with state = "locked" only')
    if entry.lock_reason == LockReason.CARD_EXPIRED:
        table.wrong("lock_reason", "an expired card locks by itself: set paper.expires instead")
    elif entry.lock_reason and kind not in LOCK_RULES[LockReason(entry.lock_reason)].holders:
        table.wrong("lock_reason", f"{entry.lock_reason} does not apply to a {kind}")


def _organisation(table: Table) -> OrganisationEntry | None:
    inner = table.table("organisation")
    if inner is None:
        return None
    number = inner.text("number", required=True, check=_matching(ORGANISATION_NUMBER, "10 digits, or 10-3"))
    name = inner.both_languages("name", required=True)
    if "level" in inner.values:
        inner.know("level")
        inner.wrong("level", "an organisation's account has no level (Decree 69/2024/ND-CP art. 7)")
    inner.finish()
    return OrganisationEntry(number or "", name or {})


def _relatives(table: Table) -> dict[str, str]:
    inner = table.table("relatives")
    if inner is None:
        return {}
    found = {name: inner.choice(name, KINSHIP) for name in inner.values}
    return {name: kind for name, kind in found.items() if kind is not None}


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not pattern.fullmatch(text):
            raise ValueError(f"must be {what}, not {text!r}")

    return check


def _password(text: str) -> None:
    if not 8 <= len(text) <= MAX_LENGTH:
        raise ValueError(f"must have 8 to {MAX_LENGTH} characters")
