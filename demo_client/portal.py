"""What every endpoint is given: the portal's parts, put together once by the composer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session

from demo_client.clock import Clock
from demo_client.config import Config
from demo_client.db import Database
from demo_client.decision import Judge
from demo_client.keys import PortalKeys
from demo_client.last_lists import LastLists
from demo_client.pages import Pages
from demo_client.procedures.model import Procedures
from demo_client.provider import Provider
from demo_client.provider_keys import ProviderKeys
from demo_client.secret_values import new_token
from demo_client.session_store import SessionStore
from demo_client.throttling import Throttle


@dataclass(frozen=True)
class Portal:
    """No part of it is global; tests make their own."""

    config: Config
    clock: Clock
    db: Database
    pages: Pages
    keys: PortalKeys
    procedures: Procedures
    judge: Judge
    last_lists: LastLists
    provider: Provider
    provider_keys: ProviderKeys
    sessions: SessionStore
    clerk_throttle: Throttle


def know_browser() -> None:
    """Make what binds a transaction to this browser, once a session; it is never sent to it.

    Done before a form is shown: two presses of its button would make one each, and one of them would be lost.
    """
    if "browser" not in session:
        session["browser"] = new_token()


def browser_secret() -> str:
    """What binds a transaction to this browser, or a value that binds nothing."""
    return str(session.get("browser") or new_token())
