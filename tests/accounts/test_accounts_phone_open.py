"""A bound device is opened again by its key and the passcode; the app's API takes JSON from our own pages only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from accounts_place import IDP, PASSCODE, Browser, Place, csrf_token
from joserfc.jwk import ECKey
from soft_phone import SoftPhone

from idp.accounts import states
from idp.accounts import store as account_store
from idp.accounts.phone import binding
from idp.sessions import Authentication


@pytest.fixture
def phone(place: Place, browser: Browser) -> SoftPhone:
    """Bound, and closed."""
    found = SoftPhone(browser)
    found.bind()
    browser.submit("/app/close")
    place.audit.events.clear()
    return found


def error(answer: object) -> str:
    return str(answer.get_json()["error"])  # type: ignore[attr-defined]


def test_closed_means_closed(phone: SoftPhone) -> None:
    """The front page is the door, the other pages lead to it."""
    assert 'data-testid="app-open"' in phone.browser.get("/app").text
    for page in ("devices", "activity"):
        assert phone.browser.get(f"/app/{page}").headers["Location"] == "/app"
    assert phone.browser.get("/app/scan").headers["Location"] == "/app?then=scan"
    assert phone.browser.session()["subject"] is None


def test_the_passcode_alone_opens_nothing(place: Place, phone: SoftPhone) -> None:
    """A stolen passcode on another machine: its key is not the device's, and no try is counted."""
    stranger = SoftPhone(place.browser(), device_id=phone.device_id)
    before = place.hasher.computed
    assert error(stranger.open()) == "proof_refused"
    assert place.hasher.computed == before
    assert [event["event"] for event in place.audit.events] == ["phone.proof_refused"]


def test_the_key_alone_opens_nothing(phone: SoftPhone) -> None:
    """A stolen phone: six digits are asked for, and few tries are given."""
    proof = phone.open_proof()
    assert error(phone.call("open", {"proof": proof})) == "six_digits"
    assert error(phone.call("open", {"proof": phone.open_proof(), "passkey": True})) == "six_digits"
    answers = [phone.open("000000") for _ in range(4)]
    assert [error(answer) for answer in answers] == ["passcode_wrong"] * 3 + ["passcode_wait"]
    assert answers[-1].headers["Retry-After"]


@pytest.mark.parametrize("changes", [{"aud": "https://evil.example"}, {"iat": 1}, {"purpose": "bind"}, {"iat": "x"}])
def test_a_proof_for_something_else_is_refused(phone: SoftPhone, changes: dict[str, object]) -> None:
    answer = phone.call("open", {"proof": phone.open_proof(**changes), "passcode": PASSCODE})
    assert error(answer) == "proof_refused"


def test_a_proof_is_good_once(phone: SoftPhone) -> None:
    """And only in the browser session that the challenge was made for."""
    elsewhere = SoftPhone(phone.browser.place.browser(), phone.key, phone.device_id).open_proof()
    assert error(phone.call("open", {"proof": elsewhere, "passcode": PASSCODE})) == "challenge_over"
    proof = phone.open_proof()
    assert phone.call("open", {"proof": proof, "passcode": PASSCODE}).status_code == 200
    assert error(phone.call("open", {"proof": proof, "passcode": PASSCODE})) == "challenge_over"


def test_an_unknown_device_is_unknown(phone: SoftPhone) -> None:
    assert error(SoftPhone(phone.browser, phone.key, "f" * 32).open()) == "device_unknown"
    assert error(phone.call("open", {"proof": "x.y.z", "passcode": PASSCODE})) == "device_unknown"


def test_a_locked_account_is_not_opened(place: Place, phone: SoftPhone) -> None:
    """Whoever holds phone and passcode is told that it is locked."""
    with place.db.begin() as session:
        account = account_store.account(session, place.subjects["lan"])
        assert account is not None
        states.lock(account, states.LockReason.OWN_REQUEST, states.LockedBy.HOLDER, place.clock.now())
    answer = phone.open()
    assert (answer.status_code, error(answer)) == (403, "account_locked")
    assert phone.browser.session()["subject"] is None


def test_opening(place: Place, phone: SoftPhone) -> None:
    """Key and passcode: two kinds of factor, the highest level; a new cookie (session fixation)."""
    phone.browser.get("/app")
    before = phone.browser.client.get_cookie(place.web.cookie)
    answer = phone.open()
    assert answer.get_json() == {"next": "/app"}
    session = phone.browser.session()
    assert session["subject"] == place.subjects["lan"]
    assert (session["amr"], session["acr"]) == (["swk", "pin", "mfa"], "urn:vn-mock:loa:3")
    after = phone.browser.client.get_cookie(place.web.cookie)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert place.audit.events[-1]["event"] == "phone.opened"


def present(place: Place, amr: tuple[str, ...], persona: str = "lan") -> Authentication:
    return Authentication(place.subjects[persona], "urn:vn-mock:loa:3", amr, place.clock.now())


def test_only_a_fresh_passkey_of_hers_replaces_the_passcode(place: Place) -> None:
    """RFC 8176 "user" says that it was one; whoever else signed in, or long ago, gives the passcode."""
    lan, now = place.subjects["lan"], place.clock.now()
    assert binding.by_passkey(present(place, ("hwk", "user", "mfa")), lan, now)
    assert not binding.by_passkey(present(place, ("pwd", "pin")), lan, now)
    assert not binding.by_passkey(present(place, ("hwk", "user", "mfa"), "quynh"), lan, now)
    assert not binding.by_passkey(present(place, ("hwk", "user", "mfa")), lan, place.later(minutes=2))


# --- the API ---------------------------------------------------------------------------------------------
CALLS = ("challenge", "devices", "open", "decide")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("token", ["", "x" * 43, "ü"])
def test_a_call_without_the_token_changes_nothing(phone: SoftPhone, path: str, token: str) -> None:
    """CSRF: another site can send the cookie, but neither read the token nor set the header."""
    answer = phone.call(path, {"purpose": "open"}, token=token)
    assert (answer.status_code, error(answer)) == (400, "form_expired")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_a_form_could_send_is_refused(phone: SoftPhone, path: str, content_type: str) -> None:
    """Only application/json: a foreign page must ask before it may send that (Fetch, CORS-preflight)."""
    token = csrf_token(phone.browser.get("/token").text)
    headers = {"X-CSRF-Token": token, "Content-Type": content_type}
    answer = phone.browser.client.post(f"/app/api/{path}", data='{"purpose": "open"}', headers=headers)
    assert (answer.status_code, error(answer)) == (415, "not_json")


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("values", [[], "x", 5, {}, {"purpose": 5, "proof": 5, "name": 5, "decision": 5}])
def test_a_body_of_another_form_is_refused(phone: SoftPhone, path: str, values: object) -> None:
    answer = phone.call(path, values)
    assert (answer.status_code, error(answer)) == (400, "malformed")
    assert answer.get_json()["message"]


def test_a_challenge_is_for_a_known_purpose(phone: SoftPhone) -> None:
    assert error(phone.call("challenge", {"purpose": "anything"})) == "malformed"


def test_messages_are_in_the_persons_language(phone: SoftPhone) -> None:
    def message(query: str) -> str:
        return str(phone.call(f"challenge{query}", {}).get_json()["message"])

    assert message("?lang=vi") != message("?lang=en")


@pytest.fixture
def ask(place: Place) -> Callable[[str], dict[str, str]]:
    return lambda page: dict(place.browser().get(page).headers)


def test_the_camera_is_for_the_scanner_alone(phone: SoftPhone, ask: Callable[[str], dict[str, str]]) -> None:
    """Permissions-Policy: no other page may open it, whatever script got there."""
    phone.open()
    assert "camera=(self)" in phone.browser.get("/app/scan").headers["Permissions-Policy"]
    for page in ("/app", "/app/bind", "/sign-in"):
        assert "camera=()" in ask(page)["Permissions-Policy"]
    assert "frame-ancestors 'none'" in phone.browser.get("/app/scan").headers["Content-Security-Policy"]
    assert "unsafe" not in phone.browser.get("/app/scan").headers["Content-Security-Policy"]


def test_the_app_can_be_installed(place: Place) -> None:
    """Web Application Manifest: names that say MOCK, icons that are there, a scope that ends at /app."""
    answer = place.browser().get("/app/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json(force=True)
    assert "MÔ PHỎNG" in manifest["name"]
    assert "MÔ PHỎNG" in manifest["short_name"]
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/app", "/app", "standalone")
    for icon in manifest["icons"]:
        assert (IDP / icon["src"].removeprefix("/")).read_bytes().startswith(b"\x89PNG")
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}


def test_a_key_of_another_curve_opens_nothing(phone: SoftPhone) -> None:
    """ES256 and nothing else."""
    phone.key = ECKey.generate_key("P-256", private=True)
    assert error(phone.open()) == "proof_refused"
