"""What comes next for an authorization request (OpenID Connect Core 3.1.2.1 to 3.1.2.4 and 5.5.1.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from idp.oauth import errors
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.interaction import Approve, AskConsent, ChooseAccount, ChooseActing, SignIn, Situation, next_step
from idp.oauth.requested_acr import AcrWish
from idp.sessions import Authentication
from tests.conftest import NOW

ONE, TWO, THREE = (f"urn:vn-mock:loa:{number}" for number in (1, 2, 3))
EARLIER, LATER = NOW - timedelta(minutes=10), NOW + timedelta(seconds=20)


def request(**changes: Any) -> AuthorizationRequest:
    return replace(AuthorizationRequest("rp", "https://rp.example/cb", frozenset({"openid"})), **changes)


def signed_in(acr: str = TWO, auth_time: Any = EARLIER, **changes: Any) -> Situation:
    """Somebody who has signed in before and consented to all of it."""
    return replace(
        Situation(
            authentication=Authentication("lan", acr, ("pwd",), auth_time),
            sub="sub-lan",
            usable=True,
            consented=True,
            created_at=NOW,
            sign_in_asked_at=None,
            account_chosen=False,
            reachable_acr=(ONE, TWO),
        ),
        **changes,
    )


NOBODY = replace(signed_in(), authentication=None, sub=None, usable=False, consented=False)


def test_nobody_signs_in() -> None:
    """Core 3.1.2.3: the End-User is not already authenticated."""
    assert next_step(request(), NOBODY) == SignIn(None, None)


def test_somebody_who_consented_is_answered() -> None:
    """Single sign-on: nothing is left to ask."""
    assert next_step(request(), signed_in()) == Approve(TWO)


def test_somebody_who_did_not_consent_is_asked() -> None:
    """Core 3.1.2.4."""
    assert next_step(request(), signed_in(consented=False)) == AskConsent()


def test_prompt_consent_asks_again() -> None:
    """Core 3.1.2.1: prompt=consent."""
    assert next_step(request(prompt=frozenset({"consent"})), signed_in()) == AskConsent()


def test_prompt_login_asks_for_a_new_sign_in_and_takes_no_older_one() -> None:
    """Core 3.1.2.3: MUST reauthenticate even if already authenticated."""
    login = request(prompt=frozenset({"login"}))
    assert next_step(login, signed_in()) == SignIn(None, NOW)
    assert next_step(login, signed_in(sign_in_asked_at=NOW)) == SignIn(None, NOW)
    assert next_step(login, signed_in(auth_time=LATER, sign_in_asked_at=NOW)) == Approve(TWO)


def test_max_age_zero_is_prompt_login() -> None:
    """Core 3.1.2.1: max_age=0 is equivalent to prompt=login."""
    assert next_step(request(max_age=0), signed_in(auth_time=NOW)) == SignIn(None, NOW)


def test_max_age_is_counted_from_when_the_request_came() -> None:
    """A sign-in young enough then does not grow too old while the person decides."""
    assert next_step(request(max_age=600), signed_in()) == Approve(TWO)
    assert next_step(request(max_age=599), signed_in()) == SignIn(None, NOW)


def test_prompt_select_account_asks_once() -> None:
    """Core 3.1.2.1: prompt=select_account."""
    select = request(prompt=frozenset({"select_account"}))
    assert next_step(select, signed_in()) == ChooseAccount()
    assert next_step(select, signed_in(account_chosen=True)) == Approve(TWO)
    assert next_step(select, NOBODY) == SignIn(None, None)


@pytest.mark.parametrize(
    ("asked", "situation", "error"),
    [
        ({}, NOBODY, errors.LoginRequiredError),
        ({}, signed_in(usable=False), errors.LoginRequiredError),
        ({}, signed_in(consented=False), errors.ConsentRequiredError),
        ({"max_age": 5}, signed_in(), errors.LoginRequiredError),
        ({"max_age": 0}, signed_in(), errors.LoginRequiredError),
        ({"acr": AcrWish((TWO,), essential=True)}, signed_in(ONE), errors.LoginRequiredError),
        ({"acr": AcrWish((THREE,), essential=True)}, signed_in(), errors.UnmetAuthenticationRequirementsError),
        ({"subs": frozenset({"sub-minh"})}, signed_in(), errors.LoginRequiredError),
    ],
)
def test_prompt_none_never_shows_a_page(asked: dict[str, Any], situation: Situation, error: type) -> None:
    """Core 3.1.2.1: MUST NOT display any pages; the error tells what would have been needed."""
    with pytest.raises(error):
        next_step(request(prompt=frozenset({"none"}), **asked), situation)


def test_prompt_none_answers_where_nothing_is_left_to_ask() -> None:
    """A voluntary level that is not there does not stand in the way."""
    silent = request(prompt=frozenset({"none"}), acr=AcrWish((TWO,)))
    assert next_step(silent, signed_in(ONE)) == Approve(ONE)


def test_an_essential_level_is_stepped_up_to() -> None:
    """Core 5.5.1.1: the server MAY ask to re-authenticate with additional factors."""
    assert next_step(request(acr=AcrWish((TWO,), essential=True)), signed_in(ONE)) == SignIn(TWO, None)


def test_an_essential_level_that_was_not_reached_is_a_refusal() -> None:
    """unmet_authentication_requirements, never less than was asked for."""
    wanted = request(acr=AcrWish((TWO,), essential=True))
    with pytest.raises(errors.UnmetAuthenticationRequirementsError):
        next_step(wanted, signed_in(ONE, auth_time=LATER, sign_in_asked_at=NOW))


@pytest.mark.parametrize("values", [(THREE,), ("urn:other:gold",), ("LOA2",)])
def test_an_essential_level_nobody_can_reach_is_refused_at_once(values: tuple[str, ...]) -> None:
    """Before anybody is asked to sign in."""
    with pytest.raises(errors.UnmetAuthenticationRequirementsError):
        next_step(request(acr=AcrWish(values, essential=True)), NOBODY)


def test_a_voluntary_level_is_tried_once_and_then_let_be() -> None:
    """Core 5.5.1.1: not essential, so the session's current acr is answered."""
    wanted = request(acr=AcrWish((THREE, TWO)))
    assert next_step(wanted, signed_in(ONE)) == SignIn(TWO, None)
    assert next_step(wanted, signed_in(ONE, auth_time=LATER, sign_in_asked_at=NOW)) == Approve(ONE)
    assert next_step(request(acr=AcrWish((THREE,))), signed_in(ONE)) == Approve(ONE)


def test_the_answer_carries_the_value_asked_for() -> None:
    """Core 5.5.1.1: an acr that matches one of the requested values, alias or not, in order of preference."""
    assert next_step(request(acr=AcrWish(("LoA1",), essential=True)), signed_in(TWO)) == Approve("LoA1")
    assert next_step(request(acr=AcrWish(("LoA2", ONE))), signed_in(TWO)) == Approve("LoA2")
    assert next_step(request(acr=AcrWish((TWO, ONE), essential=True)), signed_in(ONE)) == Approve(ONE)


def test_another_person_is_asked_to_sign_in_and_then_refused() -> None:
    """Core 3.1.2.2, rule 4: MUST NOT reply for a different user, even with an active session."""
    wanted = request(subs=frozenset({"sub-minh"}))
    assert next_step(wanted, signed_in()) == SignIn(None, NOW)
    with pytest.raises(errors.LoginRequiredError):
        next_step(wanted, signed_in(auth_time=LATER, sign_in_asked_at=NOW))
    assert next_step(wanted, signed_in(sub="sub-minh")) == Approve(TWO)


def test_contradicting_persons_are_nobody() -> None:
    """A hint for one and a claim for another can never be met."""
    with pytest.raises(errors.LoginRequiredError):
        next_step(request(subs=frozenset()), signed_in())


def test_a_locked_account_is_refused_after_its_sign_in() -> None:
    """The sign-in page says why; the service is told no more than access_denied."""
    assert next_step(request(), signed_in(usable=False)) == SignIn(None, None)
    with pytest.raises(errors.AccessDeniedError):
        next_step(request(), signed_in(usable=False, auth_time=LATER, sign_in_asked_at=NOW))


def test_what_this_person_cannot_reach_is_told_her_once() -> None:
    """The sign-in page says which means it would take; coming back from it, the client is told."""
    wanted = request(acr=AcrWish((TWO,), essential=True))
    alone = {"own_acr": (ONE,)}
    assert next_step(wanted, signed_in(ONE, **alone)) == SignIn(TWO, None)
    with pytest.raises(errors.UnmetAuthenticationRequirementsError):
        next_step(wanted, signed_in(ONE, sign_in_asked_at=LATER, **alone))
    with pytest.raises(errors.UnmetAuthenticationRequirementsError):
        next_step(request(acr=wanted.acr, prompt=frozenset({"none"})), signed_in(ONE, **alone))


def test_a_voluntary_level_beyond_this_person_is_let_be() -> None:
    """Core 5.5.1.1; she is not troubled with what she does not have."""
    assert next_step(request(acr=AcrWish((TWO,))), signed_in(ONE, own_acr=(ONE,))) == Approve(ONE)


@pytest.mark.parametrize(("essential", "then"), [(True, SignIn(TWO, None)), (False, Approve(ONE))])
def test_the_next_wish_that_this_person_can_reach(essential: bool, then: SignIn | Approve) -> None:
    """In order of preference, within her means; whoever came back without the first has left a mere wish."""
    wanted = request(acr=AcrWish((THREE, TWO), essential=essential))
    everything = {"reachable_acr": (ONE, TWO, THREE), "own_acr": (ONE, TWO)}
    assert next_step(wanted, signed_in(ONE, **everything)) == SignIn(TWO, None)
    came_back = signed_in(ONE, auth_time=LATER, sign_in_asked_at=NOW, **everything)
    assert next_step(wanted, came_back) == then


@pytest.mark.parametrize(
    ("wish", "level", "instead"),
    [
        (AcrWish((THREE, ONE), essential=True), THREE, (ONE,)),
        (AcrWish(("LoA3", "LoA2"), essential=True), THREE, (TWO,)),
        (AcrWish((THREE,), essential=True), THREE, ()),
        (AcrWish(("urn:other", THREE)), THREE, (ONE,)),
        (AcrWish((THREE, TWO)), THREE, (TWO, ONE)),
    ],
)
def test_the_levels_that_will_do_instead(wish: AcrWish, level: str, instead: tuple[str, ...]) -> None:
    """RFC 9470 3, Core 5.5.1.1: another value asked for, and of a mere wish any sign-in."""
    assert wish.instead_of(level) == instead


TWO_SELVES = {"acting_subs": frozenset({"sub-lan", "sub-lan-company"})}


def test_who_may_act_for_an_organisation_is_asked_as_whom() -> None:
    """Of every request anew, after what proves who she is and before consent."""
    assert next_step(request(), signed_in(**TWO_SELVES)) == ChooseActing()
    assert next_step(request(), signed_in(**TWO_SELVES, consented=False)) == ChooseActing()
    assert next_step(request(), signed_in(**TWO_SELVES, acting_sub="sub-lan")) == Approve(TWO)
    assert next_step(request(acr=AcrWish((TWO,), True)), signed_in(ONE, **TWO_SELVES)) == SignIn(TWO, None)


def test_a_choice_holds_only_while_she_is_whom_she_chose_to_be() -> None:
    """Another window has switched since, or another person has signed in."""
    assert next_step(request(), signed_in(**TWO_SELVES, acting_sub="sub-lan-company")) == ChooseActing()


def test_silence_makes_no_choice() -> None:
    """Core 3.1.2.6: account_selection_required; unless an ID Token names the one she is now."""
    silent, company = frozenset({"none"}), frozenset({"sub-lan-company"})
    with pytest.raises(errors.AccountSelectionRequiredError):
        next_step(request(prompt=silent), signed_in(**TWO_SELVES))
    with pytest.raises(errors.AccountSelectionRequiredError):
        next_step(request(prompt=silent, subs=company), signed_in(**TWO_SELVES))
    named = request(prompt=silent, subs=frozenset({"sub-lan"}))
    assert next_step(named, signed_in(**TWO_SELVES)) == Approve(TWO)


def test_the_person_is_right_where_one_of_her_selves_is() -> None:
    """An ID Token of the company's session asks for the choice, not for another sign-in."""
    hinted = request(subs=frozenset({"sub-lan-company"}))
    assert next_step(hinted, signed_in(**TWO_SELVES)) == ChooseActing()
    assert isinstance(next_step(hinted, signed_in()), SignIn)
