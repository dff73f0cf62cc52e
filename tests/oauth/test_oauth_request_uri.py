"""Request objects by reference (RFC 9101 5.2 and 10.4, OpenID Connect Core 6.2): from registered places only."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.oauth.conftest import Provider, parameters_of
from tests.oauth.signed_requests import STRANGER, claims, register, sign, unsigned

MEDIA_TYPE = "application/oauth-authz-req+jwt"
SEGMENT = "abcdefghijklmnopqrstuv"


class Place:
    """An address of the client, and what it finds there."""

    def __init__(self) -> None:
        self.body, self.status, self.kind, self.asked = b"", 200, MEDIA_TYPE, 0
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place.asked += 1
                self.send_response(place.status)
                self.send_header("Content-Type", place.kind)
                self.send_header("Location", "https://evil.example/")
                self.end_headers()
                self.wfile.write(place.body)

            def log_message(self, *_: Any) -> None:
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://localhost:{self.server.server_port}"
        self.uri = f"{self.base}/request.jwt"


@pytest.fixture
def place() -> Iterator[Place]:
    found = Place()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def referring(bare: Provider, place: Place) -> Provider:
    """The client, whose address holds a good request object."""
    register(bare, request_uris=(place.uri, f"{place.base}/of-one/"))
    place.body = sign(claims(bare)).encode()
    return bare


def by_itself(provider: Provider, uri: str, **more: str) -> Any:
    query = {"client_id": "rp", "request_uri": uri, **more}
    return provider.follow(provider.browser.get("/authorize", query_string=query))


def test_an_address_that_is_not_registered_is_not_fetched(referring: Provider, place: Place) -> None:
    """RFC 9101 10.4.1, require_request_uri_registration."""
    others = (
        f"{place.uri}/", f"{place.uri}?x=1", f"{place.base}/", f"{place.base}/of-one/", f"{place.base}/of-one/short",
        place.uri.upper(), "http://169.254.169.254/latest", "file:///etc/passwd", "x", "\x00", "ý", "urn:x:y",
    )  # fmt: skip
    for uri in others:
        assert parameters_of(referring.authorize(request_uri=uri))["error"] == "invalid_request_uri"
    assert place.asked == 0


def test_without_an_address_to_tell_it_is_told_on_a_page(referring: Provider) -> None:
    """Core 3.1.2.6: nothing is sent to a place not proven."""
    response = by_itself(referring, "https://evil.example/r")
    assert response.status_code == 400
    assert "invalid_request_uri" in response.text


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 404},
        {"status": 204},
        {"status": 302},
        {"kind": "application/json"},
        {"kind": "text/html"},
        {"body": b"\xff\xfe"},
        {"body": b"x" * 300_000},
    ],
)
def test_an_answer_that_will_not_do(referring: Provider, place: Place, changes: dict[str, Any]) -> None:
    """No redirect is followed, no other type nor size is taken."""
    for name, value in changes.items():
        setattr(place, name, value)
    assert parameters_of(referring.authorize(request_uri=place.uri))["error"] == "invalid_request_uri"


def test_nobody_answers(referring: Provider, place: Place) -> None:
    """What went wrong on the way is not told."""
    place.server.server_close()
    answer = parameters_of(referring.authorize(request_uri=place.uri))
    assert answer["error"] == "invalid_request_uri"
    assert answer["error_description"] == "The request_uri cannot be fetched."


def test_another_hash_than_the_fragment_says(referring: Provider, place: Place) -> None:
    """Core 6.2: the fragment is the SHA-256 of what is found there."""
    answer = parameters_of(referring.authorize(request_uri=f"{place.uri}#{'x' * 43}"))
    assert answer["error"] == "invalid_request_uri"
    digest = base64.urlsafe_b64encode(hashlib.sha256(place.body).digest()).rstrip(b"=").decode()
    assert by_itself(referring, f"{place.uri}#{digest}").status_code == 200


def test_what_is_found_there_is_checked_as_any_object(referring: Provider, place: Place) -> None:
    """Unsigned, a stranger's, for another client, or with another reference in it."""
    good = claims(referring)
    for text in (
        unsigned(good),
        sign(good, key=STRANGER),
        sign({**good, "client_id": "other"}),
        sign({**good, "request_uri": place.uri}),
        "",
    ):
        place.body = text.encode()
        assert parameters_of(referring.authorize(request_uri=place.uri))["error"] == "invalid_request_object"


def test_a_good_reference(referring: Provider, place: Place) -> None:
    """Fetched for each request, and what is outside does not count."""
    page = by_itself(referring, place.uri, state="outside", scope="openid")
    assert parameters_of(referring.decide(page))["state"] == "s-1"
    assert by_itself(referring, f"{place.base}/of-one/{SEGMENT}").status_code == 303  # consented before
    assert place.asked == 2


def test_a_client_that_must_push_is_not_fetched_from(bare: Provider, place: Place) -> None:
    """RFC 9126 4: only a value obtained from the PAR endpoint will do."""
    register(bare, request_uris=(place.uri,), require_pushed_authorization_requests=True)
    place.body = sign(claims(bare)).encode()
    assert parameters_of(bare.authorize(request_uri=place.uri))["error"] == "invalid_request"
    assert place.asked == 0
