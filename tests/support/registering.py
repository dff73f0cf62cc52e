"""Clients of a running demo with metadata of every kind, straight into its database."""

from __future__ import annotations

import os
from typing import Any

from live import Demo

from idp import config
from idp.clock import SystemClock
from idp.db import Database
from idp.oauth import clients
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import Registered


def register(live: Demo, redirect_uri: str, **metadata: Any) -> Registered:
    db = Database(config.load({**os.environ, **live.environment}).database_url)
    values: dict[str, Any] = {
        "client_name_vi": "Máy khách thử (MÔ PHỎNG)",
        "client_name_en": "Test client (MOCK)",
        "redirect_uris": (redirect_uri,),
        "scope": "openid profile identity",
        **metadata,
    }
    with db.begin() as session:
        made = clients.register(session, ClientRegistration(**values), SystemClock().now())
    db.dispose()
    return made
