"""The command `mock-vneid`: each subcommand is a module of this package, imported only when it is called."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from idp import type_files
from idp.cli.errors import CommandError
from idp.config import ConfigError, load
from idp.type_files import DocumentTypeError

COMMANDS = {
    "demo": "run provider and portal together, seeded",
    "serve": "run the provider alone",
    "personas": "list the test citizens",
    "phone": "decide a QR sign-in without a phone, where the provider allows it",
    "clients": "register, change and list relying parties, or let them register themselves",
    "keys": "make and rotate keys, certificates and the trust list",
    "trust": "bundle root, trust list and status lists for counters without a network",
    "seed": "write the test citizens and their documents into the database",
    "documents": "import, export and make documents",
    "audit": "check the audit record for changes, export it, show where it ends",
    "verify": "check a document offline: intact, trusted, in force, whose",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the process's exit code (2 for unusable arguments or settings)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_usage())
        return 0 if arguments else 2
    if arguments[0] == "--version":
        from importlib.metadata import version

        print(f"mock-vneid {version('mock-vneid')}")
        return 0
    if arguments[0] not in COMMANDS:
        print(f"mock-vneid: no command {arguments[0]!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    return _run(arguments[0], arguments[1:])


def _run(name: str, arguments: list[str]) -> int:
    module = importlib.import_module(f"idp.cli.{name}")
    if name == "verify":  # the verifier knows no settings of the provider
        return int(module.main(arguments))
    parser = argparse.ArgumentParser(prog=f"mock-vneid {name}", description=COMMANDS[name])
    module.add_arguments(parser)
    try:
        parsed = parser.parse_args(arguments)
        scheme = "https" if getattr(parsed, "tls", None) is not None else "http"
        config = load(scheme=scheme)
        type_files.use(config.document_types_dir)
        return int(module.run(parsed, config))
    except (ConfigError, CommandError, DocumentTypeError) as error:
        print(f"mock-vneid {name}: {error}", file=sys.stderr)
    except OSError as error:  # a folder that may not be written, a disk that is full
        print(f"mock-vneid {name}: {error.strerror}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
    return 2


def _usage() -> str:
    rows = "\n".join(f"  {name:<10} {text}" for name, text in COMMANDS.items())
    head = "usage: mock-vneid COMMAND [OPTIONS]    (MÔ PHỎNG / MOCK)"
    return f"{head}\n\n{rows}\n\nmock-vneid COMMAND --help tells more."
