"""`mock-vneid trust export`: all that a counter without a network needs, in one signed file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from idp.cli import ports
from idp.cli.errors import CommandError
from idp.clock import SystemClock
from idp.config import Config

ACTIONS = {"export": "bundle root, trust list and status lists into one file, for `mock-vneid verify --bundle`"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = {name: actions.add_parser(name, help=text, description=text) for name, text in ACTIONS.items()}
    made["export"].add_argument("-o", "--output", metavar="FILE", help="where to write it (default: standard output)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where keys or database are missing."""
    from idp import pki, trust_bundle
    from idp.certificates import KeysMissing
    from idp.documents.offline.bundle import fingerprint

    ports.agree(config.keys_dir, config.addresses)
    now = SystemClock().now()
    try:
        root = pki.root(config.keys_dir).certificate
        text = trust_bundle.make(config.keys_dir, config.issuer, _status_lists(config), now)
    except KeysMissing as error:
        raise CommandError(str(error)) from error
    if args.output is None:
        print(text)
    else:
        Path(args.output).write_text(text + "\n", encoding="ascii")
    # Told apart from the file: whoever carries the file must not be the only one who says which root counts.
    print(f"MÔ PHỎNG / MOCK root, SHA-256: {fingerprint(root)}", file=sys.stderr)
    return 0


def _status_lists(config: Config) -> list[str]:
    from idp.cli.database import opened
    from idp.documents import store
    from idp.documents.issuers import Issuers
    from idp.documents.status_tokens import StatusTokens

    tokens, now = StatusTokens(Issuers(config.keys_dir), config.issuer, config.keys_dir), SystemClock().now()
    with opened(config, upgrade=False) as db:
        if db.is_empty():
            raise CommandError("there is no database yet: run `mock-vneid seed`")
        with db.read() as session:
            rows = store.status_lists(session)
            made = [tokens.token(session, row.issuer_id, row.number, now) for row in rows]
    return [token.text for token in made if token is not None]
