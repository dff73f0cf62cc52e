"""`mock-vneid audit verify|export|head`: is the audit record whole? Exit 0 whole, 1 broken, 2 unusable.

Nothing here deletes: the history of use is kept five years (Decree 69/2024/ND-CP art. 28), and records stay after.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect, make_url
from sqlalchemy.orm import Session

import idp
from idp import pki
from idp.audit import chain_store, export, report, verification
from idp.audit.chain import GENESIS, Head
from idp.cli.database import opened, shown
from idp.cli.errors import CommandError
from idp.cli.terminal import say
from idp.config import Config
from idp.i18n import Catalogue

ACTIONS = {
    "verify": "find any record that was edited, deleted, moved or put in",
    "export": "print every record as a line of JSON, with the hashes that chain them",
    "head": "print the number and the hash of the last record, to be kept elsewhere",
}
HEAD = re.compile(r"(\d{1,10}):([0-9a-f]{64})")


class _Unusable(Exception):
    """The check cannot be made; the arguments are a message's key and values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = f"audit.unusable.{key}", values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {name: actions.add_parser(name, help=text, description=text) for name, text in ACTIONS.items()}
    for each in made.values():
        each.add_argument("--json", action="store_true", help="for machines (an export always is)")
        each.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the report (default vi)")
    made["verify"].add_argument(
        "--head", metavar="SEQ:HASH", help="what `audit head` printed earlier must still hold"
    )
    for name in ("verify", "export"):
        made[name].add_argument("--from", dest="start", type=int, default=1, metavar="N", help="begin with record N")


def run(args: argparse.Namespace, config: Config) -> int:
    texts = Catalogue.load(Path(idp.__path__[0]) / "translations")
    try:
        with _session(config) as session:
            return {"verify": _verify, "export": _export, "head": _head}[args.action](session, args, config, texts)
    except _Unusable as error:
        reason = texts.text(error.key, args.lang, **error.values)
    except CommandError as error:
        reason = texts.text("audit.unusable.database", args.lang, error=error)
    if args.json:
        say(json.dumps({"whole": None, "error": reason}, ensure_ascii=False))
    else:
        print(texts.text("audit.unusable.reason", args.lang, reason=reason), file=sys.stderr)
    return 2


def _verify(session: Session, args: argparse.Namespace, config: Config, texts: Catalogue) -> int:
    kept = None if args.head is None else _kept(args.head)
    try:
        verdict = verification.verify(session, _key(config), start=_start(session, args), kept=kept)
    except verification.NothingThere as error:
        raise _Unusable("from", last=error.args[0]) from error
    as_json = json.dumps(verdict.as_json(), indent=2)
    say(as_json if args.json else report.render(verdict, texts, args.lang))
    return 0 if verdict.whole else 1


def _export(session: Session, args: argparse.Namespace, _config: Config, _texts: Catalogue) -> int:
    for line in export.lines(session, _start(session, args)):
        sys.stdout.buffer.write(line.encode() + b"\n")  # the bytes that were hashed, whatever the terminal
    sys.stdout.flush()
    return 0


def _head(session: Session, args: argparse.Namespace, _config: Config, texts: Catalogue) -> int:
    found = chain_store.head(session) or Head(0, GENESIS)
    told = f"{found.sequence}:{found.hash}"
    if args.json:
        say(json.dumps({"sequence": found.sequence, "hash": found.hash, "head": told}))
        return 0
    say(told)
    print(texts.text("audit.line.keep", args.lang, head=told), file=sys.stderr)
    return 0


def _start(session: Session, args: argparse.Namespace) -> int:
    if args.start < 1:
        found = chain_store.head(session)
        raise _Unusable("from", last=found.sequence if found else 1)
    return int(args.start)


def _kept(text: str) -> Head:
    found = HEAD.fullmatch(text.strip())
    if found is None:
        raise _Unusable("head")
    return Head(int(found[1]), found[2])


def _key(config: Config) -> bytes:
    path = config.keys_dir / pki.AUDIT_KEY
    if not path.is_file():
        raise _Unusable("no_key", path=path)
    return path.read_bytes()


@contextmanager
def _session(config: Config) -> Iterator[Session]:
    """One unchanging view of the database, which is left as it is: no table made, none brought up to date."""
    where = shown(config.database_url)
    if _missing(config):
        raise _Unusable("no_database", where=where)
    with opened(config, upgrade=False) as db:
        if db.is_empty():
            raise _Unusable("no_database", where=where)
        if not inspect(db.engine).has_table("audit_head"):
            raise _Unusable("old_database", where=where)
        with db.read(repeatable=True) as session:
            yield session


def _missing(config: Config) -> bool:
    """Opening it would make the file that is asked for."""
    url = make_url(config.database_url)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()
