"""The audit chain beside plain inserts of the same rows, in one run, the rounds interleaved.

    python benchmarks/audit.py [--postgresql] [--rounds N] [--records N]

Appended one record a transaction, as most of them are: by one writer, and by eight at once. A plain insert is the
same row into a table without chain, head and triggers. Verifying reads the whole chain; its memory is the peak of
what Python allocated. The database is SQLite in a temporary folder, or a PostgreSQL server started for this.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from sqlalchemy import text

from idp.audit import canonical
from idp.audit.store import AuditLog
from idp.audit.verification import verify
from idp.db import Database

KEY, AT, WRITERS = b"k" * 32, datetime(2026, 11, 24, tzinfo=UTC), 8
DETAILS = {"document": "cd7500b8dd1bd658ad3962eea70e17b8", "reason": "người dùng yêu cầu", "status": "suspended"}
PLAIN = """CREATE TABLE plain (sequence INTEGER PRIMARY KEY, at TIMESTAMP, event VARCHAR(64), subject VARCHAR(64),
 client_id VARCHAR(255), details TEXT, previous_hash VARCHAR(64), hash VARCHAR(64))"""
INSERT = text("INSERT INTO plain VALUES (:sequence, :at, 'document.status', 'lan', 'portal', :details, :hash, :hash)")


class Bench:
    def __init__(self, db: Database, records: int) -> None:
        self.db, self.records, self.log = db, records, AuditLog(KEY)
        self.plain = 0
        with db.begin() as session:
            session.execute(text(PLAIN))
            for name in ("at", "event", "subject"):
                session.execute(text(f"CREATE INDEX plain_{name} ON plain ({name})"))

    def append(self, _number: int) -> None:
        with self.db.begin() as session:
            self.log.record(
                session, event="document.status", subject="lan", client_id="portal", details=DETAILS, now=AT
            )

    def insert(self, number: int) -> None:
        values = {"sequence": number, "at": AT.isoformat(), "details": canonical.text(DETAILS), "hash": "0" * 64}
        with self.db.begin() as session:
            session.execute(INSERT, values)

    def rate(self, work: Callable[[int], None], writers: int) -> float:
        numbers = range(self.plain, self.plain + self.records)
        self.plain += self.records
        started = time.perf_counter()
        if writers == 1:
            for number in numbers:
                work(number)
        else:
            with ThreadPoolExecutor(writers) as pool:
                list(pool.map(work, numbers))
        return self.records / (time.perf_counter() - started)

    def grow(self, count: int) -> None:
        """To that many records more, many a transaction: only verifying is measured on them."""
        for _ in range(count // 1000):
            with self.db.begin() as session:
                for _ in range(1000):
                    self.log.record(
                        session, event="document.status", subject="lan", client_id="portal", details=DETAILS, now=AT
                    )

    def verified(self) -> float:
        started = time.perf_counter()
        with self.db.read(repeatable=True) as session:
            verdict = verify(session, KEY)
        assert verdict.whole
        return verdict.records / (time.perf_counter() - started)

    def peak(self) -> float:
        tracemalloc.start()
        self.verified()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak / 2**20


@contextmanager
def database(postgresql: bool) -> Iterator[Database]:
    from databases import postgres_database, postgres_server

    if postgresql:
        with postgres_server() as server, postgres_database(server) as url:
            db = Database(url)
            db.upgrade()
            yield db
            db.dispose()
        return
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/bench.sqlite3")
        db.upgrade()
        yield db
        db.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", type=int, default=1000, help="in each measurement of appending")
    parser.add_argument("--chain", type=int, default=100_000, help="records of the chain that is verified")
    asked = parser.parse_args()
    with database(asked.postgresql) as db:
        bench = Bench(db, asked.records)
        found: dict[str, list[float]] = {}
        for _ in range(asked.rounds + 1):  # the first one warms up
            for writers in (1, WRITERS):
                plain, chained = bench.rate(bench.insert, writers), bench.rate(bench.append, writers)
                found.setdefault(f"plain inserts/s, {writers} at once", []).append(plain)
                found.setdefault(f"chained records/s, {writers} at once", []).append(chained)
                found.setdefault(f"ratio, {writers} at once", []).append(chained / plain)
        bench.grow(asked.chain)
        plain = statistics.median(found["plain inserts/s, 1 at once"][1:])
        for _ in range(asked.rounds + 1):
            rate = bench.verified()
            found.setdefault("verified/s", []).append(rate)
            found.setdefault("verified to plain inserts, ratio", []).append(rate / plain)
        print(f"{db.engine.dialect.name:34}{'median':>10}{'min':>10}{'max':>10}")
        for label, values in found.items():
            told = (statistics.median(values[1:]), min(values[1:]), max(values[1:]))
            print(f"{label:34}" + "".join(f"{value:10.2f}" for value in told))
        print(f"verifying, peak MB                {bench.peak():10.2f}")


if __name__ == "__main__":
    main()
