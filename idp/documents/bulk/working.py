"""One worker process: it signs chunks of documents, each into a file that is there whole or not at all."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from idp.audit.port import Audit
from idp.documents import holder_keys, issuance
from idp.documents.bulk import people, plan
from idp.documents.bulk.plan import Plan
from idp.documents.document_types import document_types
from idp.documents.issuance import Issuing, NewDocument
from idp.documents.issuers import Issuers
from idp.documents.models import DocumentRow
from idp.encryption import AtRest

Content = Callable[[int, int, str, date, Mapping[str, str] | None], Mapping[str, object]]
#: The types there are made-up people for.
CONTENTS: Mapping[str, Content] = {"health-book": people.health_book}

_SUFFIX = ".jsonl"
_LOCK = "workers.lock"
_PATIENCE = 30.0  # seconds; a worker notices within a fifth of one that its run was killed


class StillAtWork(Exception):
    """Processes of a run that was killed have not ended yet."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know; it reads the keys itself."""

    folder: Path
    keys_dir: Path
    plan: Plan
    now: datetime
    parent: int


@dataclass(frozen=True)
class Done:
    """A finished chunk."""

    documents: int
    bytes: int


def chunk_path(folder: Path, chunk: int) -> Path:
    return folder / f"documents-{chunk:05d}{_SUFFIX}"


class Worker:
    """Signs with the keys of one key folder."""

    def __init__(self, task: Task, audit: Audit) -> None:
        self.task, self.plan = task, task.plan
        self.kind = document_types().by_id(task.plan.type)
        at_rest = AtRest.from_file(task.keys_dir / "at-rest.key")
        self.issuing = Issuing(Issuers(task.keys_dir), at_rest, audit, task.plan.provider)

    def chunk(self, chunk: int) -> Done:
        """Make all of a chunk, then give the file its name: after an interruption none is half there."""
        path = chunk_path(self.task.folder, chunk)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            for place in self.plan.places(chunk):
                stream.write(self.line(place, self.plan.issuer(chunk)))
            stream.flush()
            os.fsync(stream.fileno())
            written = stream.tell()
        part.replace(path)
        plan.sync_folder(path.parent)
        return Done(len(self.plan.places(chunk)), written)

    def line(self, place: int, issuer: str) -> bytes:
        """One document with its holder's key, sealed as in the wallet's table."""
        hospital = self.issuing.issuers.profile(issuer).name["vi"]
        who = None if self.plan.people is None else self.plan.people[place]
        claims = CONTENTS[self.plan.type](self.plan.seed, place, hospital, self.plan.day, who)
        holder, document_id = str(claims["personal_id_number"]), secrets.token_hex(16)
        new = NewDocument(holder, self.kind, issuer, claims, self.plan.day)
        key = holder_keys.make()
        row = issuance.signed(self.issuing, new, self.task.now, document_id, key, self.plan.entry(place))
        sealed = holder_keys.sealed(self.issuing.at_rest, document_id, key)
        return json.dumps(_as_json(place, row, sealed), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _as_json(place: int, row: DocumentRow, sealed: bytes) -> dict[str, object]:
    return {
        "place": place,
        "id": row.id,
        "personal_id_number": row.holder,
        "vct": row.vct,
        "issuer": row.issuer_id,
        "document_number": row.document_number,
        "status_list": row.status_list,
        "status_index": row.status_index,
        "holder_key": base64.b64encode(sealed).decode("ascii"),
        "sd_jwt": row.sd_jwt,
    }


_worker: Worker


def start(task: Task, audit: Audit) -> None:
    """Make this process's worker, which ends when the process that started it does."""
    global _worker  # what an executor's initializer leaves has no other place
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a chunk that is begun is finished: the parent says when to stop
    _be_at_work(task.folder)
    if os.getppid() != task.parent:  # asked with the lock in hand: whoever cleared up before is not surprised by us
        os._exit(1)
    threading.Thread(target=_end_with, args=(task.parent,), daemon=True).start()
    _worker = Worker(task, audit)


def run(chunk: int) -> Done:
    return _worker.chunk(chunk)


def clear_up(folder: Path, patience: float = _PATIENCE) -> None:
    """Wait until no process of an earlier run writes any more, then take away what they left half done.

    `patience` is in seconds. Raises StillAtWork.
    """
    with (folder / _LOCK).open("w") as lock:
        until = time.monotonic() + patience
        while not _locked(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > until:
                raise StillAtWork
            time.sleep(0.05)
        for left in folder.glob("*.part"):
            left.unlink()


def _be_at_work(folder: Path) -> None:
    """Hold a lock that the kernel gives back when this process ends, in whatever way."""
    lock = os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600)  # stays open
    if not _locked(lock, fcntl.LOCK_SH):
        os._exit(1)  # somebody clears up after the run we belong to


def _locked(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)
