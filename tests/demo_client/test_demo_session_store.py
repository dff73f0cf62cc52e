"""Sessions are kept in files; strangers who ask for pages cannot push out who is signed in."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Request
from portal_browser import LICENCE, World
from werkzeug.test import EnvironBuilder

from demo_client import app as composer
from demo_client.app import create_app
from demo_client.session_store import SessionStore


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "sessions", signed_in=5, nameless=5)


@pytest.mark.parametrize(
    "proven", [{"citizen": {"subject": "lan"}}, {"representative": {"subject": "lan"}}, {"clerk": True}]
)
def test_the_nameless_go_first(store: SessionStore, proven: dict[str, object]) -> None:
    """However many they are."""
    store.set("lan", {"csrf_token": "t", **proven}, 60)
    for number in range(30):
        store.set(f"nameless-{number}", {"csrf_token": "t"}, 60)
    assert store.get("lan") == {"csrf_token": "t", **proven}
    kept = [number for number in range(30) if store.get(f"nameless-{number}")]
    assert 0 < len(kept) <= 6


def test_signing_in_and_out(store: SessionStore) -> None:
    """A session is in one place; what it was in the other is gone."""
    store.set("lan", {"csrf_token": "t"}, 60)
    store.set("lan", {"citizen": {"subject": "lan"}}, 60)
    assert store.get("lan") == {"citizen": {"subject": "lan"}}
    store.set("lan", {"csrf_token": "u", "clerk": False}, 60)
    assert store.get("lan") == {"csrf_token": "u", "clerk": False}
    store.delete("lan")
    assert store.get("lan") is None


def test_files_are_private(store: SessionStore, tmp_path: Path) -> None:
    """A session's file is as good as its cookie."""
    store.set("lan", {"citizen": {"subject": "lan"}}, 60)
    store.set("nobody", {"csrf_token": "t"}, 60)
    folders = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(folders) == 2
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert {stat.S_IMODE(file.stat().st_mode) for folder in folders for file in folder.iterdir()} == {0o600}


def test_strangers_at_the_portal(citizen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages with forms, asked for without a cookie; she stays signed in."""
    monkeypatch.setattr(composer, "NAMELESS_KEPT", 3)
    config = citizen.app.extensions["mock_portal"].config
    app = create_app(config, citizen.clock, citizen.lists)
    cookie = citizen.client.get_cookie("mock_portal_session_5001")
    assert cookie
    for _ in range(10):
        app.test_client().get("/clerk")
    client = app.test_client()
    client.set_cookie("mock_portal_session_5001", cookie.value)
    assert client.get(LICENCE).status_code == 200
    nameless = [path for path in config.data_dir.glob("portal-sessions-nameless/*") if path.suffix == ""]
    assert 0 < len(nameless) <= 5  # one of them counts the others
    app.extensions["mock_portal"].db.dispose()


def test_a_slow_request_writes_nothing_back(citizen: World) -> None:
    """A style sheet asked for before a button was pressed, and answered after it, must not undo the press."""
    interface = citizen.app.session_interface
    cookie = citizen.client.get_cookie("mock_portal_session_5001")
    assert cookie
    headers = {"Cookie": f"{cookie.key}={cookie.value}"}
    slow = interface.open_session(citizen.app, Request(EnvironBuilder("/", headers=headers).get_environ()))
    assert slow is not None
    assert slow["citizen"]
    pressed = citizen.post(LICENCE, {"device": "other"})
    interface.save_session(citizen.app, slow, citizen.app.response_class())
    page = citizen.client.get(pressed.location)
    assert page.status_code == 200
    assert 'data-testid="wallet-address"' in page.text
