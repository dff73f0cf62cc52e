"""`mock-vneid keys`: make what is missing, rotate the provider's signing keys, write the offline copies."""

from __future__ import annotations

import argparse

from idp.cli import ports
from idp.cli.errors import CommandError
from idp.clock import SystemClock
from idp.config import Config

ACTIONS = {
    "init": "make every key, certificate and the trust list where missing; renew what is near its end",
    "rotate": "take new keys for signing tokens; the old ones stay published for checking",
    "export": "write trust list and status lists to the key folder, for checking documents without a network",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in ACTIONS.items():
        actions.add_parser(name, help=text, description=text)


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where keys are missing or unusable."""
    from idp.certificates import KeysMissing
    from idp.keyset import KeySetError

    try:
        {"init": _init, "rotate": _rotate, "export": _export}[args.action](config)
    except (KeysMissing, KeySetError) as error:
        raise CommandError(str(error)) from error
    return 0


def _init(config: Config) -> None:
    from idp import pki, trust_list

    now = SystemClock().now()
    pki.init(config.keys_dir, now)
    trust_list.current(config.keys_dir, config.issuer, now)
    print(f"MÔ PHỎNG / MOCK keys are in {config.keys_dir}; verifiers pin {config.keys_dir / 'root.pem'}")


def _rotate(config: Config) -> None:
    from idp import keyset

    keyset.rotate(config.keys_dir)
    print("new keys sign from now on; the next ones are published already")


def _export(config: Config) -> None:
    from idp import trust_list
    from idp.db import Database
    from idp.documents.issuers import Issuers
    from idp.documents.status import StatusTokens

    ports.agree(config.keys_dir, config.addresses)
    now = SystemClock().now()
    trust_list.current(config.keys_dir, config.issuer, now)
    db = Database(config.database_url)
    try:
        if db.is_empty():
            raise CommandError("there is no database yet: run `mock-vneid seed`")
        with db.read() as session:
            StatusTokens(Issuers(config.keys_dir), config.issuer, config.keys_dir).export(session, now)
    finally:
        db.dispose()
    print(f"trust list and status lists are in {config.keys_dir}")
