"""DNS rebinding: a strange name that points here is answered with 421 and nothing else (RFC 9110 15.5.20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

import demo_client.app
import demo_client.config
from idp.app import create_app
from idp.cli.provision import provision
from idp.clock import FixedClock, SystemClock
from idp.config import Config
from idp.hosts import host_name

OWN = [
    "localhost",
    "localhost:5000",
    "LOCALHOST.:5000",
    "127.0.0.1:1",
    "[::1]:5000",
    "[0:0::1]",
    "id.vn-mock.example",
]
STRANGE = [
    "evil.example",
    "evil.example:5000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost,evil.example",
    "localhost evil.example",
    "user@localhost",
    "localhost/evil",
    "192.168.1.7:5000",
    "[fd00::7]:5000",
    "[::1",
    "",
]


def portal(keys_dir: Path, tmp_path: Path, host: str, allowed: tuple[str, ...]) -> Flask:
    config = demo_client.config.Config(
        url="https://id.vn-mock.example", issuer="http://localhost:5000", host=host, allowed_hosts=allowed,
        data_dir=tmp_path / "portal", database_url=f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        keys=keys_dir / "portal" / "client-keys.json", root=keys_dir / "root.pem",
    )  # fmt: skip
    return demo_client.app.create_app(config)


def provider(keys_dir: Path, tmp_path: Path, host: str, allowed: tuple[str, ...]) -> Flask:
    database = f"sqlite:///{tmp_path / 'idp.sqlite3'}"
    config = Config(
        issuer="https://id.vn-mock.example", portal_url="http://localhost:5001", host=host,
        allowed_hosts=allowed, demo=True, keys_dir=keys_dir, data_dir=tmp_path, database_url=database,
    )  # fmt: skip
    clock = FixedClock(SystemClock().now())
    provision(replace(config, argon2=replace(config.argon2, time_cost=1, memory_cost=8)), clock)
    return create_app(config, clock)


@pytest.fixture
def listening(request: pytest.FixtureRequest) -> tuple[str, tuple[str, ...]]:
    """Where the server listens, and the setting of more names."""
    return getattr(request, "param", ("127.0.0.1", ()))


@pytest.fixture(params=[provider, portal])
def app(
    request: pytest.FixtureRequest, keys_dir: Path, tmp_path: Path, listening: tuple[str, tuple[str, ...]]
) -> Iterator[Flask]:
    made = request.param(keys_dir, tmp_path, *listening)
    yield made
    (made.extensions.get("mock_vneid_db") or made.extensions["mock_portal"].db).dispose()


def statuses(app: Flask, hosts: list[str]) -> dict[str, int]:
    return {host: app.test_client().get("/", headers={"Host": host}).status_code for host in hosts}


def test_our_own_names(app: Flask) -> None:
    """The configured address, loopback however it is written, and where we listen."""
    assert set(statuses(app, OWN).values()) == {200}


def test_strange_names(app: Flask) -> None:
    """Pages, files and what programs ask for."""
    assert set(statuses(app, STRANGE).values()) == {421}
    for path in ("/personas", "/static/css/theme.css", "/trust-list", "/token", "/healthz", "/nowhere"):
        answer = app.test_client().get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 421
        assert "0651" not in answer.text


def test_a_strange_name_is_explained(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """To programs and in the log, in one line each, with the setting; the name only where it is harmless."""
    if app.name != "idp":
        assert "PORTAL_ALLOWED_HOSTS" in app.test_client().get("/", headers={"Host": "evil.example"}).text
        return
    for path in ("/jwks", "/authorize", "/personas"):
        caplog.clear()
        answer = app.test_client().get(path, headers={"Host": "evil.example:5000"})
        assert "IDP_ALLOWED_HOSTS" in answer.text
        assert "evil.example" not in answer.text
        lines = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
        assert lines == [
            "refused: 421 the host evil.example:5000 is none of this provider's; IDP_ALLOWED_HOSTS adds names"
        ]
    caplog.clear()
    app.test_client().get("/jwks", environ_overrides={"HTTP_HOST": f"evil \x1b[31m{'x' * 9000}"})
    assert "the host evil???31m" in caplog.text
    assert len(caplog.text) < 400


def test_no_host_at_all(app: Flask) -> None:
    """RFC 9112 3.2: MUST be 400 in HTTP/1.1; HTTP/1.0 has none."""
    for version, status in (("HTTP/1.1", 400), ("HTTP/1.0", 200)):

        def without(environ: dict[str, object], answer: object, version: str = version) -> object:
            environ.pop("HTTP_HOST", None)
            return app.wsgi_app({**environ, "SERVER_PROTOCOL": version}, answer)  # type: ignore[arg-type]

        assert Client(without).get("/").status_code == status


def test_a_strange_form(app: Flask) -> None:
    """Neither is a form taken."""
    for path in ("/sign-in", "/clerk/sign-in", "/token"):
        assert app.test_client().post(path, headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("listening", [("::", ("sandbox.vn-mock.example", "fd00::7"))], indirect=True)
def test_more_names(app: Flask) -> None:
    """Those of the setting; and any bare address, where we listen on all of them."""
    own = ["sandbox.vn-mock.example:5000", "[fd00::7]", "192.168.1.7:5000", "[fd00::8]:5000", "localhost"]
    assert set(statuses(app, own).values()) == {200}
    assert set(statuses(app, ["evil.example", "x.sandbox.vn-mock.example"]).values()) == {421}


@pytest.mark.parametrize(("text", "name"), [("::1", "::1"), ("A.b", "a.b"), ("a:b", None), ("a:1:2", None)])
def test_what_is_compared(text: str, name: str | None) -> None:
    """One form for each name."""
    assert host_name(text) == name
