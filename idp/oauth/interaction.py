"""What comes next for an authorization request: sign-in, account choice, consent, an answer or a refusal.

OpenID Connect Core 3.1.2.1 to 3.1.2.4 and 5.5.1.1 as one pure function, so that every branch can be seen and tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.errors import (
    AccessDeniedError,
    AccountSelectionRequiredError,
    ConsentRequiredError,
    LoginRequiredError,
    OAuth2Error,
    UnmetAuthenticationRequirementsError,
)
from idp.sessions import Authentication

OTHER_LEVEL = "The client does not take accounts of this identity level."


@dataclass(frozen=True)
class Situation:
    """Everything the decision depends on.

    `sub` is the pairwise identifier of who is signed in (and for whom she acts), `usable` whether that account is
    active, `consented` whether what is asked was consented to before. `reachable_acr` are the levels that anybody
    can reach here, `own_acr` those within this person's own means (None: the same). `sign_in_asked_at`,
    `account_chosen` and `acting_sub` (the `sub` she chose to go on as): how far the request came. `acting_subs` are
    the ones she may choose from, none where there is nothing to choose. `admitted`: whether the client takes
    accounts of her identity level.
    """

    authentication: Authentication | None
    sub: str | None
    usable: bool
    consented: bool
    created_at: datetime
    sign_in_asked_at: datetime | None
    account_chosen: bool
    reachable_acr: Sequence[str]
    own_acr: Sequence[str] | None = None
    acting_sub: str | None = None
    acting_subs: frozenset[str] = frozenset()
    admitted: bool = True


@dataclass(frozen=True)
class SignIn:
    """Ask for a sign-in, at least at `acr` and not before `not_before`; with `create`, for an account first."""

    acr: str | None
    not_before: datetime | None
    create: bool = False


@dataclass(frozen=True)
class ChooseAccount:
    """Ask whether to go on as the person signed in, or as another."""


@dataclass(frozen=True)
class ChooseActing:
    """Ask whether she goes on as herself or for an organisation; asked of every request, and never remembered."""


@dataclass(frozen=True)
class NotAdmitted:
    """Tell her that the client takes accounts of other identity levels only; then it is refused."""


@dataclass(frozen=True)
class AskConsent:
    """Show what is asked for, and let the person decide."""


@dataclass(frozen=True)
class Approve:
    """Nothing is left to ask; the ID Token carries this `acr`."""

    acr: str


Step = SignIn | ChooseAccount | ChooseActing | NotAdmitted | AskConsent | Approve


def next_step(request: AuthorizationRequest, situation: Situation) -> Step:
    """Raises the OAuth2Error to answer with where the request cannot be met."""
    step = (
        _authenticated(request, situation)
        or _chosen(request, situation)
        or _right_person(request, situation)
        or (None if situation.admitted else NotAdmitted())
        or _fresh(request, situation)
        or _strong(request, situation)
        or _acting(request, situation)
    )
    if step is None and _must_ask_consent(request, situation):
        step = AskConsent()
    if step is None:
        assert situation.authentication is not None  # noqa: S101 - _authenticated would have been the step
        return Approve(request.acr.answer(situation.authentication.acr))
    if "none" in request.prompt:  # Core 3.1.2.1: no page may be shown
        raise _silent_error(step)
    return step


def _authenticated(request: AuthorizationRequest, situation: Situation) -> Step | None:
    if request.acr.essential and request.acr.step_up(situation.reachable_acr) is None:
        # Before anybody is troubled: no sign-in here reaches any of the values asked for.
        raise UnmetAuthenticationRequirementsError("No sign-in here reaches a requested acr value.")
    if "create" in request.prompt and situation.sign_in_asked_at is None:
        # Initiating User Registration 1.0 4.1: the account creation experience rather than the login one.
        return replace(_sign_in(request, situation, again=True), create=True)
    if situation.authentication is None:
        return _sign_in(request, situation)
    if not situation.usable:
        if _came_back(situation):
            raise AccessDeniedError("The account cannot be used.")
        return _sign_in(request, situation)
    return None


def _chosen(request: AuthorizationRequest, situation: Situation) -> Step | None:
    wanted = "select_account" in request.prompt and not situation.account_chosen
    return ChooseAccount() if wanted else None


def _right_person(request: AuthorizationRequest, situation: Situation) -> Step | None:
    if request.subs is None or request.subs & {situation.sub, *situation.acting_subs}:
        return None
    if _came_back(situation) or not request.subs:
        raise LoginRequiredError("Another person than the requested one is signed in.")
    return _sign_in(request, situation, again=True)


def _fresh(request: AuthorizationRequest, situation: Situation) -> Step | None:
    """`prompt=login` and `max_age`, counted from when the request came: deciding may take a while."""
    assert situation.authentication is not None  # noqa: S101
    auth_time = situation.authentication.auth_time
    # Core 3.1.2.1: max_age=0 is equivalent to login; whoever made an account shows that it is hers.
    login = bool(request.prompt & {"login", "create"}) or request.max_age == 0
    if login and (situation.sign_in_asked_at is None or auth_time < situation.created_at):
        return _sign_in(request, situation, again=True)
    if request.max_age and auth_time < situation.created_at - timedelta(seconds=request.max_age):
        return _sign_in(request, situation, again=True)
    return None


def _strong(request: AuthorizationRequest, situation: Situation) -> Step | None:
    """Only what is missing is asked for: the sign-in page adds a factor to the session that is there."""
    assert situation.authentication is not None  # noqa: S101
    if not request.acr.values or request.acr.satisfied_by(situation.authentication.acr):
        return None
    first, own = _within_reach(request, situation)
    if not request.acr.essential and situation.sign_in_asked_at is not None:
        return None  # the sign-in page has asked for what she has, and she may go on without
    if own is None or (own == first and _came_back(situation)):
        return _not_reached(request, situation, first)
    if "none" in request.prompt and not request.acr.essential:
        return None
    return SignIn(own, None)


def _within_reach(request: AuthorizationRequest, situation: Situation) -> tuple[str | None, str | None]:
    """The first level asked for that somebody can reach here, and the first that this person can."""
    own = situation.reachable_acr if situation.own_acr is None else situation.own_acr
    return request.acr.step_up(situation.reachable_acr), request.acr.step_up(own)


def _not_reached(request: AuthorizationRequest, situation: Situation, first: str | None) -> Step | None:
    if not request.acr.essential:
        return None  # Core 5.5.1.1: a voluntary wish is answered with the session's own acr
    if situation.sign_in_asked_at is None and first is not None and "none" not in request.prompt:
        return SignIn(first, None)  # the page tells her what means it would take, and leads back
    raise UnmetAuthenticationRequirementsError("The sign-in did not reach a requested acr value.")


def _acting(request: AuthorizationRequest, situation: Situation) -> Step | None:
    """An answer is given only as whom the person has chosen for this very request."""
    if not situation.acting_subs:
        return None
    # A silent request names whom it means by an ID Token, or is told that a choice is needed.
    named = "none" in request.prompt and request.subs is not None and situation.sub in request.subs
    return None if named or situation.acting_sub == situation.sub else ChooseActing()


def _must_ask_consent(request: AuthorizationRequest, situation: Situation) -> bool:
    return "consent" in request.prompt or not situation.consented


def _sign_in(request: AuthorizationRequest, situation: Situation, *, again: bool = False) -> SignIn:
    acr = request.acr.step_up(situation.reachable_acr)
    return SignIn(acr, situation.created_at if again else None)


def _came_back(situation: Situation) -> bool:
    """True where the person has signed in since this request sent her to."""
    asked, present = situation.sign_in_asked_at, situation.authentication
    return asked is not None and present is not None and present.auth_time >= asked


def _silent_error(step: Step) -> OAuth2Error:
    if isinstance(step, NotAdmitted):
        return AccessDeniedError(OTHER_LEVEL)
    if isinstance(step, ChooseActing):
        return AccountSelectionRequiredError("The person must choose for whom she acts.")
    # Of accounts a session has one, and select_account does not go with none.
    if isinstance(step, AskConsent):
        return ConsentRequiredError("The person has not consented to all that is asked for.")
    return LoginRequiredError("The person must sign in for this request.")
