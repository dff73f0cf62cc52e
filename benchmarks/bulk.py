"""Issuing a province's health books in one run: how long, how much memory all processes together, how much disk.

    python benchmarks/bulk.py [count] [folder]

The key folder, database and documents lie in a new folder below the named one and are removed at the end.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

#: The people of the province of the founding report.
PEOPLE = 276_001
BETWEEN = 0.5  # seconds


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended
        return
    for child in children:
        yield from tree(int(child))


def memory(pid: int, name: str) -> int:
    """Kilobytes: `Rss`, or `Pss`, where a page that several share counts once in all."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def main(count: int, below: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=below) as folder:
        out = Path(folder) / "documents"
        environment = {**os.environ, "IDP_KEYS_DIR": f"{folder}/keys", "IDP_DATA_DIR": f"{folder}/var"}
        command = [sys.executable, "-m", "idp.cli", "documents", "bulk", "--count", str(count), "--out", str(out)]
        start, peak = time.perf_counter(), {"Rss": 0, "Pss": 0}
        with subprocess.Popen(command, env=environment, cwd=Path(__file__).parent.parent) as process:
            while process.poll() is None:
                processes = list(tree(process.pid))
                peak = {name: max(most, sum(memory(pid, name) for pid in processes)) for name, most in peak.items()}
                time.sleep(BETWEEN)
        passed = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime
        disk = sum(path.stat().st_size for path in out.iterdir())
        print(
            f"{count} documents, exit code {process.returncode}; {os.cpu_count()} cores at {os.getloadavg()[1]:.1f}"
        )
        print(f"{passed:.0f} s, {count / passed:.0f} documents/s; {cpu:.0f} s of CPU, {count / cpu:.0f} a CPU second")
        print(f"peak of all processes: {peak['Rss'] // 1024} MB resident, {peak['Pss'] // 1024} MB proportional")
        print(f"{disk / 1e6:.0f} MB, {disk / count:.0f} bytes a document")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE, sys.argv[2] if len(sys.argv) > 2 else None)
