"""`mock-vneid documents bulk`: as many documents of made-up people as a province has, signed over all cores.

    mock-vneid documents bulk --count 276001 --out books
    mock-vneid documents bulk --resume --out books      # after an interruption of whatever kind

The folder gets JSON lines (document, its place in the status list, the sealed holder key), a thousand documents a
file. A file is there whole or not at all, so what is begun and not finished is made again, with the same entries.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idp.cli.errors import CommandError
from idp.config import Config

if TYPE_CHECKING:
    from idp.audit.port import Audit
    from idp.documents.bulk.plan import Plan
    from idp.documents.bulk.working import Done, Task

TYPES = ("health-book",)
CHUNK = 1_000
MOST = 900_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--type", choices=TYPES, help=f"type of the documents (default: {TYPES[0]})")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--count", type=int, help="how many, one for each made-up person")
    whose.add_argument("--personas", type=Path, metavar="FILE", help="for the test citizens of this file instead")
    parser.add_argument("--seed", type=int, help="other people for another number (default: 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where they go: a new folder")
    parser.add_argument("--resume", action="store_true", help="go on with what was begun in that folder")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError."""
    from idp.clock import SystemClock

    if args.jobs < 1:
        raise CommandError("--jobs is at least 1")
    now = SystemClock().now()
    with _alone(args.out, resume=args.resume):
        plan = _resumed(args, config) if args.resume else _begun(args, config, now)
        began = time.monotonic()
        wrote = _work(plan, args, config, now)
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    rate = wrote.documents / max(time.monotonic() - began, 0.001)  # of this run alone
    print(
        f"{plan.count} documents in {args.out}; this run made {wrote.documents} of them, {rate:,.0f}/s, "
        f"{wrote.bytes} bytes, {most // 1024} MB a process"
    )
    return 0


@contextmanager
def _alone(folder: Path, *, resume: bool) -> Iterator[None]:
    """Two runs at once in one folder would undo each other."""
    import fcntl

    if resume and not folder.is_dir():
        raise CommandError(f"{folder} is not there, so nothing was begun in it")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"another run is at work in {folder}") from error
        yield


def _begun(args: argparse.Namespace, config: Config, now: datetime) -> Plan:
    """Plan the run, reserve its status lists and write both down."""
    from idp.cli.database import opened
    from idp.cli.provision import make_keys
    from idp.documents.bulk import plan
    from idp.documents.document_types import document_types
    from idp.documents.issuance import VIETNAM
    from idp.documents.issuers import Issuers
    from idp.documents.status_tokens import StatusTokens

    people = None if args.personas is None else _people(args.personas, now)
    count = args.count if people is None else len(people)
    if count is None or not 1 <= count <= MOST:
        raise CommandError(f"--count is a number from 1 to {MOST}")
    if set(os.listdir(args.out)) - {"lock"}:
        raise CommandError(f"{args.out} is not empty; --resume goes on with what was begun in it")
    make_keys(config, now)
    kind = document_types().by_id(args.type or TYPES[0])
    issuers = Issuers(config.keys_dir)
    with opened(config) as db:
        with db.begin() as session:
            made = plan.make(
                session,
                type_id=kind.id,
                count=count,
                seed=1 if args.seed is None else args.seed,
                chunk=CHUNK if count >= CHUNK * args.jobs else -(-count // (4 * args.jobs)),
                provider=config.issuer,
                issuers=issuers.for_type(kind.vct),
                now=now,
                today=now.astimezone(VIETNAM).date(),
                people=people,
            )
            plan.write(made, args.out)  # before the lists are committed: rather lists for nothing than a lost plan
        with db.read() as session:
            StatusTokens(issuers, config.issuer, config.keys_dir).export(session, now)
    return made


def _people(file: Path, now: datetime) -> list[dict[str, str]]:
    """The test citizens of a file of one's own, as its documents name them."""
    from idp.accounts.levels import legal_day
    from idp.seed import loader
    from idp.seed.mistakes import SeedFileError

    try:
        found = loader.load(file, legal_day(now)).personas
    except SeedFileError as error:
        raise CommandError(f"the test citizens cannot be used:\n{error}") from error
    names = ("personal_id_number", "full_name", "sex")
    return [
        {**{name: str(getattr(one, name)) for name in names}, "birthdate": one.birthdate.isoformat()}
        for one in found
        if one.file == file
    ]


def _resumed(args: argparse.Namespace, config: Config) -> Plan:
    """The plan as it was written down, with the lists it reserved."""
    from idp.cli.database import opened
    from idp.documents import store
    from idp.documents.bulk import plan

    if args.personas is not None:
        raise CommandError("--resume goes on with the people it began with: leave --personas out")
    try:
        made = plan.read(args.out)
    except plan.NotThisRun as error:
        raise CommandError(str(error)) from error
    for name, wanted in (("type", args.type), ("count", args.count), ("seed", args.seed)):
        if wanted is not None and wanted != getattr(made, name):
            raise CommandError(f"{args.out} was begun with another --{name}: {getattr(made, name)}")
    if made.provider != config.issuer:
        raise CommandError(f"{args.out} was begun for the provider {made.provider} (IDP_ISSUER)")
    with opened(config) as db, db.read() as session:
        for issuer, (first, last) in made.lists.items():
            rows = [store.status_list(session, issuer, number) for number in range(first, last + 1)]
            if not all(row is not None and row.used == row.size for row in rows):
                raise CommandError(f"the database does not know the status lists of {args.out}: begin a new folder")
    return made


def _work(plan: Plan, args: argparse.Namespace, config: Config, now: datetime) -> Done:
    """Have the missing chunks made; what this run wrote comes back."""
    from idp import pki
    from idp.audit.store import AuditLog
    from idp.cli.progress import Progress
    from idp.documents.bulk import working

    try:
        working.clear_up(args.out)
    except working.StillAtWork as error:
        raise CommandError(f"processes of a stopped run are still at work in {args.out}: try again later") from error
    missing = [chunk for chunk in range(plan.chunks) if not working.chunk_path(args.out, chunk).exists()]
    progress = Progress(plan.count, plan.count - sum(len(plan.places(chunk)) for chunk in missing), what="documents")
    task = working.Task(args.out, config.keys_dir, plan, now, os.getpid())
    audit, wrote = AuditLog.from_file(config.keys_dir / pki.AUDIT_KEY), working.Done(0, 0)
    try:
        for done in _done(task, audit, missing, max(1, min(args.jobs, len(missing)))):
            wrote = working.Done(wrote.documents + done.documents, wrote.bytes + done.bytes)
            progress.advance(done.documents)
    except KeyboardInterrupt:
        raise CommandError(f"stopped; go on with --resume --out {args.out}") from None
    finally:
        progress.end()
    return wrote


def _done(task: Task, audit: Audit, chunks: list[int], jobs: int) -> Iterator[Done]:
    """The chunks as they are finished. Never more than two a process wait, so that memory does not grow."""
    from idp.documents.bulk import working

    if jobs == 1:
        yield from map(working.Worker(task, audit).chunk, chunks)
        return
    from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=working.start, initargs=(task, audit))
    waiting = iter(chunks)
    running: set[Future[Done]] = set()
    try:
        while True:
            while len(running) < 2 * jobs and (chunk := next(waiting, None)) is not None:
                running.add(pool.submit(working.run, chunk))
            if not running:
                return
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in finished)
    except BrokenProcessPool as error:
        raise CommandError(f"a process of the run was stopped; go on with --resume --out {task.folder}") from error
    finally:
        pool.shutdown(cancel_futures=True)
