"""What is vendored is what its README says: the very files of the package, with their licence."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
APPS = ("idp", "demo_client")
PACKAGES = sorted(path for app in APPS for path in (ROOT / app / "static/vendor").iterdir() if path.is_dir())


def name(package: object) -> str:
    """The app, and the package in it."""
    assert isinstance(package, Path)
    return f"{package.parts[-4]}-{package.name}"


@pytest.mark.parametrize("package", PACKAGES, ids=name)
def test_checksums(package: Path) -> None:
    """Every script has its SHA-256 in the README, and the file still has it."""
    readme = (package / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in package.glob("*.js")}
    assert made
    assert told == made


@pytest.mark.parametrize("package", PACKAGES, ids=name)
def test_licence_and_source_are_beside_it(package: Path) -> None:
    assert list(package.glob("LICENSE*.txt"))
    assert re.search(r"[Vv]ersion \d+\.\d+", (package / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", PACKAGES, ids=name)
def test_nothing_is_fetched_or_evaluated(package: Path) -> None:
    """The Content-Security-Policy stays as it is: no eval, no WebAssembly, no other address."""
    for path in package.glob("*.js"):
        code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\beval\(|new Function\(|WebAssembly\.|\bfetch\(|import\(", code), path.name


def test_both_apps_have_the_same() -> None:
    """The portal is an application of its own, with the same reader of QR codes."""
    folders = [ROOT / app / "static/vendor/qr" for app in APPS]
    ours, portals = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert ours == portals
