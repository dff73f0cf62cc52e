"""`mock-vneid documents make`: faults that `mock-vneid verify` refuses one by one, as the manifest says."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from idp.documents.faults.catalogue import CONTROLS, faults
from tests.cli.conftest import Run, assert_refused


@pytest.fixture
def made(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every fault, under a root of its own."""
    folder = tmp_path / "faults"
    assert run("documents", "make", "--all", "--trust", "new", "--out", str(folder)).code == 0
    monkeypatch.chdir(folder)
    return folder


def test_the_command_refuses_each_for_its_reason(run: Run, made: Path) -> None:
    """The arguments in the manifest, as they stand; only the controls are accepted. What is named there exists, and
    the holder's key is there to make more."""
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert [one["fault"] for one in manifest["documents"]] == list(faults())
    wrong, good = {}, []
    for one in manifest["documents"]:
        named = [one["file"], one["trust_list"], *one["status_lists"].values(), one.get("picture")]
        assert all((made / name).exists() for name in named if name is not None), one["fault"]
        answer = run(*one["verify"], "--json")
        told = json.loads(answer.out)
        found = {"verdict": told["verdict"], "code": told["code"]}
        expected = {name: one["expected"][name] for name in found}
        if found != expected:
            wrong[one["fault"]] = (found, expected)
        if answer.code == 0:
            good.append(one["fault"])
    assert wrong == {}
    assert "d" in json.loads((made / manifest["holder"]).read_text())
    assert "MÔ PHỎNG / MOCK" in (made / "README.md").read_text(encoding="utf-8")
    assert good == list(CONTROLS.values())


def test_under_the_sandboxs_own_root(run: Run, tmp_path: Path) -> None:
    """Who pins root.pem already needs nothing new."""
    assert run("keys", "init").code == 0
    answer = run("documents", "make", "--fault", "none", "revoked", "--json", "--audience", "me", "--nonce", "n-1")
    told = json.loads(answer.out)
    assert told["root"] == (tmp_path / "keys" / "root.pem").read_text()
    assert [(one["fault"], one["audience"], one["accept"]) for one in told["documents"]] == [
        ("none", "me", True),
        ("revoked", "me", False),
    ]
    single = run("documents", "make", "--fault", "expired", "--person", "hung", "--type", "identity-document")
    assert single.out.count("~") > 3


def test_other_carriers(run: Run, tmp_path: Path) -> None:
    """A code is a text, a file with its picture; a PDF is a file alone, and in JSON it is base64."""
    text = run("documents", "make", "--fault", "qr-expired", "--trust", "new").out
    assert set(text.strip("\n")) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert_refused(run("documents", "make", "--fault", "pdf-none", "--trust", "new"), "--out")
    told = json.loads(run("documents", "make", "--fault", "pdf-none", "--trust", "new", "--json").out)
    assert base64.b64decode(told["documents"][0]["base64"]).startswith(b"%PDF-")
    made = run("documents", "make", "--fault", "pdf-none", "qr-bomb", "--trust", "new", "--out", str(tmp_path / "f"))
    assert made.code == 0
    assert {path.name for path in (tmp_path / "f").iterdir()} >= {"pdf-none.pdf", "qr-bomb.qr.txt", "qr-bomb.qr.png"}
    for carrier, prefix in (("qr", "qr-"), ("pdf", "pdf-")):
        names = [
            line.split()[0] for line in run("documents", "make", "--list", "--carrier", carrier).out.splitlines()
        ]
        assert len(names) > 50
        assert all(name.startswith(prefix) for name in names)


def test_the_list(run: Run) -> None:
    """In words and for machines, without any key."""
    lines = run("documents", "make", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == list(faults())
    one = json.loads(run("documents", "make", "--list", "--fault", "revoked", "--json").out)
    assert one[0]["expected"]["code"] == "revoked"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--fault"),
        (["--fault", "nothing-such"], "nothing-such"),
        (["--fault", "none", "--person", "nobody"], "nobody"),
        (["--fault", "none", "--type", "passport"], "passport"),
        (["--fault", "none", "--audience", "me"], "--nonce"),
        (["--fault", "none", "expired"], "--out"),
        (["--fault", "revoked", "--trust", "new"], "lies in a list"),
        (["--fault", "stale-status", "--trust", "new"], "lies in a list"),
        (["--fault", "trust-list-ended", "--trust", "new"], "lies in a list"),
        (["--fault", "qr-superseded", "--trust", "new"], "lies in a list"),
        (["--fault", "none", "--carrier", "pdf"], "--carrier"),
        (["--fault", "none", "--trust", "sandbox"], "--trust new"),
    ],
)
def test_wrong_use(run: Run, arguments: list[str], says: str) -> None:
    """One message that says what to do."""
    trust = [] if "--trust" in arguments else ["--trust", "new"]
    assert_refused(run("documents", "make", *arguments, *trust), says)


def test_other_files_are_left_alone(run: Run, tmp_path: Path) -> None:
    """A folder with something else in it is not written into."""
    (tmp_path / "mine.txt").write_text("mine")
    answer = run("documents", "make", "--fault", "none", "--trust", "new", "--out", str(tmp_path))
    assert_refused(answer, str(tmp_path))
    assert not (tmp_path / "manifest.json").exists()
