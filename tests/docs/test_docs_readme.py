"""README, CHANGELOG and the guides agree with the code: settings, commands, links."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
from pathlib import Path

import pytest

import demo_client.config
import idp.config
from idp.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = sorted([README, ROOT / "CHANGELOG.md", ROOT / "NOTICE", *(ROOT / "docs").rglob("*.md")])
MARKED = [page for page in PAGES if page.suffix == ".md"]
# Words of where and how this was made, which are nobody's business; written so that this file does not hold them.
FORBIDDEN = re.compile("/wo" + r"rk/|\.\./sha" + r"red|/tm" + r"p/|/ho" + r"me/|pypi\.or" + r"g|npmjs\.co" + "m")
SETTING = re.compile(r"\b(?:IDP|PORTAL)_[A-Z0-9_]+\b")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def known_settings() -> set[str]:
    provider = {variable for variable, _ in (idp.config.SETTINGS | idp.config.ARGON2).values()}
    return provider | {variable for variable, _ in demo_client.config.SETTINGS.values()}


def commands_in(page: Path) -> list[list[str]]:
    """Every `mock-vneid ...` line in a block of code, as words; shell continuations joined."""
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```", text(page).replace("\\\n", " "), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    found = [re.search(r"(?:^|[ (])(?:\.venv/bin/)?mock-vneid (.*)", line) for line in lines]
    return [shlex.split(match.group(1), comments=True) for match in found if match]


@pytest.mark.parametrize("page", MARKED, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Relative links and pictures name files that are there."""
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)\s#]+)", text(page))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_tells_of_one_machine(page: Path) -> None:
    """No path of somebody's machine and no host of a package registry."""
    assert FORBIDDEN.findall(text(page)) == []


@pytest.mark.parametrize("page", MARKED, ids=lambda page: page.name)
def test_no_page_names_a_setting_that_is_none(page: Path) -> None:
    """A setting that was renamed is found here."""
    suffixes = {"IDP_", "PORTAL_"}
    assert set(SETTING.findall(text(page))) - known_settings() - suffixes == set()


def test_readme_names_every_setting() -> None:
    """The table of settings is whole; a suffix as in `IDP_A_X`, `_Y` counts."""
    readme = text(README)
    missing = [name for name in sorted(known_settings()) if name not in readme and not _by_suffix(name, readme)]
    assert missing == []


def _by_suffix(name: str, readme: str) -> bool:
    """`IDP_ARGON2_MEMORY_COST` may stand as `_MEMORY_COST` beside its sister."""
    words = name.split("_")
    return any(f"`_{'_'.join(words[cut:])}`" in readme for cut in range(1, len(words)))


def test_readme_names_every_command() -> None:
    """All of them, as words in code."""
    words = set(re.findall(r"`([a-z]+)`", text(README)))
    assert set(COMMANDS) - words == set()


@pytest.mark.parametrize("page", MARKED, ids=lambda page: page.name)
def test_every_command_line_can_be_parsed(page: Path) -> None:
    """What a page tells to type is taken by the command's own parser."""
    for words in commands_in(page):
        name, *options = words
        assert name in COMMANDS, words
        if name == "verify":
            continue  # has its own reader; the guide to it is followed in test_docs_guides.py
        parser = argparse.ArgumentParser(exit_on_error=False)
        importlib.import_module(f"idp.cli.{name}").add_arguments(parser)
        parser.parse_args(options)


def test_the_changelog_has_its_next_entry() -> None:
    """Keep a Changelog: what is to come stands under Unreleased."""
    assert re.search(r"^## \[Unreleased\]\n+### \w+\n- ", text(ROOT / "CHANGELOG.md"), re.MULTILINE)


def test_notice_names_the_font() -> None:
    """Its licence travels with it."""
    assert "Be Vietnam Pro" in text(ROOT / "NOTICE")
    for folder in ("idp", "demo_client"):
        assert (ROOT / folder / "static" / "fonts" / "OFL.txt").is_file()
