"""A browser as the benchmarks need one: kept-alive connections, cookies, redirects and forms, and nothing drawn."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

FORM = re.compile(r"<form.*?</form>", re.DOTALL)
ACTION = re.compile(r'action="([^"]*)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
# What a browser sends along with every page it asks for.
BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str


@dataclass
class Connection:
    """One kept-alive connection, opened again where the server has closed it; with a browser's cookies."""

    port: int
    stop_at: str = "http://localhost:9/"  # redirects there are not followed
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)
    http: http.client.HTTPConnection | None = None

    def ask(self, method: str, url: str, body: str | None = None, **headers: str) -> Answer:
        for _ in range(2):
            connection = self.http = self.http or self._open()
            with suppress(ConnectionError, http.client.BadStatusLine):
                connection.request(method, url, body, headers)
                found = connection.getresponse()
                answer = Answer(found.status, found.headers, found.read().decode())
                if found.will_close:
                    self.http = None
                return answer
            self.close()
        raise AssertionError(f"{url} does not answer")

    def page(self, method: str, url: str, form: Mapping[str, str] | None = None) -> Answer:
        """As a browser: with its cookies, and what they become."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        fitting = (f"{name}={value}" for name, (value, at) in self.cookies.items() if parts.path.startswith(at))
        headers = {**BROWSER, "Cookie": "; ".join(fitting)} if self.cookies else dict(BROWSER)
        if form is not None:
            headers.update(FORM_TYPE)
        answer = self.ask(method, path, urlencode(form) if form is not None else None, **headers)
        for line in answer.headers.get_all("Set-Cookie") or ():
            pair, _, rest = line.partition(";")
            name, _, value = pair.partition("=")
            at = re.search(r"path=([^;]+)", rest, re.IGNORECASE)
            if value and "1970" not in rest:
                self.cookies[name] = value, at[1] if at else "/"
            else:
                self.cookies.pop(name, None)
        return answer

    def follow(self, answer: Answer) -> Answer:
        """To the next page, or to the answer that leads back to the client."""
        while answer.status in (302, 303) and not answer.headers["Location"].startswith(self.stop_at):
            answer = self.page("GET", answer.headers["Location"])
        return answer

    def send(self, page: Answer, holding: str, **typed: str) -> Answer:
        """Fill in the form that holds a certain control, and send it."""
        assert page.status == 200, page.body[:2000]
        form = next(found for found in FORM.findall(page.body) if f'name="{holding}"' in found)
        action = ACTION.search(form)
        assert action
        values = {unescape(name): unescape(value) for name, value in HIDDEN.findall(form)}
        return self.follow(self.page("POST", unescape(action[1]), {**values, **typed}))

    def close(self) -> None:
        if self.http is not None:
            self.http.close()
        self.http = None

    def _open(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
