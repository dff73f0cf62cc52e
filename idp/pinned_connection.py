"""Connections pinned to an address that was checked, and that can be cut off from another thread."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context


class PinnedAdapter(HTTPAdapter):
    """Connects to `address` whatever the name resolves to by then; TLS is still checked against the name.

    `root` is the file of a certificate that is trusted besides those that requests is told to trust.
    """

    def __init__(self, address: str, root: Path | None = None) -> None:
        self.address, self.root = address, root
        self.hung_up = False
        self._sockets: list[socket.socket] = []
        self._lock = Lock()
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def hang_up(self) -> None:
        """The total time is over: end the exchange, whichever part of it is slow."""
        with self._lock:
            self.hung_up = True
            for sock in self._sockets:
                _shut(sock)

    def watch(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.append(sock)
            if self.hung_up:
                _shut(sock)

    def build_connection_pool_key_attributes(self, request: PreparedRequest, verify: Any, cert: Any = None) -> Any:
        made: Any = super().build_connection_pool_key_attributes(request, verify, cert)
        host, pool = made
        name, host["host"] = host["host"], self.address
        if host["scheme"] == "https":
            pool.update(server_hostname=name, assert_hostname=name)
            if self.root is not None:
                pool["ssl_context"] = context = create_urllib3_context()
                context.load_verify_locations(self.root)  # urllib3 adds the bundle of `verify` to it
        return host, pool

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: Any,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> Any:
        pool: Any = super().get_connection_with_tls_context(request, verify, None, cert)
        pool.ConnectionCls = _watched(pool.ConnectionCls, self)
        return pool


def _watched(connection: Any, adapter: PinnedAdapter) -> Any:
    class Watched(connection):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            sock: socket.socket = super()._new_conn()
            adapter.watch(sock)
            return sock

        def connect(self) -> None:
            super().connect()
            adapter.watch(self.sock)  # for TLS this is the wrapping socket

    return Watched


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be closed already
        sock.shutdown(socket.SHUT_RDWR)
