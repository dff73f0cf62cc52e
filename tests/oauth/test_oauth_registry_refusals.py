"""The page of a client shows its last refusals: what the log has, bounded, and nothing that was sent."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from idp.recent_refusals import CLIENTS, KEPT, RecentRefusals
from idp.refusal_log import Refusal
from tests.oauth.conftest import Provider, basic
from tests.oauth.registry_place import Pages


@pytest.fixture
def pages(provider: Provider) -> Pages:
    return Pages(provider)


def token(pages: Pages, client_id: str, secret: str) -> TestResponse:
    form = {"grant_type": "refresh_token", "refresh_token": "evil-token"}
    return pages.browser.post("/token", data=form, headers={"Authorization": basic(client_id, secret)})


def told(pages: Pages, client_id: str = "rp", lang: str = "en") -> list[str]:
    page = pages.get(f"/registry/clients/{client_id}", lang).text
    found = re.findall(r'data-testid="client-refusal">(.*?)</li>', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]


def test_nothing_of_what_was_sent(pages: Pages) -> None:
    """Nor of anybody who only says to be a client; both a wrong secret and a wrong token are told by their check."""
    token(pages, "nobody", "evil-secret")
    token(pages, "rp", "evil-secret")
    token(pages, "rp", pages.provider.secret)
    newest, first = told(pages)
    assert first.endswith("token 401 invalid_client the secret is wrong")
    assert "token 400 invalid_grant the refresh token" in newest
    assert "evil" not in pages.get("/registry/clients/rp").text
    assert "nobody" not in pages.get("/registry/clients/rp").text


def test_what_is_no_fault_of_the_client_is_not_there(pages: Pages) -> None:
    """A person who is not signed in, or refuses."""
    answer = pages.browser.get("/authorize", query_string=pages.provider.request(prompt="none"))
    assert "error=login_required" in answer.location
    assert told(pages) == []
    assert "None since the server started." in pages.get("/registry/clients/rp").text


def test_a_redirect_tells_too(pages: Pages) -> None:
    """In both languages, with the time."""
    pages.browser.get("/authorize", query_string=pages.provider.request(max_age="evil"))
    for lang in ("vi", "en"):
        (line,) = told(pages, lang=lang)
        assert "authorize 303 invalid_request" in line
        assert re.search(r"\d{2}:\d{2}", line)


def test_the_last_twenty_the_newest_first(pages: Pages) -> None:
    token(pages, "rp", pages.provider.secret)
    for _ in range(KEPT):
        token(pages, "rp", "wrong")
    lines = told(pages)
    assert len(lines) == KEPT
    assert all("the secret is wrong" in line for line in lines)


def test_a_removed_client_leaves_nothing(pages: Pages) -> None:
    """Who registers by its name next is somebody else."""
    token(pages, "rp", "wrong")
    pages.post("/registry/clients/rp/remove")
    pages.provider.register()
    assert told(pages) == []


def test_the_memory_is_bounded(now: datetime) -> None:
    """So many clients, so many refusals each; the longest silent goes first."""
    recent = RecentRefusals()
    for number in range(CLIENTS + 1):
        recent.keep(Refusal(f"c{number}", "token", 401, "invalid_client", "x"), now)
    recent.keep(None, now)
    assert recent.of("c0") == ()
    assert [one.refusal.client_id for one in recent.of("c1")] == ["c1"]
    assert len(recent.of(f"c{CLIENTS}")) == 1
