"""The portal under test: real keys and documents, no network but one loopback provider where signing in is tested."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from databases import postgres_database, postgres_server
from flask.testing import FlaskClient
from joserfc.jwk import KeySet
from sqlalchemy.engine import URL

from demo_client.app import create_app
from demo_client.background import Patience
from demo_client.clock import FixedClock
from demo_client.config import Config

sys.path.insert(0, str(Path(__file__).parent))

from portal_browser import World
from portal_documents import ISSUER, Documents, Lists
from portal_provider import FakeProvider

#: On a loaded machine what is at hand takes a while too.
UNHURRIED = Patience(*[timedelta(minutes=1)] * 3)


@pytest.fixture(scope="session")
def _portal_postgres() -> Iterator[URL]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLite; an empty PostgreSQL database where a test is parametrised so."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'portal.sqlite3'}"
        return
    with postgres_database(request.getfixturevalue("_portal_postgres")) as url:
        yield url


@pytest.fixture
def portal_clock(now: datetime) -> FixedClock:
    return FixedClock(now)


@pytest.fixture
def portal_config(keys_dir: Path, tmp_path: Path, database_url: str) -> Config:
    return Config(
        url="http://localhost:5001",
        issuer=ISSUER,
        database_url=database_url,
        data_dir=tmp_path / "portal",
        keys=keys_dir / "portal" / "client-keys.json",
        root=keys_dir / "root.pem",
        clerk_password="a clerk's password",
    )


@pytest.fixture
def client_keys(portal_config: Config) -> KeySet:
    return KeySet.import_key_set(json.loads(portal_config.keys.read_text()))


@pytest.fixture
def world(
    portal_config: Config, portal_clock: FixedClock, keys_dir: Path, client_keys: KeySet, now: datetime
) -> Iterator[World]:
    """A portal, a browser with nobody signed in, and documents."""
    lists = Lists(keys_dir, now)
    app = create_app(portal_config, portal_clock, lists, UNHURRIED)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with ExitStack() as stack:
        client = stack.enter_context(app.test_client())
        yield World(app, client, portal_clock, Documents(keys_dir, now), lists, client_keys)
    app.extensions["mock_portal"].db.dispose()


@pytest.fixture
def citizen(world: World) -> World:
    """The same with Lan signed in at level 2."""
    world.sign_in()
    return world


@pytest.fixture
def clerk(world: World) -> FlaskClient:
    """A clerk at another browser."""
    client = world.app.test_client()
    assert world.post("/clerk/sign-in", {"password": "a clerk's password"}, client).status_code == 303
    return client


@pytest.fixture
def provider(portal_clock: FixedClock, client_keys: KeySet) -> Iterator[FakeProvider]:
    made = FakeProvider(portal_clock, client_keys)
    yield made
    made.close()
