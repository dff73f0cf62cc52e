"""Many at once: one outcome, on SQLite and on PostgreSQL."""

from __future__ import annotations

from functools import partial

from accounts_place import Browser, Place
from passkey_steps import registered, with_two_factors
from qr_screen import at_once
from soft_authenticator import SoftAuthenticator

from idp.accounts.authentication import Result
from idp.accounts.passkeys import store
from idp.accounts.passkeys.ceremony import Refused
from idp.accounts.passkeys.service import Asker, Passkeys, Signed

ADDRESS = "192.0.2.7"


def passkeys(place: Place) -> Passkeys:
    return Passkeys(place.db, place.services.config, place.audit)


def results(found: list[object]) -> list[Result]:
    assert all(isinstance(each, Signed) for each in found), found
    return [each.outcome.result for each in found if isinstance(each, Signed)]


def test_one_answer_eight_times(place: Place, browser: Browser) -> None:
    """The challenge is used up by the first: one signs in, the others are refused."""
    key, service, asker = registered(browser), passkeys(place), Asker("a" * 32, ADDRESS)
    answer = key.get(service.request_options(None, asker, place.clock.now()))
    found = results(at_once([partial(service.sign_in, answer, None, asker, place.clock.now())] * 8))
    assert found.count(Result.OK) == 1, found


def test_eight_answers_with_one_counter(place: Place, browser: Browser) -> None:
    """A key and its copies, each with a challenge of its own, at the same count: one use of it counts."""
    key, service, now = registered(browser), passkeys(place), place.clock.now()
    askers = [Asker(f"{number:032x}", f"192.0.2.{number}") for number in range(8)]
    answers = [(key.copy().get(service.request_options(None, asker, now)), asker) for asker in askers]
    found = results(at_once([partial(service.sign_in, answer, None, asker, now) for answer, asker in answers]))
    assert found.count(Result.OK) == 1, found
    assert found.count(Result.WRONG) == 7, found


def test_one_new_passkey_eight_times(place: Place, browser: Browser) -> None:
    """It is kept once."""
    with_two_factors(browser)
    subject, service, now = place.subjects["lan"], passkeys(place), place.clock.now()
    asker = Asker("a" * 32, ADDRESS)
    made = SoftAuthenticator().create(service.creation_options(subject, "Lan", "rp", asker, now))
    found = at_once([partial(service.register, subject, "x", made, asker, now)] * 8)
    assert sum(isinstance(each, Refused) for each in found) == 7, found
    with place.db.read() as session:
        assert len(store.of(session, subject)) == 1


def test_removed_while_it_signs_in(place: Place, browser: Browser) -> None:
    """Removed between the reading and the counting, it does not sign in."""
    registered(browser)
    with place.db.begin() as session:
        (known,) = store.of(session, place.subjects["lan"])
        assert store.remove(session, known.id, known.subject, place.clock.now())
        assert not store.used(session, known.id, (known.sign_count, 9), False, place.clock.now())
