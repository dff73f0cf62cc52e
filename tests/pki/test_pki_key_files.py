"""What `keys init` writes: whole, private, and kept."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from idp import key_files, pki

SECRET = (
    "root.key",
    "at-rest.key",
    "audit.key",
    "pairwise.salt",
    "provider-keys.json",
    "portal/client-keys.json",
    *(f"issuers/{name}.key" for name in pki.issuer_profiles()),
)


@pytest.mark.parametrize("name", SECRET)
def test_secrets_are_readable_by_their_owner_alone(keys_dir: Path, name: str) -> None:
    """Mode 600, in folders of mode 700."""
    path = keys_dir / name
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["root.key", "at-rest.key", "audit.key", "issuers/police-ministry.key"])
def test_a_secret_opened_to_others_is_closed_again(keys_dir: Path, now: datetime, name: str) -> None:
    """A copy or an archive may have changed the modes."""
    (keys_dir / name).chmod(0o644)
    pki.init(keys_dir, now)
    assert (keys_dir / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["at-rest.key", "audit.key", "pairwise.salt"])
def test_random_secrets_have_256_bits(keys_dir: Path, name: str) -> None:
    assert len((keys_dir / name).read_bytes()) == 32


def test_the_portal_has_a_key_to_sign_and_one_to_decrypt(keys_dir: Path) -> None:
    """One ES256 key for private_key_jwt and request objects, one for ECDH-ES: never one key for both uses."""
    keys = json.loads((keys_dir / "portal" / "client-keys.json").read_text())["keys"]
    assert [(key["use"], key["alg"], key["crv"]) for key in keys] == [
        ("sig", "ES256", "P-256"),
        ("enc", "ECDH-ES", "P-256"),
    ]
    assert len({key["kid"] for key in keys}) == 2
    assert all(ECKey.import_key(key).is_private for key in keys)


def test_no_draft_is_left_behind(keys_dir: Path) -> None:
    """Files are written beside and moved into place."""
    assert [path.name for path in keys_dir.rglob(".*") if path.name != ".lock"] == []


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk must not cost a key."""
    path = tmp_path / "keys" / "root.key"
    key_files.write(path, b"old")

    def fail(_descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(key_files.os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        key_files.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in path.parent.iterdir()] == ["root.key"]


def test_a_secret_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "salt"
    assert key_files.write_once(path, b"first")
    assert not key_files.write_once(path, b"second")
    assert path.read_bytes() == b"first"


def test_two_starts_at_once_make_one_root(tmp_path: Path, now: datetime) -> None:
    """Provider and command started together must not certify issuers under two roots."""
    folder = tmp_path / "keys"
    threads = [threading.Thread(target=pki.init, args=(folder, now)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    root = pki.root(folder).certificate
    for name in pki.issuer_profiles():
        pki.issuer(folder, name).certificate.verify_directly_issued_by(root)
