"""A port that is taken: by this demo itself, or by somebody else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from idp.cli import ports
from idp.cli.errors import CommandError


@contextmanager
def answering(issuer: str | None) -> Iterator[int]:
    """A server whose discovery document names `issuer` (its own address in it: {})."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            told = json.dumps({"issuer": issuer.format(self.server.server_port)}) if issuer else "not JSON"  # type: ignore[attr-defined]
            self.wfile.write(told.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("issuer", "says"),
    [
        ("http://127.0.0.1:{}", "this demo runs already"),
        ("http://somebody.example", "taken by another program"),
        (None, "taken by another program"),
    ],
    ids=["ours", "another", "no provider"],
)
def test_who_has_the_port_is_told(issuer: str | None, says: str) -> None:
    with answering(issuer) as port, pytest.raises(CommandError, match=says):
        ports.ensure_free(
            "127.0.0.1", port, host_key="IDP_HOST", port_key="IDP_PORT", issuer=f"http://127.0.0.1:{port}"
        )
