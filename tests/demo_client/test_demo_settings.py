"""Settings, keys, fetching, dates, forgetting and migrations: what stands under the pages."""

from __future__ import annotations

import json
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from portal_browser import World
from portal_provider import FakeProvider

from demo_client import presentations, working_days
from demo_client.__main__ import main
from demo_client.config import Config, ConfigError, load
from demo_client.db import HEAD, MIGRATIONS, Database
from demo_client.fields import rows
from demo_client.keys import load_keys, load_root
from demo_client.models import Base
from demo_client.outbound import Fetcher, FetchError


def test_defaults_follow_the_provider() -> None:
    """Without settings: loopback, beside the provider."""
    config = load({"IDP_PORT": "6000", "PORTAL_PORT": "6001"})
    assert (config.issuer, config.url) == ("http://localhost:6000", "http://localhost:6001")
    assert load({"IDP_ISSUER": "https://id.example"}).issuer == "https://id.example"
    assert (
        load({"PORTAL_ISSUER": "https://a.example", "IDP_ISSUER": "https://b.example"}).issuer == "https://a.example"
    )


def test_a_file_and_the_environment_above_it(tmp_path: Path) -> None:
    """[portal] of the file MOCK_VNEID_CONFIG; the environment wins, the command line above all."""
    file = tmp_path / "mock.toml"
    file.write_text('[portal]\nport = 7000\nclient_id = "c"\n[idp]\nport = 1\n', encoding="utf-8")
    assert load({"MOCK_VNEID_CONFIG": str(file)}).port == 7000
    assert load({"MOCK_VNEID_CONFIG": str(file), "PORTAL_PORT": "7001"}).port == 7001
    assert load({"MOCK_VNEID_CONFIG": str(file), "PORTAL_PORT": "7001"}, port=7002).port == 7002


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PORTAL_PORT": "x"}, "PORTAL_PORT"),
        ({"PORTAL_PORT": "70000"}, "PORTAL_PORT"),
        ({"PORTAL_URL": "ftp://x"}, "PORTAL_URL"),
        ({"PORTAL_URL": "http://portal.example"}, "PORTAL_URL"),
        ({"PORTAL_ISSUER": "http://id.example"}, "PORTAL_ISSUER"),
        ({"PORTAL_CLIENT_ID": " "}, "PORTAL_CLIENT_ID"),
        ({"PORTAL_WARN_AGE_HOURS": "-1"}, "PORTAL_WARN_AGE_HOURS"),
        ({"PORTAL_WARN_AGE_HOURS": "soon"}, "PORTAL_WARN_AGE_HOURS"),
        ({"IDP_PORT": "x"}, "IDP_PORT"),
        ({"MOCK_VNEID_CONFIG": "/nowhere.toml"}, "MOCK_VNEID_CONFIG"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str) -> None:
    """The message says which key to mend; plain http is for loopback only."""
    with pytest.raises(ConfigError, match=named):
        load(environ)


@pytest.mark.parametrize("text", ["[portal]\ncolour = 1\n", "[portal]\nport = true\n", "portal = 1\n", "x"])
def test_a_wrong_file(tmp_path: Path, text: str) -> None:
    """Unknown keys and wrong forms are told before anything starts."""
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load({"MOCK_VNEID_CONFIG": str(tmp_path / "c.toml")})


def test_a_wrong_password_setting_is_not_repeated() -> None:
    """A message must not carry what was to be kept secret."""
    with pytest.raises(ConfigError) as error:
        load({"PORTAL_CLERK_PASSWORD": "   "})
    assert "'   '" not in str(error.value)


def test_missing_keys_say_what_to_run(tmp_path: Path) -> None:
    """`mock-vneid keys init` makes them."""
    with pytest.raises(ConfigError, match=r"PORTAL_KEYS.*keys init"):
        load_keys(tmp_path / "none.json")
    with pytest.raises(ConfigError, match=r"PORTAL_ROOT.*keys init"):
        load_root(tmp_path / "none.pem")
    (tmp_path / "bad").write_text('{"keys": []}')
    with pytest.raises(ConfigError, match="PORTAL_KEYS"):
        load_keys(tmp_path / "bad")
    with pytest.raises(ConfigError, match="PORTAL_ROOT"):
        load_root(tmp_path / "bad")


def test_the_command_complains_before_it_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2 with the key to mend."""
    monkeypatch.setenv("PORTAL_KEYS", str(tmp_path / "none.json"))
    assert main(["serve"]) == 2
    assert "PORTAL_KEYS" in capsys.readouterr().err


def test_purging_by_command(
    portal_config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python -m demo_client purge` tells how many."""
    monkeypatch.setenv("PORTAL_DATABASE_URL", portal_config.database_url)
    assert main(["purge"]) == 0
    assert capsys.readouterr().out == "purged 0 dossiers\n"


def test_what_is_private_is_private(world: World, portal_config: Config) -> None:
    """Sessions and the signing secret are nobody else's to read."""
    world.client.get("/clerk")
    secret = portal_config.data_dir / "portal-secret.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE((portal_config.data_dir / "portal-sessions").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/trust-list",
        "http://localhost:5000.evil.example/x",
        "http://localhost:5000@evil.example/x",
        "http://user@localhost:5000/x",
        "https://localhost:5000/x",
        "http://localhost:5001/x",
        "file:///etc/passwd",
        "http://localhost:5000/../x",
        "//localhost:5000/x",
        "",
        "http://[",
    ],
)
def test_nothing_is_fetched_from_elsewhere(url: str) -> None:
    """A document names its status list itself: only the configured provider is asked."""
    with pytest.raises(FetchError, match="not an address"):
        Fetcher("http://localhost:5000").get(url, "text/plain")


def test_only_the_expected_media_type(provider: FakeProvider) -> None:
    """A login page is no status list."""
    fetcher = Fetcher(provider.issuer)
    assert fetcher.get(f"{provider.issuer}/jwks", "application/json").startswith("{")
    with pytest.raises(FetchError, match="not application/statuslist"):
        fetcher.get(f"{provider.issuer}/jwks", "application/statuslist+jwt")


def test_no_more_than_the_cap(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless answer is cut off."""
    monkeypatch.setattr("demo_client.outbound.MAX_BYTES", 10)
    with pytest.raises(FetchError, match="more than 10 bytes"):
        Fetcher(provider.issuer).get(f"{provider.issuer}/jwks", "application/json")


def test_an_unreachable_provider() -> None:
    """A refused connection is an error of ours with no detail of the network."""
    with pytest.raises(FetchError, match="ConnectionError"):
        Fetcher("http://127.0.0.1:9").get("http://127.0.0.1:9/trust-list", "text/plain")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 25)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # a Friday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # filed on a Saturday
        (date(2026, 4, 29), 1, date(2026, 5, 4)),  # 30 April, 1 May, a weekend
        (date(2026, 8, 31), 2, date(2026, 9, 4)),  # National Day, two days
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
    ],
)
def test_working_days(start: date, days: int, due: date) -> None:
    """Weekends and fixed holidays do not count, nor does the day of filing."""
    assert working_days.after(start, days) == due


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_dossiers_are_forgotten_when_their_time_has_come(citizen: World) -> None:
    """The retention rule of the procedure, and with the dossier its evidence."""
    before = citizen.count()
    citizen.file()
    portal, filed = citizen.app.extensions["mock_portal"], citizen.clock.now()
    with portal.db.begin() as db:
        assert presentations.forget(db, filed + timedelta(days=1825)) == 0
    with portal.db.begin() as db:
        assert presentations.forget(db, filed + timedelta(days=1827)) == before + 1
    from sqlalchemy import text

    with portal.db.read() as db:
        assert db.execute(text("select count(*) from portal_evidence")).scalar() == 0
        assert db.execute(text("select count(*) from portal_transaction")).scalar() == 0
    assert citizen.count() == 0


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_the_migrations_make_the_models(database_url: str) -> None:
    """What alembic builds is what the models say, and HEAD is its newest revision."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    db = Database(database_url)
    db.upgrade()
    db.upgrade()
    with db.engine.connect() as connection:
        options = {"version_table": "portal_alembic_version", "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []
    db.dispose()
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_a_document_as_rows() -> None:
    """Machinery is left out, nested claims carry their parents' names, lists have a line each."""
    claims = {"iss": "x", "status": {}, "a": {"b": [{"c": 1}, {"c": 2}]}, "d": None, "e": [], "f": "2026-07-01"}
    expected = [("A · B", "C: 1\nC: 2"), ("D", "–"), ("E", "–"), ("F", "01/07/2026")]
    assert rows(claims, lambda path: str(path[-1]).upper(), "vi") == expected
    coded = rows(
        {"g": True, "h": [{"i": "x"}]}, lambda path: str(path[-1]), "vi", lambda path, value: f"{path[-1]}={value}"
    )
    assert coded == [("g", "g=True"), ("h", "i: i=x")]
    assert rows({"f": "1234-99-99"}, lambda path: str(path[-1]).upper(), "vi") == [("F", "1234-99-99")]


def test_the_portal_imports_only_the_verifier() -> None:
    """In a fresh process: nothing of the provider but the verifier and the codecs it stands on."""
    import subprocess
    import sys

    code = (
        "import sys, json, demo_client.app; print(json.dumps([m for m in sys.modules if m.split('.')[0] == 'idp']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout)) - {"idp", "idp.documents"}
    assert loaded
    pure = ("idp.documents.offline", "idp.documents.sd_jwt", "idp.documents.verifier")
    assert all(name.startswith(pure) for name in loaded)
