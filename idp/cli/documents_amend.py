"""`mock-vneid documents amend`. Issue a document anew with changed claims; the old file is superseded."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING

from idp.cli import document_life
from idp.cli.document_life import by
from idp.cli.errors import CommandError
from idp.config import Config

if TYPE_CHECKING:
    from idp.cli.issuing import Place
    from idp.documents.models import DocumentRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    document_life.add_arguments(parser)
    parser.add_argument(
        "--set", metavar="CLAIM=VALUE", nargs="+", action="extend", default=[],
        help="a claim and its new value, as JSON or else as text; an empty value leaves it out",
    )  # fmt: skip
    parser.add_argument("--issued-on", metavar="DATE", help="the new file's day of issue (default: today in Vietnam)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError."""
    return document_life.run(args, config, _act)


def _act(place: Place, row: DocumentRow, args: argparse.Namespace) -> str:
    from idp.documents import issuance
    from idp.documents.issuance import VIETNAM, NewDocument
    from idp.documents.verifier.verify import PERSON_CLAIM
    from idp.documents.wallet import view

    old = view(row)
    claims = issuance.content_of(old)
    for change in args.set:
        name, given, text = change.partition("=")
        if not given:
            raise CommandError("--set takes CLAIM=VALUE")
        if name == PERSON_CLAIM:  # it would be somebody else's document in this wallet
            raise CommandError(f"{PERSON_CLAIM} says whose it is: revoke it, and issue one to the other person")
        claims[name] = _value(text)
    kept = {name: value for name, value in claims.items() if value is not None}
    new = NewDocument(
        old.holder, old.type, old.issuer_id, kept, _day(args.issued_on, place.now.astimezone(VIETNAM).date())
    )
    return issuance.reissue(place.session, place.issuing, old.id, new, place.now, args.reason.strip(), by(args)).id


def _value(text: str) -> object:
    if not text:
        return None
    try:
        return json.loads(text) if text[0] in '[{"' or text in ("true", "false") else text
    except ValueError as error:
        raise CommandError("a value that begins as JSON must be JSON") from error


def _day(given: str | None, today: date) -> date:
    try:
        return date.fromisoformat(given) if given else today
    except ValueError as error:
        raise CommandError("--issued-on is a date such as 2026-11-24") from error
