"""The guide to proving a verifier runs as it stands, and finds a verifier that believes everything."""

from __future__ import annotations

import contextlib
import re
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from idp.cli.main import main
from idp.documents.faults.catalogue import CONTROLS, faults

GUIDE = Path(__file__).parent.parent.parent / "docs" / "guides" / "prove-your-verifier.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the guide's first command makes: once, since it makes hundreds."""
    place = tmp_path_factory.mktemp("guide")
    with contextlib.chdir(place):
        assert command(0) == 0
    return place / "faults"


@pytest.fixture
def folder(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, as somebody has it beside her."""
    monkeypatch.chdir(made.parent)
    return made


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def command(index: int) -> int:
    return main(blocks("sh")[index].splitlines()[-1].split("mock-vneid ", 1)[1].split())


def prove(monkeypatch: pytest.MonkeyPatch, accepts: Callable[[Path, Mapping[str, object]], bool]) -> None:
    module = types.ModuleType("my_verifier")
    module.accepts = accepts  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "my_verifier", module)
    exec(blocks("python")[0], {})  # noqa: S102 - our own page


def test_ours_is_right(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """By the library and the command, as the manifest has it."""

    def ours(_folder: Path, one: Mapping[str, object]) -> bool:
        monkeypatch.chdir(folder)
        return main([*map(str, one["verify"])]) == 0  # type: ignore[call-overload]

    prove(monkeypatch, ours)
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(faults())} right, 0 wrong"


def test_one_that_believes_everything(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each fault is named, with what is wrong and the clause."""
    prove(monkeypatch, lambda _folder, _one: True)
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"{len(CONTROLS)} right, {len(faults()) - len(CONTROLS)} wrong"
    assert any(line.startswith("alg-none: ") and "RFC 8725" in line for line in said)


def test_the_last_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused."""
    monkeypatch.chdir(folder)
    assert command(1) == 1
