"""Configuration by environment and one TOML file, checked at start; every message names the key to mend."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from idp.logs import LEVELS

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
HOST_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*|[0-9a-f:.]+")


class ConfigError(Exception):
    """A setting is missing, unknown or of the wrong form; the message names it and says what to write."""


@dataclass(frozen=True)
class Argon2:
    """Argon2id parameters (RFC 9106): iterations, memory in KiB, lanes. The default is OWASP's second choice."""

    time_cost: int = 2
    memory_cost: int = 19_456
    parallelism: int = 1


@dataclass(frozen=True)
class Config:
    """All settings of the provider.

    `issuer` is what clients see whatever proxy stands before us; it is never derived from a request.
    `insecure_loopback` allows plain HTTP, on loopback addresses only. `new_device_wait_minutes` is how long a newly
    bound phone waits before it may approve anything; 0 in a sandbox, where nobody wants to wait. `mock_phone` lets a
    test approve sign-ins by QR in anybody's name, without a phone.
    `dpop_nonce` demands a nonce of ours in each DPoP proof, of whichever client. `client_certificate_header` is the
    header in which `trusted_proxies` pass on a client's certificate, `client_certificate_authorities` a file of those
    who issue them, `mtls_url` where the proxy asks for one, if that is not the issuer's own host.
    With `status_history` anyone may ask what a status list said at an earlier time.
    `log_level` is from where on the operator's log tells (`idp.logs`).
    With `level_1_by_officer` an officer decides who applies for level 1; without, it is decided at once.
    """

    host: str = "127.0.0.1"
    port: int = 5000
    issuer: str = ""
    portal_port: int = 5001
    portal_url: str = ""
    database_url: str = ""
    keys_dir: Path = Path("keys")
    data_dir: Path = Path("var")
    personas: Path | None = None
    document_types_dir: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    private_networks: tuple[str, ...] = ()
    insecure_loopback: bool = True
    demo: bool = False
    new_device_wait_minutes: int = 0
    level_1_by_officer: bool = False
    mock_phone: bool = False
    dpop_nonce: bool = False
    status_history: bool = True
    log_level: str = "warning"
    client_certificate_header: str = ""
    client_certificate_authorities: Path | None = None
    mtls_url: str = ""
    argon2: Argon2 = field(default_factory=Argon2)

    @property
    def addresses(self) -> str:
        """Provider and portal, as what is issued and registered names them."""
        return f"{self.issuer} {self.portal_url}"

    @property
    def secure(self) -> bool:
        return self.issuer.startswith("https:")

    @property
    def cookie_suffix(self) -> str:
        """Cookies ignore ports (RFC 6265 8.5): on loopback the port is in their names, so that two demos go apart."""
        issuer = urlsplit(self.issuer)
        return f"_{issuer.port}" if issuer.port and issuer.hostname in LOOPBACK else ""


def _integer(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return number

    return read


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("1", "true", "yes", "0", "false", "no"):
        return str(value).lower() in ("1", "true", "yes")
    raise ValueError("true or false")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    return value.strip()


def _addresses(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    try:
        return tuple(str(ip_address(part.strip())) for part in parts if part.strip())
    except (AttributeError, TypeError, ValueError):
        raise ValueError("a list of IP addresses") from None


def _hosts(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    try:
        names = tuple(part.strip().lower() for part in parts if part.strip())
    except (AttributeError, TypeError):
        names = ("",)
    if not all(HOST_NAME.fullmatch(name) for name in names):
        raise ValueError("a list of host names or addresses, without scheme and port")
    return names


def _networks(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    try:
        return tuple(str(ip_network(part.strip())) for part in parts if part.strip())
    except (AttributeError, TypeError, ValueError):
        raise ValueError("a list of networks, such as 192.168.1.0/24") from None


def _header(value: Any) -> str:
    if not isinstance(value, str) or not HEADER_NAME.fullmatch(value):
        raise ValueError("the name of a header, such as Client-Cert")
    return value


def _log_level(value: Any) -> str:
    if not isinstance(value, str) or value.lower() not in LEVELS:
        raise ValueError(f"one of {', '.join(LEVELS)}")
    return value.lower()


def _database(value: Any) -> str:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        driver = make_url(_text(value)).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in ("sqlite", "postgresql+pg8000"):
        raise ValueError("sqlite:///FILE or postgresql+pg8000://USER:PASSWORD@HOST/NAME")
    return _text(value)


def _url(value: Any) -> str:
    text = _text(value)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an http(s) address without query or fragment")
    return text.rstrip("/")


# key in the TOML table [idp] -> (environment variable, reader)
SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "host": ("IDP_HOST", _text),
    "port": ("IDP_PORT", _integer(1, 65535)),
    "issuer": ("IDP_ISSUER", _url),
    "portal_port": ("PORTAL_PORT", _integer(1, 65535)),
    "portal_url": ("PORTAL_URL", _url),
    "database_url": ("IDP_DATABASE_URL", _database),
    "keys_dir": ("IDP_KEYS_DIR", lambda value: Path(_text(value))),
    "data_dir": ("IDP_DATA_DIR", lambda value: Path(_text(value))),
    "personas": ("IDP_PERSONAS", lambda value: Path(_text(value))),
    "document_types_dir": ("IDP_DOCUMENT_TYPES_DIR", lambda value: Path(_text(value))),
    "trusted_proxies": ("IDP_TRUSTED_PROXIES", _addresses),
    "allowed_hosts": ("IDP_ALLOWED_HOSTS", _hosts),
    "private_networks": ("IDP_PRIVATE_NETWORKS", _networks),
    "insecure_loopback": ("IDP_INSECURE_LOOPBACK", _boolean),
    "demo": ("IDP_DEMO", _boolean),
    "level_1_by_officer": ("IDP_LEVEL_1_BY_OFFICER", _boolean),
    "new_device_wait_minutes": ("IDP_NEW_DEVICE_WAIT_MINUTES", _integer(0, 43_200)),
    "dpop_nonce": ("IDP_DPOP_NONCE", _boolean),
    "log_level": ("IDP_LOG_LEVEL", _log_level),
    "status_history": ("IDP_STATUS_HISTORY", _boolean),
    "client_certificate_header": ("IDP_CLIENT_CERTIFICATE_HEADER", _header),
    "client_certificate_authorities": ("IDP_CLIENT_CERTIFICATE_AUTHORITIES", lambda value: Path(_text(value))),
    "mtls_url": ("IDP_MTLS_URL", _url),
    "mock_phone": ("IDP_MOCK_PHONE", _boolean),
}
# What the portal's own table may say of these counts, where [idp] does not: both parts must agree.
OF_THE_PORTAL = {"portal_port": "port", "portal_url": "url"}
ARGON2 = {
    "time_cost": ("IDP_ARGON2_TIME_COST", _integer(1, 100)),
    "memory_cost": ("IDP_ARGON2_MEMORY_COST", _integer(8, 4_194_304)),
    "parallelism": ("IDP_ARGON2_PARALLELISM", _integer(1, 64)),
}


def load(environ: Mapping[str, str] | None = None, *, scheme: str = "http", **overrides: Any) -> Config:
    """Read the TOML file named by MOCK_VNEID_CONFIG, then the environment, then `overrides` (command line).

    Raises ConfigError.
    """
    environ = os.environ if environ is None else environ
    table, portal = file_table(environ, "idp"), file_table(environ, "portal")
    nested = table.pop("argon2", {})
    if not isinstance(nested, dict):
        raise ConfigError("[idp.argon2] must be a table")
    values = _read(SETTINGS, table, environ, "idp", portal)
    values.update({name: value for name, value in overrides.items() if value is not None})
    argon2 = Argon2(**_read(ARGON2, nested, environ, "idp.argon2"))
    return _complete(Config(**values, argon2=argon2), scheme)


def file_table(environ: Mapping[str, str], name: str) -> dict[str, Any]:
    """The table `name` (idp or portal) of the file that MOCK_VNEID_CONFIG names. Raises ConfigError."""
    path = environ.get("MOCK_VNEID_CONFIG")
    if not path:
        return {}
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"MOCK_VNEID_CONFIG: cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"MOCK_VNEID_CONFIG: {path} is not TOML: {error}") from error
    unknown = set(document) - {"idp", "portal"}
    if unknown:
        raise ConfigError(f"{path}: unknown table [{sorted(unknown)[0]}]; known are [idp] and [portal]")
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [{name}] must be a table")
    return dict(table)


def _read(
    settings: Mapping[str, tuple[str, Callable[[Any], Any]]],
    table: Mapping[str, Any],
    environ: Mapping[str, str],
    prefix: str,
    portal: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    unknown = set(table) - set(settings)
    if unknown:
        raise ConfigError(f"unknown key {prefix}.{sorted(unknown)[0]}; known are {', '.join(sorted(settings))}")
    values: dict[str, Any] = {}
    for name, (variable, reader) in settings.items():
        sources = {variable: environ.get(variable), f"{prefix}.{name}": table.get(name)}
        if name in OF_THE_PORTAL:
            sources[f"portal.{OF_THE_PORTAL[name]}"] = (portal or {}).get(OF_THE_PORTAL[name])
        source, given = next(((source, given) for source, given in sources.items() if given is not None), ("", None))
        if given is None:
            continue
        try:
            values[name] = reader(given)
        except ValueError as error:
            shown = "what is set" if name == "database_url" else repr(given)  # it may hold a password
            raise ConfigError(f"{source} must be {error}, not {shown}") from error
    return values


def _complete(config: Config, scheme: str) -> Config:
    values = {item.name: getattr(config, item.name) for item in fields(config)}
    values["issuer"] = config.issuer or f"{scheme}://localhost:{config.port}"
    values["portal_url"] = config.portal_url or f"http://localhost:{config.portal_port}"
    values["database_url"] = config.database_url or f"sqlite:///{config.data_dir / 'idp.sqlite3'}"
    done = Config(**values)
    host = urlsplit(done.issuer).hostname
    if urlsplit(done.issuer).path:
        raise ConfigError(f"IDP_ISSUER is {done.issuer}: give the provider a host of its own, without a path")
    _check_mutual_tls(done)
    if not done.secure and not (done.insecure_loopback and host in LOOPBACK):
        raise ConfigError(f"IDP_ISSUER is {done.issuer}: plain http is for loopback only; use https, or serve --tls")
    return done


def _check_mutual_tls(config: Config) -> None:
    if config.client_certificate_header and not config.trusted_proxies:
        raise ConfigError("IDP_CLIENT_CERTIFICATE_HEADER needs IDP_TRUSTED_PROXIES: nobody else may set that header")
    for variable, value in (
        ("IDP_CLIENT_CERTIFICATE_AUTHORITIES", config.client_certificate_authorities),
        ("IDP_MTLS_URL", config.mtls_url),
    ):
        if value and not config.client_certificate_header:
            raise ConfigError(f"{variable} needs IDP_CLIENT_CERTIFICATE_HEADER: no certificate would be taken")
