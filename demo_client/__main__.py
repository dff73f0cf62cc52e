"""`python -m demo_client`: serve the portal, or purge what may no longer be kept."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from demo_client.config import Config, ConfigError, load

if TYPE_CHECKING:
    from flask import Flask


def serve(config: Config) -> None:
    """Serve until stopped."""
    from demo_client.serving import Server

    tls = (config.tls_certificate, config.tls_key) if config.tls_certificate and config.tls_key else None
    Server(lambda: _create(config), config.host, config.port, tls).run()


def _create(config: Config) -> Flask:
    from demo_client.app import create_app

    return create_app(config)


def purge(config: Config) -> int:
    """Delete the dossiers whose retention has ended; returns how many."""
    from demo_client import presentations
    from demo_client.clock import SystemClock
    from demo_client.db import Database

    db = Database(config.database_url)
    db.upgrade()
    with db.begin() as session:
        return presentations.forget(session, SystemClock().now())


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo_client", description="The demo portal (MOCK).")
    parser.add_argument("command", nargs="?", choices=("serve", "purge"), default="serve")
    parser.add_argument("--port", type=int)
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING)
    try:
        config = load(port=arguments.port)
        if arguments.command == "purge":
            print(f"purged {purge(config)} dossiers")
        else:
            check_files(config)
            serve(config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def check_files(config: Config) -> None:
    """Complain before the server starts, not in one of its processes. Raises ConfigError."""
    from demo_client.keys import load_keys, load_root

    load_keys(config.keys)
    load_root(config.root)


if __name__ == "__main__":
    sys.exit(main())
