"""Making signed documents of a health record: one health book, and one encounter a visit signed by its own hospital.

All in the caller's transaction: either every document is issued or none.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.documents import issuance, store, wallet
from idp.documents.content import ContentError, normalized
from idp.documents.document import Document, DocumentStatus
from idp.documents.document_types import document_types
from idp.documents.health import identity
from idp.documents.health.errors import InTheFuture, MissingValue, NobodyKeepsTheBook, NothingToImport
from idp.documents.health.facilities import BOOK, ENCOUNTER, Facilities
from idp.documents.health.record import Person, Record, Visit
from idp.documents.issuance import VIETNAM, CannotIssue, Issuing, NewDocument

REASON = "health record imported"
SET_AT_ISSUE = "date_of_issuance"


@dataclass(frozen=True)
class Made:
    """What became of one document. `change` is `issued`, `replaced` or `unchanged`."""

    type: str
    number: str
    issuer_id: str
    change: str
    document_id: str

    def as_json(self) -> dict[str, str]:
        return {
            "type": self.type,
            "number": self.number,
            "issuer": self.issuer_id,
            "change": self.change,
            "document": self.document_id,
        }


def bring(
    session: Session, issuing: Issuing, person: Person, record: Record, now: datetime, keeper: str | None = None
) -> list[Made]:
    """Issue what the record brings. `keeper` is the hospital to keep the book, where it is not clear from the record.

    Raises HealthRecordError, issuers.MayNotSign, issuers.UnknownIssuer, pki.KeysMissing.
    """
    identity.check(record.patients, person)
    current = wallet.documents_of(session, person.subject)
    made = [_visit(session, issuing, person, visit, current, now) for visit in record.visits]
    if _tells_history(record.book):
        book = _book_of(current)
        made.append(_book(session, issuing, person, record, book, keeper, now))
    if not made:
        raise NothingToImport("", "the record holds nothing that a health book or an encounter could hold")
    details = {"format": record.format, "documents": len(made), "left_out": len(record.left_out)}
    issuing.audit.record(
        session, event="health.imported", subject=person.subject, client_id=None, details=details, now=now
    )
    return made


def _tells_history(book: Mapping[str, object]) -> bool:
    history = book.get("history")
    return bool(book.get("summary")) or (isinstance(history, Mapping) and any(history.values()))


def _visit(
    session: Session, issuing: Issuing, person: Person, visit: Visit, current: list[Document], now: datetime
) -> Made:
    _require_begun(visit, now)
    number = str(visit.claims["document_number"])
    found = next((one for one in current if _same_visit(one, visit.issuer_id, number)), None)
    claims = {**_about(person), **visit.claims, "issuing_authority": _authority(issuing, visit.issuer_id)}
    return _issue(session, issuing, person, ENCOUNTER, visit.issuer_id, claims, found, now, visit.where)


def _require_begun(visit: Visit, now: datetime) -> None:
    """By the day, as far as the record tells it; hospitals' clocks differ."""
    today, begun = now.astimezone(VIETNAM).date().isoformat(), str(visit.claims.get("admitted") or "")[:10]
    if begun[:4].isdigit() and begun > today[: len(begun)]:  # what is no date is refused for that
        raise InTheFuture(visit.where, "the visit begins after today")


def _same_visit(one: Document, issuer_id: str, number: str) -> bool:
    return one.vct == ENCOUNTER and one.issuer_id == issuer_id and one.document_number == number


def _book_of(current: list[Document]) -> Document | None:
    """The book in the wallet; one in force before a revoked one."""
    books = [one for one in current if one.vct == BOOK]
    return next((one for one in books if one.status is not DocumentStatus.REVOKED), books[0] if books else None)


def _book(
    session: Session,
    issuing: Issuing,
    person: Person,
    record: Record,
    old: Document | None,
    keeper: str | None,
    now: datetime,
) -> Made:
    issuer_id = keeper or (old.issuer_id if old is not None else None) or record.keeper
    if issuer_id is None:
        keepers = Facilities(issuing.issuers.profiles).keepers
        raise NobodyKeepsTheBook("", f"say with --keeper which hospital keeps the health book: {keepers}")
    before = issuance.content_of(old) if old is not None else {}
    before.pop(SET_AT_ISSUE, None)
    told = {name: value for name, value in record.book.items() if name not in ("history", "document_number")}
    number = before.get("document_number") or record.book.get("document_number") or _new_number()
    claims = {
        **before,
        **told,
        **_about(person),
        "document_number": number,
        "issuing_authority": _authority(issuing, issuer_id),
        "history": merged(before.get("history"), record.book.get("history")),
    }
    return _issue(session, issuing, person, BOOK, issuer_id, claims, old, now, "health book")


def merged(before: object, told: object) -> dict[str, object]:
    """Both histories, each entry once: an import never makes an allergy disappear."""
    old = before if isinstance(before, Mapping) else {}
    new = told if isinstance(told, Mapping) else {}
    lists: dict[str, object] = {}
    for name in (*old, *(name for name in new if name not in old)):
        entries = list(_entries(old, name))
        entries += [one for one in _entries(new, name) if one not in entries]
        lists[name] = entries
    return {"allergies": [], "conditions": [], "immunizations": [], **lists}


def _entries(history: Mapping[str, object], name: str) -> list[object]:
    found = normalized(history.get(name, []))
    return found if isinstance(found, list) else []


def _about(person: Person) -> dict[str, object]:
    return {
        "personal_id_number": person.personal_id_number,
        "full_name": person.full_name,
        "birthdate": person.birthdate.isoformat(),
        "sex": person.sex,
    }


def _authority(issuing: Issuing, issuer_id: str) -> str:
    return issuing.issuers.profile(issuer_id).name["vi"]


def _new_number() -> str:
    """Always shown, so it must tell nothing: no part of the person's number."""
    return f"MP-SSK-{secrets.token_hex(5).upper()}"


def _issue(
    session: Session,
    issuing: Issuing,
    person: Person,
    vct: str,
    issuer_id: str,
    claims: Mapping[str, object],
    old: Document | None,
    now: datetime,
    where: str,
) -> Made:
    """A new file where something changed; the old one is then superseded and revoked."""
    kind = document_types().by_vct(vct)
    number = str(claims["document_number"])
    if old is not None and old.issuer_id == issuer_id and _unchanged(old, claims):
        return Made(kind.id, number, issuer_id, "unchanged", old.id)
    day = now.astimezone(VIETNAM).date()
    new = NewDocument(person.subject, kind, issuer_id, claims, day, **_seed_marks(session, old))
    try:
        if old is None:
            return Made(kind.id, number, issuer_id, "issued", issuance.issue(session, issuing, new, now).id)
        return Made(kind.id, number, issuer_id, "replaced", _replace(session, issuing, old, new, now))
    except ContentError as error:
        raise MissingValue(where, "; ".join(f"{one.path[-1]} cannot be signed" for one in error.problems)) from error
    except CannotIssue as error:
        raise MissingValue(where, str(error)) from error


def _unchanged(old: Document, claims: Mapping[str, object]) -> bool:
    said = issuance.content_of(old)
    said.pop(SET_AT_ISSUE, None)
    return old.status is not DocumentStatus.REVOKED and said == normalized(dict(claims))


def _replace(session: Session, issuing: Issuing, old: Document, new: NewDocument, now: datetime) -> str:
    if old.status is DocumentStatus.REVOKED:  # final: the new file stands for itself
        fresh = issuance.issue(session, issuing, new, now)
        store.supersede(session, old.id, fresh.id)
        return fresh.id
    return issuance.reissue(session, issuing, old.id, new, now, REASON).id


def _seed_marks(session: Session, old: Document | None) -> dict[str, str | None]:
    """A document of the seed data that a real record has brought up to date is the seed's no longer."""
    row = store.document(session, old.id) if old is not None else None
    if row is None or row.seed_key is None:
        return {}
    return {"seed_key": row.seed_key, "seed_digest": issuance.KEPT_FROM_SEED}
