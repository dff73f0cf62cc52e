"""`mock-vneid verify`: unusable input is exit code 2, with what to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from verifier_world import NOW

Run = Callable[..., tuple[int, str]]  # the fixture `run`


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda folder: (folder / "root.pem").unlink(), "root.pem"),
        (lambda folder: (folder / "root.pem").write_text("x"), "PEM"),
        (lambda folder: (folder / "trust-list.jwt").unlink(), "trust-list.jwt"),
        (lambda folder: (folder / "trust-list.jwt").write_text("x"), "trust_list_malformed"),
        (lambda folder: (folder / "status" / "police.jwt").write_text("x"), "status_list_malformed"),
        (lambda folder: (folder / "document.txt").unlink(), "document.txt"),
        (lambda folder: (folder / "document.txt").write_text("Giấy khai sinh"), "not_a_document"),
        (lambda folder: (folder / "document.txt").write_bytes(bytes(range(256))), "not_a_document"),
    ],
)
def test_unusable(run: Run, folder: Path, break_it: Callable[[Path], object], says: str) -> None:
    """Exit 2 where nothing can be said of a document, with what to do."""
    break_it(folder)
    code, text = run()
    assert code == 2
    assert text.startswith("KHÔNG KIỂM TRA ĐƯỢC: ")
    assert says in text


@pytest.mark.parametrize(
    "options",
    [
        ["--audience", "x"],
        ["--nonce", "x"],
        ["--audience", "", "--nonce", "x"],
        ["--audience", "x", "--nonce", "y", "--max-age", "0"],
        ["--audience", "x", "--nonce", "y", "--max-age", "99999999999999"],
    ],
)
def test_half_an_expectation(run: Run, options: list[str]) -> None:
    """Key binding is expected as a whole or not at all."""
    assert run(*options)[0] == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--root-fingerprint", "00"], "--bundle"),
        (["--newest-seen", "seen.json"], "--bundle"),
        (["--max-age", "0"], "--max-age"),
        (["--warn-age", "-1"], "--warn-age"),
        (["--minimum-version", "0"], "--minimum-version"),
        (["--max-status-age", "-5"], "--max-status-age"),
    ],
)
def test_what_would_be_passed_over(run: Run, options: list[str], says: str) -> None:
    """An option that nothing heeds, or that means nothing, is unusable and named."""
    code, text = run(*options)
    assert (code, says in text) == (2, True)


def test_a_reader_that_has_read_enough(folder: Path) -> None:
    """`verify FILE | head -1`: no traceback, and the exit code is still the verdict's."""
    command = [sys.executable, "-m", "idp.documents.verifier", str(folder / "document.txt"), "--at", NOW.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()  # before a word was printed
        said = process.stderr.read()
    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-11-24T10:00:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_time_that_will_not_do(run: Run, moment: str) -> None:
    """`--at` is unambiguous and within what calendars hold, or unusable."""
    assert run("--at", moment, at=False)[0] == 2


def test_old_trust_list(run: Run) -> None:
    """A trust list older than one known is unusable."""
    assert run("--minimum-version", "8")[0] == 2
    assert run("--minimum-version", "7")[0] == 0


def test_metadata_nested_too_deeply(run: Run, folder: Path) -> None:
    """A hostile file is unusable, not a failure."""
    (folder / "deep.json").write_text("[" * 100_000)
    code, text = run("--type-metadata", str(folder / "deep.json"))
    assert code == 2
    assert "deep.json" in text


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_file_name_reaches_no_terminal_as_it_is(run: Run, folder: Path, options: list[str]) -> None:
    """Neither an escape sequence nor its one-letter form, nor what turns the direction of writing."""
    code, text = run("--type-metadata", str(folder / "a\x1b[31m\x9b31m\u202ename.json"), *options)
    assert code == 2
    assert "name.json" in text
    assert not set("\x1b\x9b\u202e") & set(text)


def test_the_end_of_all_calendars(run: Run) -> None:
    """The last moment that is taken can be shown, and reckoned with."""
    assert run("--at", "9998-12-31T23:59:59Z", at=False)[0] == 2  # the trust list has expired by then
