"""Ports and folders that a command needs for itself: what is taken is told before anything starts."""

from __future__ import annotations

import errno
import fcntl
import json
import socket
import ssl
import urllib.request
from pathlib import Path
from typing import TextIO

from idp.cli.errors import CommandError

LOCK, SECONDS = "demo.lock", 3


def ensure_free(host: str, port: int, *, host_key: str, port_key: str, issuer: str = "") -> None:
    """Raises CommandError, naming the key to change, where no server could listen there.

    Where it is the provider of `issuer` itself that listens, this is told instead.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server does: a port that a closed connection still holds is free (TIME_WAIT).
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        if error.errno == errno.EADDRINUSE and issuer and _answers(issuer):
            raise CommandError(
                f"this demo runs already: open {issuer}, or end it before you start it anew"
            ) from error
        raise CommandError(_refusal(error, host, port, host_key, port_key)) from error


def _answers(issuer: str) -> bool:
    """True where the provider of this name answers at its address."""
    unverified = ssl.create_default_context()  # nothing is told to it, and only its name is asked
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(  # noqa: S310 - the issuer of our own settings
            f"{issuer}/.well-known/openid-configuration", timeout=SECONDS, context=unverified
        ) as reply:
            return bool(json.load(reply)["issuer"] == issuer)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _refusal(error: OSError, host: str, port: int, host_key: str, port_key: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program: choose another one with {port_key}"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this user: choose one above 1023 with {port_key}"
    return f"{host_key} is {host}, which is no address of this machine: {error.strerror}"


def hold(folder: Path, key: str, addresses: str) -> TextIO:
    """Keep `folder` for this process until the file returned is closed. Raises CommandError where another has it.

    `addresses` are those of the demo, for commands that come while it runs.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stream = (folder / LOCK).open("a+")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        stream.close()
        raise CommandError(f"another demo works in {folder}: give this one a folder of its own with {key}") from error
    stream.truncate(0)
    stream.write(addresses)
    stream.flush()
    return stream


def agree(folder: Path, addresses: str) -> None:
    """Raises CommandError where a demo with other addresses works in `folder`.

    What is written for them would name places that it does not answer at.
    """
    try:
        with (folder / LOCK).open() as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        told = (folder / LOCK).read_text(encoding="utf-8")
        if told != addresses:
            raise CommandError(
                f"a demo runs in {folder} as {told}, and these settings say {addresses}: give this command the"
                " demo's own IDP_PORT, PORTAL_PORT and IDP_ISSUER"
            ) from None
    except FileNotFoundError:
        return
