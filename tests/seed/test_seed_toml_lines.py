"""Lines of keys in a TOML file."""

from __future__ import annotations

import tomllib

import pytest

from idp.seed import loader
from idp.seed.toml_lines import Lines, locate

TEXT = '''# a comment with [brackets] = and "quotes"
top = 1

[[persona]]   # first
id = "a # no comment ["
"quoted.key" = 1
story = { vi = "{", en = "}" }
list = [
  "one = two",  # ] not the end
  """
  three = 3""",
]
text = """
[not a header]
key = "not a key"
"""
literal = \'\'\'
[[nor this]]\'\'\'
after.dotted = 1
escaped = "a \\" [ b"

[persona.account]
level = 1

[[persona]]
[persona.account]
level = 2
[[persona.pets]]
name = "x"
[[persona.pets]]
name = "y"
[ plain . table ]
x = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("persona", 0), 4),
        (("persona", 0, "id"), 5),
        (("persona", 0, "quoted.key"), 6),
        (("persona", 0, "story"), 7),
        (("persona", 0, "list"), 8),
        (("persona", 0, "text"), 13),
        (("persona", 0, "literal"), 17),
        (("persona", 0, "after", "dotted"), 19),
        (("persona", 0, "escaped"), 20),
        (("persona", 0, "account"), 22),
        (("persona", 0, "account", "level"), 23),
        (("persona", 1), 25),
        (("persona", 1, "account", "level"), 27),
        (("persona", 1, "pets", 0, "name"), 29),
        (("persona", 1, "pets", 1, "name"), 31),
        (("plain", "table", "x"), 33),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int) -> None:
    """Headers, dotted and quoted keys, arrays of tables; nothing inside strings or brackets is taken for a key."""
    tomllib.loads(TEXT)
    assert Lines(TEXT).of(path) == line


def test_unknown_key_gives_the_table() -> None:
    """A key inside an inline table, or one that is missing, stands where its table stands."""
    lines = Lines(TEXT)
    assert lines.of(("persona", 0, "story", "vi")) == 7
    assert lines.of(("persona", 1, "missing")) == 25
    assert lines.of(("nowhere",)) == 1


def test_only_real_keys_are_found() -> None:
    """Every path found exists in what the parser read."""
    document = tomllib.loads(TEXT)
    for path in locate(TEXT):
        value: object = document
        for part in path:
            value = value[part]  # type: ignore[index]


def test_every_key_of_the_built_in_files_is_found() -> None:
    """No key of ours is left without a line."""
    for file in loader.BUILT_IN.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        found = locate(text)
        for at, table in enumerate(tomllib.loads(text)["persona"]):
            assert all(("persona", at, key) in found for key in table)
