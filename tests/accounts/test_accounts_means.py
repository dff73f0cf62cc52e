"""What can be reached follows from the means alone, and each step leads exactly there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from accounts_place import Browser, Place
from hypothesis import given
from hypothesis import strategies as st
from passkey_steps import registered

from idp import acr
from idp.accounts import means, sign_in
from idp.accounts.means import AMR, FIRST, OFFERED, Means, missing, reachable
from idp.accounts.sign_in import Step, next_step
from idp.sessions import SignInRequest

ONE, TWO, THREE = acr.ACR_VALUES
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SOME = st.frozensets(st.sampled_from(list(Means)))
METHODS = st.frozensets(st.sampled_from(sorted(acr.METHODS)), min_size=1)


@pytest.mark.parametrize(
    ("has", "levels"),
    [
        (set(), ()),
        ({Means.PASSCODE, Means.ONE_TIME_CODE}, ()),
        ({Means.PASSWORD}, (ONE,)),
        ({Means.PASSWORD, Means.PASSCODE}, (ONE, TWO)),
        ({Means.PASSWORD, Means.PASSCODE, Means.ONE_TIME_CODE}, (ONE, TWO)),
        ({Means.PASSKEY}, (ONE, TWO, THREE)),
        ({Means.PHONE}, (ONE, TWO, THREE)),
        (OFFERED, (ONE, TWO, THREE)),
    ],
)
def test_what_these_means_reach(has: set[Means], levels: tuple[str, ...]) -> None:
    """A passcode confirms, but tells nobody who is there; a passkey or a phone is enough by itself."""
    assert reachable(has) == levels


@pytest.mark.parametrize(
    ("amr", "wanted", "asked"),
    [
        (("pwd",), TWO, (Means.PASSCODE, Means.ONE_TIME_CODE, Means.PASSKEY, Means.PHONE)),
        (("pwd",), THREE, (Means.PASSKEY, Means.PHONE)),
        (("pwd", "pin"), THREE, (Means.PASSKEY, Means.PHONE)),
        (("pwd", "otp", "mfa"), THREE, (Means.PASSKEY, Means.PHONE)),
        (("pwd",), "LoA2", (Means.PASSCODE, Means.ONE_TIME_CODE, Means.PASSKEY, Means.PHONE)),
        (("pwd",), "urn:other", ()),
    ],
)
def test_exactly_what_is_missing(amr: tuple[str, ...], wanted: str, asked: tuple[Means, ...]) -> None:
    """Neither what was proven nor what would not reach the level."""
    assert missing(OFFERED, amr, wanted) == asked


@given(SOME, st.sampled_from(sorted(FIRST)), st.sampled_from(acr.ACR_VALUES))
def test_one_more_step_reaches_what_can_be_reached(has: frozenset[Means], first: Means, wanted: str) -> None:
    """So nobody is sent round: whoever is asked for a level within her means is there, or is offered the step."""
    has |= {first}
    there = acr.satisfies(acr.achieved(AMR[first]), wanted)
    assert (wanted in reachable(has)) == (there or bool(missing(has, AMR[first], wanted)))


@given(SOME, METHODS, st.sampled_from(acr.ACR_VALUES))
def test_each_that_is_asked_for_reaches_the_level(has: frozenset[Means], amr: frozenset[str], wanted: str) -> None:
    """By itself, and only of those she has."""
    for one in missing(has, amr, wanted):
        assert one in has
        assert acr.satisfies(acr.achieved({*amr, *AMR[one]}), wanted)


@given(SOME, st.sampled_from(acr.ACR_VALUES))
def test_what_is_reachable_is_one_step_from_the_first(has: frozenset[Means], wanted: str) -> None:
    """Reachable means: some first means reaches it, or one more does; unreachable: no way round leads there."""
    starts = [AMR[one] for one in has & FIRST]
    led = any(acr.satisfies(acr.achieved(amr), wanted) or missing(has, amr, wanted) for amr in starts)
    assert led is (wanted in reachable(has))


@given(METHODS, METHODS, st.sampled_from([*acr.ACR_VALUES, "LoA1", "LoA3", "urn:other", None]))
def test_a_session_is_never_passed_off(amr: frozenset[str], more: frozenset[str], wanted: str | None) -> None:
    """A step-up gives what its factors reach, keeps the oldest instant, and is done only where the level is there."""
    present = sign_in.fresh("lan", amr, NOW)
    after = sign_in.stepped_up(present, more)
    assert present.acr == acr.achieved(amr)
    assert after.acr == acr.achieved(amr | more)
    assert after.auth_time == present.auth_time
    assert set(after.amr) - {"mfa"} == amr | more
    for session in (present, after):
        step = next_step(SignInRequest("/", acr=wanted), session)
        if wanted == "urn:other":
            assert step is Step.UNREACHABLE
        else:
            assert (step is Step.DONE) is (wanted is None or acr.satisfies(session.acr, wanted))


def test_the_means_of_an_account(place: Place, browser: Browser) -> None:
    """Seen in its secrets, its passkeys and its phones; a removed passkey counts no more."""

    def of(persona: str, **simulated: bool) -> frozenset[Means]:
        with place.db.read() as session:
            return means.of_account(session, place.subjects[persona], **simulated)

    secrets = {Means.PASSWORD, Means.PASSCODE, Means.ONE_TIME_CODE}
    assert of("lan") == secrets
    registered(browser)
    assert of("lan") == secrets | {Means.PASSKEY}
    assert of("minh", simulated_phone=True) >= {Means.PASSWORD, Means.PHONE}
    page = browser.get("/account/passkeys").text
    passkey = page.split("/remove")[0][-32:]
    browser.submit(f"/account/passkeys/{passkey}/remove")
    assert of("lan") == secrets


def test_the_means_of_nobody(place: Place) -> None:
    """An unknown subject has none."""
    with place.db.read() as session:
        assert means.of_account(session, "nobody") == frozenset()
