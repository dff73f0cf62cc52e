"""Initiating User Registration via OpenID Connect 1.0: `prompt=create` leads to where accounts are made, and back."""

from __future__ import annotations

from datetime import timedelta

from tests.oauth.conftest import Provider, parameters_of


def test_it_goes_with_none_not_at_all(provider: Provider) -> None:
    """4: mutually exclusive conditions; none shows no page."""
    assert provider.answer(prompt="none create")["error"] == "invalid_request"


def test_somebody_who_gives_up_has_made_nothing(provider: Provider) -> None:
    """4.1: not successful without a token; the client is told that she gave up."""
    provider.page.subject = None
    assert parameters_of(provider.authorize(prompt="create"))["error"] == "access_denied"


def test_she_is_shown_how_to_get_an_account_first(provider: Provider) -> None:
    """4.1: the account creation experience rather than the login one; then sign-in and consent as ever."""
    page = provider.authorize(prompt="create")
    assert provider.page.created == 1
    assert provider.page.asked[0].create
    assert "code" in parameters_of(provider.decide(page))


def test_also_where_somebody_is_signed_in(provider: Provider) -> None:
    """Whoever uses this browser asked for a new account: an older sign-in is not taken for it."""
    provider.answer()
    provider.clock.instant += timedelta(minutes=1)
    assert "code" in provider.answer(prompt="create")
    assert provider.page.created == 1
    assert provider.page.asked[-1].not_before == provider.clock.now()


def test_without_it_nobody_is_asked_to_make_one(provider: Provider) -> None:
    """The sign-in page has its own link."""
    provider.answer(prompt="login")
    assert provider.page.created == 0


def test_it_is_advertised(provider: Provider) -> None:
    """4.2: with all the other values."""
    metadata = provider.app.test_client().get("/.well-known/openid-configuration").get_json()
    assert metadata["prompt_values_supported"] == ["consent", "create", "login", "none", "select_account"]
