"""`mock-vneid keys`: made, rotated, exported; told in one line what to do when something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idp.cli.main import main
from idp.clock import SystemClock
from idp.config import load
from idp.db import Base, Database
from idp.documents import status


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IDP_KEYS_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("IDP_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("IDP_DATABASE_URL", raising=False)
    return tmp_path / "keys"


def test_init_makes_everything_and_says_where(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Root, issuers, secrets, the portal's and the provider's keys, the trust list."""
    assert main(["keys", "init"]) == 0
    printed = capsys.readouterr().out
    assert str(folder / "root.pem") in printed
    assert "MOCK" in printed
    for name in ("root.pem", "trust-list.jwt", "provider-keys.json", "at-rest.key", "portal/client-keys.json"):
        assert (folder / name).is_file()


def test_init_again_keeps_everything(folder: Path) -> None:
    main(["keys", "init"])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert main(["keys", "init"]) == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_rotate_takes_the_published_next_keys(folder: Path) -> None:
    main(["keys", "init"])
    states = {key["kid"]: key["mock_vneid_state"] for key in _provider_keys(folder)}
    assert main(["keys", "rotate"]) == 0
    for key in _provider_keys(folder):
        if states.get(key["kid"]) == "next":
            assert key["mock_vneid_state"] == "active"


def _provider_keys(folder: Path) -> list[dict[str, str]]:
    return list(json.loads((folder / "provider-keys.json").read_text())["keys"])


def test_rotate_without_keys_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "rotate"]) == 2
    assert "keys init" in capsys.readouterr().err


def test_export_writes_what_the_offline_check_needs(folder: Path) -> None:
    """Trust list and one status list an issuer that has documents."""
    main(["keys", "init"])
    (folder / "trust-list.jwt").unlink()
    config = load()
    db = Database(config.database_url)
    Base.metadata.create_all(db.engine)
    with db.begin() as session:
        status.allocate(session, "police-ministry", SystemClock().now())
    db.dispose()
    assert main(["keys", "export"]) == 0
    assert (folder / "trust-list.jwt").is_file()
    assert [path.name for path in (folder / "status").iterdir()] == ["police-ministry.jwt"]


def test_export_without_a_database_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "init"])
    assert main(["keys", "export"]) == 2
    assert "mock-vneid seed" in capsys.readouterr().err


def test_export_without_keys_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "export"]) == 2
    assert "keys init" in capsys.readouterr().err


def test_an_action_must_be_named(folder: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["keys"])
    assert caught.value.code == 2
