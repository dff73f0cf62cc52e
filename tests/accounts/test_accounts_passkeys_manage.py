"""My passkeys: who may add one, and whose they are."""

from __future__ import annotations

import re

import pytest
from accounts_place import PASSCODE, Browser, Place
from passkey_steps import options, register, registered, sign_in, with_two_factors
from soft_authenticator import SoftAuthenticator, unb64

from idp.accounts.passkeys import ceremony, store
from idp.accounts.passkeys.service import MOST

LIST, NEW = "/account/passkeys", "/account/passkeys/new"


def ids(browser: Browser) -> list[str]:
    return re.findall(r"/account/passkeys/([0-9a-f]{32})/remove", browser.get(LIST).text)


def last(place: Place, event: str) -> dict[str, object]:
    return next(each for each in reversed(place.audit.events) if each["event"] == event)


# --- the door ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [LIST, NEW])
def test_nobody_is_sent_to_sign_in(browser: Browser, path: str) -> None:
    """Signed out, the page asks for a sign-in with two factors, and leads back."""
    address = browser.get(path).headers["Location"]
    second = browser.sign_in(address).headers["Location"]
    assert second.startswith("/sign-in/second-factor")
    assert browser.submit(second, method="pin", code=PASSCODE).headers["Location"] == path


@pytest.mark.parametrize("path", [LIST, NEW])
def test_one_factor_is_stepped_up(browser: Browser, path: str) -> None:
    """With the password proven, only the second factor is asked."""
    browser.sign_in()
    answer = browser.get(browser.get(path).headers["Location"])
    assert answer.headers["Location"].startswith("/sign-in/second-factor")


def test_an_old_sign_in_adds_nothing(place: Place, browser: Browser) -> None:
    """More than ten minutes after signing in the list is still open, but a passkey is added only after a new one."""
    with_two_factors(browser)
    made = SoftAuthenticator().create(options(browser, "/account/passkeys/options"))
    place.later(minutes=10, seconds=1)
    assert browser.get(LIST).status_code == 200
    assert browser.get(NEW).headers["Location"].startswith("/sign-in?")
    assert browser.submit(NEW, name="x", credential=made).headers["Location"].startswith("/sign-in?")
    answer = browser.submit("/account/passkeys/options")
    assert answer.status_code == 401
    assert 'acr_values="urn:vn-mock:loa:2", max_age="600"' in answer.headers["WWW-Authenticate"]
    assert ids(browser) == []


@pytest.mark.parametrize("path", [NEW, "/account/passkeys/options", f"{LIST}/{'0' * 32}/remove"])
def test_without_the_token(browser: Browser, path: str) -> None:
    """Every change carries the CSRF token."""
    with_two_factors(browser)
    assert browser.client.post(path).status_code == 400


def test_while_acting_for_an_organisation(place: Place, browser: Browser) -> None:
    """A person's passkeys are out of reach in an organisation's session (attack 19)."""
    from dataclasses import replace

    from idp import acr
    from idp.accounts import sign_in as steps

    present = steps.fresh(place.subjects["dung"], ("pwd", "pin"), place.clock.now())
    assert acr.satisfies(present.acr, acr.LEVELS[1].urn)
    place.app.add_url_rule(
        "/test/act", "act", lambda: place.web.authenticate(replace(present, acting_for="organisation")).id
    )
    browser.get("/test/act")
    assert browser.get(LIST).status_code == 403
    assert browser.submit("/account/passkeys/options").status_code == 403


# --- adding ------------------------------------------------------------------------------------------------
def test_added(place: Place, browser: Browser) -> None:
    """What the authenticator said is kept, transports that nobody knows are not, and it is recorded."""
    with_two_factors(browser)
    key = SoftAuthenticator(synced=True, backed_up=True, sign_count=3)
    answer = register(browser, key, "  Điện thoại\n của tôi ")
    assert answer.headers["Location"].startswith(LIST)
    page = browser.get(answer.headers["Location"]).text
    assert 'data-testid="passkey-added"' in page
    assert "Điện thoại của tôi" in page
    with place.db.read() as session:
        (kept,) = store.of(session, place.subjects["lan"])
    assert (kept.name, kept.sign_count, kept.synced) == ("Điện thoại của tôi", 3, True)
    assert kept.transports == ("internal", "hybrid")
    assert kept.aaguid == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert last(place, "passkey.registered")["subject"] == place.subjects["lan"]


def test_what_the_authenticator_is_told(place: Place, browser: Browser) -> None:
    """A resident key preferred, the user verified always; neither number nor subject goes into it (14.6.1)."""
    with_two_factors(browser)
    found = options(browser, "/account/passkeys/options")
    assert found["authenticatorSelection"]["residentKey"] == "preferred"
    assert found["authenticatorSelection"]["userVerification"] == "required"
    assert found["attestation"] == "none"
    assert found["rp"]["id"] == "localhost"
    assert "MÔ PHỎNG" in found["rp"]["name"]
    assert len(unb64(found["user"]["id"])) == 32
    for secret in (place.subjects["lan"], place.personas["lan"].personal_id_number):
        assert secret not in str(found)
        assert secret.encode() not in unb64(found["user"]["id"])


def test_one_authenticator_is_not_asked_twice(browser: Browser) -> None:
    """Those she has are named, so that her device makes no second one."""
    key = registered(browser)
    (excluded,) = options(browser, "/account/passkeys/options")["excludeCredentials"]
    assert unb64(excluded["id"]) == key.credential_id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"origin": "http://localhost:5001"}, "origin"),
        ({"origin": "https://phish.example"}, "origin"),
        ({"cross_origin": True}, "cross_origin"),
        ({"rp_id": "phish.example"}, "registration"),
        ({"verified": False}, "registration"),
        ({"present": False}, "registration"),
        ({"backed_up": True}, "registration"),
    ],
)
def test_refused(place: Place, browser: Browser, changes: dict[str, object], code: str) -> None:
    """Made elsewhere, for somebody else, or without verifying the user: refused, recorded, nothing kept."""
    with_two_factors(browser)
    answer = register(browser, SoftAuthenticator(**changes))
    assert answer.status_code == 400
    assert 'data-testid="passkey-refused"' in answer.text
    assert last(place, "passkey.registration_refused")["error"] == code
    assert ids(browser) == []


@pytest.mark.parametrize("answer", ["", "{}", "[1]", "x" * 70_000])
def test_no_credential_at_all(place: Place, browser: Browser, answer: str) -> None:
    """What is none is refused like any other."""
    with_two_factors(browser)
    assert browser.submit(NEW, name="x", credential=answer).status_code == 400
    assert last(place, "passkey.registration_refused")["error"] == "malformed"


def test_challenge_is_good_once(place: Place, browser: Browser) -> None:
    """The same answer again, and an answer to a challenge of another browser, are refused."""
    with_two_factors(browser)
    made = SoftAuthenticator().create(options(browser, "/account/passkeys/options"))
    other = place.browser()
    with_two_factors(other, "minh")
    assert other.submit(NEW, name="x", credential=made).status_code == 400
    assert browser.submit(NEW, name="x", credential=made).status_code == 303
    assert browser.submit(NEW, name="x", credential=made).status_code == 400
    assert last(place, "passkey.registration_refused")["error"] == "challenge"


def test_challenge_lives_five_minutes(place: Place, browser: Browser) -> None:
    """At the end of five minutes it is over."""
    with_two_factors(browser)
    made = SoftAuthenticator().create(options(browser, "/account/passkeys/options"))
    place.later(minutes=5)
    assert browser.submit(NEW, name="x", credential=made).status_code == 400


def test_an_identifier_that_is_somebodys(place: Place, browser: Browser) -> None:
    """WebAuthn 7.1, 27: no identifier is registered twice, not even after its passkey was removed."""
    key = registered(browser)
    other = place.browser()
    with_two_factors(other, "minh")
    assert register(other, SoftAuthenticator(credential_id=key.credential_id)).status_code == 400
    assert last(place, "passkey.registration_refused")["error"] == "credential_known"
    browser.submit(f"{LIST}/{ids(browser)[0]}/remove")
    assert register(other, SoftAuthenticator(credential_id=key.credential_id)).status_code == 400


def test_a_name_is_needed(browser: Browser) -> None:
    """Without one nothing is kept, and what the device made is not used up in vain."""
    with_two_factors(browser)
    made = SoftAuthenticator().create(options(browser, "/account/passkeys/options"))
    assert browser.submit(NEW, name=" \n", credential=made).status_code == 400
    assert browser.submit(NEW, name="x", credential=made).status_code == 303


def test_ten_are_enough(browser: Browser) -> None:
    """One more is refused, with words."""
    with_two_factors(browser)
    for _ in range(MOST):
        assert register(browser, SoftAuthenticator()).status_code == 303
    answer = browser.submit("/account/passkeys/options")
    assert (answer.status_code, answer.get_json()["error"]) == (409, "too_many")
    assert 'data-testid="passkey-add"' not in browser.get(LIST).text


# --- those there are ---------------------------------------------------------------------------------------
def test_renamed_and_removed(place: Place, browser: Browser) -> None:
    """Both are hers to do, and recorded; a name of nothing changes nothing."""
    registered(browser)
    (passkey,) = ids(browser)
    assert browser.submit(f"{LIST}/{passkey}/name", name="").status_code == 400
    assert browser.submit(f"{LIST}/{passkey}/name", name="Khóa bạc").status_code == 303
    assert "Khóa bạc" in browser.get(LIST).text
    assert last(place, "passkey.renamed")["name"] == "Khóa bạc"
    assert browser.submit(f"{LIST}/{passkey}/remove").status_code == 303
    assert ids(browser) == []
    assert last(place, "passkey.removed")["passkey"] == passkey
    assert browser.submit(f"{LIST}/{passkey}/remove").status_code == 404


def test_another_persons_passkey(place: Place, browser: Browser) -> None:
    """It is as unknown as none at all, and stays as it was."""
    key = registered(browser)
    (passkey,) = ids(browser)
    other = place.browser()
    with_two_factors(other, "minh")
    assert other.submit(f"{LIST}/{passkey}/name", name="mine").status_code == 404
    assert other.submit(f"{LIST}/{passkey}/remove").status_code == 404
    assert ids(other) == []
    assert sign_in(place.browser(), key).status_code == 303


# --- where the provider is ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("issuer", "host", "origin"),
    [
        ("http://localhost:5000", "localhost", "http://localhost:5000"),
        ("https://ID.vn-mock.example", "id.vn-mock.example", "https://id.vn-mock.example"),
        ("https://id.vn-mock.example:443/op", "id.vn-mock.example", "https://id.vn-mock.example"),
        ("https://id.vn-mock.example:8443/op", "id.vn-mock.example", "https://id.vn-mock.example:8443"),
    ],
)
def test_the_relying_party_is_the_issuers_host(issuer: str, host: str, origin: str) -> None:
    """Never a part of it, and the origin with its port (WebAuthn 13.4.9)."""
    party = ceremony.RelyingParty.of_issuer(issuer)
    assert (party.id, party.origin) == (host, origin)
