"""The names this server answers to (RFC 9110 7.2 and 15.5.20).

A page elsewhere can have its own name point at the visitor's own machine (DNS rebinding), and would then read this
server as if it were itself. The name it was asked for gives that away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import BadRequest, MisdirectedRequest

LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[^\s:/@\[\]]+))(?::[0-9]{0,5})?", re.IGNORECASE)


def guard(app: Flask, url: str, listening: str, more: Iterable[str]) -> None:
    """Refuse, with 421, requests for any host but that of `url`, loopback, where we listen, and `more`.

    Where we listen on every address, a bare address will do as well: whoever rebinds needs a name.
    """
    names = {host_name(name) for name in (urlsplit(url).netloc, listening, *LOOPBACK, *more)}
    any_address = listening in EVERY_ADDRESS

    @app.before_request
    def check() -> None:
        said = request.environ.get("HTTP_HOST")
        if said is None:
            if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
                raise BadRequest  # RFC 9112 3.2
            return  # HTTP/1.0, which no browser speaks
        name = host_name(said)
        if name is None or (name not in names and not (any_address and is_address(name))):
            raise MisdirectedRequest


def host_name(text: str) -> str | None:
    """The name in `name:port`, `[address]:port` or a bare address, to be compared; None where it is none of them."""
    if is_address(text):
        return str(ip_address(text))
    found = HOST.fullmatch(text)
    if found is None:
        return None
    name = found["six"] or found["name"].lower().removesuffix(".")
    return str(ip_address(name)) if is_address(name) else name


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
