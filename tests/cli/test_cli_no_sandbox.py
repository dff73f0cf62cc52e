"""A command that works on a sandbox, called in another folder: it says so, and makes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run, assert_refused

WHERE = ("no sandbox in", "make demo", "IDP_DATA_DIR / IDP_KEYS_DIR / MOCK_VNEID_CONFIG")
NEW = ("--name-vi", "Bệnh viện", "--name-en", "Hospital", "--redirect-uri", "https://rp.vn-mock.example/cb")
ON_ONE = (
    ("clients", "add", *NEW), ("clients", "token"), ("clients", "list"), ("clients", "show", "demo-portal"),
    ("clients", "edit", "demo-portal", "--name-en", "X"), ("clients", "renew-secret", "demo-portal"),
    ("clients", "disable", "demo-portal"), ("clients", "enable", "demo-portal"),
    ("clients", "remove", "demo-portal", "--yes"), ("keys", "rotate"), ("keys", "rotate", "--now"), ("keys", "list"),
    ("keys", "export"), ("audit", "verify", "--lang", "en"), ("audit", "head", "--lang", "en"),
    ("audit", "export", "--lang", "en"),
)  # fmt: skip


@pytest.mark.parametrize("command", ON_ONE, ids=" ".join)
def test_nothing_is_made_where_none_is(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Exit 2, where to run it, and not a file more than before."""
    assert_refused(run(*command), *WHERE)
    assert list(tmp_path.iterdir()) == []


def test_keys_alone_are_one_to_register_in(run: Run, tmp_path: Path, keys_dir: Path) -> None:
    """What `clients add --help` states: after `keys init` it makes the database; who only asks makes none."""
    assert_refused(run("clients", "list"), *WHERE)
    assert not (tmp_path / "var").exists()
    assert "after `keys init` alone" in " ".join(run("clients", "add", "--help").out.split())
    assert run("clients", "add", *NEW).code == 0
    assert "Hospital" in run("clients", "list").out


def test_a_database_alone_gets_no_keys(run: Run, tmp_path: Path, keys_dir: Path) -> None:
    """Records sealed with a key of another folder could never be verified."""
    assert run("clients", "add", *NEW).code == 0
    shutil.rmtree(keys_dir)
    for command in (("clients", "add", *NEW), ("clients", "list"), ("keys", "list")):
        assert_refused(run(*command), *WHERE)
    assert not keys_dir.exists()
