"""The document that faults are made of: a test citizen's own, or where she has none of that type, a made-up one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from idp import pki, trust_list
from idp.cli import personas
from idp.cli.errors import CommandError
from idp.clock import Clock, SystemClock
from idp.config import Config
from idp.documents import content
from idp.documents.document_types import DocumentType, UnknownDocumentType, document_types
from idp.documents.faults.sample import filled
from idp.documents.faults.world import Binding, Subject, World
from idp.documents.issuance import VIETNAM
from idp.documents.issuers import Issuers
from idp.seed import document_table, documents, toml_lines
from idp.seed.entries import DocumentEntry, Persona, Personas

_ISSUED_DAYS_AGO = 30


def world(args: argparse.Namespace, config: Config, keys_dir: Path, clock: Clock | None = None) -> World:
    """Raises CommandError."""
    now, everybody = (clock or SystemClock()).now(), personas.load(config)
    person, kind, issuers = _person(everybody, args.person), _kind(args.type), Issuers(keys_dir)
    try:
        root = pki.root(keys_dir)
        listed = trust_list.current(keys_dir, config.issuer, now)
    except pki.KeysMissing as error:
        raise CommandError(f"{error}, or say --trust new") from error
    return World(
        subject=_subject(everybody, person, kind, issuers, now),
        other=_subject(everybody, person, _another(kind, issuers), issuers, now),
        issuers=issuers,
        keys_dir=keys_dir,
        root=root,
        provider=config.issuer,
        trust_list=listed,
        now=now.replace(microsecond=0),
        binding=_binding(args),
    )


def _person(everybody: Personas, named: str) -> Persona:
    for one in everybody.personas:
        if named in (one.id, one.personal_id_number):
            return one
    raise CommandError(f"no test citizen {named!r}: `mock-vneid personas` lists them")


def _kind(named: str) -> DocumentType:
    try:
        return document_types().by_id(named)
    except UnknownDocumentType:
        known = ", ".join(kind.id for kind in document_types())
        raise CommandError(f"no document type {named!r}; known are {known}") from None


def _another(kind: DocumentType, issuers: Issuers) -> DocumentType:
    """Another type, of the same issuer where it has one."""
    own = set(issuers.for_type(kind.vct))
    others = [one for one in document_types() if one is not kind]
    return min(others, key=lambda one: own.isdisjoint(issuers.for_type(one.vct)))


def _binding(args: argparse.Namespace) -> Binding | None:
    if args.audience is None and args.nonce is None:
        return None
    if not args.audience or not args.nonce:
        raise CommandError("--audience and --nonce go together, and neither may be empty")
    return Binding(args.audience, args.nonce)


def _subject(everybody: Personas, person: Persona, kind: DocumentType, issuers: Issuers, now: datetime) -> Subject:
    today = now.astimezone(VIETNAM).date()
    for entry in _entries(everybody, person, kind, issuers):
        draft = document_table.read(entry, person, issuers, today, [])
        if draft is not None:
            return _checked(filled(kind, draft.issuer_id, _content(draft.claims), draft.issued_on))
    raise CommandError(f"no {kind.id} can be made for {person.id}")


def _entries(everybody: Personas, person: Persona, kind: DocumentType, issuers: Issuers) -> Iterator[DocumentEntry]:
    """Her own documents of that type, then one that she has not."""
    for entry in documents.entries(everybody):
        if (entry.persona, entry.type) == (person.id, kind.id):
            yield entry
    values = {
        "number": f"MP-{kind.id}",
        "issuer": issuers.for_type(kind.vct)[0],
        "issued_days_ago": _ISSUED_DAYS_AGO,
    }
    yield DocumentEntry(person.id, kind.id, values, person.file, toml_lines.Lines(""), ())


def _content(claims: object) -> dict[str, object]:
    found = content.normalized(claims)
    return found if isinstance(found, dict) else {}


def _checked(subject: Subject) -> Subject:
    try:
        content.check(subject.kind, subject.claims)
    except content.ContentError as error:
        raise CommandError(f"the document cannot be made: {error}") from error
    return subject
