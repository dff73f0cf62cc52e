"""`mock-vneid audit`: exit 0 whole, 1 broken, 2 unusable; in Vietnamese and English, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from audit_chain import fill, unguarded
from flask import Flask
from sqlalchemy import text

from idp import pki
from idp.audit.events import catalogue
from idp.cli.main import main
from idp.config import Config
from idp.db import Database

Run = Callable[..., tuple[int, str, str]]
KINDS = ("edited", "deleted", "reordered", "inserted", "truncated", "rewritten", "unsealed")


@pytest.fixture
def run(config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on this test's database; gives exit code, output and errors."""
    (config.keys_dir / pki.AUDIT_KEY).write_bytes(b"k" * 32)
    monkeypatch.setenv("IDP_KEYS_DIR", str(config.keys_dir))
    monkeypatch.setenv("IDP_DATABASE_URL", config.database_url)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["audit", *arguments])
        return code, *capsys.readouterr()

    return call


def change(db: Database, statement: str) -> None:
    with unguarded(db) as connection:
        connection.execute(text(statement))


def test_a_whole_record_is_exit_0(run: Run, db: Database) -> None:
    fill(db, 3)
    code, out, _ = run("verify")
    assert (code, "NGUYÊN VẸN: 3 bản ghi" in out, "MÔ PHỎNG" in out) == (0, True, True)
    code, out, _ = run("verify", "--lang", "en")
    assert (code, "WHOLE: 3 records" in out) == (0, True)


def test_an_empty_record_is_whole_and_said_to_be_empty(run: Run) -> None:
    code, out, _ = run("verify", "--lang", "en")
    assert (code, "NO RECORD YET" in out) == (0, True)


def test_a_broken_record_is_exit_1_and_named(run: Run, db: Database) -> None:
    """The first broken number, what was done, and how much of the rest holds."""
    fill(db, 5)
    change(db, "UPDATE audit_record SET subject = 'minh' WHERE sequence = 2")
    change(db, "DELETE FROM audit_record WHERE sequence = 4")
    code, out, _ = run("verify")
    assert (code, "BỊ SỬA: bản ghi 2" in out) == (1, True)
    code, out, _ = run("verify", "--lang", "en")
    assert "EDITED: record 2" in out
    told = json.loads(run("verify", "--json")[1])
    assert told | {"head": None} == {
        "whole": False, "first_broken": 2, "what": "edited", "from": 1, "records": 4, "broken": 1, "missing": 1,
        "head": None,
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_finding_has_its_sentence(kind: str, lang: str) -> None:
    import idp
    from idp.audit.findings import Break, Kind, Verdict
    from idp.audit.report import render
    from idp.i18n import Catalogue

    texts = Catalogue.load(Path(idp.__path__[0]) / "translations")
    report = render(Verdict(1, 9, 1, 0, None, Break(5, Kind(kind))), texts, lang)
    assert "5" in report.splitlines()[0]
    assert {each.value for each in Kind} == set(KINDS)


def test_it_can_begin_further_on(run: Run, db: Database) -> None:
    fill(db, 5)
    change(db, "UPDATE audit_record SET subject = 'minh' WHERE sequence = 2")
    code, out, _ = run("verify", "--from", "3", "--lang", "en")
    assert (code, "FROM RECORD 3 ON: 3 records" in out, "not checked" in out) == (0, True, True)


def test_a_head_kept_elsewhere_must_still_hold(run: Run, db: Database) -> None:
    """What `audit head` prints is what `verify --head` takes."""
    fill(db, 3)
    code, told, _ = run("head")
    kept = told.strip()
    assert code == 0
    assert json.loads(run("head", "--json")[1])["head"] == kept
    fill(db, 2)
    assert run("verify", "--head", kept)[0] == 0
    code, out, _ = run("verify", "--head", f"3:{'1' * 64}", "--json")
    assert (code, json.loads(out)["what"], json.loads(out)["first_broken"]) == (1, "rewritten", 3)
    code, out, _ = run("verify", "--head", f"9:{'1' * 64}", "--json")
    assert (code, json.loads(out)["what"], json.loads(out)["first_broken"]) == (1, "truncated", 6)


def test_an_empty_record_has_a_head_as_well(run: Run) -> None:
    assert run("head")[1].strip() == f"0:{'0' * 64}"
    assert run("verify", "--head", f"0:{'0' * 64}")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [("--from", "0"), ("--from", "4"), ("--from", "-1"), ("--head", "3"), ("--head", "3:zz"), ("--head", "")],
)
def test_unusable_arguments_are_exit_2(run: Run, db: Database, arguments: tuple[str, str]) -> None:
    fill(db, 3)
    code, _, errors = run("verify", *arguments)
    assert (code, "KHÔNG KIỂM TRA ĐƯỢC" in errors) == (2, True)
    code, out, _ = run("verify", *arguments, "--json", "--lang", "en")
    assert (code, json.loads(out)["whole"]) == (2, None)


def test_without_the_key_file_nothing_is_said(run: Run, db: Database, config: Config) -> None:
    """Neither whole nor broken: exit 2, and no new key is made."""
    fill(db, 3)
    (config.keys_dir / pki.AUDIT_KEY).unlink()
    code, _, errors = run("verify", "--lang", "en")
    assert (code, "audit.key" in errors) == (2, True)
    assert not (config.keys_dir / pki.AUDIT_KEY).exists()


@pytest.mark.parametrize("action", ["verify", "export", "head"])
def test_without_a_database_none_is_made(
    run: Run, action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "none.sqlite3"
    monkeypatch.setenv("IDP_DATABASE_URL", f"sqlite:///{path}")
    code, _, errors = run(action, "--lang", "en")
    assert (code, "no sandbox in" in errors, path.exists()) == (2, True, False)


def test_a_database_without_our_tables_is_unusable(run: Run, db: Database) -> None:
    """One of an earlier release is left as it is."""
    change(db, "ALTER TABLE audit_head RENAME TO aside")
    try:
        code, _, errors = run("verify", "--lang", "en")
    finally:
        change(db, "ALTER TABLE aside RENAME TO audit_head")
    assert (code, "earlier release" in errors) == (2, True)


def test_a_database_that_is_none_is_unusable(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "none.sqlite3").write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("IDP_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    code, _, errors = run("verify", "--lang", "en")
    assert (code, "cannot be used" in errors) == (2, True)


def test_the_seeded_provider_has_a_whole_record(
    app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sealed with the key that provisioning made; every event of it is one of the catalogue."""
    monkeypatch.setenv("IDP_KEYS_DIR", str(config.keys_dir))
    monkeypatch.setenv("IDP_DATABASE_URL", config.database_url)
    app.test_client().get("/")
    assert main(["audit", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["records"] > 0
    assert main(["audit", "export"]) == 0
    events = {json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()}
    assert events <= set(catalogue())
