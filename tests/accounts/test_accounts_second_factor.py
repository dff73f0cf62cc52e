"""The second factor: passcode or one-time code, where the level asked for needs two."""

from __future__ import annotations

import pyotp
import pytest
from accounts_place import PASSCODE, Browser, Place

LOA2, LOA3 = "urn:vn-mock:loa:2", "urn:vn-mock:loa:3"


def _code(place: Place, persona: str = "lan") -> str:
    seed = place.personas[persona].one_time_code_seed
    return str(pyotp.TOTP(str(seed)).at(place.clock.now()))


def _at_second_step(browser: Browser, **asked: object) -> str:
    """Sign in with the password where two factors are asked; returns the second step's address."""
    answer = browser.sign_in(browser.ask(**{"acr": LOA2, **asked}))
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_passcode_reaches_level_two(place: Place, browser: Browser) -> None:
    """Password and passcode are two secrets but one kind of factor: level 2, and no "mfa" (RFC 8176)."""
    answer = browser.submit(_at_second_step(browser), method="pin", code=PASSCODE)
    assert answer.headers["Location"] == "/wanted"
    session = browser.session()
    assert (session["acr"], session["amr"]) == (LOA2, ["pwd", "pin"])


def test_one_time_code_reaches_level_two(place: Place, browser: Browser) -> None:
    """Password and a code of the phone are two kinds of factor."""
    answer = browser.submit(_at_second_step(browser), method="otp", code=_code(place))
    assert answer.headers["Location"] == "/wanted"
    session = browser.session()
    assert (session["acr"], session["amr"]) == (LOA2, ["pwd", "otp", "mfa"])


def test_password_alone_does_not_return(browser: Browser) -> None:
    """After the password the browser is at the second step, not back: nothing lower is given for what was asked."""
    address = _at_second_step(browser)
    assert address.startswith("/sign-in/second-factor?")
    assert browser.session()["acr"] == "urn:vn-mock:loa:1"
    assert browser.get(address).status_code == 200


def test_step_up_asks_only_for_what_is_missing(place: Place, browser: Browser) -> None:
    """A session with the password proven is asked for the second factor alone; `auth_time` stays the older one's."""
    browser.sign_in()
    before = browser.session()
    place.later(minutes=10)
    address = browser.ask(acr=LOA2)
    answer = browser.get(address)
    assert answer.headers["Location"].startswith("/sign-in/second-factor")
    browser.submit(answer.headers["Location"], method="pin", code=PASSCODE)
    after = browser.session()
    assert after["acr"] == LOA2
    assert after["auth_time"] == before["auth_time"]
    assert after["id"] == before["id"]


def test_fresh_sign_in_asks_all_again(place: Place, browser: Browser) -> None:
    """With `not_before` neither password nor passcode of earlier counts."""
    browser.submit(_at_second_step(browser), method="pin", code=PASSCODE)
    now = place.later(minutes=10)
    address = browser.ask(acr=LOA2, not_before=now)
    assert 'data-testid="sign-in-password"' in browser.get(address).text
    second = browser.sign_in(address).headers["Location"]
    assert browser.session()["acr"] == "urn:vn-mock:loa:1"
    assert browser.submit(second, method="pin", code=PASSCODE).headers["Location"] == "/wanted"


def test_alias_of_the_level(browser: Browser) -> None:
    """The alias LoA2 asks for the same."""
    assert "second-factor" in browser.sign_in(browser.ask(acr="LoA2")).headers["Location"]


def test_unknown_level(browser: Browser) -> None:
    """A level that nobody can reach here is said so before anything is asked, with the way back to the asker."""
    answer = browser.get(browser.ask(acr="urn:somebody:else", cancel_to="/failed", service_name="Cổng thử"))
    assert answer.status_code == 403
    assert 'data-testid="sign-in-stopped"' in answer.text
    assert 'href="/failed"' in answer.text


def test_unknown_level_is_not_given_for_a_password(browser: Browser) -> None:
    """Posting the form all the same gives no way on."""
    assert browser.sign_in(browser.ask(acr="urn:somebody:else")).status_code == 403


def test_second_step_without_the_first(browser: Browser) -> None:
    """Without a password the second step leads to the first, and a passcode posted there does nothing."""
    request = browser.ask(acr=LOA2).split("?")[1]
    address = f"/sign-in/second-factor?{request}"
    assert browser.get(address).headers["Location"].startswith("/sign-in?")
    assert browser.submit(address, method="pin", code=PASSCODE).headers["Location"].startswith("/sign-in?")
    assert browser.session()["subject"] is None


def test_code_is_good_once(place: Place) -> None:
    """A one-time code that was used is refused, in another browser too (RFC 6238 5.2)."""
    first, second = place.browser(), place.browser()
    code = _code(place)
    first.submit(_at_second_step(first), method="otp", code=code)
    answer = second.submit(_at_second_step(second), method="otp", code=code)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    place.later(seconds=30)
    assert second.submit(_at_second_step(second), method="otp", code=_code(place)).status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(-60, 400), (-30, 303), (30, 303), (60, 400)])
def test_tolerance_of_one_step(place: Place, seconds: int, status: int) -> None:
    """A clock that is one step off is tolerated, two are not."""
    browser = place.browser()
    address = _at_second_step(browser)
    code = _code(place)
    place.later(seconds=-seconds)
    assert browser.submit(address, method="otp", code=code).status_code == status


def test_a_step_before_the_used_one_is_refused(place: Place, browser: Browser) -> None:
    """After a code was used, an older one that was not is refused as well."""
    older = _code(place)
    place.later(seconds=30)
    address = _at_second_step(browser)
    assert browser.submit(address, method="otp", code=_code(place)).status_code == 303
    other = place.browser()
    assert other.submit(_at_second_step(other), method="otp", code=older).status_code == 400


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_not_six_digits(place: Place, browser: Browser, code: str) -> None:
    """What is not 6 digits costs no attempt."""
    address = _at_second_step(browser)
    for _ in range(6):
        assert browser.submit(address, method="pin", code=code).status_code == 400
    assert browser.submit(address, method="pin", code=PASSCODE).status_code == 303


def test_wrong_passcode_is_counted(place: Place, browser: Browser) -> None:
    """A wrong passcode tells how many attempts are left, then makes wait; codes are counted apart."""
    address = _at_second_step(browser)
    answer = browser.submit(address, method="pin", code="000000")
    assert answer.status_code == 400
    assert place.web.catalogue.text("accounts.second_factor.wrong_passcode", "vi", remaining=4) in answer.text
    for _ in range(2):
        browser.submit(address, method="pin", code="000000")
    waiting = browser.submit(address, method="pin", code=PASSCODE)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "5")
    assert browser.submit(address, method="otp", code=_code(place)).status_code == 303


def test_account_locked_in_between(place: Place, browser: Browser) -> None:
    """Locked after the password: no second factor, and the session ends."""
    from idp.accounts import states, store

    address = _at_second_step(browser)
    with place.db.begin() as session:
        account = store.account(session, place.subjects["lan"])
        assert account is not None
        states.lock(account, states.LockReason.OWN_REQUEST, states.LockedBy.HOLDER, place.clock.now())
    answer = browser.submit(address, method="pin", code=PASSCODE)
    assert answer.status_code == 403
    assert browser.session()["subject"] is None


def test_account_without_second_factor(place: Place, browser: Browser) -> None:
    """Where there is neither passcode nor phone the page says so."""
    from idp.accounts import store

    with place.db.begin() as session:
        account = store.account(session, place.subjects["lan"])
        assert account is not None
        assert account.authenticator is not None
        account.authenticator.passcode_hash = account.authenticator.one_time_code_seed = None
    answer = browser.get(_at_second_step(browser))
    assert answer.status_code == 403
    assert place.web.catalogue.text("accounts.no_second_factor.title", "vi") in answer.text


def test_only_the_methods_there_are(place: Place, browser: Browser) -> None:
    """Without a passcode the page asks for the code at once and offers no other way."""
    from idp.accounts import store

    with place.db.begin() as session:
        account = store.account(session, place.subjects["lan"])
        assert account is not None
        assert account.authenticator is not None
        account.authenticator.passcode_hash = None
    page = browser.get(_at_second_step(browser)).text
    assert 'data-testid="second-factor-code"' in page
    assert 'data-testid="second-factor-other"' not in page


def test_somebody_else_signs_in(place: Place, browser: Browser) -> None:
    """ "Not you?" asks for number and password again; the other person then gets her own session and second step."""
    before = browser.session()["id"]
    address = _at_second_step(browser, service_name="Cổng thử")
    again = address.replace("/sign-in/second-factor", "/sign-in") + "&again=1"
    assert 'data-testid="sign-in-number"' in browser.get(again).text
    answer = browser.sign_in(again, persona="minh")
    answer = browser.get(answer.headers["Location"])
    second = answer.headers["Location"]
    assert second.startswith("/sign-in/second-factor")
    assert "Trần Quang Minh" in browser.get(second).text
    assert browser.submit(second, method="pin", code=PASSCODE).headers["Location"] == "/wanted"
    session = browser.session()
    assert session["subject"] == place.subjects["minh"]
    assert session["id"] != before


def test_nothing_to_ask(browser: Browser) -> None:
    """Where the level is reached already both pages lead on."""
    second = _at_second_step(browser)
    browser.submit(second, method="pin", code=PASSCODE)
    assert browser.get(second).headers["Location"] == "/wanted"
    assert browser.get(second.replace("/second-factor", "")).headers["Location"] == "/wanted"


def test_seed_is_bound_to_its_account(place: Place) -> None:
    """The seed is encrypted, and moved to another account it does not open."""
    from idp.accounts import one_time_codes, store
    from idp.encryption import DecryptionError

    seed = str(place.personas["lan"].one_time_code_seed)
    with place.db.read() as session:
        account = store.account(session, place.subjects["lan"])
        assert account is not None
        assert account.authenticator is not None
        sealed = account.authenticator.one_time_code_seed
    assert sealed is not None
    assert seed.encode() not in sealed
    assert one_time_codes.unseal(place.at_rest, place.subjects["lan"], sealed) == seed
    with pytest.raises(DecryptionError):
        one_time_codes.unseal(place.at_rest, place.subjects["minh"], sealed)
