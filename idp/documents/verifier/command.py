"""`mock-vneid verify FILE|-`: check a document offline. Exit 0 good, 1 refused, 2 unusable input.

This module, and no other of the verifier, reads files, the environment and the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from idp.documents.sd_jwt.parsing import MAX_LENGTH
from idp.documents.verifier.certificates import load_pem
from idp.documents.verifier.errors import CertificateMalformed, VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.labels import Labels
from idp.documents.verifier.outcome import Outcome, Unusable, accepted, refused
from idp.documents.verifier.report import render
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.type_rules import TypeRules
from idp.documents.verifier.verify import verify

_DESCRIPTION = """Check an electronic document with the network off (MÔ PHỎNG / MOCK).
Kiểm tra giấy tờ điện tử, không cần mạng."""
_EPILOG = """Exit codes: 0 good, 1 refused or not fully checked, 2 unusable input.

Without options the root certificate (root.pem), the trust list (trust-list.jwt), status lists (status/*.jwt)
and type metadata (types/*.json) are taken from the folder $MOCK_VNEID_TRUST_DIR, else $IDP_KEYS_DIR, else keys/."""

_LONGEST_AGE = 10 * 366 * 24 * 3600  # seconds
_YEARS = range(1970, 9999)  # `datetime` ends with 9999: what is added to a time, and its zone, need room


def main(argv: Sequence[str], *, metadata: Iterable[object] = ()) -> int:
    """Run the command and print its report. `metadata` are SD-JWT VC Type Metadata documents: labels, and rules."""
    options = _parser().parse_args(argv)
    now = datetime.now(UTC)
    labels = Labels()
    try:
        now = _moment(options.at, now)
        known = _metadata(options, metadata)
        labels = Labels.of(known)
        outcome = _check(options, now, TypeRules.of(known))
    except Unusable as error:
        outcome = Outcome("unusable", now, unusable=error)
    if options.json:
        text = _escaped(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
    else:
        text = render(outcome, labels, options.lang)
    # A terminal that cannot show Vietnamese gets escapes rather than a traceback.
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
    return outcome.exit_code


def _escaped(text: str) -> str:
    """JSON that no terminal obeys: what is no letter or sign to print is escaped."""
    return "".join(sign if sign.isprintable() or sign == "\n" else json.dumps(sign)[1:-1] for sign in text)


def _check(options: argparse.Namespace, now: datetime, types: Mapping[str, TypeRules]) -> Outcome:
    key_binding = _key_binding(options)
    folder = _folder()
    try:
        trust = _trust(options, folder, now)
        status = _status(options, folder)
    except VerificationError as error:
        return Outcome("unusable", now, code=error.code, detail=error.detail)
    text = _read(options.file)
    try:
        document = verify(
            text,
            trust=trust,
            now=now,
            key_binding=key_binding,
            person=options.person,
            status=status,
            vct=options.vct,
            types=types,
        )
    except VerificationError as error:
        return refused(error, trust, now)
    return accepted(
        document,
        trust,
        now,
        allow_unchecked=options.allow_unchecked_status,
        max_status_age=_max_status_age(options),
    )


def _folder() -> Path:
    named = os.environ.get("MOCK_VNEID_TRUST_DIR") or os.environ.get("IDP_KEYS_DIR")
    return Path(named) if named else Path("keys")


def _trust(options: argparse.Namespace, folder: Path, now: datetime) -> TrustList:
    root_path = Path(options.root or folder / "root.pem")
    list_path = Path(options.trust_list or folder / "trust-list.jwt")
    for path, key in ((root_path, "unusable.no_root"), (list_path, "unusable.no_trust_list")):
        if not path.exists():
            raise Unusable(key, path=path)
    try:
        root = load_pem(_read(str(root_path)).encode())
    except CertificateMalformed as error:
        raise Unusable("unusable.root", path=root_path) from error
    text = _read(str(list_path))
    return TrustList.load(text, root=root, now=now, minimum_version=options.minimum_version)


def _status(options: argparse.Namespace, folder: Path) -> StatusLists | None:
    paths = options.status or sorted(map(str, (folder / "status").glob("*.jwt")))
    return StatusLists.of(map(_read, paths)) if paths else None


def _metadata(options: argparse.Namespace, metadata: Iterable[object]) -> list[object]:
    """The package's own and those of files; each file is one whole and readable."""
    known = list(metadata)
    for path in options.type_metadata or sorted(map(str, (_folder() / "types").glob("*.json"))):
        try:
            known.append(json.loads(_read(path)))
            Labels.of(known[-1:])
            TypeRules.of(known[-1:])
        except (ValueError, RecursionError) as error:
            raise Unusable("unusable.types", path=path) from error
    return known


def _key_binding(options: argparse.Namespace) -> ExpectedKeyBinding | NoKeyBinding:
    if options.audience is None and options.nonce is None:
        return NO_KEY_BINDING
    if not options.audience or not options.nonce or not 0 < options.max_age <= _LONGEST_AGE:
        raise Unusable("unusable.options")
    return ExpectedKeyBinding(options.audience, options.nonce, timedelta(seconds=options.max_age))


def _max_status_age(options: argparse.Namespace) -> timedelta:
    if not 0 <= options.max_status_age <= _LONGEST_AGE:
        raise Unusable("unusable.status_age")
    return timedelta(seconds=options.max_status_age)


def _moment(text: str | None, now: datetime) -> datetime:
    if text is None:
        return now
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unusable("unusable.time") from error
    if moment.tzinfo is None or moment.year not in _YEARS:
        raise Unusable("unusable.time")
    return moment.astimezone(UTC)


def _read(path: str) -> str:
    """A text, or as much of it as shows that it is too long. Windows editors put a mark before it."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(2 * MAX_LENGTH)
        else:
            with Path(path).open("rb") as stream:
                data = stream.read(2 * MAX_LENGTH)
        return data.decode("utf-8-sig", "replace")
    except OSError as error:
        raise Unusable("unusable.file", path=path) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mock-vneid verify",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("file", metavar="FILE|-", help="the document's file, or - for standard input")
    add("--trust-list", metavar="FILE", help="the signed trust list")
    add("--root", metavar="FILE", help="the pinned root certificate, PEM")
    add("--status", metavar="FILE", nargs="+", action="extend", help="status list tokens")
    add("--type-metadata", metavar="FILE", nargs="+", action="extend", help="type metadata: names and rules")
    add("--minimum-version", metavar="N", type=int, help="refuse a trust list older than this version")
    add("--person", metavar="NUMBER", help="the ID number the document must be about")
    add("--vct", metavar="TYPE", nargs="+", action="extend", help="document types that are expected")
    add("--audience", help="expect a presentation made for this audience ...")
    add("--nonce", help="... and this nonce ...")
    add("--max-age", metavar="SECONDS", type=int, default=300, help="... no older than this (default 300)")
    add("--at", metavar="ISO", help="check as of this time instead of now")
    add("--allow-unchecked-status", action="store_true", help="exit 0 although revocation could not be checked")
    add(
        "--max-status-age",
        metavar="SECONDS",
        type=int,
        default=0,
        help="exit 0 by a status list past its ttl, no older than this (default 0: none)",
    )
    add("--lang", choices=("vi", "en"), default="vi", help="language of the report (default vi)")
    add("--json", action="store_true", help="report for machines")
    return parser
