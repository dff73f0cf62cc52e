"""The command as a person runs it: in settings of its own, in this process or in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from live import FAST_ARGON2, ROOT, answers, free_ports

from idp.cli.main import main

WITHIN = 60.0  # seconds; a loaded machine is slow, a laptop needs two


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Only these: nothing of whoever runs the tests."""
    for name in os.environ:
        if name.startswith(("IDP_", "PORTAL_", "MOCK_VNEID_", "LC_")) or name == "LANG":
            monkeypatch.delenv(name)
    provider, portal = free_ports(2)
    own = {
        "IDP_PORT": str(provider),
        "PORTAL_PORT": str(portal),
        "IDP_KEYS_DIR": str(tmp_path / "keys"),
        "IDP_DATA_DIR": str(tmp_path / "var"),
        "LANG": "en_GB.UTF-8",
        "PYTHONUTF8": "1",
        **FAST_ARGON2,
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    return own


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("personas", "--json")`: the command in this process."""

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return call


def run_process(*arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None) -> Answer:
    """The command in a process of its own, which must end by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "idp.cli", *arguments],
        env={**os.environ, **(environment or {})},
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def assert_refused(answer: Answer, *words: str) -> None:
    """Exit 2, the words on standard error, nothing on standard output, no stack trace."""
    assert answer.code == 2
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert [word for word in words if word not in answer.err] == [], answer.err


@dataclass
class Started:
    """A command that keeps running, and where it writes."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(WITHIN)


@contextmanager
def started(log: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Started]:
    """`mock-vneid ARGUMENTS` in the background; ended with the block, with all that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "idp.cli", *arguments],
            env={**os.environ, **(environment or {})},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # A job in the background of a script ignores SIGINT, and hands that on; a terminal's does not.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    below: list[int] = []
    try:
        yield Started(process, log)
    finally:
        if process.poll() is None:
            below = descendants(process.pid)
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                for each in (process.pid, *below):
                    os.kill(each, signal.SIGKILL)
                process.wait()
                raise AssertionError("the command did not end when asked to") from None


def descendants(pid: int) -> list[int]:
    """All processes below this one."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [each for child in children for each in (child, *descendants(child))]


def wait_until(true: Callable[[], bool], running: Started) -> None:
    """Raises AssertionError with the command's log where it ends before, or takes for ever."""
    deadline = time.monotonic() + WITHIN
    while not true():
        assert running.process.poll() is None, running.printed
        assert time.monotonic() < deadline, running.printed
        time.sleep(0.05)


def wait_for(url: str, running: Started) -> None:
    wait_until(lambda: answers(url), running)


@pytest.fixture
def keys(keys_dir: Path, settings: dict[str, str]) -> None:
    """After `keys init` a client may be registered, before anything is seeded."""
    assert settings["IDP_KEYS_DIR"] == str(keys_dir)
