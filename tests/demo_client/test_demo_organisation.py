"""Somebody who acts for an organisation at the portal: told so, and refused what is for persons (attack 19)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from portal_provider import FakeProvider

from tests.demo_client.test_demo_sign_in import APPLY, browser, sign_in

__all__ = ["browser"]

ACTING = {"organisation_number": "0650000777", "name": "Công ty TNHH Mô Phỏng", "role": "legal_representative"}
ACT = {"sub": "pairwise-dung", "role": "legal_representative"}
CLAIMS: dict[str, Any] = {
    "personal_id_number": None, "identity_level": None, "acting_for": ACTING, "act": ACT,
}  # fmt: skip


@pytest.fixture
def acting(provider: FakeProvider) -> FakeProvider:
    provider.claims = dict(CLAIMS)
    provider.userinfo = {"acting_for": ACTING, "act": ACT}
    return provider


def test_the_page_says_for_whom_and_refuses_the_procedure(browser: FlaskClient, acting: FakeProvider) -> None:
    assert sign_in(browser, acting).location == APPLY
    page = browser.get(APPLY)
    text = page.get_data(as_text=True)
    assert page.status_code == 403
    assert 'data-testid="for-persons"' in text
    assert "thay mặt Công ty TNHH Mô Phỏng" in text
    assert 'data-testid="sign-in-as-myself"' in text


@pytest.mark.parametrize("path", ["/dossiers", "/dossiers/x"])
def test_dossiers_of_persons_are_out_of_reach(browser: FlaskClient, acting: FakeProvider, path: str) -> None:
    sign_in(browser, acting)
    assert browser.get(path).status_code == 403


def test_signing_in_as_herself_replaces_the_organisation(browser: FlaskClient, acting: FakeProvider) -> None:
    """Neither is left beside the other in the session."""
    sign_in(browser, acting)
    acting.claims, acting.userinfo = {}, {}
    again = browser.get("/auth/sign-in?level=2&next=" + APPLY)
    browser.get(f"/auth/callback?{urlencode(acting.authorize(again.location))}")
    with browser.session_transaction() as session:
        assert "representative" not in session
        assert session["citizen"]["name"] == "Nguyễn Thị Mai Lan"
    assert browser.get(APPLY).status_code == 200


@pytest.mark.parametrize(
    ("claims", "userinfo"),
    [
        ({"acting_for": None, "act": None}, {}),
        ({"act": None}, {}),
        ({"acting_for": None}, {}),
        ({"personal_id_number": "065190000101"}, {}),
        ({"identity_level": 2}, {}),
        ({}, {"personal_id_number": "065190000101"}),
        ({}, {"acting_for": {**ACTING, "name": "Another"}}),
        ({}, {"act": {**ACT, "sub": "another"}}),
        ({"act": {**ACT, "role": "staff"}}, {"act": {**ACT, "role": "staff"}}),
        ({"act": {**ACT, "sub": "pairwise-lan"}}, {"act": {**ACT, "sub": "pairwise-lan"}}),
        ({"acting_for": "x"}, {"acting_for": "x"}),
        ({"acting_for": {}}, {"acting_for": {}}),
    ],
)
def test_an_unclear_answer_signs_nobody_in(
    browser: FlaskClient, acting: FakeProvider, claims: dict[str, Any], userinfo: dict[str, Any]
) -> None:
    """An organisation's token with a person's claims, or two answers that differ: neither person nor organisation."""
    acting.claims |= claims
    acting.userinfo |= userinfo
    answer = sign_in(browser, acting)
    assert answer.status_code == 403
    with browser.session_transaction() as session:
        assert not {"citizen", "representative"} & set(session)
