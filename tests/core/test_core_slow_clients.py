"""Clients that stop in the middle of a request, at real servers: they are cut off, and everybody else is served."""

from __future__ import annotations

import http.client
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from live import free_ports, running

STUCK = 40  # more than either server has threads
PATIENCE = 90.0  # seconds for a page behind them all; on an idle machine it takes fifteen at the worst
PROGRAM = """
import sys
from pathlib import Path
from flask import Flask, request
from {package}.serving import Server

app = Flask("app", static_folder=None)

@app.route("/", methods=["GET", "POST"])
def page():
    return "/".join([str(len(request.form)), request.script_root, request.url, request.environ["REMOTE_ADDR"]])

tls = [tuple(map(Path, sys.argv[2:]))] if len(sys.argv) > 2 else []
Server(lambda: app, "127.0.0.1", int(sys.argv[1]), *tls).run()
"""
HEADS = {
    "nothing": b"",
    "half a line": b"GE",
    "a head without an end": b"GET / HTTP/1.1\r\nHost: localhost\r\n",
    "half a form": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100\r\n\r\na=1",
    "an answer that nobody takes": b"GET / HTTP/1.0\r\n\r\n",
}
packages = pytest.mark.parametrize("package", ["idp", "demo_client"])


@contextmanager
def server(package: str, folder: Path, *tls: str) -> Iterator[int]:
    (port,) = free_ports(1)
    program = folder / "program.py"
    program.write_text(PROGRAM.format(package=package))
    root = str(Path(__file__).parent.parent.parent)
    urls = [] if tls else [f"http://127.0.0.1:{port}/"]
    with running([sys.executable, str(program), str(port), *tls], {"PYTHONPATH": root}, urls, folder / "log"):
        yield port


def get(port: int, **headers: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/", headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()
    finally:
        connection.close()


def stuck(stack: ExitStack, port: int, head: bytes, count: int = STUCK) -> list[socket.socket]:
    sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)) for _ in range(count)]
    for each in sockets:
        each.sendall(head)
    return sockets


@pytest.mark.parametrize(
    ("package", "kind"), [*(("idp", kind) for kind in HEADS), ("demo_client", "a head without an end")]
)
def test_forty_stuck_clients(package: str, kind: str, tmp_path: Path) -> None:
    """Somebody else's page is answered, and each stuck connection is ended by the server.

    The two programs have one and the same worker, so that one kind shows that the second uses it.
    """
    with server(package, tmp_path) as port, ExitStack() as stack:
        sockets = stuck(stack, port, HEADS[kind])
        assert get(port)
        for each in sockets:
            with suppress(ConnectionResetError):
                while each.recv(65536):
                    pass


@packages
@pytest.mark.parametrize(("gone", "status"), [(False, 408), (True, 400)])
def test_half_a_form_is_none(package: str, gone: bool, status: int, tmp_path: Path) -> None:
    """A form that was never sent to its end is not acted upon, whether its sender waits or has left."""
    with server(package, tmp_path) as port, ExitStack() as stack:
        (one,) = stuck(stack, port, HEADS["half a form"], 1)
        if gone:
            one.shutdown(socket.SHUT_WR)
        with one.makefile("rb") as answer:
            assert answer.readline().split()[1] == str(status).encode()
        assert "Traceback" not in (tmp_path / "log").read_text()


@packages
def test_connections_are_kept(package: str, tmp_path: Path) -> None:
    """Many requests over one connection, forms among them."""
    with server(package, tmp_path) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.connect()
        first = connection.sock
        for _ in range(5):
            connection.request("POST", "/", "a=1&b=2", {"Content-Type": "application/x-www-form-urlencoded"})
            assert connection.getresponse().read().startswith(b"2/")
            assert connection.sock is first
        connection.close()


@packages
def test_what_is_not_read_is_told(package: str, tmp_path: Path) -> None:
    """RFC 9112 9.6: an answer to a body that nobody read says that the connection ends; 414 and 431 are ours."""
    with server(package, tmp_path) as port:
        for head, status, kept in (
            (b"GET / HTTP/1.1\r\n", b"200", True),
            (b"POST /nowhere HTTP/1.1\r\nContent-Length: 0\r\n", b"404", True),
            (b"POST /nowhere HTTP/1.1\r\nContent-Length: 100000\r\n", b"404", False),
            (b"POST /nowhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", b"404", False),
            (b"PUT / HTTP/1.1\r\nContent-Length: 100000\r\n", b"405", False),
            (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n", b"414", False),
            (b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n", b"431", False),
        ):
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as one, one.makefile("rb") as answer:
                one.sendall(head + b"Host: localhost\r\n\r\n")
                line = answer.readline()
                fields = http.client.parse_headers(answer)
                assert (line.split()[1], fields["Connection"]) == (status, "keep-alive" if kept else "close"), head[
                    :60
                ]
                if status in (b"414", b"431"):
                    assert (fields["X-Content-Type-Options"], fields["Cache-Control"]) == ("nosniff", "no-store")
                    assert answer.read(int(fields["Content-Length"])) == line.split(b" ", 1)[1].strip() + b"\n"


def _over_tls(port: int, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    """A connection to a server that has just been started."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=PATIENCE)
        try:
            connection.connect()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
            continue
        return connection


@packages
def test_nobody_says_where_we_are_mounted(package: str, tmp_path: Path) -> None:
    """Headers that gunicorn believes from loopback by default change nothing."""
    said = {"SCRIPT_NAME": "/evil", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9", "PATH_INFO": "/x"}
    with server(package, tmp_path) as port:
        assert get(port, **said) == f"0//http://127.0.0.1:{port}//127.0.0.1"


def test_stuck_handshakes(tmp_path: Path) -> None:
    """HTTPS is served beside forty clients that never finish their TLS handshake."""
    from idp import pki
    from idp.clock import SystemClock

    keys, now = tmp_path / "keys", SystemClock().now()
    pki.init(keys, now)
    made = pki.server_certificate(keys, ("localhost", "127.0.0.1"), now)
    context = ssl.create_default_context(cafile=str(keys / "root.pem"))
    with server("idp", tmp_path, *map(str, made)) as port, ExitStack() as stack:
        connection = _over_tls(port, context)
        sockets = stuck(stack, port, b"\x16\x03\x01")
        for _ in range(2):
            connection.request("GET", "/")
            assert connection.getresponse().read().startswith(b"0/")
        connection.close()
        assert all(each.recv(1) == b"" for each in sockets)
