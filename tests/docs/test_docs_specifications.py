"""docs/specifications.md says what is: all that it names exists, and no test of a protocol is forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "specifications.md"
STATUSES = {"done", "partial", "not done"}
FOLDERS = "idp|demo_client|tests|docs|benchmarks"
COLUMNS = 5  # clause, what it asks, status, file, test
# Tests of protocols that no table names, and why.
UNNAMED: dict[str, str] = {
    "tests/documents/test_documents_seed.py": "test citizens' documents follow no specification",
    "tests/documents/test_wallet_cards.py": "what tells two cards apart follows no specification",
    "tests/documents/test_wallet_fields.py": "how fields are labelled follows no specification",
}
ROOMS = ("oauth", "verifier", "sd_jwt", "offline", "documents", "outbound", "pki", "audit")


def rows() -> Iterator[list[str]]:
    """The rows of the tables with a status, without their heads."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == COLUMNS and cells[2] not in ("status", "---"):
            yield cells


def named() -> Iterator[str]:
    """Every path in the page, with or without `::test`; a bare `::test` is of the file before it in its line."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        path = ""
        for reference in re.findall(rf"`((?:{FOLDERS})/[^`\s]+|::\w+)`", line):
            if not reference.startswith("::"):
                path = reference.partition("::")[0]
            yield reference if not reference.startswith("::") else path + reference
        for cases in re.findall(r"cases ((?:`[\w.-]+`(?:, )?)+)", line):
            yield from (f"tests/verifier/cases/{name}/expectations.json" for name in re.findall(r"`([^`]+)`", cases))


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_there_are_tables() -> None:
    """The page was read at all."""
    assert len(list(rows())) > 200


def test_every_path_exists() -> None:
    """A file that moved or a test that was renamed is found here."""
    missing = []
    for reference in named():
        path, _, name = reference.partition("::")
        if not (ROOT / path).exists() or (name and name not in functions_of(path)):
            missing.append(reference)
    assert missing == []


def test_every_status_is_one_of_three() -> None:
    """done, partial, not done: nothing in between."""
    assert [cells for cells in rows() if cells[2] not in STATUSES] == []


def test_what_is_done_names_where_and_by_what() -> None:
    """A clause is done where a file does it and a test holds it."""
    bare = [cells[:2] for cells in rows() if cells[2] == "done" and not ("`" in cells[3] and "`" in cells[4])]
    assert bare == []


def test_what_is_partial_says_what_lacks() -> None:
    """In the second column, after "Lacks"."""
    assert [cells[:2] for cells in rows() if cells[2] == "partial" and "Lacks: " not in cells[1]] == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_test_of_a_protocol_is_forgotten(room: str) -> None:
    """Each file of tests is named by a table, or above with the reason why not."""
    mentioned = {reference.partition("::")[0] for reference in named()}
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / room).glob("test_*.py")}
    assert files
    assert files - mentioned - set(UNNAMED) == set()


def test_reasons_are_for_files_that_exist() -> None:
    """An excuse does not outlive its file, nor stand beside a row."""
    mentioned = {reference.partition("::")[0] for reference in named()}
    assert [path for path in UNNAMED if not (ROOT / path).exists() or path in mentioned] == []


def test_twenty_attacks() -> None:
    """Each has its number, once and in order."""
    text = PAGE.read_text(encoding="utf-8").split("## Attacks", 1)[1]
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == list(range(1, 21))
