"""What the commands that change a document share: finding it, changing it, and saying what became of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from idp.cli.errors import CommandError
from idp.config import Config

if TYPE_CHECKING:
    from idp.cli.issuing import Place
    from idp.documents.document import DocumentStatus
    from idp.documents.models import DocumentRow

BY = {"by": "command"}


Act = Callable[["Place", "DocumentRow", argparse.Namespace], str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which document, and why."""
    add = parser.add_argument
    add("--id", help="the document's id, as the wallet's address has it")
    add("--person", metavar="NUMBER", help="else whose it is: the personal ID number ...")
    add("--type", metavar="TYPE", help="... and which: a type's id such as judicial-record-1, or its vct")
    add("--number", metavar="NUMBER", help="... and, where there are several, the document's own number")
    add("--reason", required=True, metavar="TEXT", help="what the holder and the audit record are told")
    add("--case", metavar="NUMBER", help="the case number for the audit record")
    add("--json", action="store_true", help="what became of it, for machines")


def run(args: argparse.Namespace, config: Config, act: Act) -> int:
    """Do one thing to one document. Raises CommandError where that cannot be."""
    from idp.cli import issuing, ports, sandbox
    from idp.documents.content import ContentError
    from idp.documents.issuance import AlreadySuperseded, CannotIssue
    from idp.documents.status import AlreadyRevoked

    sandbox.need(config)
    if not 0 < len(args.reason.strip()) <= 200:
        raise CommandError("--reason is a text of 1 to 200 letters")
    ports.agree(config.keys_dir, config.addresses)
    with issuing.transaction(config, anew=True) as place:  # so that `mock-vneid verify` sees it at once
        row = _find(place, args)
        try:
            document_id = act(place, row, args)
        except AlreadyRevoked as error:
            raise CommandError("the document is revoked or superseded, and nothing leads back from that") from error
        except (AlreadySuperseded, CannotIssue, ContentError) as error:
            raise CommandError(str(error)) from error
        place.session.flush()
        told = _told(place, document_id)
    print(json.dumps(told) if args.json else f"{told['id']} {told['type']} {told['number']}: {told['status']}")
    return 0


def set_status(place: Place, row: DocumentRow, args: argparse.Namespace, to: DocumentStatus) -> str:
    """Raises AlreadyRevoked."""
    from idp.documents import status

    status.set_status(place.session, place.issuing.audit, row.id, to, place.now, args.reason.strip(), by(args))
    return row.id


def by(args: argparse.Namespace) -> dict[str, object]:
    """Who did it, for the audit record."""
    return {**BY, "case": args.case} if args.case else dict(BY)


def _find(place: Place, args: argparse.Namespace) -> DocumentRow:
    from idp.accounts.register_facts import subject_of
    from idp.documents import store

    if args.id:
        row = store.document(place.session, args.id)
        if row is None:
            raise CommandError("there is no document with this id")
        return row
    if not args.person or not args.type:
        raise CommandError("name the document by --id, or by --person and --type")
    holder = subject_of(place.session, args.person)
    if holder is None:
        raise CommandError("nobody with an account has this number")
    found = [
        row
        for row in store.documents_of_type(place.session, holder, _vct(args.type))
        if args.number in (None, row.document_number)
    ]
    if len(found) != 1:
        numbers = ", ".join(row.document_number for row in found)
        more = f" ({numbers}): add --number" if found else ""
        raise CommandError(f"{len(found)} current documents of this type are this person's{more}")
    return found[0]


def _vct(named: str) -> str:
    from idp.documents.document_types import UnknownDocumentType, document_types

    try:
        return document_types().by_id(named).vct
    except UnknownDocumentType:
        return named


def _told(place: Place, document_id: str) -> dict[str, str]:
    from idp.documents import store
    from idp.documents.wallet import view

    row = store.document(place.session, document_id)
    if row is None:
        raise CommandError("the document is gone")
    found = view(row)
    return {
        "id": found.id, "type": found.type.id, "number": found.document_number, "status": found.status.name.lower(),
    }  # fmt: skip
