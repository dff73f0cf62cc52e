"""`mock-vneid documents import`: signed documents made of a health record. Exit 0 done, 1 refused, 2 unusable."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from idp.config import Config

MAX_BYTES = 8 * 2**20
FORMATS = ("ips", "insurance-xml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="+",
        metavar="FILE",
        help="patient summary (FHIR R4, JSON), or insurance tables (XML; bare ones may be several files); - is stdin",
    )
    parser.add_argument(
        "--person", required=True, metavar="NUMBER", help="personal identification number of the holder"
    )
    parser.add_argument("--format", choices=FORMATS, help="default: told from the content")
    parser.add_argument("--keeper", metavar="ISSUER", help="hospital that keeps the health book, if she has none yet")
    parser.add_argument("--dry-run", action="store_true", help="check everything and say what would be done")
    parser.add_argument("--json", action="store_true", help="the report for machines")


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError."""
    from idp.cli import health_records, terminal
    from idp.documents.health import formats, importing
    from idp.documents.health.errors import HealthRecordError
    from idp.documents.health.facilities import Facilities
    from idp.documents.issuers import MayNotSign, UnknownIssuer
    from idp.pki import issuer_profiles

    files = [_bytes(name) for name in args.file]
    try:
        name = args.format or formats.sniff(files)
        record = formats.read(name, files, Facilities(issuer_profiles()))
        with health_records.opened_wallet(config, args.person) as place:
            made = importing.bring(place.session, place.issuing, place.person, record, place.now, args.keeper)
            if args.dry_run:
                place.session.rollback()
    except HealthRecordError as error:
        return health_records.refused(error, as_json=args.json)
    except (MayNotSign, UnknownIssuer) as error:
        wrong = HealthRecordError("--keeper", f"no hospital that may sign a health book: {error}")
        return health_records.refused(wrong, as_json=args.json)
    report = {
        "format": name,
        "dry_run": args.dry_run,
        "documents": [{**one.as_json(), **({"document": None} if args.dry_run else {})} for one in made],
        "left_out": [one.as_json() for one in record.left_out],
    }
    if args.json:
        terminal.say(json.dumps(report, ensure_ascii=False, indent=2))
        return 0
    lines = [f"{one.change:<10} {one.type} {one.number}, signed by {one.issuer_id}" for one in made]
    lines += ["dry run: nothing was written"] if args.dry_run else []
    terminal.say("\n".join([*lines, health_records.left_out(record.left_out)]))
    return 0


def _bytes(name: str) -> bytes:
    """At most what a reader would take, and one more: it says that this is too much. Raises OSError."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(name).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
