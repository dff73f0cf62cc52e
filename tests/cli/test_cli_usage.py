"""Every command tells what it is for in one line, and of wrong use in one message."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

import pytest

from idp.cli.main import COMMANDS
from tests.cli.conftest import Run, assert_refused, run_process

NAMES = ("--name-vi", "Dịch vụ", "--name-en", "Service", "--redirect-uri", "https://rp.vn-mock.example/cb")


def parsers() -> list[tuple[str, argparse.ArgumentParser]]:
    found = []
    for name in sorted(set(COMMANDS) - {"verify"}):  # which has a reader of its own
        parser = argparse.ArgumentParser(prog=name)
        importlib.import_module(f"idp.cli.{name}").add_arguments(parser)
        found.append((name, parser))
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                found += [(f"{name} {sub}", below) for sub, below in action.choices.items()]
    return found


PARSERS = parsers()


def test_the_list_of_commands(run: Run) -> None:
    """One line each; without any argument the same, as wrong use."""
    asked = run("--help")
    assert asked.code == 0
    for name, text in COMMANDS.items():
        assert [line for line in asked.out.splitlines() if line.split()[:1] == [name] and line.endswith(text)]
    bare = run()
    assert (bare.code, bare.out) == (2, asked.out)


@pytest.mark.parametrize("name", [*COMMANDS, *(name for name, _ in PARSERS if " " in name)])
def test_each_explains_itself(run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """`--help` ends well, and its second part is one line that says what the command is for."""
    monkeypatch.setenv("COLUMNS", "118")
    answer = run(*name.split(), "--help")
    assert answer.code == 0
    assert answer.err == ""
    usage, _, rest = answer.out.partition("\n\n")
    assert usage.startswith(f"usage: mock-vneid {name}")
    said = rest.split("\n\n")[0]
    assert len(said.splitlines()) == (2 if name == "verify" else 1)  # verify says it in both languages
    assert len(said) > 15


@pytest.mark.parametrize(("name", "parser"), PARSERS, ids=[name for name, _ in PARSERS])
def test_each_option_is_explained(name: str, parser: argparse.ArgumentParser) -> None:
    """No option stands there without a word."""
    assert [action.dest for action in parser._actions if not action.help and action.option_strings] == []


def test_help_needs_no_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has a mistake in the settings can still read how to use the command."""
    monkeypatch.setenv("IDP_PORT", "wrong")
    assert run("serve", "--help").code == 0
    assert_refused(run("personas"), "IDP_PORT")


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("mock-vneid 0.")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "no command 'nothing'"),
        (["serve", "extra"], "extra"),
        (["serve", "--port", "many"], "--port"),
        (["serve", "--port", "70000"], "--port"),
        (["serve", "--tls", "one.pem"], "--tls"),
        (["serve", "--tls", "a.pem", "b.pem"], "no file a.pem"),
        (["personas", "--lang", "fr"], "--lang"),
        (["demo", "--loud"], "--loud"),
        (["keys"], "ACTION"),
        (["keys", "burn"], "burn"),
        (["clients"], "ACTION"),
        (["clients", "add"], "--name-vi"),
        (["clients", "add", *NAMES[:4]], "--redirect-uri"),
        (["clients", "add", *NAMES, "--auth-method", "client_secret_jwt"], "--auth-method"),
        (["clients", "add", *NAMES, "--id-token-alg", "HS256"], "--id-token-alg"),
        (["clients", "add", *NAMES, "--default-max-age", "soon"], "--default-max-age"),
        (["clients", "renew-secret"], "client_id"),
        (["seed", "--personas"], "--personas"),
        (["seed", "--personas", "/nowhere/people.toml"], "/nowhere/people.toml"),
        (["verify"], "FILE"),
        (["verify", "--at", "yesterday", "x"], "--at"),
    ],
)
def test_wrong_use(run: Run, keys_dir: Path, arguments: list[str], says: str) -> None:
    """Exit 2 and what is wrong."""
    answer = run(*arguments)
    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert says in answer.err + answer.out


def test_wrong_use_of_a_real_process(keys_dir: Path) -> None:
    """The exit code reaches the shell."""
    assert_refused(run_process("clients", "add"), "redirect_uris: must name at least one", "--redirect-uri")


@pytest.mark.parametrize("command", [["seed"], ["keys", "init"], ["clients", "list"], ["clients", "add", *NAMES]])
def test_a_folder_that_cannot_be_made(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    """The path is named, in one line."""
    file = tmp_path / "file"
    file.write_text("")
    for name in ("IDP_KEYS_DIR", "IDP_DATA_DIR"):
        monkeypatch.setenv(name, str(file / "below"))
    answer = run(*command)
    assert_refused(answer, str(file))
    assert len(answer.err.splitlines()) == 1
