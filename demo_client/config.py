"""The portal's settings: environment first, then the table [portal] of one TOML file; messages name the key."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HOST_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*|[0-9a-f:.]+")


class ConfigError(Exception):
    """A setting is missing, unknown or of the wrong form; the message names it and says what to write."""


@dataclass(frozen=True)
class Config:
    """All settings of the portal.

    `issuer` is the OpenID Provider; `root` the mock root certificate that is pinned out of band; `keys` the
    portal's own private JWK set. An empty `clerk_password` keeps the clerk's desk closed. With `tls_certificate` and
    `tls_key` it serves HTTPS by itself. `trust_bundle` is a file for a counter that never has a network;
    of a status list older than `warn_age_hours` the counter says so.
    """

    host: str = "127.0.0.1"
    port: int = 5001
    url: str = ""
    issuer: str = ""
    client_id: str = "demo-portal"
    database_url: str = ""
    data_dir: Path = Path("var")
    keys: Path = Path("keys/portal/client-keys.json")
    root: Path = Path("keys/root.pem")
    ca_bundle: Path | None = None
    allowed_hosts: tuple[str, ...] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    clerk_password: str = ""
    trust_bundle: Path | None = None
    warn_age_hours: float = 4

    @property
    def secure(self) -> bool:
        return self.url.startswith("https:")

    @property
    def cookie_suffix(self) -> str:
        """Two demos on one machine go apart: cookies ignore ports (RFC 6265 8.5), their names on loopback do not."""
        url = urlsplit(self.url)
        return f"_{url.port}" if url.port and url.hostname in LOOPBACK else ""

    @property
    def wallet(self) -> str:
        """The wallet's own issuer identifier."""
        return f"{self.issuer}/wallet"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    return value.strip()


def _port(value: Any) -> int:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 65535:
        raise ValueError("a whole number from 1 to 65535")
    return number


def _url(value: Any) -> str:
    parts = urlsplit(_text(value))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an http(s) address without query or fragment")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("an https address; plain http is for loopback only")
    return _text(value).rstrip("/")


def _hosts(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    try:
        names = tuple(part.strip().lower() for part in parts if part.strip())
    except (AttributeError, TypeError):
        names = ("",)
    if not all(HOST_NAME.fullmatch(name) for name in names):
        raise ValueError("a list of host names or addresses, without scheme and port")
    return names


def _hours(value: Any) -> float:
    try:
        hours = float("" if isinstance(value, bool) else value)
    except (TypeError, ValueError) as error:
        raise ValueError("a number of hours") from error
    if not 0 < hours <= 24 * 366:
        raise ValueError("a number of hours, more than none and at most a year")
    return hours


def _path(value: Any) -> Path:
    return Path(_text(value))


# key in the TOML table [portal] -> (environment variable, reader)
SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "host": ("PORTAL_HOST", _text),
    "port": ("PORTAL_PORT", _port),
    "url": ("PORTAL_URL", _url),
    "issuer": ("PORTAL_ISSUER", _url),
    "client_id": ("PORTAL_CLIENT_ID", _text),
    "database_url": ("PORTAL_DATABASE_URL", _text),
    "data_dir": ("PORTAL_DATA_DIR", _path),
    "keys": ("PORTAL_KEYS", _path),
    "root": ("PORTAL_ROOT", _path),
    "ca_bundle": ("PORTAL_CA_BUNDLE", _path),
    "allowed_hosts": ("PORTAL_ALLOWED_HOSTS", _hosts),
    "tls_certificate": ("PORTAL_TLS_CERTIFICATE", _path),
    "tls_key": ("PORTAL_TLS_KEY", _path),
    "clerk_password": ("PORTAL_CLERK_PASSWORD", _text),
    "trust_bundle": ("PORTAL_TRUST_BUNDLE", _path),
    "warn_age_hours": ("PORTAL_WARN_AGE_HOURS", _hours),
}


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Config:
    """Read the TOML file named by MOCK_VNEID_CONFIG, the environment, then `overrides`. Raises ConfigError."""
    environ = os.environ if environ is None else environ
    table = _file_table(environ.get("MOCK_VNEID_CONFIG"))
    unknown = set(table) - set(SETTINGS)
    if unknown:
        known = ", ".join(sorted(SETTINGS))
        raise ConfigError(f"unknown key portal.{sorted(unknown)[0]}; known are {known}")
    values = dict(_values(table, environ))
    values.update({name: value for name, value in overrides.items() if value is not None})
    return _complete(Config(**values), environ)


def _values(table: Mapping[str, Any], environ: Mapping[str, str]) -> list[tuple[str, Any]]:
    values = []
    for name, (variable, reader) in SETTINGS.items():
        source, given = (variable, environ[variable]) if variable in environ else (f"portal.{name}", table.get(name))
        if given is None:
            continue
        try:
            values.append((name, reader(given)))
        except ValueError as error:
            shown = "what is set" if name == "clerk_password" else repr(given)
            raise ConfigError(f"{source} must be {error}, not {shown}") from error
    return values


def _file_table(path: str | None) -> dict[str, Any]:
    if not path:
        return {}
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8")).get("portal", {})
    except OSError as error:
        raise ConfigError(f"MOCK_VNEID_CONFIG: cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"MOCK_VNEID_CONFIG: {path} is not TOML: {error}") from error
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [portal] must be a table")
    return dict(table)


def _complete(config: Config, environ: Mapping[str, str]) -> Config:
    """Fill in what follows from other settings; the provider's own variables are the last resort."""
    try:
        provider = _url(environ.get("IDP_ISSUER") or f"http://localhost:{_port(environ.get('IDP_PORT', 5000))}")
    except ValueError as error:
        raise ConfigError(f"IDP_ISSUER or IDP_PORT must be {error}") from error
    return replace(
        config,
        url=config.url or f"http://localhost:{config.port}",
        issuer=config.issuer or provider,
        database_url=config.database_url or f"sqlite:///{config.data_dir / 'portal.sqlite3'}",
    )
