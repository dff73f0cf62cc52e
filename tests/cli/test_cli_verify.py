"""`mock-vneid verify` as a clerk has it: the key folder that `seed` made is enough, with no network at all."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from live import ROOT

from tests.cli.conftest import Answer, Run

LAN, MINH = "065190000101", "065085000202"
HEALTH_BOOK = "MP-SSK-000101"
OFFLINE = """
import socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("the network was used")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
from idp.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
Verify = Callable[..., Answer]


@pytest.fixture
def texts(run: Run, settings: dict[str, str]) -> dict[str, str]:
    """The seeded documents as files hold them, by their numbers; the database is gone afterwards."""
    assert run("seed").code == 0
    path = Path(settings["IDP_DATA_DIR"]) / "idp.sqlite3"
    connection = sqlite3.connect(path)
    found = dict(connection.execute("SELECT document_number, sd_jwt FROM document").fetchall())
    connection.close()
    path.unlink()
    return found


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    """`verify(text, options...)`: in a process that cannot reach any network; None is a file that is not there."""

    def call(text: str | None, *options: str, stdin: bool = False) -> Answer:
        file = tmp_path / "document.sd-jwt"
        if text is not None:
            file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", OFFLINE, "verify", "-" if stdin else str(file), *options]
        given = (text or "") if stdin else ""
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=dict(os.environ),
            timeout=60,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return call


@pytest.mark.parametrize(("lang", "good", "refused"), [("vi", "CHẤP NHẬN", "TỪ CHỐI"), ("en", "ACCEPTED", "REFUSED")])
def test_a_verdict_in_both_languages(
    texts: dict[str, str], verify: Verify, lang: str, good: str, refused: str
) -> None:
    """Hers is good, exit 0; another person's is refused, exit 1; the first word says which."""
    mine = verify(texts[HEALTH_BOOK], "--person", LAN, "--lang", lang)
    assert (mine.code, mine.out.startswith(good), mine.err) == (0, True, "")
    other = verify(texts[HEALTH_BOOK], "--person", MINH, "--lang", lang)
    assert (other.code, other.out.startswith(refused), other.err) == (1, True, "")


def test_for_machines(texts: dict[str, str], verify: Verify) -> None:
    """From standard input, as JSON; an edited character and an unusable text have other codes."""
    text = texts[HEALTH_BOOK]
    at = text.index(".") + 20
    edited = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
    answers = [verify(each, "--json", stdin=True) for each in (text, edited, "no document")]
    assert [answer.code for answer in answers] == [0, 1, 2]
    verdicts = [json.loads(answer.out)["verdict"] for answer in answers]
    assert verdicts == ["accepted", "refused", "unusable"]
    assert [answer.err for answer in answers] == ["", "", ""]


def test_unusable_input(texts: dict[str, str], verify: Verify, settings: dict[str, str]) -> None:
    """Exit 2 where there is no file, nothing in it, or no root to trust."""
    assert verify(None).code == 2
    assert verify("").code == 2
    (Path(settings["IDP_KEYS_DIR"]) / "root.pem").unlink()
    answer = verify(texts[HEALTH_BOOK])
    assert answer.code == 2
    assert "root.pem" in answer.out


def test_the_stories_come_true(texts: dict[str, str], verify: Verify) -> None:
    """At the counter: an expired card, and Tuan's three, each refused for a reason of its own."""
    refused = {
        "MP-CC-001111": "expired",
        "MP-SSK-001515": "revoked",
        "MP-LLTP1-001515": "suspended",
        "MP-BHYT-001515": "expired",
    }
    answers = {number: verify(texts[number], "--json") for number in refused}
    assert {number: json.loads(answer.out)["code"] for number, answer in answers.items()} == refused
    assert {answer.code for answer in answers.values()} == {1}
