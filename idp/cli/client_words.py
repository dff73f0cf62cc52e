"""What `mock-vneid clients` says of clients, and of what an edit changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from idp.oauth import client_document, lenient
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.models import Client


def table(found: Sequence[Client]) -> str:
    blocks = []
    for client in found:
        marks = "" if client.require_pkce else "  NO PKCE"
        marks += "  DISABLED" if client.disabled_at else ""
        marks += f"  LENIENT {', '.join(lenient.of(client))}" if lenient.of(client) else ""
        head = f"{client.client_id}  {client.client_name_vi} / {client.client_name_en}{marks}"
        how = f"{client.application_type}, {client.token_endpoint_auth_method}, {client.id_token_signed_response_alg}"
        rows = (how, client.scope, *client.redirect_uris)
        blocks.append("\n".join((head, *(f"    {row}" for row in rows))))
    return "\n".join(blocks)


def changes(before: ClientRegistration, after: ClientRegistration) -> list[str]:
    """A line for each field that is another now."""
    rows = [(name, _of(before, name), _of(after, name)) for name in client_document.FIELDS]
    found = [
        f"changed        {client_document.member(name)}: {shown(old)} -> {shown(new)}"
        for name, old, new in rows if old != new
    ]  # fmt: skip
    return found or ["changed        nothing: it was so already"]


def _of(registration: ClientRegistration, name: str) -> Any:
    return lenient.switches(registration) if name == "lenient" else getattr(registration, name)


def shown(value: Any) -> str:
    if value in (None, (), []):
        return "(none)"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | bool) else str(value)


def day(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
