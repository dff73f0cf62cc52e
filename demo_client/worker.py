"""gunicorn's threaded worker, with limits on how long a client may take: nobody holds a thread by saying nothing.

gunicorn waits for ever for the rest of a request (or of a TLS handshake), so that as many idle sockets as there
are threads would stop the server.
"""

from __future__ import annotations

import errno
import select
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn import http, sock, util
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker
from werkzeug.exceptions import ClientDisconnected, RequestTimeout

PAUSE = 5.0  # seconds without a byte
HEAD_WITHIN = 10.0  # seconds for request line and header fields
BODY_WITHIN = 30.0  # seconds for the body after that
ANSWER_WITHIN = 30.0  # seconds for each piece of an answer to be taken
SOON = 0.02  # seconds in which a next request finds its thread still there
GATHERED = 65_536  # bytes of an answer that are held back at most
LINGER = 1.0  # seconds for the client to close first
# What goes with an answer that the application does not make; RFC 6585 5: 431 is not to be stored.
UNREADABLE = (
    b"Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
    b"X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    b"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
)


class _Settled:
    """The settings, which no longer change once a worker runs: gunicorn looks up two dozen for each request."""

    def __init__(self, cfg: Any) -> None:
        self._cfg = cfg

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__[name] = getattr(self._cfg, name)
        return found


class Connection(TConn):  # type: ignore[misc]
    """One client. `late`: it took too long, and is not waited for again. `answering`: the application reads."""

    sock: Any
    initialized: bool

    def __init__(self, *details: Any) -> None:
        super().__init__(*details)
        self.late = self.closed = self.answering = False
        self.allow(HEAD_WITHIN)

    def allow(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds

    def init(self) -> None:
        if self.initialized:
            return
        self.initialized = True
        self.sock.settimeout(PAUSE)
        if self.cfg.is_ssl:
            self.sock = sock.ssl_wrap_socket(self.sock, self.cfg)
            self.sock.do_handshake()
        self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader = _Unreader(self)

    def close(self, graceful: bool = False) -> None:
        if self.closed:
            return
        self.closed = True
        if graceful and not self.late:
            util.close_graceful(self.sock, LINGER)
        else:
            util.close(self.sock)


class _Unreader(SocketUnreader):  # type: ignore[misc]
    """Reads until the deadline, and no further.

    A head that ends too soon is no request. Half a body must not pass for a whole one (RFC 9112 section 8): the
    application is told by an error that it answers as its own (RFC 9110 15.5.9).
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.sock)
        self.connection = connection

    def chunk(self, size_hint: int | None = None) -> bytes:
        data = self._wait(size_hint)
        if not data and self.connection.answering:
            raise RequestTimeout if self.connection.late else ClientDisconnected
        return data

    def _wait(self, size_hint: int | None) -> bytes:
        left = min(self.connection.deadline - time.monotonic(), PAUSE)
        if self.connection.late or left <= 0:
            self.connection.late = True
            return b""
        self.sock.settimeout(left)
        try:
            return bytes(super().chunk(size_hint))
        except TimeoutError:
            self.connection.late = True
            return b""
        finally:
            self.sock.settimeout(ANSWER_WITHIN)


class _Gathering:
    """A socket that sends head and body of a small answer in one piece, where gunicorn would in two."""

    def __init__(self, plain: Any) -> None:
        self.plain, self.held = plain, bytearray()

    def sendall(self, data: bytes) -> None:
        self.held += data
        if len(self.held) >= GATHERED:
            self.flush()

    def flush(self) -> None:
        held, self.held = self.held, bytearray()
        if held:
            self.plain.sendall(held)

    def __getattr__(self, name: str) -> Any:
        self.flush()  # whatever else is done with it comes after what was sent
        return getattr(self.plain, name)


class _Plain:
    """A socket that turns gunicorn's own page for what it could not read (400, 414, 431) into a line of ours."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain

    def sendall(self, data: bytes) -> None:
        status = data.partition(b"\r\n")[0]
        told = status.partition(b" ")[2] + b"\n"
        self.plain.sendall(b"%s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, UNREADABLE, len(told), told))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)


def _unread(body: Any) -> bool:
    """Whether something of a request's body is still to come: a length that is left, or chunks without their end."""
    left = getattr(body.reader, "length", None)
    return bool(left) if left is not None else getattr(body.reader, "parser", None) is not None


def _told_to_close(application: Any, environ: Any, start_response: Any) -> Any:
    """RFC 9112 9.6: who will close says so; after an answer to a body that nobody read we may have to."""
    answer = application(environ, start_response)
    if _unread(environ["wsgi.input"]):
        start_response.__self__.force_close()
    return answer


class Worker(ThreadWorker):  # type: ignore[misc]
    """A connection gets a thread only once it has sent something, and keeps it only while it goes on sending."""

    wsgi: Any

    def __init__(self, *details: Any) -> None:
        super().__init__(*details)
        self.cfg: Any = _Settled(self.cfg)
        self.lingering: set[Connection] = set()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi = partial(_told_to_close, self.wsgi)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        super().handle_error(req, _Plain(client), addr, exc)

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        connection = Connection(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(client, selectors.EVENT_READ, readable)

    def handle(self, conn: Connection) -> object:
        result: object = True
        while result is True:
            conn.allow(HEAD_WITHIN)
            result = super().handle(conn)
            if result is True and not self._follows(conn):
                return result
        if result is False:
            conn.close(graceful=True)  # here, since lingering would hold up the loop that serves everybody
        return result

    def _follows(self, conn: Connection) -> bool:
        """Whether the next request comes at once, as after a redirect: to hand the connection over costs more.

        Half of the threads never wait so, and serve whoever has sent something.
        """
        if not self.alive or len(self.lingering) >= self.cfg.threads // 2:
            return False
        self.lingering.add(conn)
        try:
            waiting = select.poll()
            waiting.register(conn.sock, select.POLLIN)
            return bool(waiting.poll(SOON * 1000))
        finally:
            self.lingering.discard(conn)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        conn.allow(BODY_WITHIN)
        conn.answering, plain = True, conn.sock
        conn.sock = gathering = _Gathering(plain)
        try:
            kept = bool(super().handle_request(req, conn)) and not conn.late
            gathering.flush()
            return kept
        finally:
            conn.answering, conn.sock = False, plain
