"""Test citizens from TOML: what is built in, what a user's own file changes, and its mistakes with their lines."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from idp.accounts import identity_number
from idp.accounts.identity_number import PlaceKind
from idp.seed import loader
from idp.seed.mistakes import SeedFileError

TODAY = date(2026, 11, 24)
VALID = """[[persona]]
id = "an"
full_name = "Trần Văn An"
personal_id_number = "065090000001"
sex = "male"
birthdate = 1990-01-02
password = "mat khau"
passcode = "123456"
one_time_code_seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
story = { vi = "Một người", en = "Somebody" }
[persona.paper]
kind = "identity_card"
number = "065090000001"
issued = 2021-01-01
[persona.account]
level = 2
"""
GUARDIAN = '\nrequested_by = "{0}"\n[persona.relatives]\n{0} = "mother"'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def _mistakes(file: Path, text: str) -> list[tuple[int, str, str]]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SeedFileError) as error:
        loader.load(file, TODAY)
    assert all(mistake.file == file for mistake in error.value.mistakes)
    return [(mistake.line, mistake.key, mistake.message) for mistake in error.value.mistakes]


def _changed(line: str, to: str) -> str:
    assert line in VALID
    return VALID.replace(line, to)


# --- built in --------------------------------------------------------------------------------------------
def test_the_personas() -> None:
    """The stories of the contract, each in both languages, the first one the one to begin with."""
    personas = loader.load(None, TODAY).personas
    assert [persona.id for persona in personas] == [
        "lan", "minh", "hoa", "bao-an", "khanh-vy", "sofia", "dung", "hung", "thao", "long", "phuc", "quynh", "han",
        "tam", "tuan", "duc", "yen", "khoi", "sinh",
    ]  # fmt: skip
    assert all(persona.story["vi"] and persona.story["en"] for persona in personas)


def test_nobody_real() -> None:
    """Every number begins with a code that nobody has, every phone and address is invented."""
    for persona in loader.load(None, TODAY).personas:
        code = identity_number.parse(persona.personal_id_number).birth_place
        assert code.kind is PlaceKind.UNASSIGNED or int(code.code) >= 900
        assert persona.phone_number is None or persona.phone_number.startswith("+8450")
        assert persona.email is None or persona.email.endswith(".example")


def test_decomposed_name() -> None:
    """One persona's name is kept decomposed, whatever editors do to the file."""
    quynh = loader.load(None, TODAY).by_id()["quynh"]
    assert quynh.full_name == unicodedata.normalize("NFD", quynh.full_name)
    assert quynh.full_name != unicodedata.normalize("NFC", quynh.full_name)
    assert len(unicodedata.normalize("NFC", quynh.full_name)) > 60


def test_children_have_no_secrets() -> None:
    """Under 14 there is no sign-in of one's own."""
    personas = loader.load(None, TODAY).by_id()
    for child in ("bao-an", "khanh-vy"):
        assert personas[child].password is personas[child].passcode is personas[child].one_time_code_seed is None
        assert personas[child].account.requested_by == "lan"
    assert personas["bao-an"].account.level == 1


# --- a user's own file -----------------------------------------------------------------------------------
def test_own_file_adds(file: Path) -> None:
    """A new id and number: one more."""
    file.write_text(VALID, encoding="utf-8")
    personas = loader.load(file, TODAY).personas
    assert len(personas) == 20
    assert personas[-1].id == "an"
    assert (personas[-1].file, personas[-1].line) == (file, 1)


@pytest.mark.parametrize(
    ("line", "to"),
    [('id = "an"', 'id = "minh"'), ('"065090000001"\nsex', '"065085000202"\nsex')],
    ids=["id", "number"],
)
def test_own_file_replaces(file: Path, line: str, to: str) -> None:
    """The same id, or the same number, replaces the built-in one."""
    text = _changed(line, to)
    if "065085000202" in text:
        text = text.replace("1990-01-02", "1985-01-02")
    file.write_text(text, encoding="utf-8")
    personas = loader.load(file, TODAY).personas
    assert len(personas) == 19
    assert "Trần Quang Minh" not in [persona.full_name for persona in personas]


def test_documents_are_handed_on(file: Path) -> None:
    """`[[document]]` tables come out as they stand, each key with its line."""
    file.write_text(
        f'{VALID}[[document]]\npersona = "an"\ntype = "health-book"\nissued_days_ago = 30\n'
        "[document.history]\nx = 1\n",
        encoding="utf-8",
    )
    (entry,) = loader.load(file, TODAY).documents
    assert (entry.persona, entry.type) == ("an", "health-book")
    assert entry.values == {"issued_days_ago": 30, "history": {"x": 1}}
    assert (entry.line, entry.line_of("issued_days_ago"), entry.line_of("history", "x")) == (17, 20, 22)


def test_reading_documents_alone(file: Path) -> None:
    """The same for files that hold documents only; mistakes come with their line."""
    file.write_text('[[document]]\npersona = "lan"\ntype = "x"\n', encoding="utf-8")
    assert loader.read_documents([file])[0].type == "x"
    file.write_text('[[document]]\npersona = "lan"\n', encoding="utf-8")
    with pytest.raises(SeedFileError, match=r"mine\.toml:1: document: the key 'type' is missing"):
        loader.read_documents([file])


# --- mistakes --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "to", "at", "key", "words"),
    [
        ('id = "an"\n', "", 1, "persona", "'id' is missing"),
        ('id = "an"', 'id = "An Nguyễn"', 2, "persona.id", "small letters"),
        ('full_name = "Trần Văn An"', 'full_name = ""', 3, "persona.full_name", "text in quotes"),
        ('full_name = "Trần Văn An"', 'full_name = "Trần V\u0430n"', 3, "persona.full_name", "CYRILLIC"),
        ('"065090000001"\nsex', '65090000001\nsex', 4, "persona.personal_id_number", "text in quotes"),
        ('"065090000001"\nsex', '"06509000000"\nsex', 4, "persona.personal_id_number", "12 digits"),
        ('"065090000001"\nsex', '"０65090000001"\nsex', 4, "persona.personal_id_number", "plain digits"),
        ('"065090000001"\nsex', '"065190000001"\nsex', 4, "persona.personal_id_number", "digit 4"),
        ('"065090000001"\nsex', '"065091000001"\nsex', 4, "persona.personal_id_number", "born 1991"),
        ('"065090000001"\nsex', '"066090000001"\nsex', 4, "persona.personal_id_number", "real person"),
        ('"065090000001"\nsex', '"101090000001"\nsex', 4, "persona.personal_id_number", "real person"),
        ('sex = "male"', 'sex = "nam"', 5, "persona.sex", "female, male"),
        ("birthdate = 1990-01-02", 'birthdate = "1990-01-02"', 6, "persona.birthdate", "without quotes"),
        ("birthdate = 1990-01-02", "birthdate = 1990-01-02T00:00:00", 6, "persona.birthdate", "a date"),
        ('password = "mat khau"', 'password = "kurz"', 7, "persona.password", "8 to 128"),
        ('passcode = "123456"', "passcode = 123456", 8, "persona.passcode", "text in quotes"),
        ('passcode = "123456"', 'passcode = "12345"', 8, "persona.passcode", "six digits"),
        ('passcode = "123456"', 'pascode = "123456"', 8, "persona.pascode", "unknown key"),
        ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP", 9, "persona.one_time_code_seed", "10 bytes"),
        ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "not base32!", 9, "persona.one_time_code_seed", "base32"),
        (', en = "Somebody"', "", 10, "persona.story", "'en' is missing"),
        ('story = { vi = "Một người", en = "Somebody" }', 'story = "x"', 10, "persona.story", "must be a table"),
        ('kind = "identity_card"', 'kind = "residence"', 12, "persona.paper.kind", "identity_card"),
        ('kind = "identity_card"', 'kind = "permanent_residence_card"', 12, "persona.paper.kind", "identity_card"),
        ("issued = 2021-01-01", "issued = 2021-01-01\nexpires = 2020-01-01", 15, "persona.paper.expires", "later"),
        ("issued = 2021-01-01", "issued = 1980-01-01", 1, "persona.paper.issued", "before the birthdate"),
        ("issued = 2021-01-01", "issued = 2027-01-01", 1, "persona.account", "identity card"),
        ("level = 2", "level = 3", 16, "persona.account.level", "1 or 2"),
        ("level = 2", "level = true", 16, "persona.account.level", "1 or 2"),
        ("level = 2", 'level = "2"', 16, "persona.account.level", "1 or 2"),
        ("level = 2", 'level = 2\nstate = "frozen"', 17, "persona.account.state", "locked"),
        ("level = 2", 'level = 2\nstate = "locked"', 17, "persona.account.state", "needs lock_reason"),
        ("level = 2", 'level = 2\nlock_reason = "death"', 15, "persona.account.state", "go with state"),
        ("level = 2", 'level = 2\nrequested_by = "lan"', 1, "persona.account.requested_by", "no relative"),
        ("level = 2", 'level = 2\n[persona.relatives]\nnobody = "mother"', 1, "persona.relatives", "nobody"),
        ("level = 2", 'level = 2\n[persona.relatives]\nlan = "aunt"', 18, "persona.relatives.lan", "mother"),
        (
            "level = 2",
            'level = 2\n[persona.organisation]\nnumber = "1"\nname = { vi = "a", en = "b" }',
            18, "persona.organisation.number", "10 digits",
        ),
        (
            "level = 2",
            'level = 2\n[persona.organisation]\nnumber = "0650000778"\nlevel = 2\nname = { vi = "a", en = "b" }',
            19, "persona.organisation.level", "no level",
        ),
        (
            "level = 2",
            'level = 2\n[persona.organisation]\nnumber = "0650000777"\nname = { vi = "a", en = "b" }',
            1, "persona.organisation.number", "already dung's",
        ),
    ],
)  # fmt: skip
def test_mistake_with_its_line(file: Path, line: str, to: str, at: int, key: str, words: str) -> None:
    """Each mistake is told with file, line, key and what to write instead."""
    found = _mistakes(file, _changed(line, to))
    assert len(found) == 1
    assert found[0][:2] == (at, key)
    assert words in found[0][2]


def test_lock_that_cannot_be(file: Path) -> None:
    """An expired card locks by itself, and a citizen is not dissolved."""
    lock = 'level = 2\nstate = "locked"\nlock_reason = "{}"\nlocked_by = "authority"\nlocked_on = 2026-01-01'
    assert "locks by itself" in _mistakes(file, _changed("level = 2", lock.format("card_expired")))[0][2]
    assert "does not apply" in _mistakes(file, _changed("level = 2", lock.format("dissolved")))[0][2]
    expired = _changed("level = 2", lock.format("own_request"))
    expired = expired.replace("2021-01-01", "2021-01-01\nexpires = 2025-01-01")
    assert "locks by itself" in _mistakes(file, expired)[0][2]


@pytest.mark.parametrize(
    ("born", "number", "more", "words"),
    [
        ("2016-01-02", "065216000001", "", "guardian applies"),
        ("2022-01-02", "065222000001", GUARDIAN.format("lan"), "cannot have level 2"),
        ("2016-01-02", "065216000001", GUARDIAN.format("hoa"), "level 2 account"),
        ("2027-01-02", "065227000001", "", "in the future"),
    ],
)
def test_law_on_accounts(file: Path, born: str, number: str, more: str, words: str) -> None:
    """A child needs a guardian with level 2, under 6 never level 2; refused with the article."""
    text = VALID.replace("1990-01-02", born).replace("065090000001", number).replace("level = 2", "level = 2" + more)
    text = text.replace('password = "mat khau"\npasscode = "123456"\n', "")
    text = text.replace('one_time_code_seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"\n', "")
    text = text.replace("2021-01-01", "2026-01-01")
    assert any(words in message for _, _, message in _mistakes(file, text))


def test_child_with_a_password(file: Path) -> None:
    """A child under 14 has no sign-in of her own."""
    text = VALID.replace("1990-01-02", "2016-01-02").replace("065090000001", "065216000001")
    text = text.replace("level = 2", 'level = 2\nrequested_by = "lan"\n[persona.relatives]\nlan = "mother"')
    assert [message for _, _, message in _mistakes(file, text)] == [
        "a child under 14 has no sign-in of her own: leave out password, passcode and seed"
    ]


def test_foreigner(file: Path) -> None:
    """A foreigner has a residence card, and the law says so where it is missing."""
    text = _changed('sex = "male"', 'sex = "male"\nkind = "foreigner"\nnationalities = ["SE"]')
    assert "residence_card" in _mistakes(file, text)[0][2]
    file.write_text(text.replace('kind = "identity_card"', 'kind = "temporary_residence_card"'), encoding="utf-8")
    assert loader.load(file, TODAY).by_id()["an"].nationalities == ("SE",)


def test_all_mistakes_at_once(file: Path) -> None:
    """One run tells everything, in the order of the lines."""
    text = VALID.replace('"male"', '"x"').replace("level = 2", "level = 9") + VALID.replace("123456", "x")
    found = _mistakes(file, text)
    assert [line for line, _, _ in found] == [5, 16, 24]


def test_twice_in_one_file(file: Path) -> None:
    """Within one file an id or a number stands once."""
    found = _mistakes(file, VALID + VALID)
    assert {(line, key) for line, key, _ in found} == {(17, "persona.id"), (17, "persona.personal_id_number")}
    assert "line 1" in found[0][2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[[persona]]\nid = \n", 2, "not TOML"),
        ('[[persona]]\nid = "a', 2, "not TOML"),
        ('[persona]\nid = "an"\n', 1, "two brackets"),
        ("\n[[people]]\n", 2, "known are"),
        ("persona = 1\n", 1, "two brackets"),
        ('[[document]]\npersona = "nobody"\ntype = "x"\n', 2, "no persona 'nobody'"),
        ('[[document]]\ntype = "x"\n', 1, "'persona' is missing"),
    ],
)
def test_file_as_a_whole(file: Path, text: str, line: int, words: str) -> None:
    """What is not TOML, or holds other tables, is told with its line too."""
    found = _mistakes(file, text)
    assert found[0][0] == line
    assert words in found[0][2]


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """No such file, a folder, or not UTF-8."""
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(SeedFileError, match="cannot be read"):
            loader.load(path, TODAY)
    latin = tmp_path / "latin.toml"
    latin.write_bytes("id = 'é'".encode("latin-1"))
    with pytest.raises(SeedFileError, match="UTF-8"):
        loader.load(latin, TODAY)


def test_message_is_one_line_a_mistake(file: Path) -> None:
    """As compilers print them: file:line: key: what."""
    file.write_text(_changed("level = 2", "level = 3"), encoding="utf-8")
    with pytest.raises(SeedFileError) as error:
        loader.load(file, TODAY)
    assert str(error.value) == f"{file}:16: persona.account.level: must be 1 or 2, not '3' (a int)"
