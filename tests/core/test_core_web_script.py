"""A script of our own pages carries the CSRF token in a header; what it is told is JSON."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def token(edge: FlaskClient) -> str:
    return edge.get("/token").text


@pytest.mark.parametrize("sent", ["", "x", "\u00ff"])
def test_a_wrong_header_changes_nothing(edge: FlaskClient, sent: str) -> None:
    """Compared in constant time, whatever bytes it holds."""
    token(edge)
    assert edge.post("/change", headers={"X-CSRF-Token": sent}).status_code == 400


def test_a_wrong_header_is_not_mended_by_the_form(edge: FlaskClient) -> None:
    """What is sent is judged by what a form of another site cannot send."""
    data = {"csrf_token": token(edge)}
    assert edge.post("/change", data=data, headers={"X-CSRF-Token": "x"}).status_code == 400


def test_the_header_is_taken(edge: FlaskClient) -> None:
    assert edge.post("/change", headers={"X-CSRF-Token": token(edge)}).text == "changed"


def test_a_script_is_told_in_json(edge: FlaskClient) -> None:
    """`error` for it to act on, `message` for the person."""
    token(edge)
    answer = edge.post("/change", json={})
    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    assert answer.get_json()["error"] == "form_expired"
    assert answer.get_json()["message"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_page_may_open_the_camera(edge: FlaskClient) -> None:
    """Permissions-Policy: only a page that says otherwise for itself."""
    assert "camera=()" in edge.get("/token").headers["Permissions-Policy"]
