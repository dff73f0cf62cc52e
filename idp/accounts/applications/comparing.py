"""Comparing what an applicant says with the register, in one answer (Decree 69/2024/ND-CP art. 10 and 11)."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime

from idp.accounts import names
from idp.accounts.applications.store import RegisterEntry
from idp.accounts.levels import HolderKind

SEPARATORS = re.compile(r"[\s.()-]")
MOBILE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164


@dataclass(frozen=True)
class Claimed:
    """What the applicant typed. Citizens name themselves by their number, foreigners by passport and card.

    `face_matches` is what the simulated comparison of faces gave: no picture is taken anywhere.
    """

    holder: HolderKind
    full_name: str
    birthdate: date
    phone_number: str
    face_matches: bool
    email: str | None = None
    personal_id_number: str = ""
    passport_number: str = ""
    card_number: str = ""

    @property
    def throttled_by(self) -> str:
        """Whose guesses are counted, whether or not there is such a person."""
        return f"{self.holder}:{self.personal_id_number or self.passport_number}"


def is_same_person(claimed: Claimed, entry: RegisterEntry | None) -> bool:
    """Whether everything fits. All is compared, whatever failed first: nobody learns which part was wrong."""
    if entry is None:
        return False
    person, paper, passport = entry.person, entry.person.paper, entry.passport
    checks = [
        person.kind == claimed.holder,
        _equal(names.key(person.full_name), names.key(claimed.full_name)),
        _equal(person.birthdate.isoformat(), claimed.birthdate.isoformat()),
        # "Her own" number: where the register knows it, it must be that one.
        person.phone_number is None or _equal(person.phone_number, claimed.phone_number),
        claimed.face_matches,
    ]
    if claimed.holder is HolderKind.FOREIGNER:
        checks.append(paper is not None and _equal(paper.number, claimed.card_number))
        checks.append(passport is not None and _equal(passport.number, claimed.passport_number))
    else:
        checks.append(_equal(person.personal_id_number, claimed.personal_id_number))
    return all(checks)


def phone_number(typed: str) -> str | None:
    """In international form (E.164); a leading 0 is Vietnam's. None where it is no number."""
    digits = SEPARATORS.sub("", typed)
    digits = f"+84{digits[1:]}" if digits.startswith("0") else digits
    return digits if digits.isascii() and MOBILE.fullmatch(digits) else None


def birthdate(typed: str) -> date | None:
    """As on the card (dd/MM/yyyy), or as a browser's date field sends it; None where it is no day."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed.strip(), form).date()  # a day has no zone
        except ValueError:
            continue
    return None


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
