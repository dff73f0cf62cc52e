"""`mock-vneid seed`: again it changes nothing; what it cannot continue it leaves alone."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from idp.cli.ports import hold
from tests.cli.conftest import Run, assert_refused

DERIVED = {"status", "demo.lock"}  # signed anew at each export; held by a test


def dump(settings: dict[str, str]) -> list[str]:
    connection = sqlite3.connect(Path(settings["IDP_DATA_DIR"]) / "idp.sqlite3")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def keys(settings: dict[str, str]) -> dict[Path, bytes]:
    folder = Path(settings["IDP_KEYS_DIR"])
    files = [path for path in folder.rglob("*") if path.is_file() and not DERIVED & set(path.parts)]
    return {path: path.read_bytes() for path in files}


def test_again_changes_nothing(run: Run, settings: dict[str, str]) -> None:
    """No row and no key, and the same is said."""
    first = run("seed")
    assert first.code == 0
    assert settings["IDP_DATA_DIR"] in first.out
    rows, files = dump(settings), keys(settings)
    assert len([row for row in rows if row.startswith('INSERT INTO "person"') or "INSERT INTO person " in row]) >= 14
    assert run("seed").out == first.out
    assert dump(settings) == rows
    assert keys(settings) == files


def test_what_people_made_stays(run: Run) -> None:
    """A client that was registered is there after seeding again."""
    run("seed")
    names = ("--name-vi", "Dịch vụ", "--name-en", "Service", "--redirect-uri", "https://rp.vn-mock.example/cb")
    assert run("clients", "add", "--client-id", "own", *names).code == 0
    assert run("seed").code == 0
    assert "own" in run("clients", "list").out


@pytest.mark.parametrize("command", [("seed",), ("keys", "export")])
def test_a_running_demo_of_other_addresses_is_left_alone(
    run: Run, settings: dict[str, str], command: tuple[str, ...]
) -> None:
    """Its documents and clients bear its addresses: others would leave it with redirects that nobody answers."""
    run("seed")
    rows, files = dump(settings), keys(settings)
    with closing(hold(Path(settings["IDP_KEYS_DIR"]), "IDP_KEYS_DIR", "http://localhost:7300 http://localhost:7301")):
        assert_refused(run(*command), "http://localhost:7300", "IDP_PORT", "PORTAL_PORT")
    assert (dump(settings), keys(settings)) == (rows, files)
    assert run(*command).code == 0  # nobody holds it any more


def test_a_database_of_other_keys_is_left_alone(run: Run, settings: dict[str, str]) -> None:
    """What was sealed with keys that are gone cannot be continued; both settings are named."""
    run("seed")
    rows = dump(settings)
    shutil.rmtree(settings["IDP_KEYS_DIR"])
    assert_refused(run("seed"), "other keys", "IDP_KEYS_DIR", "IDP_DATA_DIR")
    assert dump(settings) == rows


def test_a_database_of_another_version_is_left_alone(run: Run, settings: dict[str, str]) -> None:
    """One that a newer program made."""
    run("seed")
    connection = sqlite3.connect(Path(settings["IDP_DATA_DIR"]) / "idp.sqlite3")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    rows = dump(settings)
    assert_refused(run("seed"), "another version", "9999")
    assert dump(settings) == rows


def test_a_file_that_is_no_database(run: Run, settings: dict[str, str]) -> None:
    folder = Path(settings["IDP_DATA_DIR"])
    folder.mkdir()
    (folder / "idp.sqlite3").write_text("These are notes, not tables. " * 100)
    assert_refused(run("seed"), "IDP_DATABASE_URL", "not a database")
    assert (folder / "idp.sqlite3").read_text().startswith("These are notes")


def test_a_server_that_is_not_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is not repeated."""
    run("keys", "init")
    monkeypatch.setenv("IDP_DATABASE_URL", "postgresql+pg8000://mock:hidden@localhost:1/none")
    answer = run("clients", "list")
    assert_refused(answer, "IDP_DATABASE_URL")
    assert "hidden" not in answer.err


@pytest.mark.parametrize(
    "name", ["root.key", "issuers/police-ministry.key", "provider-keys.json", "portal/client-keys.json"]
)
def test_a_broken_key_is_not_overwritten(run: Run, settings: dict[str, str], name: str) -> None:
    """It is named; making a new one is the person's decision."""
    run("keys", "init")
    file = Path(settings["IDP_KEYS_DIR"]) / name
    file.write_text("broken")
    assert_refused(run("seed"), str(file))
    assert file.read_text() == "broken"
