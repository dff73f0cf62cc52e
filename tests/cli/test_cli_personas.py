"""`mock-vneid personas`: enough stories, each with what one signs in with; a file of one's own on top."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, assert_refused

OWN = """
[[persona]]
id = "{id}"
personal_id_number = "{number}"
full_name = "Hồ Thị Mới"
birthdate = 1991-05-06
sex = "female"
password = "{password}"
passcode = "135799"
[persona.paper]
kind = "identity_card"
number = "{number}"
issued = 2021-01-01
expires = 2031-05-06
[persona.permanent_address]
street_address = "Số 1, đường Mẫu"
locality = "phường Biển Hồ"
region = "tỉnh Sông Ba (mô phỏng)"
[persona.account]
level = {level}
[persona.story]
vi = "Người của riêng chúng tôi."
en = "Somebody of our own."
"""


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "mine.toml"
    monkeypatch.setenv("IDP_PERSONAS", str(file))
    return file


def own(**values: object) -> str:
    """A good persona, but for `values`."""
    good = {"id": "moi", "number": "065191009901", "password": "Mật khẩu 1", "level": 1}
    return OWN.format(**{**good, **values})


def listed(run: Run) -> dict[str, dict[str, Any]]:
    answer = run("personas", "--json")
    assert answer.code == 0, answer.err
    return {each["id"]: each for each in json.loads(answer.out)}


def test_there_are_enough(run: Run) -> None:
    """At least 14, no two alike, both levels, and those without sign-in are children."""
    found = listed(run)
    assert len(found) >= 14
    assert len({each["personal_id_number"] for each in found.values()}) == len(found)
    assert len({each["story"]["en"] for each in found.values()}) == len(found)
    assert {each["identity_level"] for each in found.values()} == {1, 2}
    without = {each["birthdate"][:4] for each in found.values() if each["password"] is None}
    assert without == {"2016", "2018", "2022"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_says_all_of_each(run: Run, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """Number, level, password, passcode and story stand in the row of each citizen, in both languages."""
    monkeypatch.setenv("COLUMNS", "400")
    rows = {line.split()[0]: line for line in run("personas", "--lang", lang).out.splitlines() if line[:1].isalnum()}
    for persona in listed(run).values():
        row = rows[persona["id"]]
        secrets = (persona["password"] or "–", persona["passcode"] or "–")
        for cell in (persona["personal_id_number"], f" {persona['identity_level']} ", *secrets):
            assert cell in row
        assert persona["story"][lang].split()[0] in row


def test_the_language_is_the_terminals(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And may be chosen."""
    english = run("personas").out
    assert english == run("personas", "--lang", "en").out
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    assert run("personas").out == run("personas", "--lang", "vi").out != english


def test_an_own_file_adds(run: Run, own_file: Path) -> None:
    """One more, beside ours."""
    before = set(listed_without_file(run, own_file))
    own_file.write_text(own(), encoding="utf-8")
    after = listed(run)
    assert set(after) == before | {"moi"}
    assert after["moi"]["passcode"] == "135799"
    assert after["moi"]["story"] == {"vi": "Người của riêng chúng tôi.", "en": "Somebody of our own."}


def listed_without_file(run: Run, own_file: Path) -> dict[str, dict[str, Any]]:
    own_file.write_text("", encoding="utf-8")
    return listed(run)


def test_an_own_file_replaces(run: Run, own_file: Path) -> None:
    """The same id: theirs instead of ours."""
    before = listed_without_file(run, own_file)
    own_file.write_text(own(id="minh", number="065191009902"), encoding="utf-8")
    after = listed(run)
    assert set(after) == set(before)
    assert after["minh"]["password"] == "Mật khẩu 1"


@pytest.mark.parametrize(
    ("content", "line", "named"),
    [
        (own(number="06519100990"), 4, "persona.personal_id_number"),
        (own(number="065190000101"), 4, "065190000101"),
        (own(level=3), 20, "persona.account.level"),
        (own() + 'fr = "Quelqu\'un"\n', 24, "persona.story.fr"),
        (own().replace("1991-05-06", '"yesterday"'), 6, "persona.birthdate"),
        (own() + own(number="065191009902"), 25, "moi"),
        ("[[persona]\n", 1, ""),
    ],
)
def test_a_mistake_is_named_with_its_line(run: Run, own_file: Path, content: str, line: int, named: str) -> None:
    """In the file, at the line, under the name of the key; `seed` says the same."""
    own_file.write_text(content, encoding="utf-8")
    assert_refused(run("personas"), f"{own_file}:{line}: ", named)
    assert_refused(run("seed"), f"{own_file}:{line}: ", named)


def test_a_file_that_is_not_there(run: Run, own_file: Path) -> None:
    assert_refused(run("personas"), str(own_file))
