"""The house keeps its shape: borders, empty package files, short rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("idp", "demo_client")
CEILING = 300  # lines
# A longer file needs its reason here.
LONGER: dict[str, str] = {
    "idp/migrations/versions": "generated",
    "idp/static/vendor": "somebody else's, unchanged",
    "demo_client/static/vendor": "the same",
}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_the_portal_takes_nothing_of_the_provider_but_the_verifier() -> None:
    """The portal is somebody else's system: it speaks HTTP with the provider."""
    strays = {
        (path.name, name)
        for path in sources("demo_client")
        for name in imported(path)
        if name.split(".")[0] == "idp" and not name.startswith(("idp.documents.offline.", "idp.documents.verifier."))
    }
    assert strays == set()


def test_parent_packages_are_empty() -> None:
    """Importing one room never runs another."""
    full = [path for path in sources(*PACKAGES) if path.name == "__init__.py" and path.read_text(encoding="utf-8")]
    assert full == []


def test_only_stores_select() -> None:
    """Queries stand in stores (and in the few modules that keep a small table of their own)."""
    own_table = {"idp/sessions.py", "idp/sign_in_requests.py", "idp/throttling.py", "idp/db.py"}
    selecting = {
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES)
        if {"sqlalchemy.select", "sqlalchemy.update", "sqlalchemy.delete"} & imported(path)
    }
    assert {name for name in selecting if not name.endswith("store.py")} <= own_table | {"demo_client/throttling.py"}


@pytest.mark.parametrize("suffix", ["*.py", "*.html", "*.css", "*.js"])
def test_no_file_is_longer_than_its_ceiling(suffix: str) -> None:
    """A package gets a new file, not a longer one."""
    files = [path for folder in (*PACKAGES, "tests", "benchmarks") for path in (ROOT / folder).rglob(suffix)]
    long = {
        str(path.relative_to(ROOT))
        for path in files
        if "node_modules" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > CEILING
    }
    assert {name for name in long if not any(name.startswith(known) for known in LONGER)} == set()


def test_nothing_is_left_open() -> None:
    """What is not done is said in the documents, not left in the code."""
    marks = ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error")
    found = [
        (str(path.relative_to(ROOT)), mark)
        for path in sources(*PACKAGES, "tests", "benchmarks")
        for mark in marks
        if "node_modules" not in path.parts and mark in path.read_text(encoding="utf-8")
    ]
    assert found == []
