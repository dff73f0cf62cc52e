"""Signing in with a passkey: whoever holds the key and unlocks it, and nobody else."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place
from passkey_steps import options, page, registered, sign_in
from soft_authenticator import SoftAuthenticator

LOA3 = "urn:vn-mock:loa:3"


def last(place: Place, event: str) -> dict[str, object]:
    return next(each for each in reversed(place.audit.events) if each["event"] == event)


def refused(place: Place, browser: Browser, code: str) -> None:
    """Nobody is signed in, and the record says why."""
    assert browser.session()["subject"] is None
    assert last(place, "passkey.refused")["error"] == code


@pytest.mark.parametrize(("synced", "method"), [(False, "hwk"), (True, "swk")])
def test_sign_in(place: Place, browser: Browser, synced: bool, method: str) -> None:
    """One step reaches level 3: the key is one factor, the verified user another; a key that may be copied is swk."""
    key = registered(browser, synced=synced)
    other = place.browser()
    place.later(minutes=1)
    answer = sign_in(other, key, other.ask(acr=LOA3))
    assert answer.headers["Location"] == "/wanted"
    session = other.session()
    assert session["subject"] == place.subjects["lan"]
    assert (session["acr"], session["amr"]) == (LOA3, [method, "user", "mfa"])
    assert last(place, "authentication_succeeded")["method"] == "passkey"


def test_nobody_is_asked_who_she_is(place: Place, browser: Browser) -> None:
    """The options are alike for everybody: a challenge, and no list of anybody's credentials."""
    registered(browser)
    found = options(place.browser(), "/sign-in/passkey/options")
    assert found["allowCredentials"] == []
    assert found["userVerification"] == "required"
    assert found["rpId"] == "localhost"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"origin": "http://localhost:5001"}, "origin"),
        ({"origin": "https://localhost:5000"}, "origin"),
        ({"origin": "http://localhost.phish.example:5000"}, "origin"),
        ({"rp_id": "phish.example"}, "rp_id"),
        ({"verified": False}, "user_verification"),
        ({"present": False}, "user_verification"),
        ({"cross_origin": True}, "cross_origin"),
        ({"synced": True}, "backup_eligibility"),
        ({"user_handle": b"somebody else"}, "user_handle"),
        ({"user_handle": None}, "user_handle"),
    ],
)
def test_what_was_signed_elsewhere_or_by_nobody(
    place: Place, browser: Browser, changes: dict[str, object], code: str
) -> None:
    """Another origin or relying party, an unverified user, a frame, a key that became copyable: refused, recorded."""
    key = registered(browser).copy(**changes)
    other = place.browser()
    answer = sign_in(other, key)
    assert answer.status_code == 400
    assert 'data-testid="passkey-refused"' in answer.text
    refused(place, other, code)
    assert last(place, "passkey.refused")["subject"] == place.subjects["lan"]


def test_another_key(place: Place, browser: Browser) -> None:
    """The credential's name without its key signs nobody in."""
    key = registered(browser)
    thief = SoftAuthenticator(credential_id=key.credential_id, user_handle=key.user_handle, sign_count=50)
    other = place.browser()
    assert sign_in(other, thief).status_code == 400
    refused(place, other, "signature")


def test_unknown_credential(place: Place) -> None:
    """A passkey that nobody registered."""
    browser = place.browser()
    assert sign_in(browser, SoftAuthenticator(user_handle=b"x" * 32)).status_code == 400
    refused(place, browser, "unknown")


def test_challenge_is_good_once(place: Place, browser: Browser) -> None:
    """A replayed answer is refused, in the same browser too."""
    key, other = registered(browser), place.browser()
    answer = key.get(options(other, "/sign-in/passkey/options"))
    assert other.submit("/sign-in/passkey?first=1", credential=answer).status_code == 303
    assert other.submit("/sign-in/passkey?first=1", credential=answer).status_code == 400
    assert last(place, "passkey.refused")["error"] == "challenge"


def test_challenge_is_used_up_by_a_refusal(place: Place, browser: Browser) -> None:
    """After an answer that was refused, the same challenge takes no better one."""
    key, other = registered(browser), place.browser()
    asked = options(other, "/sign-in/passkey/options")
    other.submit("/sign-in/passkey?first=1", credential=key.copy(verified=False).get(asked))
    assert other.submit("/sign-in/passkey?first=1", credential=key.get(asked)).status_code == 400
    refused(place, other, "challenge")


def test_challenge_of_another_browser(place: Place, browser: Browser) -> None:
    """An answer to a challenge that another browser got (a relayed one) is refused."""
    key, victim, attacker = registered(browser), place.browser(), place.browser()
    answer = key.get(options(attacker, "/sign-in/passkey/options"))
    assert victim.submit("/sign-in/passkey?first=1", credential=answer).status_code == 400
    refused(place, victim, "challenge")


def test_challenge_of_registering(place: Place, browser: Browser) -> None:
    """A challenge for another purpose is refused."""
    key = registered(browser)
    made = {**options(browser, "/account/passkeys/options"), "rpId": "localhost"}
    assert browser.submit("/sign-in/passkey?first=1", credential=key.get(made)).status_code == 400
    assert last(place, "passkey.refused")["error"] == "challenge"


@pytest.mark.parametrize(("seconds", "status"), [(299, 303), (300, 400)])
def test_challenge_lives_five_minutes(place: Place, browser: Browser, seconds: int, status: int) -> None:
    """Good before the end of five minutes, not at it."""
    key, other = registered(browser), place.browser()
    asked = options(other, "/sign-in/passkey/options")
    place.later(seconds=seconds)
    assert other.submit("/sign-in/passkey?first=1", credential=key.get(asked)).status_code == status


def test_a_new_challenge_voids_the_old(place: Place, browser: Browser) -> None:
    """Of one browser only the last is good."""
    key, other = registered(browser), place.browser()
    old = options(other, "/sign-in/passkey/options")
    options(other, "/sign-in/passkey/options")
    assert other.submit("/sign-in/passkey?first=1", credential=key.get(old)).status_code == 400


def test_clone(place: Place, browser: Browser) -> None:
    """A copy of the key whose counter is behind is refused and recorded; the original goes on."""
    key = registered(browser)
    clone = key.copy()
    assert sign_in(place.browser(), key).status_code == 303
    assert sign_in(place.browser(), key).status_code == 303
    other = place.browser()
    assert sign_in(other, clone).status_code == 400
    refused(place, other, "sign_count")
    assert sign_in(place.browser(), key).status_code == 303


def test_counter_that_stands_still(place: Place, browser: Browser) -> None:
    """The same count twice is a copy too; 0 always is an authenticator that does not count (WebAuthn 7.2, 22)."""
    still = registered(browser, counts=False, sign_count=7)
    other = place.browser()
    assert sign_in(other, still).status_code == 400
    refused(place, other, "sign_count")
    synced = registered(browser, counts=False, synced=True)
    assert sign_in(place.browser(), synced).status_code == 303
    assert sign_in(place.browser(), synced).status_code == 303


def test_a_forged_counter_accuses_nobody(place: Place, browser: Browser) -> None:
    """The counter counts only under a good signature: what is recorded of a forgery is the forgery."""
    key = registered(browser)
    sign_in(place.browser(), key)
    forger = SoftAuthenticator(credential_id=key.credential_id, user_handle=key.user_handle, counts=False)
    sign_in(place.browser(), forger)
    assert last(place, "passkey.refused")["error"] == "signature"


def test_removed_passkey(place: Place, browser: Browser) -> None:
    """Removed, it signs nobody in."""
    key = registered(browser)
    found = browser.get("/account/passkeys").text.split("/account/passkeys/")
    passkey_id = next(part[:32] for part in found if part[32:39] == "/remove")
    assert browser.submit(f"/account/passkeys/{passkey_id}/remove").status_code == 303
    other = place.browser()
    assert sign_in(other, key).status_code == 400
    refused(place, other, "unknown")


def test_locked_account(place: Place, browser: Browser) -> None:
    """Who proves the key of a locked account is told why it is locked, and gets no session."""
    from idp.accounts import states, store

    key = registered(browser)
    with place.db.begin() as session:
        account = store.account(session, place.subjects["lan"])
        assert account is not None
        states.lock(account, states.LockReason.OWN_REQUEST, states.LockedBy.HOLDER, place.clock.now())
    other = place.browser()
    answer = sign_in(other, key)
    assert answer.status_code == 403
    assert place.web.catalogue.text("accounts.lock.own_request.title", "vi") in answer.text
    assert other.session()["subject"] is None
    assert last(place, "authentication_of_unusable_account")["method"] == "passkey"


def test_the_person_who_is_waited_for(place: Place, browser: Browser) -> None:
    """Where one person is demanded, another's good passkey does not do."""
    key, other = registered(browser), place.browser()
    answer = sign_in(other, key, other.ask(subject=place.subjects["minh"]))
    assert answer.status_code == 400
    assert 'data-testid="sign-in-other-person"' in answer.text
    assert other.session()["subject"] is None


def test_somebody_else_was_signed_in(place: Place, browser: Browser) -> None:
    """The session of whoever was here before ends; hers is a new one, with a new secret (session fixation)."""
    key, other = registered(browser), place.browser()
    other.sign_in(persona="minh")
    before = other.session()["id"]
    sign_in(other, key)
    assert other.session()["subject"] == place.subjects["lan"]
    assert other.session()["id"] != before


def test_without_the_token(place: Place, browser: Browser) -> None:
    """Both addresses demand the CSRF token."""
    registered(browser)
    client = place.browser().client
    for path in ("/sign-in/passkey/options", "/sign-in/passkey"):
        assert client.post(path).status_code == 400


def test_guessing_is_slowed(place: Place) -> None:
    """After five answers that were refused, a browser waits, and is told how long."""
    browser = place.browser()
    for _ in range(6):
        assert sign_in(browser, SoftAuthenticator()).status_code == 400
    answer = sign_in(browser, SoftAuthenticator())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert 'data-testid="passkey-wait"' in answer.text


def test_an_address_is_slowed(place: Place) -> None:
    """A new session for each guess does not help: the address is counted too."""
    answers = [sign_in(place.browser(), SoftAuthenticator()).status_code for _ in range(32)]
    assert answers[0] == 400
    assert answers[-1] == 429


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id":"x"}', "{" * 5000, "x" * 70_000])
def test_no_answer_at_all(place: Place, answer: str) -> None:
    """What is no credential is refused like any other."""
    browser = place.browser()
    assert browser.submit("/sign-in/passkey?first=1", credential=answer).status_code == 400
    refused(place, browser, "malformed")


def test_request_of_another_browser(place: Place, browser: Browser) -> None:
    """A sign-in request that is not this browser's leads nowhere."""
    key, other = registered(browser), place.browser()
    address = place.browser().ask()
    assert sign_in(other, key).status_code == 303
    answer = other.submit(page(address, "/sign-in/passkey"), credential="{}")
    assert answer.status_code == 400
    assert other.submit(page(address, "/sign-in/passkey/options")).get_json()["error"] == "request_over"
