"""`mock-vneid keys`: made, rotated, exported; told in one line what to do when something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography import x509

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
    made = ("root.pem", "trust-list.jwt", "root.crl", "time-stamp-authority.pem", "provider-keys.json", "at-rest.key")
    for name in (*made, "portal/client-keys.json"):
        assert (folder / name).is_file()


def test_init_again_keeps_everything(folder: Path) -> None:
    main(["keys", "init"])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert main(["keys", "init"]) == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("owner", "base"), [
    ("police-ministry", "issuers/police-ministry-pdf"), ("time-stamp-authority", "time-stamp-authority"),
])  # fmt: skip
def test_revoke_lists_the_certificate_and_makes_another(folder: Path, owner: str, base: str) -> None:
    """On the revocation list at once, another key in its place, and on the trust list."""
    main(["keys", "init"])
    old = x509.load_pem_x509_certificate((folder / f"{base}.pem").read_bytes())
    trusted = (folder / "trust-list.jwt").read_bytes()
    assert main(["keys", "revoke", owner, "--reason", "superseded"]) == 0
    listed = x509.load_der_x509_crl((folder / "root.crl").read_bytes())
    assert listed.get_revoked_certificate_by_serial_number(old.serial_number) is not None
    new = x509.load_pem_x509_certificate((folder / f"{base}.pem").read_bytes())
    assert new.public_key() != old.public_key()
    assert ((folder / "trust-list.jwt").read_bytes() != trusted) == (owner == "police-ministry")


@pytest.mark.parametrize("arguments", [("nobody",), ("police-ministry", "--reason", "certificateHold")])
def test_revoke_tells_what_it_takes(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    main(["keys", "init"])
    assert main(["keys", "revoke", *arguments]) == 2
    assert "one of" in capsys.readouterr().err
    assert not (folder / "revoked.json").exists()


def test_rotate_waits_until_clients_have_the_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Publish, then use; a second rotation is told of the first."""
    main(["keys", "init"])
    before = _signing(capsys)
    assert main(["keys", "rotate"]) == 0
    assert "sign from" in capsys.readouterr().out
    assert _signing(capsys) == before
    assert main(["keys", "rotate"]) == 2
    assert "--now" in capsys.readouterr().err


def test_rotate_takes_the_published_next_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "init"])
    following = _of_state(capsys, "next")
    assert main(["keys", "rotate", "--now"]) == 0
    assert _signing(capsys) == following
    assert len(_of_state(capsys, "retired")) == len(following)


def test_compromised_keys_are_withdrawn_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "init"])
    before = _signing(capsys)
    assert main(["keys", "rotate", "--compromised"]) == 0
    printed = capsys.readouterr().out
    assert all(kid in printed for kid in before)
    assert not before & {key["kid"] for key in _provider_keys(folder)}


def test_list_says_which_key_does_what(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "init"])
    capsys.readouterr()
    assert main(["keys", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("EdDSA")] == [
        ["EdDSA", "active"],
        ["EdDSA", "next"],
    ]


def _of_state(capsys: pytest.CaptureFixture[str], state: str) -> set[str]:
    capsys.readouterr()
    main(["keys", "list", "--json"])
    return {row["kid"] for row in json.loads(capsys.readouterr().out) if row["state"] == state}


def _signing(capsys: pytest.CaptureFixture[str]) -> set[str]:
    return _of_state(capsys, "active")


def _provider_keys(folder: Path) -> list[dict[str, str]]:
    return list(json.loads((folder / "provider-keys.json").read_text())["keys"])


def test_rotate_without_keys_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "rotate"]) == 2
    assert "no sandbox in" in capsys.readouterr().err


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
    assert "no sandbox in" in capsys.readouterr().err


def test_export_without_keys_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "export"]) == 2
    assert "no sandbox in" in capsys.readouterr().err


def test_an_action_must_be_named(folder: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["keys"])
    assert caught.value.code == 2
