"""Consent (OpenID Connect Core 3.1.2.4 and 11): who, why, what, how long; bound to what was shown; remembered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.oauth.models import Consent
from tests.oauth.conftest import ALL_SCOPES, Provider, hidden_fields, parameters_of


def receipts(provider: Provider) -> list[Consent]:
    with provider.db.read() as session:
        found = list(session.scalars(select(Consent)))
        session.expunge_all()
        return found


def test_the_page_says_who_why_what_how_long_in_this_order(provider: Provider) -> None:
    """With each claim's present value, in words."""
    text = provider.authorize(scope=ALL_SCOPES, ui_locales="en").text
    order = [text.index(f'data-testid="consent-{part}"') for part in ("who", "why", "what", "how-long")]
    assert order == sorted(order)
    for shown in (
        "Test service (MOCK)",
        "https://rp.vn-mock.example",
        "Nguyễn Thị Mai Lan",
        "14 March 1990",
        "Female",
        "12 đường Sông Ba",
        "Level 2",
        "065 190 000 101",
        "180 days",
    ):
        assert shown in text


def test_nothing_is_ticked_beforehand(provider: Provider) -> None:
    """All or nothing: there is no box to tick."""
    text = provider.authorize().text
    assert "checkbox" not in text
    assert "checked" not in text


def test_no_scope_of_the_person_means_nothing_about_her(provider: Provider) -> None:
    """The page says so."""
    text = provider.authorize(scope="openid").text
    assert 'data-testid="consent-nothing"' in text
    assert "065190000101" not in text


def test_what_is_not_on_record_is_said(provider: Provider) -> None:
    """Asked for, but not sent."""
    provider.page.subject = "subject-minh"
    assert 'data-testid="consent-missing"' in provider.authorize(scope="openid phone").text


def test_names_are_escaped(bare: Provider) -> None:
    """A client's name is data, never markup."""
    bare.register(client_name_vi="<script>alert(1)</script>")
    assert "<script>alert" not in bare.authorize().text


def test_a_form_may_end_at_the_client(provider: Provider) -> None:
    """Content-Security-Policy form-action covers the redirect after the post, to this client alone."""
    policy = provider.authorize().headers["Content-Security-Policy"]
    assert "form-action 'self' https://rp.vn-mock.example;" in f"{policy};"
    assert "script-src 'self'" in policy


def test_refusing_is_access_denied(provider: Provider) -> None:
    """RFC 6749 4.1.2.1; no receipt, no code, and it is recorded."""
    answer = parameters_of(provider.decide(provider.authorize(), "refuse"))
    assert answer["error"] == "access_denied"
    assert "code" not in answer
    assert receipts(provider) == []
    assert "oauth.refused" in provider.audit.names()


@pytest.mark.parametrize("decision", ["", "approved", "APPROVE"])
def test_whatever_is_not_approval_is_refusal(provider: Provider, decision: str) -> None:
    """Consent is given by one button only."""
    assert parameters_of(provider.decide(provider.authorize(), decision))["error"] == "access_denied"


def test_a_receipt_is_kept(provider: Provider) -> None:
    """Who released what to whom, until when; the values themselves are not kept."""
    provider.answer()
    (receipt,) = receipts(provider)
    assert (receipt.client_id, receipt.subject) == ("rp", "subject-lan")
    assert receipt.scope.split() == ["openid", "identity", "profile"]
    assert "birthdate" in receipt.claims
    assert "1990" not in str(receipt.__dict__)
    assert receipt.expires_at == provider.clock.now() + timedelta(days=180)
    assert "oauth.consent_given" in provider.audit.names()


@pytest.mark.parametrize(
    ("first", "then", "asked"),
    [
        ({}, {}, False),
        ({}, {"scope": "openid profile"}, False),
        ({}, {"scope": "openid identity profile email"}, True),
        ({}, {"claims": '{"userinfo": {"email": null}}'}, True),
        ({"claims": '{"userinfo": {"email": null}}'}, {"scope": "openid email"}, True),
        ({"scope": "openid email"}, {"scope": "openid", "claims": '{"id_token": {"email": null}}'}, False),
        ({}, {"claims": '{"userinfo": {"name": null}}'}, False),
        ({}, {"scope": "openid identity profile offline_access"}, True),
        ({}, {"prompt": "consent"}, True),
    ],
)
def test_more_is_asked_again_and_less_is_not(
    provider: Provider, first: dict[str, str], then: dict[str, str], asked: bool
) -> None:
    """Re-prompt where scopes or claims widen."""
    provider.answer(**first)
    assert provider.authorize(**then).status_code == (200 if asked else 303)


def test_consent_ends_with_time(provider: Provider) -> None:
    """After 180 days it is asked anew."""
    provider.answer()
    provider.clock.instant += timedelta(days=180)
    assert provider.authorize().status_code == 200


def test_consent_is_one_persons_to_one_client(provider: Provider) -> None:
    """Neither another person nor another client profits."""
    provider.answer()
    provider.register(client_id="other", redirect_uris=("https://other.vn-mock.example/cb",))
    other = provider.authorize(client_id="other", redirect_uri="https://other.vn-mock.example/cb")
    assert other.status_code == 200
    provider.page.subject = "subject-minh"
    assert provider.authorize(prompt="login").status_code == 200


def test_consent_needs_the_form_of_this_browser(provider: Provider) -> None:
    """Cross-site request forgery: without the session's token nothing is given."""
    fields = {**hidden_fields(provider.authorize()), "decision": "approve"}
    for token in ("", "x" * 43):
        response = provider.browser.post("/authorize/consent", data={**fields, "csrf_token": token})
        assert response.status_code == 400
    assert provider.app.test_client().post("/authorize/consent", data=fields).status_code == 400
    assert receipts(provider) == []


def test_consent_is_to_what_was_shown(provider: Provider) -> None:
    """A value that changed meanwhile, or a made-up page, is shown again and not approved."""
    page = provider.authorize()
    provider.subjects.people["subject-lan"]["name"] = "Nguyễn Thị Lan Mai"
    again = provider.decide(page)
    assert again.status_code == 200
    assert "Nguyễn Thị Lan Mai" in again.text
    assert provider.decide(page, shown="0" * 64).status_code == 200
    assert receipts(provider) == []
    assert "code" in parameters_of(provider.decide(again))


def test_consent_after_signing_out_asks_to_sign_in(provider: Provider) -> None:
    """A page left open in a browser whose person has changed gives nothing of the new person's."""
    page = provider.authorize()
    provider.page.subject = "subject-minh"
    second = provider.authorize(prompt="login")
    fields = {
        **hidden_fields(page),
        "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)"', second.text)[-1],
    }
    response = provider.decide(page, **fields)
    assert response.status_code == 200
    assert "Trần Quang Minh" in response.text
    assert receipts(provider) == []


def test_the_page_is_whole_in_both_languages(provider: Provider) -> None:
    """Every text exists in Vietnamese and English; the link keeps the request."""
    vietnamese = provider.authorize(scope=ALL_SCOPES).text
    assert "Đồng ý và tiếp tục" in vietnamese
    link = re.search(r'href="([^"]+)"[^>]*data-testid="switch-language"', vietnamese)
    assert link is not None
    assert "Agree and continue" in provider.browser.get(link.group(1).replace("&amp;", "&")).text
