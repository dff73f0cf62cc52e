"""The options of `mock-vneid clients add|edit`, made from what may be registered, so that none is forgotten."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from idp.cli.errors import CommandError
from idp.documents.document_types import document_types
from idp.oauth import client_document, fapi_registration, lenient, strict_json
from idp.oauth.client_fields import Field, all_fields
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration

LARGEST = 1_000_000  # characters of a file


def add_options(parser: argparse.ArgumentParser) -> None:
    """One option a field. What is not given is not there, so that it changes nothing."""
    parser.add_argument("--from", dest="source", metavar="FILE", help="metadata as JSON (RFC 7591); - reads it here")
    for field in all_fields():
        _add_option(parser, field)
    parser.add_argument(
        "--no-pkce", dest="require_pkce", action="store_false", default=argparse.SUPPRESS,
        help="accept requests without PKCE (old clients; weaker)",
    )  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the file says, above it the options; which fields either speaks of; what could not be read."""

    registration: ClientRegistration
    named: frozenset[str]
    mistakes: Sequence[ClientMetadataError] = ()


def registration(args: argparse.Namespace, base: ClientRegistration) -> Wanted:
    """Raises CommandError where there is no document at all."""
    document = _document(args.source)
    options = vars(args)
    given: dict[str, Any] = {
        field.name: _value(field, options[field.name]) for field in all_fields() if field.name in options
    }
    if "lenient" in given:  # all switches, of which no-pkce is kept under another name
        given.setdefault("require_pkce", True)
    told = {name for name in client_document.FIELDS if client_document.member(name) in document}
    named = frozenset(told | given.keys())
    # a typing mistake must not pass for a setting
    strange = [client_document.mistake_of(name) for name in client_document.unknown(document)]
    read, mistyped = client_document.read_all(document, base)
    mistakes = (*strange, *(each for each in mistyped if each.field not in given))
    wanted = replace(read, **given)
    chosen = wanted.profile != base.profile  # then the algorithm of before is not one that somebody named
    return Wanted(fapi_registration.implied(wanted, named) if chosen else wanted, named, mistakes)


def told(error: ClientMetadataError, action: str, switches: Sequence[str]) -> str:
    """Every mistake on a line of its own, and where it is mended; `switches` are the lenient ones asked for."""
    return "\n".join(_told(each, action, switches) for each in error.all)


def _told(error: ClientMetadataError, action: str, switches: Sequence[str]) -> str:
    if error.field == "require_pkce" and lenient.NO_PKCE in switches:  # by the name that was given
        error = ClientMetadataError("lenient", f"{lenient.NO_PKCE} is not for a client that is held to FAPI 2.0")
    mend = _option_of(error) if action in ("add", "edit") else f"; see --{error.field}"
    done = "changed" if action == "edit" else "registered"
    return f"not {done}: {client_document.member(error.field)}: {error.message} ({error.code}){mend}"


def _option_of(error: ClientMetadataError) -> str:
    """The option that mends it: the file, where only that could say so; nothing where no option does."""
    found = next((field.option for field in all_fields() if field.name == error.field), None)
    return f"; see --{found or 'from'}" if found or error.field not in client_document.FIELDS else ""


def _add_option(parser: argparse.ArgumentParser, field: Field) -> None:
    text = " ".join(filter(None, (f"{field.label['en']}.", field.hint["en"]))).replace("%", "%%")
    settings: dict[str, Any] = {"dest": field.name, "default": argparse.SUPPRESS, "help": text}
    if field.kind == "flag":
        settings["action"] = argparse.BooleanOptionalAction
    elif field.kind == "number":
        settings |= {"type": int, "metavar": "NUMBER"}
    elif field.kind == "object":
        settings |= {"type": Path, "metavar": "FILE"}
    elif field.kind == "choice":
        settings["choices"] = field.choices
    elif field.name == "scope":
        settings |= {
            "action": "append", "metavar": "SCOPES",
            "help": f'{text} Of: {_listed(field)}. Repeatable, or in one text: --scope "openid profile".',
        }  # fmt: skip
    elif field.kind in ("choices", "lines"):
        of = f" Of: {_listed(field)}." if field.choices or field.name == "document_types" else ""
        settings |= {"action": "append", "help": f"{text}{of} Repeatable; what is given replaces all that was."}
        if field.choices and isinstance(field.choices[0], int):
            settings |= {"type": int, "metavar": "NUMBER"}
    parser.add_argument(f"--{field.option}", **settings)


def _listed(field: Field) -> str:
    """What may be chosen; which document types there are the wallet knows."""
    if field.name == "document_types":
        return ", ".join(sorted(kind.vct for kind in document_types()))
    return ", ".join(str(choice) for choice in field.choices)


def _value(field: Field, given: object) -> object:
    if isinstance(given, Path):
        return _read_object(f"--{field.option}", given)
    if field.name == "scope" and isinstance(given, list):
        return " ".join(given)  # RFC 6749 3.3: one text of words
    return tuple(given) if isinstance(given, list) else given


def _read_object(option: str, path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{option}: cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{option}: {path} is not JSON") from error
    if not isinstance(document, dict):
        raise CommandError(f"{option}: {path} must hold a JWK Set, an object with the member keys")
    return document


def _document(source: str | None) -> Mapping[str, Any]:
    if source is None:
        return {}
    try:
        text = sys.stdin.read(LARGEST) if source == "-" else Path(source).read_text(encoding="utf-8")
        document = strict_json.loads(text.encode())
    except OSError as error:
        raise CommandError(f"--from: cannot read {source}: {error.strerror}") from error
    except strict_json.NotJson as error:
        raise CommandError(f"--from: must be JSON, each name in it once: {error.place}") from error
    except ValueError as error:
        raise CommandError("--from: must be JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise CommandError("--from: must be a JSON object with metadata of RFC 7591")
    return document
