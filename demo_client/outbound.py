"""Fetching the provider's signed lists and type metadata: this provider only, no redirects, small and soon."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

MAX_BYTES = 2_000_000
TIMEOUT = (2.0, 5.0)  # connect and each read, in seconds
LONGEST = 8.0  # seconds until all of it is there


class FetchError(Exception):
    """The list could not be fetched, or may not be: not an address of the configured provider."""


class Unreachable(FetchError):
    """Nobody answered, or not in time: another address of the same provider would fare no better."""


class Fetcher:
    """GET for addresses below one origin."""

    def __init__(self, issuer: str, ca_bundle: Path | None = None) -> None:
        self.issuer = issuer
        self.verify: bool | str = str(ca_bundle) if ca_bundle else True

    def get(self, url: str, media_type: str) -> str:
        """The body of `url` as text. Raises FetchError."""
        self._check(url)
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy from the environment may see what we ask for
                with session.get(
                    url,
                    headers={"Accept": media_type},
                    timeout=TIMEOUT,
                    verify=self.verify,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return _body(response, media_type)
        except (requests.RequestException, HTTPError) as error:
            raise Unreachable(f"{url}: {type(error).__name__}") from error
        except UnicodeDecodeError as error:
            raise FetchError(f"{url}: no text") from error

    def _check(self, url: str) -> None:
        """A document names its status list itself, so the address is as foreign as the document."""
        try:
            asked, own = urlsplit(url), urlsplit(self.issuer)
        except ValueError as error:
            raise FetchError("not an address") from error
        same = (asked.scheme, asked.netloc) == (own.scheme, own.netloc)
        if not same or not asked.path.startswith(f"{own.path}/") or ".." in asked.path or "\\" in url:
            raise FetchError(f"{url[:200]} is not an address of {self.issuer}")


def _body(response: requests.Response, media_type: str) -> str:
    if response.status_code != requests.codes.ok:
        raise FetchError(f"{response.url}: HTTP {response.status_code}")
    _check_media_type(response.headers, media_type)
    body, until = b"", time.monotonic() + LONGEST
    for chunk in iter(lambda: response.raw.read1(65_536, decode_content=True), b""):  # what is there, no more
        body += chunk
        if len(body) > MAX_BYTES:
            raise FetchError(f"{response.url}: more than {MAX_BYTES} bytes")
        if time.monotonic() > until:  # a drop at a time is in time for each read
            raise Unreachable(f"{response.url}: not within {LONGEST} seconds")
    return body.decode("utf-8")


def _check_media_type(headers: Mapping[str, str], expected: str) -> None:
    if headers.get("Content-Type", "").split(";")[0].strip().lower() != expected:
        raise FetchError(f"not {expected}")
