"""The guide to registering a client, followed as it stands: its file, its commands and its program."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import Demo, demo

from idp.oauth import lenient

pytestmark = pytest.mark.xdist_group("guides")
ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "guides" / "register-a-client.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("registering"), {}) as started:
        yield started


def named(file: str) -> str:
    found = re.search(rf"`{re.escape(file)}`:\n\n```\w+\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert found, file
    return found.group(1)


def commands() -> list[list[str]]:
    lines = [
        line
        for block in re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]
    return [shlex.split(line)[1:] for line in lines if line.startswith(".venv/bin/mock-vneid ")]


def test_by_command(sandbox: Demo, tmp_path: Path) -> None:
    """Every line in its order; what it says of the client is so in the end."""
    (tmp_path / "client.json").write_text(named("client.json"), encoding="utf-8")
    found = [line for line in commands() if line[1] != "token"]
    assert len(found) == 8
    for line in found:
        told = [str(tmp_path / word) if word == "client.json" else word for word in line]
        done = sandbox.command(*told)
        assert done.returncode == 0, done.stderr
    shown = json.loads(sandbox.command("clients", "show", "song-ba-clinic", "--json").stdout)
    assert shown["contacts"] == ["it@clinic.vn-mock.example"]
    assert shown["identity_levels"] == [2]
    assert "default_max_age" not in shown
    assert "disabled_at" not in shown


def test_by_the_client_itself(sandbox: Demo, tmp_path: Path) -> None:
    """The token of the guide's command, and the program with it; the token is good for one client."""
    (line,) = (each for each in commands() if each[1] == "token")
    token = json.loads(sandbox.command(*line, "--json").stdout)["initial_access_token"]
    program = tmp_path / "register_itself.py"
    program.write_text(named("register_itself.py"), encoding="utf-8")
    environment = {**os.environ, "ISSUER": sandbox.issuer, "INITIAL_ACCESS_TOKEN": token, "PYTHONUTF8": "1"}
    run = [sys.executable, str(program)]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == [
        "registered address email openid phone profile",
        "read Sổ khám bệnh (MÔ PHỎNG)",
        "changed ['it@clinic.vn-mock.example']",
        "deleted 204",
    ], done.stderr
    again = subprocess.run(run, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode != 0
    assert "401" in again.stderr


def test_the_switches_are_those_there_are() -> None:
    """The table names each."""
    assert set(re.findall(r"^\| `([\w-]+)` \|", GUIDE, re.MULTILINE)) == set(lenient.SWITCHES)
