"""`mock-vneid verify`: unusable input is exit code 2, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str]]  # the fixture `run`


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda folder: (folder / "root.pem").unlink(), "keys init"),
        (lambda folder: (folder / "root.pem").write_text("x"), "PEM"),
        (lambda folder: (folder / "trust-list.jwt").unlink(), "keys init"),
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
    ],
)
def test_half_an_expectation(run: Run, options: list[str]) -> None:
    """Key binding is expected as a whole or not at all."""
    assert run(*options)[0] == 2


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-24T10:00:00"])
def test_a_time_without_its_offset(run: Run, moment: str) -> None:
    """`--at` is unambiguous or unusable."""
    assert run("--at", moment, at=False)[0] == 2


def test_old_trust_list(run: Run) -> None:
    """A trust list older than one known is unusable."""
    assert run("--minimum-version", "8")[0] == 2
    assert run("--minimum-version", "7")[0] == 0
