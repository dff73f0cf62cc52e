"""`mock-vneid documents make`: documents that are right but for one fault, to prove a verifier with."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from idp.cli.errors import CommandError
from idp.config import Config

if TYPE_CHECKING:
    from idp.documents.faults.catalogue import Fault
    from idp.documents.faults.folder import Entry
    from idp.documents.faults.world import World


#: The names of the carriers, as one says them here.
_CARRIERS = {"sd-jwt": "sd_jwt", "qr": "code", "pdf": "pdf"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--person", metavar="ID", default="lan", help="a test citizen, by id or ID number (default lan)")
    add("--type", metavar="TYPE", default="judicial-record-1", help="the document type (default judicial-record-1)")
    add("--fault", metavar="NAME", nargs="+", action="extend", help="what is wrong; none is the control")
    add("--all", action="store_true", help="every fault of the catalogue, and the controls")
    carriers = tuple(_CARRIERS)
    add("--carrier", choices=carriers, help="with --all or --list: only documents, QR codes, or signed PDF files")
    add("--list", action="store_true", help="only say which faults there are, and what a verifier must answer")
    add("--out", metavar="FOLDER", help="write the documents there, with all that is needed to check them")
    add("--json", action="store_true", help="for machines: everything on standard output")
    add("--audience", help="make presentations for this audience ...")
    add("--nonce", help="... and this nonce")
    trusts = ("sandbox", "new")
    add("--trust", choices=trusts, default=trusts[0], help="sign under the sandbox's root (default), or a new one")


def run(args: argparse.Namespace, config: Config) -> int:
    wanted = _wanted(args)
    if args.list:
        _print_list(wanted, as_json=args.json)
        return 0
    if not args.out and not args.json and len(wanted) != 1:
        raise CommandError("say --fault NAME, or --out FOLDER or --json for several (--list names them)")
    with _keys(args.trust, config) as keys_dir:
        return _make(args, config, keys_dir, wanted)


def _wanted(args: argparse.Namespace) -> list[Fault]:
    from idp.documents.faults.catalogue import UnknownFault, fault, faults, faults_of

    if args.carrier and args.fault:
        raise CommandError("--carrier goes with --all or --list, not with --fault: its name says what carries it")
    if args.all or (args.list and not args.fault):
        return list((faults_of(_CARRIERS[args.carrier]) if args.carrier else faults()).values())
    try:
        return [fault(name) for name in dict.fromkeys(args.fault or ())]
    except UnknownFault as error:
        raise CommandError(f"no fault {error.args[0]!r}: --list names them") from None


def _print_list(wanted: list[Fault], *, as_json: bool) -> None:
    from idp.cli.personas import terminal_language
    from idp.documents.faults.folder import described

    if as_json:
        print(json.dumps([described(one) for one in wanted], ensure_ascii=False, indent=2))
        return
    lang = terminal_language()
    for one in wanted:
        print(f"{one.name:<38} {one.code or one.verdict:<34} {one.wrong[lang]}")


@contextmanager
def _keys(trust: str, config: Config) -> Iterator[Path]:
    """The sandbox's key folder, or one that is gone afterwards."""
    import tempfile

    from idp import pki
    from idp.clock import SystemClock

    if trust == "sandbox":
        yield config.keys_dir
        return
    with tempfile.TemporaryDirectory() as folder:
        pki.init(Path(folder), SystemClock().now())
        yield Path(folder)


def _make(args: argparse.Namespace, config: Config, keys_dir: Path, wanted: list[Fault]) -> int:
    from idp.cli.fault_world import world
    from idp.documents.faults import catalogue, folder

    there = world(args, config, keys_dir)
    found, passed_over = folder.entries(there, wanted)
    if passed_over and not args.all:
        raise CommandError(f"this document has no place for: {', '.join(passed_over)}")
    if args.out:
        _write(Path(args.out), there, found)
        print(f"{len(found)} documents in {args.out} (MÔ PHỎNG / MOCK): see {folder.MANIFEST}")
    elif args.json:
        print(json.dumps(folder.inline(there, found), ensure_ascii=False, indent=2))
    elif catalogue.lies_in_a_list(wanted[0], there):  # by the sandbox's own lists nothing would be wrong with it
        raise CommandError("this fault lies in a list, which must go along: say --out FOLDER or --json")
    elif found[0].made.carrier == "pdf":
        raise CommandError("a PDF file is no text: say --out FOLDER or --json")
    else:
        print(found[0].made.text)
    return 0


def _write(target: Path, there: World, found: list[Entry]) -> None:
    from idp.documents.faults import folder

    if target.exists() and any(target.iterdir()) and not (target / folder.MANIFEST).exists():
        raise CommandError(f"{target} holds other files: name a folder that is empty or not there yet")
    folder.write(target, there, found)
