"""Errors of the whole provider and of the portal by who calls: JSON for programs, a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from idp import machine_errors
from tests.core.test_core_hosts import portal, provider

BOTH = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: Where a program calls, below which everything is for programs.
FOR_PROGRAMS = (
    "/token", "/par", "/introspect", "/revoke", "/userinfo", "/connect/register", "/jwks", "/trust-list",
    "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/wallet", "/trust-bundle",
    "/status-lists", "/status-lists/health/1", "/type-metadata/urn:vn-mock:pid:1", "/tsa", "/crl/root.crl",
)  # fmt: skip


@pytest.fixture
def whole(keys_dir: Path, tmp_path: Path) -> Iterator[Flask]:
    app = provider(keys_dir, tmp_path, "127.0.0.1", ())
    yield app
    app.extensions["mock_vneid_db"].dispose()


def test_every_address_of_the_protocols_is_for_programs(whole: Flask) -> None:
    """The URL map's own: a new one among them is found here."""
    rules = [
        rule for rule in whole.url_map.iter_rules() if rule.endpoint.startswith(("oauth_api.", "documents_api."))
    ]
    pages = {"/authorize", "/end-session"}
    for rule in rules:
        with whole.test_request_context(rule.rule.replace("<int:number>", "1").replace("<", "").replace(">", "")):
            assert machine_errors.for_program() == (rule.rule not in pages), rule.rule
    assert len(rules) > 20


def test_what_no_endpoint_answers_is_json(whole: Flask) -> None:
    """404, 405, 415 and a host that is not ours, whatever Accept says: the address counts first."""
    for path in FOR_PROGRAMS:
        all_json(whole, path)


def all_json(whole: Flask, path: str) -> None:
    browser, headers = whole.test_client(), {"Accept": "text/html"}
    for method in BOTH:
        answer = browser.open(path, method=method, headers=headers)
        assert answer.mimetype != "text/html", (method, answer.text)
        assert answer.status_code < 500
    wrong = browser.open(path, method="PATCH", headers=headers)
    assert (wrong.status_code, wrong.get_json()["error"]) == (405, "invalid_request")
    assert wrong.headers["Allow"]
    missing = browser.get(f"{path}/x/y/z", headers=headers)
    assert (missing.status_code, missing.get_json()["error"]) == (404, "not_found")
    encoded = browser.post(path, data=b"x", headers={**headers, "Content-Encoding": "gzip"})
    assert (encoded.status_code, encoded.get_json()["error"]) == (415, "invalid_request")
    strange = browser.get(path, headers=headers, base_url="http://evil.example")
    assert strange.status_code == 421
    assert strange.mimetype != "text/html"


ACCEPTED: tuple[tuple[str | None, str], ...] = (
    (None, "text/html"),
    ("*/*", "text/html"),
    ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
    ("image/png", "text/html"),
    ("application/json;q=0.5, text/html", "text/html"),
    ("application/json", "application/json"),
    ("application/json, text/plain, */*", "application/json"),
    ("text/html;q=0.1, application/json", "application/json"),
)


def test_where_the_address_does_not_say_accept_does(whole: Flask) -> None:
    """RFC 9110 12.5.1; who does not say, or takes neither, gets the page."""
    for accept, kind in ACCEPTED:
        headers = {} if accept is None else {"Accept": accept}
        browser = whole.test_client()
        answers = [browser.get("/nowhere", headers=headers), browser.put("/", headers=headers)]
        assert [(answer.status_code, answer.mimetype) for answer in answers] == [(404, kind), (405, kind)], accept


def test_at_the_portal(keys_dir: Path, tmp_path: Path) -> None:
    """What the wallet and the provider call there; its pages stay pages."""
    app = portal(keys_dir, tmp_path, "127.0.0.1", ())
    browser = app.test_client()
    for path in ("/presentation/request/x", "/presentation/response", "/auth/backchannel-logout"):
        wrong, missing = browser.put(path), browser.get(f"{path}/x/y")
        assert (wrong.status_code, wrong.get_json()["error"]) == (405, "invalid_request")
        assert "POST" in wrong.headers["Allow"].split(", ")
        assert (missing.status_code, missing.get_json()["error"]) == (404, "not_found")
    assert browser.get("/presentation/request/x").get_json()["error"] == "invalid_request_uri"
    pages = [browser.get("/nowhere"), browser.put("/")]
    assert [(page.status_code, page.mimetype) for page in pages] == [(404, "text/html"), (405, "text/html")]
    app.extensions["mock_portal"].db.dispose()
