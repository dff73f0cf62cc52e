"""A browser without script: follows redirects, keeps cookies, fills in forms found by their data-testid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin

import requests
from journey import Citizen

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 20


@dataclass
class Form:
    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)  # what is sent though nobody touched it
    controls: dict[str, tuple[str, str]] = field(default_factory=dict)  # by data-testid, else by name: name and value


class Forms(HTMLParser):
    """The forms and links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.links: dict[str, str] = {}  # by data-testid
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "data-testid" in told:
            self.links[told["data-testid"]] = told.get("href", "")
        elif tag == "form":
            self.found.append(Form(told.get("action", ""), told.get("method", "get").lower()))
        elif tag in ("input", "button") and self.found:
            key = told.get("data-testid") or told.get("name", "")
            name, value = told.get("name", ""), told.get("value", "")
            if told.get("type") == "hidden":
                self.found[-1].values.append((name, value))
            elif key:
                self.found[-1].controls[key] = (name, value)


class PlainBrowser:
    """One person's browser. A redirect to an address that begins with `stop` ends in `stopped`."""

    def __init__(self, stop: str = "") -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.stop, self.stopped = stop, ""
        self.on_the_way: Callable[[str], str] = lambda address: address  # changes addresses it is sent to
        self.page = requests.Response()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    @property
    def text(self) -> str:
        return self.page.text

    def open(self, address: str) -> Self:
        return self._follow(self.session.get(address, allow_redirects=False, timeout=30))

    def has(self, control: str) -> bool:
        return f'data-testid="{control}"' in self.text

    def follow(self, link: str) -> Self:
        return self.open(urljoin(self.page.url, Forms(self.text).links[link]))

    def submit(self, button: str, **filled: str) -> Self:
        """Press the button; `filled` are the form's fields, by data-testid with _ for -."""
        form = next((form for form in Forms(self.text).found if button in form.controls), None)
        assert form, f"no {button} on {self.page.url}: {self.page.status_code} {self.text}"
        told = [(form.controls[name.replace("_", "-")][0], value) for name, value in filled.items()]
        sent = [*form.values, *told, *([form.controls[button]] if form.controls[button][0] else [])]
        address = urljoin(self.page.url, form.action)
        to = {"data": sent} if form.method == "post" else {"params": sent}
        return self._follow(self.session.request(form.method, address, allow_redirects=False, timeout=30, **to))

    def sign_in(self, citizen: Citizen) -> Self:
        """At the provider, with two factors; consents where asked."""
        self.submit("sign-in-submit", sign_in_number=citizen.number, sign_in_password=citizen.password)
        if self.has("second-factor-submit"):
            self.submit("second-factor-submit", second_factor_passcode=citizen.passcode)
        return self.consent()

    def consent(self) -> Self:
        return self.submit("consent-approve") if self.has("consent-approve") else self

    def _follow(self, response: requests.Response) -> Self:
        self.stopped = ""
        for _ in range(MOST_REDIRECTS):
            self.page = response
            if response.status_code not in REDIRECTS:
                return self
            to = self.on_the_way(urljoin(response.url, response.headers["Location"]))
            if self.stop and to.startswith(self.stop):
                self.stopped = to
                return self
            response = self.session.get(to, allow_redirects=False, timeout=30)
        raise AssertionError(f"redirected without end: {response.url}")
