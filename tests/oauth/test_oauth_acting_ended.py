"""When somebody may act for an organisation no longer; consent, hints and silence while she does (attacks 5, 19)."""

from __future__ import annotations

from typing import Any

import pytest
from asking_tokens import ask

from idp.db import Database
from idp.oauth import tokens as grants
from tests.oauth.conftest import Provider, parameters_of, payload_of
from tests.oauth.test_oauth_acting import COMPANY, SCHOOL, choose, tokens

OFFLINE = "openid identity offline_access"


@pytest.fixture
def company(provider: Provider) -> Provider:
    provider.subjects.mandates["subject-lan"] = [COMPANY, SCHOOL]
    return provider


@pytest.fixture
def granted(company: Provider) -> dict[str, Any]:
    """Tokens that Lan has for the company, offline access among them."""
    return tokens(company, COMPANY.number, scope=OFFLINE)


def dismiss(provider: Provider) -> None:
    """She may act for the school alone now."""
    provider.subjects.mandates["subject-lan"] = [SCHOOL]


def refused(provider: Provider, body: dict[str, Any]) -> bool:
    answer = provider.refresh(body["refresh_token"])
    return answer.status_code == 400 and answer.get_json()["error"] == "invalid_grant"  # type: ignore[index]


def test_refresh_is_refused_after_the_representation_ended(company: Provider, granted: dict[str, Any]) -> None:
    """Offline access outlives the session, not the mandate."""
    dismiss(company)
    assert refused(company, granted)
    assert "oauth.grant_ended" in company.audit.names()


def test_what_ended_does_not_come_back_with_a_new_mandate(company: Provider, granted: dict[str, Any]) -> None:
    """The grant is revoked at the first refusal: authorised anew, she signs in anew."""
    dismiss(company)
    assert refused(company, granted)
    company.subjects.mandates["subject-lan"] = [COMPANY]
    assert refused(company, granted)


def test_ending_revokes_even_what_was_never_used_meanwhile(
    company: Provider, granted: dict[str, Any], db: Database
) -> None:
    """Dismissed and authorised again between two refreshes: the old grant is dead all the same."""
    private, school = tokens(company, "self", scope=OFFLINE), tokens(company, SCHOOL.number, scope=OFFLINE)
    with db.begin() as session:
        grants.end_acting(session, "subject-lan", COMPANY.subject, company.clock.now())
    assert refused(company, granted)
    assert company.refresh(private["refresh_token"]).status_code == 200
    assert company.refresh(school["refresh_token"]).status_code == 200


def test_userinfo_is_refused_after_the_representation_ended(company: Provider, granted: dict[str, Any]) -> None:
    """At the next request, though the access token has minutes to live."""
    dismiss(company)
    answer = company.userinfo(granted["access_token"])
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_code_is_not_redeemed_after_the_representation_ended(company: Provider) -> None:
    page = choose(company, company.authorize(), COMPANY.number)
    code = parameters_of(company.decide(page))["code"]
    dismiss(company)
    assert company.redeem(code).status_code == 400


def test_a_session_acts_no_longer_at_the_next_request(company: Provider, granted: dict[str, Any]) -> None:
    """Asked for anew, and as whom: the ended organisation is not offered."""
    dismiss(company)
    page = company.authorize()
    assert f"act-for-{SCHOOL.number}" in page.text
    assert f"act-for-{COMPANY.number}" not in page.text


def test_refresh_for_an_organisation_never_becomes_personal(company: Provider, granted: dict[str, Any]) -> None:
    """Attack 5: neither level nor number by way of the organisation, narrowed or not."""
    for scope in (None, "openid identity"):
        body = company.refresh(granted["refresh_token"], scope=scope).get_json()
        assert body is not None
        granted = body
        token = payload_of(body["id_token"])
        assert not {"identity_level", "personal_id_number"} & set(token)
        assert token["acting_for"]["organisation_number"] == COMPANY.number


def test_a_scope_that_was_not_granted_cannot_be_refreshed_into(company: Provider) -> None:
    """RFC 6749 6: what was filtered at consent is not the original grant's."""
    body = tokens(company, COMPANY.number, scope="openid identity profile phone offline_access")
    answer = company.refresh(body["refresh_token"], scope="openid phone")
    assert answer.status_code == 400


def test_acting_raises_no_authentication_level(company: Provider) -> None:
    """Attack 5: an essential acr is reached by factors, not by a role."""
    company.page.amr = ("pwd",)
    wish = '{"id_token": {"acr": {"essential": true, "values": ["urn:vn-mock:loa:2"]}}}'
    answer = parameters_of(company.authorize(claims=wish))
    assert answer["error"] == "unmet_authentication_requirements"


def test_consent_for_an_organisation_is_not_consent_for_herself(company: Provider) -> None:
    """Each acting identity has receipts of its own."""
    for key in ("self", COMPANY.number, SCHOOL.number):
        page = choose(company, company.authorize(), key)
        assert "consent-approve" in page.text, key
        company.decide(page)
    for key in ("self", COMPANY.number, SCHOOL.number):
        assert "code" in parameters_of(choose(company, company.authorize(), key)), key


def test_a_consent_page_is_worth_nothing_after_switching(company: Provider) -> None:
    """What was shown for the company is not given for herself: another window has switched meanwhile."""
    page = choose(company, company.authorize(), COMPANY.number)
    choose(company, company.authorize(), "self")
    again = company.decide(page)
    assert again.status_code in (200, 400)
    assert "oauth.code_issued" not in company.audit.names()


def test_silence_never_chooses(company: Provider, granted: dict[str, Any]) -> None:
    """prompt=none: without a hint the client is told that a choice is needed (Core 3.1.2.6)."""
    assert parameters_of(company.authorize(prompt="none"))["error"] == "account_selection_required"


def test_silence_with_a_hint_means_that_identity_alone(company: Provider) -> None:
    """The ID Token of the present acting identity is answered, any other is not."""
    private, acting = tokens(company, "self"), tokens(company, COMPANY.number)
    assert "code" in parameters_of(company.authorize(prompt="none", id_token_hint=acting["id_token"]))
    answer = parameters_of(company.authorize(prompt="none", id_token_hint=private["id_token"]))
    assert answer["error"] == "account_selection_required"


def test_a_hint_offers_only_whom_it_names(company: Provider) -> None:
    """Core 3.1.2.1: another person than the hinted one is not answered; here she may be two."""
    acting = tokens(company, COMPANY.number)
    tokens(company, "self")
    page = company.authorize(id_token_hint=acting["id_token"])
    assert f"act-for-{COMPANY.number}" in page.text
    assert "act-as-self" not in page.text
    assert "code" in parameters_of(choose(company, page, COMPANY.number))


def test_signing_out_with_an_organisations_id_token_needs_no_question(
    company: Provider, granted: dict[str, Any]
) -> None:
    """RP-Initiated Logout 2: the token is of this session and of who acts in it."""
    answer = company.browser.get("/end-session", query_string={"id_token_hint": granted["id_token"]})
    assert answer.status_code == 303


def test_introspection_hears_of_it(company: Provider, granted: dict[str, Any]) -> None:
    """RFC 7662 2.2: under the `sub` of who acts, and inactive once she may not; to ask revokes nothing."""
    caller = ("rp", company.secret)
    told = ask(company.app, "/introspect", caller, {"token": granted["access_token"]}).get_json()
    assert (told["active"], told["sub"]) == (True, payload_of(granted["id_token"])["sub"])
    assert told["acting_for"]["organisation_number"] == COMPANY.number
    dismiss(company)
    for kind in ("access_token", "refresh_token"):
        answer = ask(company.app, "/introspect", caller, {"token": granted[kind]})
        assert answer.get_json() == {"active": False}
    assert "oauth.grant_ended" not in company.audit.names()
