"""The way of an authorization request from its arrival to its answer (OpenID Connect Core 3.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import (
    authorization_request,
    authorization_response,
    consent,
    id_token,
    pairwise,
    pending,
    store,
    tokens,
)
from idp.oauth.authorization_request import AuthorizationRequest, Parameters
from idp.oauth.consent import Shown
from idp.oauth.errors import AccessDeniedError, InvalidRequestError, OAuth2Error
from idp.oauth.interaction import Approve, AskConsent, ChooseAccount, SignIn, Situation, next_step
from idp.oauth.models import Client
from idp.oauth.pending import Pending, PendingNotFound
from idp.oauth.ports import OAuthServices
from idp.sessions import Authentication, BrowserSession


@dataclass(frozen=True)
class Answered:
    """The request is answered: the browser goes back to the client."""

    location: str


@dataclass(frozen=True)
class Ask:
    """Something is to be asked first; `page` is what the consent page shows, where that is the step."""

    pending: Pending
    client: Client
    step: SignIn | ChooseAccount | AskConsent
    page: Shown | None = None


@dataclass(frozen=True)
class Browser:
    """The browser at the other end: its binding secret, its session if it has one, and the page's language."""

    secret: str
    session: BrowserSession | None
    lang: str

    @property
    def authentication(self) -> Authentication | None:
        return self.session.authentication if self.session else None


def start(
    services: OAuthServices, session: Session, parameters: Parameters, browser: str | None, now: datetime
) -> Answered | str:
    """Check and keep a request; returns the id it goes on by, or the error answer.

    Raises ServerPageError where the client or its redirect URI is not proven.
    """
    client, redirect_uri = authorization_request.identify(parameters, lambda wanted: store.client(session, wanted))
    try:
        request = authorization_request.parse(
            parameters, client, redirect_uri, lambda hint: _sub_of_hint(services, client, hint)
        )
    except OAuth2Error as error:
        state = authorization_request.state_of(parameters)
        return Answered(authorization_response.failure(services.issuer, redirect_uri, state, error))
    return pending.keep(session, request, browser, now)


def advance(
    services: OAuthServices, session: Session, request_id: str, browser: Browser, now: datetime
) -> Answered | Ask:
    """Take the request as far as it goes without the person. Raises PendingNotFound."""
    waiting, client = _load(session, request_id, browser, now)
    try:
        step = next_step(waiting.request, _situation(services, session, waiting, client, browser, now))
    except OAuth2Error as error:
        return _refuse(services, session, waiting, error, now)
    if isinstance(step, Approve):
        return _approve(services, session, waiting, browser, step.acr, now)
    if isinstance(step, SignIn):
        pending.note_sign_in(session, waiting.id, now)
    page = _page(services, session, waiting.request, client, browser) if isinstance(step, AskConsent) else None
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
        return _refuse(services, session, waiting, error, now)
    authentication = browser.authentication
    if not isinstance(step, AskConsent | Approve) or authentication is None:
        return advance(services, session, request_id, browser, now)
    page = _page(services, session, waiting.request, client, browser)
    if page.hash != shown_hash:
        return advance(services, session, request_id, browser, now)
    receipt = consent.give(session, client, waiting.request, page, browser.lang, now)
    details = {"receipt": receipt.id, "scope": receipt.scope, "claims": receipt.claims}
    _record(services, session, "oauth.consent_given", waiting, authentication.subject, details, now)
    return _approve(services, session, waiting, browser, waiting.request.acr.answer(authentication.acr), now)


def refused(services: OAuthServices, session: Session, request_id: str, browser: Browser, now: datetime) -> Answered:
    """The person refuses, or gives up on the way. Raises PendingNotFound."""
    waiting, _ = _load(session, request_id, browser, now)
    subject = browser.authentication.subject if browser.authentication else None
    _record(services, session, "oauth.refused", waiting, subject, {}, now)
    return _refuse(services, session, waiting, AccessDeniedError("The person refused."), now)


def account_chosen(session: Session, request_id: str, browser: Browser, now: datetime) -> None:
    """The person has said as whom she goes on. Raises PendingNotFound."""
    waiting, _ = _load(session, request_id, browser, now)
    pending.note_account_chosen(session, waiting.id)


def _load(session: Session, request_id: str, browser: Browser, now: datetime) -> tuple[Pending, Client]:
    waiting = pending.load(session, request_id, browser.secret, now)
    client = store.client(session, waiting.request.client_id)
    if client is None:
        raise PendingNotFound
    return waiting, client


def _situation(
    services: OAuthServices, session: Session, waiting: Pending, client: Client, browser: Browser, now: datetime
) -> Situation:
    who = browser.authentication
    salt, sector = services.pairwise_salt, client.sector_identifier
    return Situation(
        authentication=who,
        sub=pairwise.subject_identifier(salt, sector, who.subject) if who else None,
        usable=who is not None and services.subjects.may_use(session, who.subject, now),
        consented=who is not None and consent.covered(session, client, waiting.request, who.subject, now),
        created_at=waiting.created_at,
        sign_in_asked_at=waiting.sign_in_asked_at,
        account_chosen=waiting.account_chosen,
        reachable_acr=services.reachable_acr,
    )


def _page(
    services: OAuthServices, session: Session, request: AuthorizationRequest, client: Client, browser: Browser
) -> Shown:
    assert browser.authentication is not None  # noqa: S101 - consent is asked of somebody signed in
    subject = browser.authentication.subject
    known = services.subjects.claims(session, subject) or {}
    return consent.shown(client, request, subject, known, browser.lang)


def _approve(
    services: OAuthServices, session: Session, waiting: Pending, browser: Browser, acr: str, now: datetime
) -> Answered:
    assert browser.session is not None  # noqa: S101 - approval is by somebody signed in
    who = browser.session.authentication
    assert who is not None  # noqa: S101
    pending.answer(session, waiting.id, now)
    code = tokens.issue_code(session, waiting.request, who, browser.session.id, acr, now)
    details = {"scope": " ".join(sorted(waiting.request.scopes)), "acr": acr}
    _record(services, session, "oauth.code_issued", waiting, who.subject, details, now)
    request = waiting.request
    return Answered(authorization_response.success(services.issuer, request.redirect_uri, request.state, code))


def _refuse(
    services: OAuthServices, session: Session, waiting: Pending, error: OAuth2Error, now: datetime
) -> Answered:
    pending.answer(session, waiting.id, now)
    request = waiting.request
    return Answered(authorization_response.failure(services.issuer, request.redirect_uri, request.state, error))


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


def _sub_of_hint(services: OAuthServices, client: Client, token: str) -> str:
    try:
        hint = id_token.read_hint(services.keys, services.issuer, token)
    except id_token.HintError as error:
        raise InvalidRequestError("The id_token_hint was not issued by this provider.") from error
    if hint.aud != client.client_id:
        raise InvalidRequestError("The id_token_hint was not issued to this client.")
    return hint.sub
