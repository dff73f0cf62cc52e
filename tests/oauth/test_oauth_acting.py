"""Acting for an organisation (attack 19): chosen for each request, told in the tokens, nothing personal in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from idp.oauth.ports import ActingFor
from tests.oauth.conftest import ALL_SCOPES, Provider, hidden_fields, parameters_of, payload_of

COMPANY = ActingFor("subject-company", "0650000777", "Công ty TNHH Mô Phỏng", "legal_representative")
SCHOOL = ActingFor("subject-school", "0650000788", "Trường Mô Phỏng", "staff")
PERSONAL = {
    "personal_id_number", "identity_level", "nationalities", "name", "gender", "birthdate", "address", "phone_number",
    "phone_number_verified", "email", "email_verified", "updated_at", "locale", "zoneinfo",
}  # fmt: skip


@pytest.fixture
def company(provider: Provider) -> Provider:
    """Lan may act for a company and for a school."""
    provider.subjects.mandates["subject-lan"] = [COMPANY, SCHOOL]
    return provider


def choose(provider: Provider, page: TestResponse, key: str) -> TestResponse:
    """Press one of the page's choices; follows to what comes next."""
    assert 'data-testid="acting-submit"' in page.text, page.text
    fields = {**hidden_fields(page), "acting": key}
    return provider.follow(provider.browser.post("/authorize/acting", data=fields))


def answer(provider: Provider, key: str, **changes: str | None) -> dict[str, str]:
    """The whole way as herself or for the organisation of this number."""
    page = choose(provider, provider.authorize(**changes), key)
    if page.status_code == 200:
        page = provider.decide(page)
    return parameters_of(page)


def tokens(provider: Provider, key: str, **changes: str | None) -> dict[str, Any]:
    response = provider.redeem(answer(provider, key, **changes)["code"])
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.get_json()
    return body


def both(provider: Provider, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """ID Token and UserInfo."""
    return payload_of(body["id_token"]), provider.userinfo(body["access_token"]).get_json()  # type: ignore[return-value]


def test_nothing_personal_is_in_an_organisations_tokens(company: Provider) -> None:
    """Whatever is asked for, by scope or by name; the level of the person neither: an organisation has none."""
    wishes = json.dumps({part: dict.fromkeys(sorted(PERSONAL)) for part in ("userinfo", "id_token")})
    body = tokens(company, COMPANY.number, scope=ALL_SCOPES, claims=wishes)
    for answered in both(company, body):
        assert not PERSONAL & set(answered)
        assert "065190000101" not in json.dumps(answered)
    assert body["scope"].split() == ["identity", "offline_access", "openid"]


def test_the_tokens_say_who_acts_for_whom_in_which_role(company: Provider) -> None:
    """RFC 8693 4.1: `act` is the person, under the identifier this service knows her by."""
    private = payload_of(tokens(company, "self")["id_token"])
    body = tokens(company, COMPANY.number)
    for answered in both(company, body):
        assert answered["acting_for"] == {
            "organisation_number": COMPANY.number, "name": COMPANY.name, "role": COMPANY.role,
        }  # fmt: skip
        assert answered["act"] == {"sub": private["sub"], "role": COMPANY.role}
        assert COMPANY.subject not in json.dumps(answered)
    assert "acting_for" not in private
    assert "act" not in private


def test_each_person_client_and_organisation_has_a_sub_of_its_own(company: Provider) -> None:
    """So no client takes an organisation's session for somebody's private one, nor for a colleague's."""
    company.subjects.mandates["subject-minh"] = [COMPANY]
    subs = [payload_of(tokens(company, key)["id_token"])["sub"] for key in ("self", COMPANY.number, SCHOOL.number)]
    company.page.subject = "subject-minh"
    subs += [payload_of(tokens(company, COMPANY.number, prompt="login")["id_token"])["sub"]]
    company.page.subject = "subject-lan"
    assert len(set(subs)) == 4
    again = payload_of(tokens(company, COMPANY.number, prompt="login")["id_token"])["sub"]
    assert again == subs[1]


def test_the_choice_is_asked_of_every_request(company: Provider) -> None:
    """Remembered never: consent to all of it does not answer for whom she acts next time."""
    for _ in range(2):
        assert 'data-testid="act-as-self"' in company.authorize().text
        tokens(company, COMPANY.number)
    assert f'data-testid="act-for-{SCHOOL.number}"' in company.authorize().text


def test_who_acts_for_nobody_is_asked_nothing(provider: Provider) -> None:
    assert "consent-approve" in provider.authorize().text


def test_a_service_that_does_not_ask_who_it_deals_with_learns_no_organisation(company: Provider) -> None:
    """Without scope identity or organisation there is no choice, and no claim."""
    body = company.tokens(scope="openid profile")
    assert "acting_for" not in company.userinfo(body["access_token"]).get_json()  # type: ignore[operator]


def test_an_organisations_session_gives_no_private_answer_unasked(company: Provider) -> None:
    """A service for persons, in a browser that acts for an organisation: she must say she goes on for herself."""
    tokens(company, COMPANY.number)
    page = company.authorize(scope="openid profile")
    assert 'data-testid="acting-only-self"' in page.text
    assert f"act-for-{COMPANY.number}" not in page.text
    refused = choose(company, page, COMPANY.number)
    assert 'data-testid="acting-only-self"' in refused.text
    assert "consent-approve" in choose(company, page, "self").text
    assert company.audit.names().count("organisation.acting_ended") == 1


@pytest.mark.parametrize("key", ["subject-company", "0650000999", "", "self "])
def test_a_choice_that_was_not_offered_is_asked_again(company: Provider, key: str) -> None:
    """Neither an unknown organisation nor an internal name does."""
    assert 'data-testid="acting-submit"' in choose(company, company.authorize(), key).text
    assert "organisation.acting_begun" not in company.audit.names()


def test_another_persons_organisation_is_not_hers_to_choose(company: Provider) -> None:
    company.page.subject = "subject-minh"
    company.subjects.mandates["subject-minh"] = [SCHOOL]
    assert 'data-testid="acting-submit"' in choose(company, company.authorize(), COMPANY.number).text


def test_the_choice_carries_the_csrf_token(company: Provider) -> None:
    """A form of another site chooses nothing."""
    fields = {**hidden_fields(company.authorize()), "acting": COMPANY.number, "csrf_token": "x"}
    assert company.browser.post("/authorize/acting", data=fields).status_code == 400
    assert "organisation.acting_begun" not in company.audit.names()


def test_choosing_renews_the_sessions_secret(company: Provider) -> None:
    """A change of what a session may do gets a new cookie, as signing in does."""
    page = company.authorize()
    before = company.browser.get_cookie("__Host-mock_vneid")
    choose(company, page, COMPANY.number)
    after = company.browser.get_cookie("__Host-mock_vneid")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_switching_is_recorded(company: Provider) -> None:
    """Who acted for whom, and when she stopped."""
    tokens(company, COMPANY.number)
    tokens(company, "self")
    events = [(event, subject) for event, subject, *_ in company.audit.events if event.startswith("organisation.")]
    assert events == [
        ("organisation.acting_begun", "subject-lan"), ("organisation.acting_ended", "subject-lan"),
    ]  # fmt: skip


def test_a_new_sign_in_begins_as_herself(company: Provider) -> None:
    """Chosen before the password was asked again: asked again too."""
    page = choose(company, company.authorize(prompt="login"), COMPANY.number)
    assert "consent-approve" in page.text
    assert 'data-testid="acting-submit"' in company.authorize(prompt="login").text
