"""The way of an authorization request from its arrival to its answer (OpenID Connect Core 3.1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import (
    acting,
    authorization_response,
    consent,
    cross_device,
    identity_levels,
    pending,
    store,
    tokens,
)
from idp.oauth.acting import Choice
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.authorization_response import Answered, Destination
from idp.oauth.consent import Shown
from idp.oauth.errors import AccessDeniedError, OAuth2Error
from idp.oauth.interaction import (
    OTHER_LEVEL,
    Approve,
    AskConsent,
    ChooseAccount,
    ChooseActing,
    NotAdmitted,
    SignIn,
    Situation,
    next_step,
)
from idp.oauth.models import Client
from idp.oauth.pending import Pending, PendingNotFound
from idp.oauth.ports import OAuthServices
from idp.sessions import Authentication, BrowserSession


@dataclass(frozen=True)
class Ask:
    """Something is to be asked first; `page` is what the consent page shows, where that is the step.

    `choices`: as whom she may go on, where that is.
    """

    pending: Pending
    client: Client
    step: SignIn | ChooseAccount | ChooseActing | NotAdmitted | AskConsent
    page: Shown | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Browser:
    """The browser at the other end: its binding secret, its session if it has one, and the page's language."""

    secret: str
    session: BrowserSession | None
    lang: str

    @property
    def authentication(self) -> Authentication | None:
        return self.session.authentication if self.session else None


def advance(
    services: OAuthServices, session: Session, request_id: str, browser: Browser, now: datetime
) -> Answered | Ask:
    """Take the request as far as it goes without the person. Raises PendingNotFound."""
    waiting, client = _load(session, request_id, browser, now)
    try:
        step = next_step(waiting.request, _situation(services, session, waiting, client, browser, now))
    except OAuth2Error as error:
        return _refuse(session, waiting, client, error, now)
    if isinstance(step, ChooseActing):
        return Ask(waiting, client, step, choices=_choices(services, session, waiting, client, browser, now))
    if isinstance(step, Approve):
        return _approve(services, session, waiting, client, browser, step.acr, now)
    if isinstance(step, SignIn):
        pending.note_sign_in(session, waiting.id, now)
    asking = isinstance(step, AskConsent)
    page = _page(services, session, waiting.request, client, browser, now) if asking else None
    return Ask(waiting, client, step, page)


def consented(
    services: OAuthServices, session: Session, request_id: str, browser: Browser, shown_hash: str, now: datetime
) -> Answered | Ask:
    """The person approves what the page of `shown_hash` showed. Raises PendingNotFound.

    Where that is no longer what would be shown (or she must sign in again), nothing is given: it is asked anew.
    """
    waiting, client = _load(session, request_id, browser, now)
    try:
        step = next_step(waiting.request, _situation(services, session, waiting, client, browser, now))
    except OAuth2Error as error:
        return _refuse(session, waiting, client, error, now)
    authentication = browser.authentication
    if not isinstance(step, AskConsent | Approve) or authentication is None:
        return advance(services, session, request_id, browser, now)
    page = _page(services, session, waiting.request, client, browser, now)
    if page.hash != shown_hash:
        return advance(services, session, request_id, browser, now)
    receipt = consent.give(session, client, waiting.request, page, browser.lang, now)
    details = {"receipt": receipt.id, "scope": receipt.scope, "claims": receipt.claims}
    _record(services, session, "oauth.consent_given", waiting, authentication.subject, details, now)
    acr = waiting.request.acr.answer(authentication.acr)
    return _approve(services, session, waiting, client, browser, acr, now)


def refused(services: OAuthServices, session: Session, request_id: str, browser: Browser, now: datetime) -> Answered:
    """The person refuses, or gives up on the way. Raises PendingNotFound."""
    waiting, client = _load(session, request_id, browser, now)
    subject = browser.authentication.subject if browser.authentication else None
    admitted = subject is None or identity_levels.admits(services, session, client, subject)
    details = {} if admitted else {"reason": "identity_level"}
    _record(services, session, "oauth.refused", waiting, subject, details, now)
    error = AccessDeniedError("The person refused." if admitted else OTHER_LEVEL)
    return _refuse(session, waiting, client, error, now)


def account_chosen(session: Session, request_id: str, browser: Browser, now: datetime) -> None:
    """The person has said as whom she goes on. Raises PendingNotFound."""
    waiting, _ = _load(session, request_id, browser, now)
    pending.note_account_chosen(session, waiting.id)


def acting_chosen(
    services: OAuthServices, session: Session, request_id: str, browser: Browser, key: str, now: datetime
) -> Choice | None:
    """She goes on as herself or for an organisation; None where that is not hers to choose.

    Raises PendingNotFound.
    """
    waiting, client = _load(session, request_id, browser, now)
    offered = _choices(services, session, waiting, client, browser, now)
    choice = next((one for one in offered if one.key == key), None)
    who = browser.authentication
    if choice is not None and who is not None:
        store.note_acting(session, waiting.id, choice.sub)
        if choice.subject != who.acting_for:
            one = choice.organisation
            event = "organisation.acting_begun" if one else "organisation.acting_ended"
            details = {"organisation": one.number, "role": one.role} if one else {"reason": "own_wish"}
            _record(services, session, event, waiting, who.subject, details, now)
    return choice


def _load(session: Session, request_id: str, browser: Browser, now: datetime) -> tuple[Pending, Client]:
    waiting = pending.load(session, request_id, browser.secret, now)
    client = store.client(session, waiting.request.client_id)
    if client is None:
        raise PendingNotFound
    amr = browser.authentication.amr if browser.authentication else ()
    return replace(waiting, request=cross_device.narrowed(waiting.request, amr)), client


def _situation(
    services: OAuthServices, session: Session, waiting: Pending, client: Client, browser: Browser, now: datetime
) -> Situation:
    who = browser.authentication
    sub = acting.sub(services, client, who.subject, who.acting_for) if who else None
    subs = frozenset(choice.sub for choice in _choices(services, session, waiting, client, browser, now))
    return Situation(
        authentication=who,
        sub=sub,
        usable=who is not None and _usable(services, session, who, now),
        consented=who is not None
        and consent.covered(session, client, waiting.request, who.subject, who.acting_for, now),
        created_at=waiting.created_at,
        sign_in_asked_at=waiting.sign_in_asked_at,
        account_chosen=waiting.account_chosen,
        reachable_acr=services.reachable_acr,
        admitted=who is None or identity_levels.admits(services, session, client, who.subject),
        own_acr=_own_acr(services, session, waiting, who),
        acting_sub=waiting.acting_sub,
        acting_subs=frozenset() if subs == {sub} else subs,  # where she is already the only one: no choice
    )


def _own_acr(
    services: OAuthServices, session: Session, waiting: Pending, who: Authentication | None
) -> Sequence[str] | None:
    """What this person can reach: it matters only where a level is asked for."""
    if who is None or services.reachable_by is None or not waiting.request.acr.values:
        return None
    return services.reachable_by(session, who.subject)


def _usable(services: OAuthServices, session: Session, who: Authentication, now: datetime) -> bool:
    if not services.subjects.may_use(session, who.subject, now):
        return False
    found = acting.organisation_of(services, session, who.subject, who.acting_for, now)
    return found is not None or who.acting_for is None


def _choices(
    services: OAuthServices, session: Session, waiting: Pending, client: Client, browser: Browser, now: datetime
) -> tuple[Choice, ...]:
    who = browser.authentication
    return acting.choices(services, session, client, waiting.request, who, now) if who else ()


def _page(
    services: OAuthServices,
    session: Session,
    request: AuthorizationRequest,
    client: Client,
    browser: Browser,
    now: datetime,
) -> Shown:
    who = browser.authentication
    assert who is not None  # noqa: S101 - consent is asked of somebody signed in
    subject = who.subject
    organisation = acting.organisation_of(services, session, subject, who.acting_for, now)
    if organisation is not None:
        return consent.shown_for(client, request, subject, organisation, browser.lang)
    known = services.subjects.claims(session, subject) or {}
    return consent.shown(client, request, subject, known, browser.lang)


def _approve(
    services: OAuthServices,
    session: Session,
    waiting: Pending,
    client: Client,
    browser: Browser,
    acr: str,
    now: datetime,
) -> Answered:
    assert browser.session is not None  # noqa: S101 - approval is by somebody signed in
    who = browser.session.authentication
    assert who is not None  # noqa: S101
    pending.answer(session, waiting, now)
    code = tokens.issue_code(session, waiting.request, who, browser.session.id, acr, now)
    details = {"scope": " ".join(sorted(waiting.request.scopes)), "acr": acr, "acting": who.acting_for is not None}
    _record(services, session, "oauth.code_issued", waiting, who.subject, details, now)
    return authorization_response.success(_destination(waiting, client), code)


def _refuse(session: Session, waiting: Pending, client: Client, error: OAuth2Error, now: datetime) -> Answered:
    pending.answer(session, waiting, now)
    return authorization_response.failure(_destination(waiting, client), error)


def _destination(waiting: Pending, client: Client) -> Destination:
    request = waiting.request
    return Destination(client, request.redirect_uri, request.response_mode, request.state)


def _record(
    services: OAuthServices,
    session: Session,
    event: str,
    waiting: Pending,
    subject: str | None,
    details: Mapping[str, object],
    now: datetime,
) -> None:
    client_id = waiting.request.client_id
    services.audit.record(session, event=event, subject=subject, client_id=client_id, details=details, now=now)
