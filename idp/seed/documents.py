"""Issuing the test citizens' documents. Run again, it issues only what is new, changed or has grown too old."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from idp import type_files
from idp.documents import content, issuance, status, store, type_metadata
from idp.documents.document import DocumentStatus
from idp.documents.issuance import KEPT_FROM_SEED, VIETNAM, CannotIssue, Issuing, NewDocument
from idp.documents.issuers import MayNotSign, UnknownIssuer
from idp.documents.models import DocumentRow
from idp.documents.requests import records
from idp.documents.requests import store as requests_store
from idp.seed import document_table, loader
from idp.seed.document_table import Draft
from idp.seed.entries import DocumentEntry, Personas
from idp.seed.mistakes import Mistake, SeedFileError

BUILT_IN = Path(__file__).parent / "documents"
#: "Issued 30 days ago" is meant at every start: a file further off than this is issued anew.
DRIFT = timedelta(days=7)
#: What its holder reads: of the desk's own reasons, so that she reads what she would of a real one.
REASONS = {DocumentStatus.REVOKED: "issued_in_error", DocumentStatus.SUSPENDED: "under_verification"}


def seed_documents(
    session: Session, personas: Personas, subjects: Mapping[str, str], issuing: Issuing, now: datetime
) -> None:
    """Bring the wallets to what the data says. `subjects` gives the subject of each persona's account.

    What a real record has brought up to date since is left alone.
    A file is issued anew when its content, its holder, its issuer's certificate, its type's metadata or the address
    of the status lists has changed. Raises SeedFileError with every mistake, and then issues nothing.
    """
    wanted = _drafts(personas, issuing, now)
    _seed_records(session, wanted, subjects, now)
    existing = store.current_seeded(session)
    mistakes: list[Mistake] = []
    kept = {key for key, row in existing.items() if row.seed_digest == KEPT_FROM_SEED}
    for draft in (one for one in wanted if one.key not in kept):
        _bring(session, draft, subjects, existing.pop(draft.key, None), issuing, now, mistakes)
    if mistakes:
        raise SeedFileError(mistakes)
    for key, row in existing.items():
        if key not in kept:
            _withdraw(session, row, issuing, now)


def _seed_records(session: Session, drafts: Iterable[Draft], subjects: Mapping[str, str], now: datetime) -> None:
    """The judicial record of each person with a certificate; No. 2 tells all of it. What a desk noted since stays."""
    found: dict[str, Draft] = {}
    for draft in sorted(drafts, key=lambda draft: draft.type.id):
        if draft.record is not None:
            found[draft.entry.persona] = draft
    known = requests_store.holders_with_record(session)
    for persona, draft in found.items():
        if subjects[persona] not in known:
            records.write(session, subjects[persona], draft.record or {}, now)


def entries(personas: Personas) -> tuple[DocumentEntry, ...]:
    """Built-in documents of built-in personas, then those of the user's own, which replace by type and number.

    A persona that the user's file defines has no documents but those of that file and of the user's own types.
    """
    built_in = {persona.id for persona in personas.personas if persona.file.parent == loader.BUILT_IN}
    types = type_files.own_folder()
    mine = (*personas.documents, *(loader.read_types_documents(types) if types else ()))
    own = {_name(entry) for entry in mine}
    found = loader.read_documents(sorted(BUILT_IN.glob("*.toml")))
    kept = [entry for entry in found if entry.persona in built_in and _name(entry) not in own]
    return (*kept, *mine)


def _name(entry: DocumentEntry) -> tuple[str, str, object]:
    return entry.persona, entry.type, entry.values.get("number")


def _drafts(personas: Personas, issuing: Issuing, now: datetime) -> list[Draft]:
    by_id, today = personas.by_id(), now.astimezone(VIETNAM).date()
    mistakes: list[Mistake] = []
    drafts = []
    for entry in entries(personas):
        if entry.persona not in by_id:  # of a type's own file: all others were checked when they were read
            message = f"no persona {entry.persona!r}"
            mistakes.append(Mistake(entry.file, entry.line_of("persona"), "document.persona", message))
            continue
        draft = document_table.read(entry, by_id[entry.persona], issuing.issuers, today, mistakes)
        drafts += [] if draft is None else [draft]
    mistakes.extend(_duplicates(drafts))
    if mistakes:
        raise SeedFileError(mistakes)
    return drafts


def _duplicates(drafts: Iterable[Draft]) -> Iterable[Mistake]:
    seen: dict[str, DocumentEntry] = {}
    for draft in drafts:
        first = seen.setdefault(draft.key, draft.entry)
        if first is not draft.entry:
            line = draft.entry.line_of("number")
            message = f"{draft.key} stands already in {first.file}:{first.line}"
            yield Mistake(draft.entry.file, line, "document.number", message)


def _bring(
    session: Session,
    draft: Draft,
    subjects: Mapping[str, str],
    row: DocumentRow | None,
    issuing: Issuing,
    now: datetime,
    mistakes: list[Mistake],
) -> None:
    new = _new(draft, subjects[draft.entry.persona], issuing)
    if row is not None and row.seed_digest == new.seed_digest and not _drifted(row, new):
        return
    try:
        document_id = _issue(session, draft, row, new, issuing, now)
        reason = REASONS.get(draft.status, "seed data")
        status.set_status(session, issuing.audit, document_id, draft.status, now, reason)
    except content.ContentError as error:
        mistakes.extend(document_table.content_mistakes(draft.entry, error))
    except (CannotIssue, MayNotSign, UnknownIssuer) as error:
        mistakes.append(Mistake(draft.entry.file, draft.entry.line, "document", str(error)))


def _issue(
    session: Session, draft: Draft, row: DocumentRow | None, new: NewDocument, issuing: Issuing, now: datetime
) -> str:
    if row is not None and (row.status != DocumentStatus.REVOKED or draft.status == DocumentStatus.REVOKED):
        return issuance.reissue(session, issuing, row.id, new, now, "seed data changed").id
    fresh = issuance.issue(session, issuing, new, now)
    if row is not None:  # revoked, and a revocation is final: the new file stands for itself
        store.supersede(session, row.id, fresh.id)
    return fresh.id


def _new(draft: Draft, subject: str, issuing: Issuing) -> NewDocument:
    certificate = issuing.issuers.credentials(draft.issuer_id).certificate
    made_of = {
        "content": draft.fixed,
        "subject": subject,
        "issuer": draft.issuer_id,
        "certificate": certificate.serial_number,
        "metadata": type_metadata.integrity(draft.type.vct),
        "provider": issuing.provider,
        "status": draft.status,
    }
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True, default=str).encode()).hexdigest()
    return NewDocument(
        subject, draft.type, draft.issuer_id, draft.claims, draft.issued_on, seed_key=draft.key, seed_digest=digest
    )


def _drifted(row: DocumentRow, new: NewDocument) -> bool:
    days = row.issued_at.astimezone(VIETNAM).date() - new.issued_on
    return abs(days) > DRIFT


def _withdraw(session: Session, row: DocumentRow, issuing: Issuing, now: datetime) -> None:
    status.set_status(session, issuing.audit, row.id, DocumentStatus.REVOKED, now, "no longer in the seed data")
    store.supersede(session, row.id, "withdrawn")
