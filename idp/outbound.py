"""The one way out: guarded HTTP to addresses that a client registered (OWASP SSRF prevention; OpenID4VP 1.0 15.8).

A call goes only to an address in the set the caller passes, follows no redirect, is cut off by total time and by
size, ignores proxies of the environment, and connects to the very address that was checked (DNS rebinding).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:  # loaded at the first call: a start should not wait for what most sessions never need
    import requests

    from idp.config import Config
    from idp.pinned_connection import PinnedAdapter

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 3.0, 5.0, 8.0
MAX_BYTES = 256 * 1024
MAX_URL = 2048
# The last segment that an entry ending in "/" admits: 128 random bits or more, base64url.
UNGUESSABLE = re.compile(r"[A-Za-z0-9_-]{22,128}")
TRANSLATED = tuple(ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))

Address = IPv4Address | IPv6Address


class OutboundError(Exception):
    """The call was not made, or its answer cannot be used. `code` is stable; it never holds a response body."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotRegistered(OutboundError):
    """The address is not one that the client registered, or not of a form that may be called."""


class NotAllowed(OutboundError):
    """The name resolves to an address that must not be called."""


class NoAnswer(OutboundError):
    """Connection, TLS, time or size failed, or the answer is a redirect or of another type than asked for."""


@dataclass(frozen=True)
class Reply:
    """What came back. `content_type` is without parameters, in lower case."""

    status: int
    content_type: str
    body: bytes


def is_registered(url: str, registered: Iterable[str]) -> bool:
    """Exact comparison (RFC 9700 2.1). Our one extension: an entry that ends in "/" admits exactly one more
    segment of at least 22 base64url characters, so that a client may have an address for each transaction."""
    for entry in registered:
        if url == entry and not entry.endswith("/"):
            return True
        if entry.endswith("/") and url.startswith(entry) and UNGUESSABLE.fullmatch(url[len(entry) :]):
            return True
    return False


def origin(url: str) -> str | None:
    """Scheme, host and port of an http(s) address, or None where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, default) else f":{port}")


def _resolve(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(entry[4][0]).split("%")[0]) for entry in found]


class Outbound:
    """`allow_loopback` allows plain HTTP, and loopback addresses at all. `private_networks` names networks of
    the operator's own that may be called although they are private. `verify` is a CA bundle, or the public
    authorities; `root` is the file of one more certificate to trust besides them."""

    def __init__(
        self,
        *,
        allow_loopback: bool,
        verify: str | bool = True,
        root: Path | None = None,
        private_networks: Collection[str] = (),
        resolve: Callable[[str, int], list[Address]] = _resolve,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self.allow_loopback, self.verify, self.root = allow_loopback, verify, root
        self.private_networks = tuple(ip_network(net) for net in private_networks)
        self.resolve, self.total_seconds = resolve, total_seconds

    def get(self, url: str, *, registered: Iterable[str], accept: str | tuple[str, ...]) -> Reply:
        """Fetch; `accept` are the media types that will do. Raises OutboundError."""
        return self._call("GET", url, registered, accept, None)

    def post_form(self, url: str, form: Mapping[str, str], *, registered: Iterable[str], accept: str) -> Reply:
        """Send a form, UTF-8, application/x-www-form-urlencoded. Raises OutboundError."""
        return self._call("POST", url, registered, accept, form)

    def _call(
        self,
        method: str,
        url: str,
        registered: Iterable[str],
        accept: str | tuple[str, ...],
        form: Mapping[str, str] | None,
    ) -> Reply:
        if not is_registered(url, registered):
            raise NotRegistered("not_registered")
        parts = self._check_form(url)
        from requests import Timeout

        from idp.pinned_connection import PinnedAdapter

        adapter = PinnedAdapter(str(self._address(parts)), self.root)
        # OpenID4VP 1.0 15.8: no header that tells which software or which version calls
        kinds = (accept,) if isinstance(accept, str) else accept
        headers = {
            "Accept": ", ".join(kinds),
            "User-Agent": "wallet",
            "Accept-Encoding": "identity",
            "Host": parts.netloc,
        }
        deadline = Timer(self.total_seconds, adapter.hang_up)
        deadline.start()
        try:
            return self._exchange(adapter, method, url, headers, form, kinds)
        except (OSError, ValueError) as error:  # requests' own errors are OSErrors
            code = "timeout" if adapter.hung_up or isinstance(error, Timeout) else "unreachable"
            raise NoAnswer(code) from error
        finally:
            deadline.cancel()
            adapter.close()

    def _exchange(
        self,
        adapter: PinnedAdapter,
        method: str,
        url: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        accept: tuple[str, ...],
    ) -> Reply:
        from requests import Session

        with Session() as session:
            session.trust_env = False  # no proxies, no .netrc
            session.headers.clear()
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            response = session.request(
                method,
                url,
                headers=headers,
                data=form,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
                verify=self.verify,
            )
            with response:
                return _reply(response, accept)

    def _check_form(self, url: str) -> SplitResult:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and self.allow_loopback and parts.hostname in LOOPBACK_NAMES
        if origin(url) is None or parts.fragment or len(url) > MAX_URL or not url.isascii() or not url.isprintable():
            raise NotRegistered("bad_address")
        if parts.scheme != "https" and not plain:
            raise NotAllowed("https_required")
        return parts

    def _address(self, parts: SplitResult) -> Address:
        """The address to connect to: all that the name resolves to must be allowed."""
        host = str(parts.hostname)
        try:
            found = self.resolve(host, parts.port or (443 if parts.scheme == "https" else 80))
        except OSError as error:
            raise NoAnswer("unreachable") from error
        loopback_only = parts.scheme == "http"
        if not found or not all(self._allowed(address, loopback_only) for address in found):
            raise NotAllowed("address_not_allowed")
        # "localhost" often means both families while a server listens on one
        return next((address for address in found if address.version == 4), found[0])

    def _allowed(self, address: Address, loopback_only: bool) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if address.is_loopback:
            return self.allow_loopback
        if loopback_only:
            return False
        if any(address in network for network in self.private_networks):
            return True
        translated = any(address in network for network in TRANSLATED)
        return address.is_global and not address.is_multicast and not translated


def of(config: Config) -> Outbound:
    """As the settings say. A relying party of the sandbox may have a certificate of the mock root, as `serve --tls`
    has."""
    return Outbound(
        allow_loopback=config.insecure_loopback,
        root=config.keys_dir / "root.pem",
        private_networks=config.private_networks,
    )


def _reply(response: requests.Response, accept: tuple[str, ...]) -> Reply:
    if 300 <= response.status_code < 400:  # OpenID4VP 1.0 14.8: a redirect is an error
        raise NoAnswer("redirected")
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if response.status_code == 200 and kind not in accept and "*/*" not in accept:
        raise NoAnswer("wrong_content_type")
    body = b""
    for chunk in response.iter_content(16 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            raise NoAnswer("too_large")
    return Reply(response.status_code, kind, body)
