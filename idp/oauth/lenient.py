"""Strict by default: what may be loosened for one client, by a named switch that warns each time it is used.

The warning is in the log, and in the response as the header `Mock-VNeID-Lenient` with the switches that the answer
depended on. A client that is held to FAPI 2.0 has none.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol

from idp.oauth import fapi

log = logging.getLogger("mock_vneid.oauth")
HEADER = "Mock-VNeID-Lenient"
NO_PKCE = "no-pkce"
SECRET_EITHER_WAY = "client-secret-either-way"
ANY_PORT = "redirect-uri-any-port"
HTTP_REDIRECT_URI = "http-redirect-uri"
CLAIMS_IN_ID_TOKEN = "claims-in-id-token"
DROP_SCOPES = "drop-unregistered-scopes"


class Switched(Protocol):
    """A client, or what is to be registered of one."""

    @property
    def require_pkce(self) -> bool: ...
    @property
    def lenient(self) -> Sequence[str]: ...


class Loosened(Switched, Protocol):
    """As much of a client as is needed here."""

    client_id: str
    profile: str


def _read() -> Mapping[str, Mapping[str, str]]:
    with Path(__file__).with_name("lenient.toml").open("rb") as stream:
        return tomllib.load(stream)


#: Switch -> what it loosens, by language.
SWITCHES = _read()
_used: ContextVar[list[str] | None] = ContextVar("lenient_switches_used", default=None)


def allows(client: Loosened, switch: str) -> bool:
    """Ask this where the strict rule is broken, and only there: a yes is logged, and told in the response."""
    if switch not in of(client):
        return False
    log.warning("client %s was let through by the lenient switch %s", client.client_id, switch)
    used = _used.get()
    if used is not None and switch not in used:
        used.append(switch)
    return True


def of(client: Loosened) -> tuple[str, ...]:
    """The client's switches; none under FAPI 2.0, whatever its row says."""
    if fapi.holds(client):
        return ()
    return switches(client)


def switches(client: Switched) -> tuple[str, ...]:
    """What is registered as loosened, by either of the two names of no-pkce."""
    without_pkce = (NO_PKCE,) if client.require_pkce is False else ()
    return tuple(dict.fromkeys((*without_pkce, *(client.lenient or ()))))


def recall(switches: Sequence[str]) -> None:
    """This answer, too, depends on what let an earlier request through, where it was logged."""
    used = _used.get()
    if used is not None:
        used.extend(switch for switch in switches if switch in SWITCHES and switch not in used)


def begin() -> None:
    """A new request: nothing was loosened yet."""
    _used.set([])


def used() -> Sequence[str]:
    """What this request's answer depends on."""
    return tuple(_used.get() or ())
