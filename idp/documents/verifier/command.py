"""`mock-vneid verify FILE|-`: check a document offline. Exit 0 good, 1 refused, 2 unusable input.

This module, and no other of the verifier, reads files, the environment and the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from idp.documents.sd_jwt.parsing import MAX_LENGTH
from idp.documents.verifier.certificates import load_pem
from idp.documents.verifier.errors import CertificateMalformed, VerificationError
from idp.documents.verifier.files import Expected
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.labels import Labels
from idp.documents.verifier.outcome import Outcome, Unusable, accepted, refused
from idp.documents.verifier.report import escaped, render, show
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.status_cwt import looks_like_one
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.type_rules import TypeRules

if TYPE_CHECKING:
    from idp.documents.offline.ages import AgePolicy

_DESCRIPTION = """Check an electronic document with the network off (MÔ PHỎNG / MOCK).
Kiểm tra giấy tờ điện tử, không cần mạng."""
_EPILOG = """FILE is a document (SD-JWT), a signed PDF, the text of an offline code, or a picture of one.

Exit codes: 0 good, 1 refused or not fully checked, 2 unusable input.

Without options the root certificate (root.pem) and its revocation list (root.crl), the trust list
(trust-list.jwt), status lists (status/*.jwt, *.cwt) and type metadata (types/*.json) are taken from the folder
$MOCK_VNEID_TRUST_DIR, else $IDP_KEYS_DIR, else keys/."""

_MAX_FILE = 16 * 2**20
_LONGEST_AGE = 10 * 366 * 24 * 3600  # seconds
_YEARS = range(1970, 9999)  # `datetime` ends with 9999: what is added to a time, and its zone, need room


def main(argv: Sequence[str], *, metadata: Iterable[object] = ()) -> int:
    """Run the command and print its report. `metadata` are SD-JWT VC Type Metadata documents: labels, and rules."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.file is None and options.receipt is None:
        parser.error("FILE is missing")
    if options.receipt is not None:
        return _receipt(options)
    now = datetime.now(UTC)
    labels = Labels()
    try:
        _check_options(options)
        now = _moment(options.at, now)
        found = _lists(options, _folder(), now)
        known = [*metadata, *found.metadata, *_metadata(options)]
        labels = Labels.of(known)
        outcome = _check(options, now, found, TypeRules.of(known))
    except VerificationError as error:
        outcome = Outcome("unusable", now, code=error.code, detail=error.detail)
    except Unusable as error:
        outcome = Outcome("unusable", now, unusable=error)
    if options.json:
        text = escaped(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
    else:
        text = render(outcome, labels, options.lang)
    show(text)
    return outcome.exit_code


def _receipt(options: argparse.Namespace) -> int:
    from idp.documents.offline import receipt_command

    keys = Path(options.receipt_keys or _folder() / "portal" / "client-keys.json")
    try:
        code, outcome = receipt_command.check(options.receipt, keys, options.file, _read_bytes)
    except Unusable as error:
        unusable = Outcome("unusable", datetime.now(UTC), unusable=error)
        as_json = json.dumps(unusable.as_json(), ensure_ascii=False, indent=2)
        show(escaped(as_json) if options.json else unusable.sentence(options.lang))
        return unusable.exit_code
    text = json.dumps(outcome, ensure_ascii=False, indent=2) if options.json else None
    show(escaped(text or receipt_command.render(outcome, options.lang)))
    return code


@dataclass(frozen=True)
class _Lists:
    """What a document is checked by. A bundle brings metadata of the provider's types along."""

    trust: TrustList
    status: StatusLists | None
    metadata: Sequence[object] = ()


def _check(options: argparse.Namespace, now: datetime, lists: _Lists, types: Mapping[str, TypeRules]) -> Outcome:
    from idp.documents.offline import ages, readers

    key_binding, policy = _key_binding(options), _age_policy(options)
    trust = lists.trust
    try:
        given = readers.read(_read_bytes(options.file))
    except readers.Unreadable as error:
        raise Unusable(error.key) from error
    expected = Expected(
        trust, now, key_binding, options.person, lists.status, options.vct, _revocation_list(options), types
    )
    try:
        document, source = readers.verify_file(given, expected)
    except VerificationError as error:
        return replace(refused(error, trust, now), old_lists=ages.ages(trust, error.status_list, now).old(policy))
    found = accepted(
        document,
        trust,
        now,
        allow_unchecked=options.allow_unchecked_status,
        max_status_age=_max_status_age(options),
    )
    return replace(found, source=source, old_lists=ages.ages(trust, document.status_list, now).old(policy))


def _folder() -> Path:
    named = os.environ.get("MOCK_VNEID_TRUST_DIR") or os.environ.get("IDP_KEYS_DIR")
    return Path(named) if named else Path("keys")


def _lists(options: argparse.Namespace, folder: Path, now: datetime) -> _Lists:
    if options.bundle is None:
        return _Lists(_trust(options, folder, now), _status(options, folder))
    from idp.documents.offline import bundle_file

    if options.trust_list or options.status:  # which of the two should count?
        raise Unusable("unusable.bundle_or_lists")
    text = _read_bytes(options.bundle).decode("ascii", "replace")
    root = Path(options.root) if options.root else None if options.root_fingerprint else folder / "root.pem"
    pinned = bundle_file.pinned(text, root, options.root_fingerprint)
    remembered = Path(options.newest_seen) if options.newest_seen else None
    bundle = bundle_file.load(text, pinned, remembered, now, options.minimum_version)
    return _Lists(bundle.trust, bundle.status, bundle.types.documents())


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
    kept = [path for kind in ("*.jwt", "*.cwt") for path in (folder / "status").glob(kind)]
    paths = options.status or sorted(map(str, kept))
    tokens = [_read_bytes(path, 2 * MAX_LENGTH) for path in paths]
    return StatusLists.of(one if looks_like_one(one) else _text(one) for one in tokens) if paths else None


def _revocation_list(options: argparse.Namespace) -> bytes | None:
    """The newest list at hand; a file that was named must be there."""
    path = options.revocation_list or _folder() / "root.crl"
    return _read_bytes(str(path), 2 * MAX_LENGTH) if options.revocation_list or path.exists() else None


def _metadata(options: argparse.Namespace) -> list[object]:
    """Those of files; each file is one whole and readable."""
    known: list[object] = []
    for path in options.type_metadata or sorted(map(str, (_folder() / "types").glob("*.json"))):
        try:
            known.append(json.loads(_read(path)))
            Labels.of(known[-1:])
            TypeRules.of(known[-1:])
        except (ValueError, RecursionError) as error:
            raise Unusable("unusable.types", path=path) from error
    return known


def _check_options(options: argparse.Namespace) -> None:
    """What would be passed over in silence is refused: whoever gave it believes that it was heeded."""
    if options.bundle is None and (options.root_fingerprint or options.newest_seen):
        raise Unusable("unusable.pin")
    ages = 0 < options.max_age <= _LONGEST_AGE and 0 < options.warn_age <= _LONGEST_AGE / 3600
    if not ages or (options.minimum_version is not None and options.minimum_version < 1):
        raise Unusable("unusable.ages")


def _key_binding(options: argparse.Namespace) -> ExpectedKeyBinding | NoKeyBinding:
    if options.audience is None and options.nonce is None:
        return NO_KEY_BINDING
    if not options.audience or not options.nonce:
        raise Unusable("unusable.options")
    return ExpectedKeyBinding(options.audience, options.nonce, timedelta(seconds=options.max_age))


def _max_status_age(options: argparse.Namespace) -> timedelta:
    """A bundle is for where no newer list can be had: its lists serve until their `exp`, and are told to be old."""
    age = options.max_status_age
    if age is None:
        age = 0 if options.bundle is None else _LONGEST_AGE
    if not 0 <= age <= _LONGEST_AGE:
        raise Unusable("unusable.status_age")
    return timedelta(seconds=age)


def _age_policy(options: argparse.Namespace) -> AgePolicy:
    from idp.documents.offline.ages import AgePolicy

    return AgePolicy(status_list=timedelta(hours=options.warn_age))


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
    return _text(_read_bytes(path, 2 * MAX_LENGTH))


def _text(data: bytes) -> str:
    """A text, or as much of it as shows that it is too long. Windows editors put a mark before it."""
    return data[: 2 * MAX_LENGTH].decode("utf-8-sig", "replace")


def _read_bytes(path: str, most: int = _MAX_FILE + 1) -> bytes:
    try:
        if path == "-":
            return sys.stdin.buffer.read(most)
        with Path(path).open("rb") as stream:
            return stream.read(most)
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
    add("file", nargs="?", metavar="FILE|-", help="a document, a code or its picture; - for standard input")
    add("--trust-list", metavar="FILE", help="the signed trust list")
    add("--root", metavar="FILE", help="the pinned root certificate, PEM")
    add("--bundle", metavar="FILE", help="trust list and status lists in one file, from `mock-vneid trust export`")
    add("--root-fingerprint", metavar="HEX", help="pin the bundle's root by its SHA-256, known from elsewhere")
    add("--newest-seen", metavar="FILE", help="remember here the newest bundle used, and refuse an older one")
    add("--warn-age", metavar="HOURS", type=float, default=4, help="say so of an older status list (default 4)")
    add("--status", metavar="FILE", nargs="+", action="extend", help="status list tokens, JWT or CWT")
    add("--type-metadata", metavar="FILE", nargs="+", action="extend", help="type metadata: names and rules")
    add("--revocation-list", metavar="FILE", help="for a PDF: the root's revocation list, newer than the file's own")
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
        help="exit 0 by a status list past its ttl, no older than this (default none; with --bundle until its exp)",
    )
    add("--receipt", metavar="FILE", help="check a receipt of a counter instead; FILE is then the document it is of")
    add("--receipt-keys", metavar="FILE", help="the counter's public keys, a JWK set (its /receipt-keys)")
    add("--lang", choices=("vi", "en"), default="vi", help="language of the report (default vi)")
    add("--json", action="store_true", help="report for machines")
    return parser
