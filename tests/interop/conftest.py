"""What the tests with Debian's servers share. `make interop` runs them, `make test` does not."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is `interop`, before the expression in pyproject.toml chooses."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.interop)


def debian(executable: str, package: str) -> Path:
    """Where a program of Debian's is; without it the test fails, for nothing here is skipped."""
    found = shutil.which(executable, path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert found, f"{executable} is missing: apt-get install {package}"
    return Path(found)


@pytest.fixture(scope="session")
def apache() -> Path:
    assert Path("/usr/lib/apache2/modules/mod_auth_openidc.so").exists(), (
        "apt-get install libapache2-mod-auth-openidc"
    )
    return debian("apache2", "apache2-bin")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a server which gives up its privileges can still read (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory(prefix="mock-vneid-interop-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
