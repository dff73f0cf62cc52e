"""The edge that all pages share: cookie, CSRF, language, headers, error pages."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from idp.sessions import IDLE
from idp.web import Web

PROXY = "192.0.2.1"


def token(edge: FlaskClient) -> str:
    return edge.get("/token").text


def test_a_form_without_the_token_changes_nothing(edge: FlaskClient) -> None:
    """CSRF: a post from a foreign page carries the cookie and not the token."""
    token(edge)
    assert edge.post("/change").status_code == 400


def test_a_form_with_another_browsers_token_changes_nothing(edge: FlaskClient, web: Web) -> None:
    """The token is worth nothing outside its own session."""
    stranger = edge.application.test_client()
    foreign = token(stranger)
    token(edge)
    assert edge.post("/change", data={"csrf_token": foreign}).status_code == 400


def test_a_form_without_any_session_is_refused(edge: FlaskClient) -> None:
    """An empty token never matches an absent one."""
    assert edge.post("/change", data={"csrf_token": ""}).status_code == 400


def test_a_form_with_the_token_is_taken(edge: FlaskClient) -> None:
    assert edge.post("/change", data={"csrf_token": token(edge)}).text == "changed"


def test_signing_in_changes_cookie_and_token(edge: FlaskClient, web: Web) -> None:
    """Session fixation: whoever planted the first cookie holds nothing afterwards."""
    first = token(edge)
    before = edge.get_cookie(web.cookie)
    edge.post("/enter", data={"csrf_token": first})
    after = edge.get_cookie(web.cookie)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert edge.get("/who").text == "lan"
    planted = edge.application.test_client()
    planted.set_cookie(web.cookie, before.value)
    assert planted.get("/who").text == "nobody"


def test_leaving_ends_the_session_on_the_server(edge: FlaskClient, web: Web) -> None:
    """A kept copy of the cookie opens nothing after sign-out."""
    edge.post("/enter", data={"csrf_token": token(edge)})
    kept = edge.get_cookie(web.cookie)
    assert kept is not None
    edge.post("/leave", data={"csrf_token": token(edge)})
    assert edge.get_cookie(web.cookie) is None
    edge.set_cookie(web.cookie, kept.value)
    assert edge.get("/who").text == "nobody"


def test_use_keeps_a_session_alive(edge: FlaskClient, web: Web) -> None:
    """Idle time counts from the last page, not from sign-in."""
    edge.post("/enter", data={"csrf_token": token(edge)})
    for _ in range(3):
        web.clock.instant += IDLE * 0.9  # type: ignore[attr-defined]
        assert edge.get("/who").text == "lan"
    web.clock.instant += IDLE  # type: ignore[attr-defined]
    assert edge.get("/who").text == "nobody"


def test_the_cookie_is_out_of_reach_of_scripts(edge: FlaskClient) -> None:
    """HttpOnly, SameSite, no domain."""
    cookie = edge.get("/token").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_pages_cannot_be_framed_nor_run_foreign_scripts(edge: FlaskClient) -> None:
    """Clickjacking and injection (attack 15 of docs/specifications.md): the policy allows our files and no frame."""
    headers = edge.get("/page").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "10.0.0.1, 203.0.113.9, 192.0.2.2", "203.0.113.9"),
        (PROXY, "", PROXY),
    ],
)
def test_forwarded_addresses_count_from_named_proxies_only(
    edge: FlaskClient, peer: str, forwarded: str, seen: str
) -> None:
    """A caller cannot choose the address that throttling counts."""
    answer = edge.get("/address", environ_base={"REMOTE_ADDR": peer}, headers={"X-Forwarded-For": forwarded})
    assert answer.text == seen


def test_a_failure_tells_a_reference_and_nothing_else(edge: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """No stack trace and no exception text reaches a caller; the log has both, under the reference."""
    with caplog.at_level(logging.ERROR, "mock_vneid"):
        answer = edge.get("/fails?q=xyzzy")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    reference = caplog.records[0].args
    assert reference is not None
    assert str(reference[0]) in answer.text  # type: ignore[index]


def test_an_unknown_page_is_a_designed_page(edge: FlaskClient) -> None:
    answer = edge.get("/nowhere")
    assert answer.status_code == 404
    assert "MÔ PHỎNG" in answer.text


@pytest.mark.parametrize(
    ("query", "lang"),
    [("", "vi"), ("?lang=en", "en"), ("?lang=fr", "vi"), ("?ui_locales=fr+en-GB", "en"), ("?ui_locales=fr", "vi")],
)
def test_vietnamese_unless_asked_otherwise(edge: FlaskClient, query: str, lang: str) -> None:
    """Vietnamese first; the `lang` link and `ui_locales` change it, unknown languages do not."""
    assert f'lang="{lang}"' in edge.get(f"/page{query}").text


def test_a_chosen_language_stays(edge: FlaskClient) -> None:
    """The person's own choice outlives the page and beats the client's ui_locales."""
    edge.get("/page?lang=en")
    assert 'lang="en"' in edge.get("/page?ui_locales=vi").text


def test_asking_for_sign_in_starts_a_session_where_there_is_none(edge: FlaskClient) -> None:
    """A browser without a cookie is sent to the sign-in page at once; no transaction waits for another."""
    answer = edge.get("/ask")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?request=")


def test_the_language_link_keeps_the_query_of_a_form(edge: FlaskClient) -> None:
    """Changing the language on a page that a form gave back does not lose what the page was about."""
    assert "request=abc" in edge.post("/change?request=abc").text
