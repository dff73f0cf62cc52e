"""Redirection URIs: what may be registered, what matches, and where a form on the way may end.

RFC 6749 3.1.2, RFC 9700 4.1.3 (exact string match), RFC 8252 7 and 8.3 (native applications).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, urlencode, urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 8252 8.3: localhost is left out, since it may resolve to something else than the loopback interface.
LOOPBACK_LITERALS = frozenset({"127.0.0.1", "::1"})
PRIVATE_USE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")  # RFC 8252 7.1: a reversed domain name


class RedirectUriError(Exception):
    """The URI may not be registered; the message says why."""


def check_registrable(uri: str, application_type: str) -> None:
    """Raises RedirectUriError for a URI that a `web` or `native` client may not register."""
    parts = split(uri)
    if parts is None and _of_printable_ascii(uri) and _has_strange_port(uri):
        raise RedirectUriError("must have a port from 0 to 65535")
    if parts is None:
        raise RedirectUriError("must be an absolute URI of printable ASCII characters")
    if "#" in uri:
        raise RedirectUriError("must have no fragment (RFC 6749 3.1.2)")
    if "*" in parts.netloc or parts.username is not None or parts.password is not None:
        raise RedirectUriError("must name one host, without user name, password or wildcard")
    if not all(map(_is_label, (parts.hostname or "").split("."))):
        raise RedirectUriError("holds a host name with a part xn-- that stands for nothing (RFC 5891)")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS:
        return
    if application_type == "native" and PRIVATE_USE_SCHEME.fullmatch(parts.scheme):
        return
    hint = ", or a private scheme that holds a dot, such as vn.example.app:/callback"
    raise RedirectUriError(
        "must use https, or http on a loopback address" + (hint if application_type == "native" else "")
    )


def matches(registered: Iterable[str], uri: str, application_type: str) -> bool:
    """Exact string match; for native clients a loopback address literal goes with any port (RFC 8252 7.3)."""
    known = tuple(registered)
    if uri in known:
        return True
    if application_type != "native":
        return False
    wanted = _without_port(uri)
    return wanted is not None and any(_without_port(entry) == wanted for entry in known)


def matches_loopback(registered: Iterable[str], uri: str) -> bool:
    """True where only the port of a loopback address differs, `localhost` included: for a lenient client alone."""
    wanted = _without_port(uri, LOOPBACK_HOSTS)
    return wanted is not None and any(_without_port(entry, LOOPBACK_HOSTS) == wanted for entry in registered)


def difference(registered: Iterable[str], sent: Sequence[str]) -> str:
    """In which parts what was sent differs from the nearest registered URI; of what was sent itself, nothing."""
    if len(sent) != 1:
        return "the redirect_uri is sent more than once" if sent else "the redirect_uri is missing"
    parts, known = split(sent[0]), tuple(registered)
    if parts is None or not known:
        return "the redirect_uri is no URI" if known else "the client has registered no redirect_uri"
    nearest, differing = nearest_of(known, parts)
    where = ", ".join(differing) or "how it is written, or what the client's profile admits"
    return f"the redirect_uri differs from {nearest[:200]} (registered) in: {where}"


def difference_from(asked: str, sent: str) -> str:
    """In which parts what the token request has differs from what the authorization request had."""
    parts = split(sent)
    where = ", ".join(_differing(urlsplit(asked), parts)) if parts is not None else "it is no URI"
    return f"the redirect_uri differs from {asked[:200]} (of the authorization request) in: {where or 'its writing'}"


def nearest_of(known: Iterable[str], sent: SplitResult) -> tuple[str, Sequence[str]]:
    """The address that what was sent differs from in the fewest parts, and which they are."""
    return min(((uri, _differing(urlsplit(uri), sent)) for uri in known), key=lambda one: len(one[1]))


def _differing(registered: SplitResult, sent: SplitResult) -> list[str]:
    names = ("scheme", "hostname", "port", "path", "query", "fragment")
    found = [
        "host" if name == "hostname" else name for name in names if getattr(registered, name) != getattr(sent, name)
    ]
    return [*found, "user"] if sent.username is not None else found


def plain_http(uri: str) -> bool:
    """True for http on a host that is not loopback, in all else fit to be registered: for a lenient client alone."""
    parts = split(uri)
    if parts is None or parts.scheme != "http" or not parts.hostname or parts.hostname in LOOPBACK_HOSTS:
        return False
    return "#" not in uri and "*" not in parts.netloc and "@" not in parts.netloc


def origin(uri: str) -> str:
    """A Content-Security-Policy source for where `uri` leads: its origin, or its scheme where it has no host."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"


def host(uri: str) -> str:
    return urlsplit(uri).hostname or ""


def with_parameters(uri: str, parameters: Iterable[tuple[str, str]]) -> str:
    """`uri` with response parameters added to the query it may already have (RFC 6749 4.1.2)."""
    joiner = "&" if "?" in uri else "?"
    return f"{uri}{joiner}{urlencode(list(parameters))}"


def with_fragment(uri: str, parameters: Iterable[tuple[str, str]]) -> str:
    """`uri` with response parameters as its fragment (Multiple Response Types 2.1); a registered URI has none."""
    return f"{uri}#{urlencode(list(parameters))}"


def split(uri: str) -> SplitResult | None:
    """The parts of an absolute URI, or None where the text is not one."""
    if not _of_printable_ascii(uri):
        return None
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme else None


def _of_printable_ascii(uri: str) -> bool:
    return uri.isascii() and uri.isprintable() and " " not in uri and "\\" not in uri


def _has_strange_port(uri: str) -> bool:
    try:
        port = urlsplit(uri).netloc.rpartition("@")[2].rpartition("]")[2].rpartition(":")[2]
    except ValueError:
        return False
    return port.isdigit()


def _is_label(label: str) -> bool:
    """RFC 5890 2.3.2.1: what begins with xn-- is Punycode of something that is not ASCII."""
    if not label.startswith("xn--"):
        return True
    try:
        meant = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    return not meant.isascii() and meant.encode("punycode").decode() == label[4:]


def _without_port(
    uri: str, hosts: frozenset[str] = LOOPBACK_LITERALS
) -> tuple[str, str | None, str, str, bool] | None:
    parts = split(uri)
    if parts is None or parts.scheme != "http" or parts.hostname not in hosts or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, parts.path, parts.query, "#" in uri
