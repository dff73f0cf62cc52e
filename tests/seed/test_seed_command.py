"""The commands `personas` and `seed`."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from idp.cli import database
from idp.cli import main as command
from idp.cli import personas as personas_command
from idp.seed import loader


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "mine.toml"
    monkeypatch.setenv("IDP_PERSONAS", str(file))
    return file


def test_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Number, password, passcode, level and story of everybody, in columns."""
    monkeypatch.setenv("COLUMNS", "150")
    assert command.main(["personas", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Id", "Name", "ID", "number", "Level", "Password", "Passcode", "Story"]
    lan = next(line for line in lines if line.startswith("lan "))
    assert lan.split()[:8] == ["lan", "Nguyễn", "Thị", "Mai", "Lan", "065190000101", "2", "MoPhong@2026"]
    assert "246810" in lan
    at = lines[0].index("Level")
    assert {line[at] for line in lines[2:] if line[:1].isalnum()} == {"1", "2"}


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_table_fits_the_terminal(width: int) -> None:
    """No line is wider than the terminal, as far as the fixed columns allow; no story is lost."""
    personas = loader.load(None, date(2026, 11, 24))
    for lang in ("vi", "en"):
        text = personas_command.table(personas, lang, width)
        assert max(map(len, text.splitlines())) <= max(width, 80)
        words = set(text.split())
        for persona in personas.personas:
            assert set(persona.story[lang].split()) <= words
            assert set(unicodedata.normalize("NFC", persona.full_name).split()) <= words


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """For machines: numbers as texts, secrets, seeds, both languages; null where there is no sign-in."""
    assert command.main(["personas", "--json"]) == 0
    found = {each["id"]: each for each in json.loads(capsys.readouterr().out)}
    assert len(found) == 19
    assert found["lan"]["personal_id_number"] == "065190000101"
    assert found["lan"]["birthdate"] == "1990-03-14"
    assert set(found["lan"]["story"]) == {"vi", "en"}
    assert found["bao-an"]["password"] is None
    assert found["quynh"]["name"] == unicodedata.normalize("NFC", found["quynh"]["name"])


@pytest.mark.parametrize(("locale", "lang"), [("en_US.UTF-8", "en"), ("vi_VN.UTF-8", "vi"), ("C", "vi"), ("", "vi")])
def test_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch, locale: str, lang: str) -> None:
    """English where the terminal is English; Vietnamese is the first language."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert personas_command.terminal_language() == lang


def test_mistakes_end_the_command(own_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, and every mistake with its line on the error output."""
    own_file.write_text('[[persona]]\nid = "X"\nbirthdate = 1\n', encoding="utf-8")
    assert command.main(["personas"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{own_file}:2: persona.id: " in printed.err
    assert f"{own_file}:3: persona.birthdate: " in printed.err
    assert "Traceback" not in printed.err


def test_seed_writes_and_is_repeatable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys, tables and people are there after `seed`, and a second run is as good."""
    monkeypatch.setenv("IDP_KEYS_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("IDP_DATA_DIR", str(tmp_path / "var"))
    for _ in range(2):
        assert command.main(["seed"]) == 0
        assert "19" in capsys.readouterr().out
    assert (tmp_path / "var" / "idp.sqlite3").is_file()


def test_password_of_the_database_is_not_printed() -> None:
    """The database's address is shown without its password."""
    assert "geheim" not in database.shown("postgresql+pg8000://user:geheim@db/x")
