"""What a person sees of an authorization request: sign-in, account choice, consent (Core 3.1.2.3 and 3.1.2.4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from idp import refusal_log
from idp.oauth import authorization, claims, redirect_uris
from idp.oauth.authorization import Ask, Browser
from idp.oauth.authorization_response import Answered
from idp.oauth.endpoints.authorization_answer import deliver
from idp.oauth.endpoints.binding import browser_secret
from idp.oauth.endpoints.consent_page import render_consent
from idp.oauth.interaction import ChooseAccount, ChooseActing, NotAdmitted, SignIn
from idp.oauth.pending import PendingNotFound
from idp.oauth.ports import OAuthServices
from idp.sessions import SignInRequest


def proceed(services: OAuthServices) -> Response:
    """GET /authorize/continue: the next thing to ask, or the answer."""
    request_id = request.args.get("request", "")
    return go_on(services, lambda _session: request_id)


def go_on(services: OAuthServices, find: Callable[[Session], str]) -> Response:
    """As far as the request goes without the person. `find` gives its id, in the transaction that takes it on."""
    browser, now = _browser(services), services.clock.now()

    def advance(session: Session) -> Answered | Ask:
        return authorization.advance(services, session, find(session), browser, now)

    return _respond(services, browser, advance)


def decide(services: OAuthServices) -> Response:
    """POST /authorize/consent: the person approves what she was shown, or refuses."""
    browser, form, now = _browser(services), request.form, services.clock.now()
    request_id = form.get("request", "")

    def answer(session: Session) -> Answered | Ask:
        if form.get("decision") == "approve":
            shown = form.get("shown", "")
            return authorization.consented(services, session, request_id, browser, shown, now)
        return authorization.refused(services, session, request_id, browser, now)

    return _respond(services, browser, answer)


def cancel(services: OAuthServices) -> Response:
    """GET /authorize/cancel: the person gave up at the sign-in page."""
    browser, request_id, now = _browser(services), request.args.get("request", ""), services.clock.now()

    def refuse(session: Session) -> Answered:
        return authorization.refused(services, session, request_id, browser, now)

    return _respond(services, browser, refuse)


def choose_account(services: OAuthServices) -> Response:
    """POST /authorize/account: go on as the person signed in, or sign in as another."""
    browser, request_id = _browser(services), request.form.get("request", "")
    try:
        with services.db.begin() as session:
            authorization.account_chosen(session, request_id, browser, services.clock.now())
    except PendingNotFound:
        return _gone(services)
    if request.form.get("account") != "present":
        services.web.end_session()
    return services.web.redirect(url_for("oauth_pages.proceed", request=request_id))


def choose_acting(services: OAuthServices) -> Response:
    """POST /authorize/acting: go on as herself, or for an organisation that she may act for."""
    browser, form, now = _browser(services), request.form, services.clock.now()
    request_id = form.get("request", "")
    try:
        with services.db.begin() as session:
            choice = authorization.acting_chosen(services, session, request_id, browser, form.get("acting", ""), now)
    except PendingNotFound:
        return _gone(services)
    present = browser.authentication
    if choice is not None and present is not None and choice.subject != present.acting_for:
        services.web.act_for(choice.subject)
    return services.web.redirect(url_for("oauth_pages.proceed", request=request_id))


def _browser(services: OAuthServices) -> Browser:
    web = services.web
    return Browser(browser_secret(web), web.existing_session(), web.language())


def _respond(services: OAuthServices, browser: Browser, act: Callable[[Session], Answered | Ask]) -> Response:
    """Act in its own transaction, which is over before any page is made."""
    try:
        with services.db.begin() as session:
            outcome = act(session)
            if isinstance(outcome, Ask) and isinstance(outcome.step, SignIn):
                return _sign_in(services, session, browser, outcome, outcome.step)
    except PendingNotFound:
        return _gone(services)
    if isinstance(outcome, Answered):
        return deliver(services, outcome)
    if isinstance(outcome.step, ChooseAccount):
        return services.web.render(
            "oauth/choose_account.html",
            request_id=outcome.pending.id,
            service=outcome.client.name(browser.lang),
            form_targets=_targets(outcome),
        )
    if isinstance(outcome.step, ChooseActing):
        return _choose_acting(services, outcome, browser)
    if isinstance(outcome.step, NotAdmitted):
        return _not_admitted(services, outcome, browser)
    return render_consent(services, outcome, browser, _targets(outcome))


def _choose_acting(services: OAuthServices, ask: Ask, browser: Browser) -> Response:
    return services.web.render(
        "oauth/choose_acting.html",
        request_id=ask.pending.id,
        service=ask.client.name(browser.lang),
        choices=ask.choices,
        form_targets=_targets(ask),
    )


def _not_admitted(services: OAuthServices, ask: Ask, browser: Browser) -> Response:
    """Before any consent: what she has, what the service takes, and the way back to it."""
    return services.web.render(
        "oauth/not_admitted.html",
        HTTPStatus.FORBIDDEN,
        request_id=ask.pending.id,
        service=ask.client.name(browser.lang),
        levels=sorted(ask.client.identity_levels),
        form_targets=_targets(ask),
    )


def _sign_in(services: OAuthServices, session: Session, browser: Browser, ask: Ask, step: SignIn) -> Response:
    request_id, asked, address = ask.pending.id, ask.pending.request, services.web.address
    proceed = address("oauth_pages.proceed", request=request_id)
    return services.web.ask_sign_in_of(
        session,
        browser.session,
        SignInRequest(
            return_to=proceed,
            service_name=ask.client.name(services.web.language()),
            acr=step.acr,
            login_hint=ask.pending.request.login_hint,
            not_before=step.not_before,
            form_targets=_targets(ask),
            cancel_to=address("oauth_pages.cancel", request=request_id),
            unmet_to=proceed,
            create=step.create,
            acr_else=asked.acr.instead_of(step.acr) if step.acr else (),
            scopes=tuple(sorted(asked.scopes - {"openid"})),
            claims=claims.asked_by_name(asked.scopes, asked.claims, ask.client.scopes),
        ),
    )


def _targets(ask: Ask) -> tuple[str, ...]:
    return (redirect_uris.origin(ask.pending.request.redirect_uri),)


def _gone(services: OAuthServices) -> Response:
    reference = secrets.token_hex(4)
    refusal_log.failed("the sign-in request is answered, over, or of another browser")
    refusal_log.referred(reference)
    return services.web.problem(HTTPStatus.BAD_REQUEST, "oauth.request_gone", reference=reference)
