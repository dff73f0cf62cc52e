"""`mock-vneid documents export`: health documents as a patient summary. Exit 0 done, 1 refused, 2 unusable."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from idp.config import Config

FORMATS = ("ips",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--person", required=True, metavar="NUMBER", help="personal identification number of the holder"
    )
    parser.add_argument("--format", choices=FORMATS, default="ips", help="ips: FHIR R4 International Patient Summary")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the Bundle here (default: standard output)")
    parser.add_argument("--dry-run", action="store_true", help="write no file, say only what would be left out")
    parser.add_argument("--json", action="store_true", help="the report of what is left out for machines")


def run(args: argparse.Namespace, config: Config) -> int:
    """The Bundle goes to FILE or standard output, the report to the other of the two. Raises CommandError."""
    from idp.cli import health_records, terminal
    from idp.documents.health import exporting
    from idp.documents.health.errors import HealthRecordError

    try:
        with health_records.opened_wallet(config, args.person) as place:
            parts = (place.session, place.issuing.issuers, place.issuing.audit, place.person.subject, place.now)
            made = exporting.export(*parts, recorded=not args.dry_run)
            if not args.dry_run and args.output:
                _write(Path(args.output), made.text)
    except HealthRecordError as error:
        return health_records.refused(error, as_json=args.json)
    report = {
        "format": args.format,
        "dry_run": args.dry_run,
        "file": None if args.dry_run else args.output,
        "entries": made.entries,
        "left_out": [one.as_json() for one in made.left_out],
    }
    told = json.dumps(report, ensure_ascii=False, indent=2) if args.json else health_records.left_out(made.left_out)
    if args.output or args.dry_run:
        terminal.say(told)
    else:
        sys.stdout.buffer.write(made.text.encode())
        sys.stdout.flush()
        print(told, file=sys.stderr)
    return 0


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and for the owner alone: it is somebody's health. Raises OSError."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
