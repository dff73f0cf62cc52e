"""Fixtures that every part shares: databases, time, keys, Node and the composed provider."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import databases
import pytest
import warm
from chromium import chromium
from databases import checkpoint, empty, keep_copy, postgres_database, postgres_server, sqlite_template
from flask import Flask
from flask.testing import FlaskClient
from live import Demo, demo
from lying_provider import LyingProvider
from plain_browser import PlainBrowser
from playwright.sync_api import Browser
from sqlalchemy.engine import URL

from idp.clock import FixedClock
from idp.config import Argon2, Config
from idp.db import Database
from idp.encryption import AtRest

warm.keep()
ROOT = Path(__file__).parent.parent
NODE = ROOT / "tests" / "node"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A real PostgreSQL server of this test process."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def empty_postgres(postgres: URL) -> Iterator[str]:
    """A new database that holds no table."""
    with postgres_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_postgres(postgres: URL) -> Iterator[Database]:
    with postgres_database(postgres) as url:
        db = Database(url)
        db.upgrade()
        yield db
        db.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: the same test runs on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        migrated: Database = request.getfixturevalue("_migrated_postgres")
        empty(migrated)
        yield migrated
        return
    path = tmp_path / "test.sqlite3"
    shutil.copy(request.getfixturevalue("_sqlite_template"), path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def at_rest() -> AtRest:
    return AtRest(b"t" * 32)


@pytest.fixture(scope="session")
def _made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from idp import pki

    folder = tmp_path_factory.mktemp("keys")
    pki.init(folder, NOW)
    return folder


@pytest.fixture
def keys_dir(_made_keys: Path, tmp_path: Path) -> Path:
    """A folder as `keys init` makes it; each test has its own copy."""
    return Path(shutil.copytree(_made_keys, tmp_path / "keys"))


def _config(keys_dir: Path, data_dir: Path, database_url: str) -> Config:
    return Config(
        port=5000,
        issuer="http://localhost:5000",
        portal_url="http://localhost:5001",
        database_url=database_url,
        keys_dir=keys_dir,
        data_dir=data_dir,
        demo=True,
        argon2=Argon2(time_cost=1, memory_cost=8, parallelism=1),
    )


@pytest.fixture
def config(keys_dir: Path, tmp_path: Path, db: Database) -> Config:
    return _config(keys_dir, tmp_path / "var", db.engine.url.render_as_string(hide_password=False))


@dataclass(frozen=True)
class Seeded:
    """What `seed` makes, made once: `keys` to copy, and whether `db` has the rows again (else seed anew)."""

    keys: Path
    put_back: Callable[[Database], bool]


@pytest.fixture(scope="session")
def _seeded_sqlite(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path, _made_keys: Path) -> Seeded:
    folder = tmp_path_factory.mktemp("seeded-sqlite")
    keys, path = Path(shutil.copytree(_made_keys, folder / "keys")), folder / "seeded.sqlite3"
    shutil.copy(_sqlite_template, path)
    _provision(_config(keys, folder / "var", f"sqlite:///{path}"))
    checkpoint(path)

    def put_back(db: Database) -> bool:
        db.dispose()
        shutil.copy(path, str(db.engine.url.database))
        return True

    return Seeded(keys, put_back)


@pytest.fixture(scope="session")
def _seeded_postgres(
    tmp_path_factory: pytest.TempPathFactory, _migrated_postgres: Database, _made_keys: Path
) -> Seeded:
    keys = Path(shutil.copytree(_made_keys, tmp_path_factory.mktemp("seeded-postgres") / "keys"))
    empty(_migrated_postgres)
    url = _migrated_postgres.engine.url.render_as_string(hide_password=False)
    _provision(_config(keys, keys.parent / "var", url))
    keep_copy(_migrated_postgres)

    def put_back(db: Database) -> bool:
        empty(db)
        return databases.put_back(db)

    return Seeded(keys, put_back)


def _provision(config: Config) -> None:
    from idp.cli.provision import provision

    provision(config, FixedClock(NOW))


@pytest.fixture
def app(config: Config, clock: FixedClock, db: Database, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The whole provider, seeded, its clock standing still."""
    from idp.app import create_app

    seeded: Seeded = request.getfixturevalue("_seeded_sqlite" if db.sqlite else "_seeded_postgres")
    shutil.copytree(seeded.keys, config.keys_dir, dirs_exist_ok=True)
    if not seeded.put_back(db):
        _provision(config)
    made = create_app(config, clock)
    made.testing = True
    yield made
    made.extensions["mock_vneid_db"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One running demo for every test that is only its client; such tests bear the xdist group `guides`."""
    with demo(tmp_path_factory.mktemp("sandbox"), {}) as started:
        yield started


@pytest.fixture(scope="session")
def _lying(sandbox: Demo) -> Iterator[LyingProvider]:
    provider = LyingProvider(sandbox)
    with provider.serving():
        yield provider


@pytest.fixture
def lying(_lying: LyingProvider) -> Iterator[LyingProvider]:
    """Honest until told otherwise."""
    _lying.be_honest()
    yield _lying
    _lying.be_honest()


@pytest.fixture
def person() -> Iterator[PlainBrowser]:
    """Somebody's browser, without script."""
    with PlainBrowser() as browser:
        yield browser


@pytest.fixture
def misled(person: PlainBrowser, lying: LyingProvider) -> PlainBrowser:
    """A browser whose network belongs to the provider that lies."""
    person.on_the_way = lying.on_the_way
    return person


@pytest.fixture(scope="session")
def node() -> Path:
    """The Node executable: the wheel's where it is installed, else the one on the path."""
    found = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert found, "no Node: run make test, which installs one"
    return Path(found)


@pytest.fixture(scope="session")
def node_run(node: Path) -> Callable[..., str]:
    """Run a script of tests/node/scripts; returns what it prints, fails with what it complains of."""

    def run(script: str, *args: str, stdin: str = "", timeout: float = 60) -> str:
        done = subprocess.run(
            [str(node), str(NODE / "scripts" / Path(script).name), *args],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=NODE,
            check=False,
        )
        assert done.returncode == 0, done.stderr or done.stdout
        return done.stdout

    return run


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The accessibility engine's script, from the Node lock file."""
    return (NODE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
