"""Signing in as an OpenID Connect client: what we send, and every answer we do not accept."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from portal_provider import FakeProvider
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from demo_client.app import create_app
from demo_client.clock import FixedClock
from demo_client.config import Config

APPLY = "/procedures/doi-giay-phep-lai-xe/apply"


@pytest.fixture
def browser(portal_config: Config, portal_clock: FixedClock, provider: FakeProvider) -> Iterator[FlaskClient]:
    app = create_app(replace(portal_config, issuer=provider.issuer), portal_clock)
    with app.test_client() as client:
        yield client
    app.extensions["mock_portal"].db.dispose()


def sign_in(browser: FlaskClient, provider: FakeProvider, path: str = APPLY, **answer: str) -> TestResponse:
    """Follow the portal to the provider and come back with its answer."""
    first = browser.get(path)
    to_provider = browser.get(first.location) if first.location.startswith("/auth") else first
    return browser.get(f"/auth/callback?{urlencode(provider.authorize(to_provider.location, **answer))}")


def test_a_level_2_procedure_asks_for_two_factors(browser: FlaskClient, provider: FakeProvider) -> None:
    """Essential acr through `claims`, PKCE S256, state, nonce and max_age; the language is passed on."""
    location = browser.get(browser.get(APPLY).location).location
    asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    acr = {"id_token": {"acr": {"essential": True, "values": ["urn:vn-mock:loa:2"]}}}
    assert json.loads(asked["claims"]) == acr
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid profile identity"
    assert asked["redirect_uri"] == "http://localhost:5001/auth/callback"
    assert (asked["max_age"], asked["ui_locales"]) == ("3600", "vi")
    assert len(asked["state"]) > 20
    assert len(asked["nonce"]) >= 20


def test_signed_in_and_back_at_the_procedure(browser: FlaskClient, provider: FakeProvider) -> None:
    """The browser goes on where it was, as the person; the session identifier is a new one."""
    before = browser.get("/clerk") and browser.get_cookie("mock_portal_session_5001")
    answer = sign_in(browser, provider)
    assert answer.location == APPLY
    after = browser.get_cookie("mock_portal_session_5001")
    assert before
    assert after
    assert before.value != after.value
    assert "Nguyễn Thị Mai Lan" in browser.get(APPLY).get_data(as_text=True)


def test_what_a_planted_session_held_is_gone(browser: FlaskClient, provider: FakeProvider) -> None:
    """Session fixation: neither the identifier nor the CSRF token nor anything else survives signing in."""
    browser.get("/clerk")
    with browser.session_transaction() as session:
        session["clerk"] = True
        planted = session["csrf_token"]
    sign_in(browser, provider)
    with browser.session_transaction() as session:
        assert "clerk" not in session
        assert session.get("csrf_token") != planted


def test_the_client_proves_itself_for_a_minute(browser: FlaskClient, provider: FakeProvider) -> None:
    """private_key_jwt (RFC 7523): issuer as audience, short life, a new jti each time."""
    sign_in(browser, provider)
    sign_in(browser, provider, "/auth/sign-in")
    first, second = (assertion.claims for assertion in provider.assertions)
    assert first["iss"] == first["sub"] == "demo-portal"
    assert first["aud"] == provider.issuer
    assert first["exp"] - first["iat"] == 60
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"acr": "urn:vn-mock:loa:1"}, "acr_too_low"),
        ({"acr": None}, "acr_too_low"),
        ({"acr": "urn:other"}, "acr_too_low"),
        ({"identity_level": None}, "organisation"),
        ({"identity_level": 3}, "level_missing"),
        ({"identity_level": True}, "level_missing"),
        ({"auth_time": None}, "auth_time_missing"),
        ({"auth_time": 1_700_000_000}, "auth_time_too_old"),
        ({"auth_time": 4_000_000_000}, "auth_time_missing"),
        ({"auth_time": 10**30}, "auth_time_missing"),
        ({"personal_id_number": None}, "number_missing"),
        ({"personal_id_number": "65190000101"}, "number_missing"),
        ({"nonce": "another"}, "invalid_id_token"),
        ({"nonce": None}, "invalid_id_token"),
        ({"aud": "another-client"}, "invalid_id_token"),
        ({"iss": "https://evil.example"}, "invalid_id_token"),
        ({"exp": 1_700_000_000}, "invalid_id_token"),
        ({"sub": None}, "invalid_id_token"),
    ],
)
def test_an_id_token_we_do_not_accept(
    browser: FlaskClient, provider: FakeProvider, claims: dict[str, Any], code: str
) -> None:
    """OpenID Connect Core 3.1.3.7, and what only the portal can check: level, acr, auth_time, number."""
    provider.claims = claims
    page = sign_in(browser, provider)
    assert page.status_code == 403
    assert f">{code}</code>" in page.get_data(as_text=True)
    assert browser.get(APPLY).status_code == 303


def test_an_id_token_signed_with_another_key(browser: FlaskClient, provider: FakeProvider) -> None:
    """The signature must verify with the provider's published key."""
    provider.signing_key = ECKey.generate_key("P-256")
    assert ">invalid_id_token</code>" in sign_in(browser, provider).get_data(as_text=True)


def test_a_decomposed_name_is_composed(browser: FlaskClient, provider: FakeProvider) -> None:
    """The register may hold names in NFD; pages and receipts have NFC."""
    provider.userinfo = {"name": unicodedata.normalize("NFD", "Nguyễn Thị Mai Lan")}
    sign_in(browser, provider)
    assert "Nguyễn Thị Mai Lan" in browser.get(APPLY).get_data(as_text=True)


def test_userinfo_about_another_person(browser: FlaskClient, provider: FakeProvider) -> None:
    """OpenID Connect Core 5.3.2: `sub` must be the ID token's."""
    provider.userinfo = {"sub": "somebody-else"}
    assert ">userinfo_mismatch</code>" in sign_in(browser, provider).get_data(as_text=True)


def test_userinfo_with_another_number(browser: FlaskClient, provider: FakeProvider) -> None:
    """Two numbers are no number."""
    provider.userinfo = {"personal_id_number": "065198000303"}
    assert ">userinfo_mismatch</code>" in sign_in(browser, provider).get_data(as_text=True)


@pytest.mark.parametrize("iss", ["https://evil.example", ""])
def test_the_issuer_of_the_response(browser: FlaskClient, provider: FakeProvider, iss: str) -> None:
    """RFC 9207: a response of another issuer is not redeemed, nor is one that does not say."""
    page = sign_in(browser, provider, code="the-code", iss=iss)
    assert page.status_code == 400
    assert not provider.assertions


def test_a_response_nobody_asked_for(browser: FlaskClient, provider: FakeProvider) -> None:
    """Login CSRF: an unknown state is refused."""
    query = urlencode({"code": "the-code", "state": "unknown", "iss": provider.issuer})
    assert browser.get(f"/auth/callback?{query}").status_code == 400
    assert not provider.assertions


@pytest.mark.parametrize("name", ["code", "state", "iss"])
@pytest.mark.parametrize("first", [True, False])
def test_a_parameter_twice(browser: FlaskClient, provider: FakeProvider, name: str, first: bool) -> None:
    """RFC 6749 3.1: which of the two was meant is not guessed."""
    answer = provider.authorize(browser.get("/auth/sign-in?level=2").location)
    pairs = [*answer.items(), (name, "other")] if first else [(name, "other"), *answer.items()]
    assert browser.get("/auth/callback", query_string=MultiDict(pairs)).status_code == 400
    assert browser.get(APPLY).status_code == 303


def test_a_response_used_twice(browser: FlaskClient, provider: FakeProvider) -> None:
    """The state is good once."""
    to_provider = browser.get(browser.get(APPLY).location)
    query = urlencode(provider.authorize(to_provider.location))
    assert browser.get(f"/auth/callback?{query}").status_code == 303
    assert browser.get(f"/auth/callback?{query}").status_code == 400


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "không đồng ý đăng nhập"),
        ("unmet_authentication_requirements", "hai yếu tố"),
        ("login_required", "đăng nhập lại"),
        ("server_error", "không thành công"),
    ],
)
def test_the_providers_refusal(browser: FlaskClient, provider: FakeProvider, error: str, words: str) -> None:
    """Each is told in words; the code stands beside them."""
    page = sign_in(browser, provider, error=error)
    assert page.status_code == 403
    assert words in page.get_data(as_text=True)
    assert f">{error}</code>" in page.get_data(as_text=True)


def test_metadata_of_another_issuer(browser: FlaskClient, provider: FakeProvider) -> None:
    """Discovery 4.3: the issuer in the document must be the one that was asked."""
    provider.metadata = {"issuer": "https://evil.example"}
    page = browser.get("/auth/sign-in")
    assert page.status_code == 503
    assert "evil" not in page.get_data(as_text=True)


def test_a_provider_that_does_not_answer(portal_config: Config, portal_clock: FixedClock) -> None:
    """The page says so instead of failing."""
    app = create_app(replace(portal_config, issuer="http://127.0.0.1:9"), portal_clock)
    page = app.test_client().get("/auth/sign-in")
    app.extensions["mock_portal"].db.dispose()
    assert page.status_code == 503
    assert "không trả lời" in page.get_data(as_text=True)


def test_a_level_1_account_at_a_level_2_procedure(browser: FlaskClient, provider: FakeProvider) -> None:
    """Signed in, told what is missing and what to do, and not let through."""
    provider.claims = {"identity_level": 1}
    assert sign_in(browser, provider).status_code == 303
    page = browser.get(APPLY)
    assert page.status_code == 403
    assert 'data-testid="level-too-low"' in page.get_data(as_text=True)


def test_one_factor_is_stepped_up(browser: FlaskClient, provider: FakeProvider) -> None:
    """Signed in with one factor for a look, she is sent back for two when she applies."""
    provider.claims = {"acr": "urn:vn-mock:loa:1"}
    assert sign_in(browser, provider, "/auth/sign-in?next=/dossiers").location == "/dossiers"
    assert browser.get(APPLY).location.startswith("/auth/sign-in?level=2")


def test_a_sign_in_older_than_an_hour_is_renewed(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """auth_time counts when the dossier is filed, not only when the session began."""
    from datetime import timedelta

    sign_in(browser, provider)
    portal_clock.instant += timedelta(minutes=62)
    assert browser.get(APPLY).location.startswith("/auth/sign-in?level=2")


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/a\nb"])
def test_after_signing_in_the_browser_stays_here(browser: FlaskClient, provider: FakeProvider, target: str) -> None:
    """`next` is a path of this portal and nothing else."""
    assert sign_in(browser, provider, f"/auth/sign-in?{urlencode({'next': target})}").location == "/"


def test_signing_out_ends_both_sessions(browser: FlaskClient, provider: FakeProvider) -> None:
    """RP-Initiated Logout: the hint goes along, and the browser comes back to a page that says it is done."""
    sign_in(browser, provider)
    token = browser.get("/clerk").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    leaving = browser.post("/auth/sign-out", data={"csrf_token": token})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(leaving.location).query).items()}
    assert leaving.location.startswith(f"{provider.issuer}/end_session?")
    assert asked["id_token_hint"].count(".") == 2
    assert asked["post_logout_redirect_uri"] == "http://localhost:5001/auth/signed-out"
    back = browser.get(f"/auth/signed-out?state={asked['state']}").get_data(as_text=True)
    assert "cũng đã kết thúc" in back
    assert browser.get("/dossiers").location.startswith("/auth/sign-in")


def test_signing_out_needs_the_form(browser: FlaskClient, provider: FakeProvider) -> None:
    """CSRF: a foreign page cannot sign anybody out."""
    sign_in(browser, provider)
    assert browser.post("/auth/sign-out").status_code == 400
    assert browser.get("/dossiers").status_code == 200
