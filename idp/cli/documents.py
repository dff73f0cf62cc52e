"""`mock-vneid documents VERB`: each verb is a module of this package."""

from __future__ import annotations

import argparse
import importlib
from types import ModuleType

from idp.config import Config

#: The module `documents_VERB` has `add_arguments(parser)` and `run(args, config) -> exit code`, and imports what it
#: works with only in the latter.
VERBS: dict[str, str] = {
    "amend": "issue a document anew with changed claims; the old file is superseded",
    "bulk": "issue documents of made-up people by the hundred thousand, over all cores",
    "export": "write a person's health documents as a patient summary (FHIR R4)",
    "import": "make signed documents of a health record: a patient summary (FHIR) or insurance tables (XML)",
    "make": "make documents with a fault, to prove a verifier with",
    "resume": "lift a document's suspension",
    "revoke": "revoke a document, for good",
    "suspend": "suspend a document until it is resumed",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, text in VERBS.items():
        _module(verb).add_arguments(verbs.add_parser(verb, help=text, description=text))


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where the verb's module does."""
    return int(_module(args.verb).run(args, config))


def _module(verb: str) -> ModuleType:
    return importlib.import_module(f"idp.cli.documents_{verb}")
