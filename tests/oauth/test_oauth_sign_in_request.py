"""What the sign-in page is asked for: prompt, max_age, levels, hints (OpenID Connect Core 3.1.2.1, 5.5.1.1)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.oauth.conftest import Provider, parameters_of, payload_of

ESSENTIAL_TWO = json.dumps({"id_token": {"acr": {"essential": True, "value": "urn:vn-mock:loa:2"}}})


def test_the_sign_in_page_learns_what_it_needs(provider: Provider) -> None:
    """Who asks, the login hint, and where a form may end; cancelling has a way back."""
    provider.authorize(login_hint="065190000101")
    asked = provider.page.asked[-1]
    assert asked.service_name == "Dịch vụ thử (MÔ PHỎNG)"
    assert asked.login_hint == "065190000101"
    assert asked.form_targets == ("https://rp.vn-mock.example",)
    assert (asked.acr, asked.not_before, asked.subject) == (None, None, None)


def test_a_second_request_needs_no_sign_in(provider: Provider) -> None:
    """Single sign-on, and a consent that covers it is not asked again."""
    provider.answer()
    assert "code" in parameters_of(provider.authorize())
    assert len(provider.page.asked) == 1


def test_cancelling_is_access_denied(provider: Provider) -> None:
    """The person gave up; the service is told."""
    provider.page.subject = None
    assert parameters_of(provider.authorize())["error"] == "access_denied"


def test_prompt_login_signs_in_again(provider: Provider) -> None:
    """And auth_time is that of the new sign-in."""
    provider.answer()
    provider.clock.instant += timedelta(minutes=5)
    claims = payload_of(provider.tokens(prompt="login")["id_token"])
    assert provider.page.asked[-1].not_before == provider.clock.now()
    assert claims["auth_time"] == int(provider.clock.now().timestamp())


def test_auth_time_is_that_of_the_session(provider: Provider) -> None:
    """Not the present, which Authlib would take."""
    then = provider.clock.now()
    provider.answer()
    provider.clock.instant += timedelta(minutes=25)
    claims = payload_of(provider.tokens()["id_token"])
    assert claims["auth_time"] == int(then.timestamp())
    assert claims["iat"] == int(provider.clock.now().timestamp())


def test_max_age_asks_again_when_the_sign_in_is_older(provider: Provider) -> None:
    """Core 3.1.2.1."""
    provider.answer()
    provider.clock.instant += timedelta(seconds=100)
    assert "code" in parameters_of(provider.authorize(max_age="100"))
    assert len(provider.page.asked) == 1
    assert "code" in parameters_of(provider.authorize(max_age="99"))
    assert len(provider.page.asked) == 2


def test_default_max_age_of_the_client(bare: Provider) -> None:
    """Registration 2: default_max_age holds where the request says nothing."""
    bare.secret = bare.register(default_max_age=10).client_secret or ""
    bare.answer()
    bare.clock.instant += timedelta(seconds=11)
    bare.authorize()
    assert len(bare.page.asked) == 2


@pytest.mark.parametrize(
    ("amr", "expected"), [(("pwd", "pin", "mfa"), "urn:vn-mock:loa:2"), (("pwd",), "urn:vn-mock:loa:1")]
)
def test_acr_and_amr_are_those_of_the_session(provider: Provider, amr: tuple[str, ...], expected: str) -> None:
    """Two axes: nothing of the account's identity level is in acr."""
    provider.page.amr = amr
    claims = payload_of(provider.tokens()["id_token"])
    assert (claims["acr"], claims["amr"], claims["identity_level"]) == (expected, list(amr), 2)


def test_an_essential_acr_is_asked_of_the_sign_in_page(provider: Provider) -> None:
    """Core 5.5.1.1: honoured."""
    assert payload_of(provider.tokens(claims=ESSENTIAL_TWO)["id_token"])["acr"] == "urn:vn-mock:loa:2"
    assert provider.page.asked[-1].acr == "urn:vn-mock:loa:2"


def test_an_essential_acr_that_is_not_reached_is_refused(provider: Provider) -> None:
    """Or refused with unmet_authentication_requirements: never less."""
    provider.page.amr = ("pwd",)
    assert provider.answer(claims=ESSENTIAL_TWO)["error"] == "unmet_authentication_requirements"


def test_an_essential_acr_out_of_reach_troubles_nobody(provider: Provider) -> None:
    """No sign-in page is shown for a level that cannot be reached."""
    wanted = json.dumps({"id_token": {"acr": {"essential": True, "values": ["urn:vn-mock:loa:3", "gold"]}}})
    assert provider.answer(claims=wanted)["error"] == "unmet_authentication_requirements"
    assert provider.page.asked == []


def test_acr_values_of_ours_are_needed(provider: Provider) -> None:
    """RFC 9470 5: the level asked for is reached, or the request fails; no client is led round in a circle."""
    provider.page.amr = ("pwd",)
    answer = provider.answer(acr_values="urn:vn-mock:loa:3 LoA2")
    assert answer["error"] == "unmet_authentication_requirements"
    assert provider.page.asked[-1].acr == "urn:vn-mock:loa:2"
    assert provider.answer(acr_values="LoA2", prompt="none")["error"] == "login_required"


def test_acr_values_that_nobody_here_knows_are_let_be(provider: Provider) -> None:
    """Core 5.5.1.1: voluntary, so the session's own acr is answered."""
    provider.page.amr = ("pwd",)
    assert payload_of(provider.tokens(acr_values="1 gold")["id_token"])["acr"] == "urn:vn-mock:loa:1"


def test_the_clients_default_acr_values_are_a_wish(bare: Provider) -> None:
    """Registration 2: asked for where the request names none, and voluntary as Core 5.5.1.1 has it."""
    bare.secret = bare.register(default_acr_values=("LoA2",)).client_secret or ""
    bare.page.amr = ("pwd",)
    assert payload_of(bare.tokens()["id_token"])["acr"] == "urn:vn-mock:loa:1"
    assert bare.page.asked[-1].acr == "urn:vn-mock:loa:2"


def test_an_alias_is_answered_as_it_was_asked(provider: Provider) -> None:
    """Core 5.5.1.1: an acr value that matches one of the requested ones."""
    assert payload_of(provider.tokens(acr_values="LoA2")["id_token"])["acr"] == "LoA2"


def test_a_step_up_keeps_the_session(provider: Provider) -> None:
    """From one factor to two in the same browser session: the sid stays."""
    provider.page.amr = ("pwd",)
    first = payload_of(provider.tokens()["id_token"])
    provider.page.amr = ("pwd", "pin", "mfa")
    second = payload_of(provider.tokens(claims=ESSENTIAL_TWO)["id_token"])
    assert (first["sid"], first["sub"]) == (second["sid"], second["sub"])


@pytest.mark.parametrize(
    ("prepare", "changes", "error"),
    [
        (False, {}, "login_required"),
        (True, {"max_age": "0"}, "login_required"),
        (True, {"scope": "openid identity profile email"}, "consent_required"),
        (True, {"claims": '{"userinfo": {"email": null}}'}, "consent_required"),
        (True, {"claims": '{"id_token": {"sub": {"value": "somebody"}}}'}, "login_required"),
    ],
)
def test_prompt_none_without_a_page(provider: Provider, prepare: bool, changes: dict[str, str], error: str) -> None:
    """Core 3.1.2.1 and 3.1.2.6: an error instead of any page."""
    if prepare:
        provider.answer()
    asked = len(provider.page.asked)
    assert parameters_of(provider.authorize(prompt="none", **changes))["error"] == error
    assert len(provider.page.asked) == asked


def test_prompt_none_succeeds_silently(provider: Provider) -> None:
    """Signed in and consented: a code without a page."""
    provider.answer()
    assert "code" in parameters_of(provider.authorize(prompt="none"))


def test_a_hint_for_the_person_signed_in(provider: Provider) -> None:
    """id_token_hint, expired or not, with prompt=none."""
    token = provider.tokens()["id_token"]
    provider.clock.instant += timedelta(minutes=15)
    assert "code" in parameters_of(provider.authorize(prompt="none", id_token_hint=token))


def test_a_hint_for_somebody_else(provider: Provider) -> None:
    """Core 3.1.2.1: MUST return an error, such as login_required; never an answer for another person."""
    token = provider.tokens()["id_token"]
    provider.page.subject = "subject-minh"
    provider.browser = provider.app.test_client()
    assert provider.answer(id_token_hint=token)["error"] == "login_required"


def test_a_hint_issued_to_another_client(provider: Provider) -> None:
    """A hint of another client's is no hint about this one's person."""
    token = provider.tokens()["id_token"]
    provider.register(client_id="other", redirect_uris=("https://other.vn-mock.example/cb",))
    answer = provider.answer(client_id="other", redirect_uri="https://other.vn-mock.example/cb", id_token_hint=token)
    assert answer["error"] == "invalid_request"


def test_another_person_can_sign_in_on_the_way(provider: Provider) -> None:
    """A new sign-in may be somebody else's: the request goes on in the same browser, for her."""
    first = payload_of(provider.tokens()["id_token"])
    provider.page.subject = "subject-minh"
    second = payload_of(provider.tokens(prompt="login")["id_token"])
    assert first["sub"] != second["sub"]
    assert first["sid"] != second["sid"]


def test_select_account_offers_the_present_account(provider: Provider) -> None:
    """Core 3.1.2.1: prompt=select_account; going on needs no new sign-in."""
    provider.answer()
    page = provider.authorize(prompt="select_account")
    assert "page name of subject-lan" in page.text
    assert "code" in parameters_of(choose(provider, page, "present"))
    assert len(provider.page.asked) == 1


def test_select_account_lets_another_sign_in(provider: Provider) -> None:
    """And ends the first one's session."""
    provider.answer()
    page = provider.authorize(prompt="select_account")
    provider.page.subject = "subject-minh"
    consent = choose(provider, page, "another")
    assert "Trần Quang Minh" in consent.text
    assert "code" in parameters_of(provider.decide(consent))


def test_choosing_needs_the_form(provider: Provider) -> None:
    """Cross-site request forgery: no token, no choice."""
    provider.answer()
    page = provider.authorize(prompt="select_account")
    request_id = page.text.split('name="request" value="')[1].split('"')[0]
    response = provider.browser.post("/authorize/account", data={"request": request_id, "account": "another"})
    assert response.status_code == 400


def test_a_locked_account_gets_nothing(provider: Provider) -> None:
    """A session that is still open does not help a locked account."""
    provider.answer()
    provider.subjects.locked.add("subject-lan")
    assert provider.answer()["error"] == "access_denied"


def choose(provider: Provider, page, account: str):  # type: ignore[no-untyped-def]
    from tests.oauth.conftest import hidden_fields

    fields = {**hidden_fields(page), "account": account}
    return provider.follow(provider.browser.post("/authorize/account", data=fields))
