"""Reading the registration form: what is malformed is told field by field, what does not fit the register is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from idp.accounts import identity_number, names
from idp.accounts.applications import comparing
from idp.accounts.applications.comparing import Claimed
from idp.accounts.identity_number import MalformedNumber
from idp.accounts.levels import HolderKind
from idp.accounts.names import UnacceptableName

FIELDS = ("number", "passport", "card", "full_name", "birthdate", "phone", "email", "face")
LONGEST = {"number": 20, "passport": 20, "card": 20, "full_name": 300, "birthdate": 10, "phone": 24, "email": 254}


@dataclass(frozen=True)
class Read:
    """The form as typed, its errors by field, and the claim where there is none."""

    typed: dict[str, str]
    errors: dict[str, str]
    claimed: Claimed | None


def read(form: MultiDict[str, str], holder: HolderKind) -> Read:
    """Errors are keys below applications.form."""
    typed = {name: form.get(name, "").strip()[: LONGEST.get(name, 20)] for name in FIELDS}
    errors = _missing(typed, holder)
    number = typed["number"].replace(" ", "")
    phone, day = comparing.phone_number(typed["phone"]), comparing.birthdate(typed["birthdate"])
    if holder is HolderKind.CITIZEN and "number" not in errors and _malformed(number):
        errors["number"] = _malformed(number)
    if "full_name" not in errors and not _is_name(typed["full_name"]):
        errors["full_name"] = "applications.form.name_malformed"
    if "phone" not in errors and phone is None:
        errors["phone"] = "applications.form.phone_malformed"
    if "birthdate" not in errors and (day is None or day < date(1900, 1, 1)):
        errors["birthdate"] = "applications.form.birthdate_malformed"
    if typed["email"] and ("@" not in typed["email"] or " " in typed["email"]):
        errors["email"] = "applications.form.email_malformed"
    if errors or phone is None or day is None:
        return Read(typed, errors, None)
    claimed = Claimed(
        holder=holder, full_name=typed["full_name"], birthdate=day, phone_number=phone,
        face_matches=typed["face"] == "same", email=typed["email"] or None,
        personal_id_number=number if holder is HolderKind.CITIZEN else "",
        passport_number=_document_number(typed["passport"]), card_number=_document_number(typed["card"]),
    )  # fmt: skip
    return Read(typed, {}, claimed)


def _missing(typed: dict[str, str], holder: HolderKind) -> dict[str, str]:
    own = ("number",) if holder is HolderKind.CITIZEN else ("passport", "card")
    errors = {
        name: "applications.form.missing" for name in (*own, "full_name", "birthdate", "phone") if not typed[name]
    }
    if typed["face"] not in ("same", "other"):
        errors["face"] = "applications.form.face_missing"
    return errors


def _malformed(number: str) -> str:
    try:
        identity_number.parse(number)
    except MalformedNumber as error:
        return f"accounts.number_error.{error.reason}"
    return ""


def _is_name(name: str) -> bool:
    try:
        names.check(name)
    except UnacceptableName:
        return False
    return True


def _document_number(typed: str) -> str:
    return typed.replace(" ", "").upper()
