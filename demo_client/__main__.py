"""`python -m demo_client`: serve the portal, or purge what may no longer be kept."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import Any

from demo_client.config import Config, ConfigError, load


def serve(config: Config) -> None:
    """Serve until stopped: one process, since sessions, throttles and lists live in it; eight threads."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"{config.host}:{config.port}",
                "worker_class": "gthread",
                "workers": 1,
                "threads": 8,
                "loglevel": "error",
                "proc_name": "mock-vneid-portal",
                "control_socket_disable": True,
            }
            if config.tls_certificate and config.tls_key:
                settings |= {"certfile": str(config.tls_certificate), "keyfile": str(config.tls_key)}
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            from demo_client.app import create_app

            return create_app(config)

    Server().run()


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
