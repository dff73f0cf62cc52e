"""A world to verify in; `verifier_world` beside this file makes it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

sys.path.insert(0, str(Path(__file__).parent))

from verifier_world import NOW, World

from idp.documents.verifier.command import main


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture
def folder(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trust folder as `keys init` and the server leave it, and a document beside it."""
    (tmp_path / "status").mkdir()
    (tmp_path / "root.pem").write_bytes(world.root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "trust-list.jwt").write_text(world.trust_text() + "\n", encoding="ascii")
    (tmp_path / "status" / "police.jwt").write_text(world.status_token(), encoding="ascii")
    (tmp_path / "document.txt").write_text(world.document() + "\n", encoding="ascii")
    monkeypatch.setenv("MOCK_VNEID_TRUST_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run the command on the folder's document: exit code and what it printed."""

    def call(*options: str, file: str | None = None, at: bool = True) -> tuple[int, str]:
        code = main([file or str(folder / "document.txt"), *(["--at", NOW.isoformat()] if at else []), *options])
        return code, capsys.readouterr().out

    return call
