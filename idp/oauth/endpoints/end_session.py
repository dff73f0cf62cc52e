"""Logout endpoint (RP-Initiated Logout 1.0): by GET or POST, asking first wherever section 2 says so."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request, url_for

from idp import refusal_log
from idp.oauth import frontchannel_logout, logout, redirect_uris
from idp.oauth.endpoints import encoding, frontchannel
from idp.oauth.logout import PARAMETERS, LogoutRequest
from idp.oauth.ports import OAuthServices
from idp.sessions import BrowserSession

#: What the operator's log says of each problem of a logout request (sections 2 and 3).
FAULTS = {
    "repeated": "a parameter is sent more than once",
    "encoding": "a parameter is not UTF-8",
    "encrypted": "the id_token_hint is encrypted, and is to be decrypted first",
    "unnamed": "a post_logout_redirect_uri, and nothing that says whose: send id_token_hint or client_id",
    "hint": "the id_token_hint is not an ID Token of this provider",
    "client": "the client_id is not registered, or not the one that the id_token_hint was issued to",
    "address": "the post_logout_redirect_uri is not registered for the client",
}


def end_session(services: OAuthServices) -> Response:
    """A posted request is repeated by GET: from another site, a POST comes without the session's cookie."""
    web = services.web
    if request.method == "POST":
        if encoding.unreadable():
            return web.redirect(f"{url_for('oauth_api.end_session')}?state=%FF")  # refused there
        given = {name: request.form.getlist(name) for name in PARAMETERS if name in request.form}
        return web.redirect(url_for("oauth_api.end_session", **given))  # type: ignore[arg-type]
    web.prefer_languages(request.args.get("ui_locales", ""))
    asked = _validated(services, request.args.to_dict(flat=False))
    browser = web.existing_session()
    if browser is None or browser.authentication is None:
        return _signed_out(services, asked)
    if logout.must_ask(services, asked, browser):
        return _confirmation(services, asked)
    return _end(services, asked, browser)


def confirm(services: OAuthServices) -> Response:
    """POST /end-session/confirm: the person's own answer. It vouches for the address, if that is registered."""
    web = services.web
    if request.form.get("decision") != "sign-out":
        return web.redirect("/")
    asked = _validated(services, {name: request.form.getlist(name) for name in PARAMETERS})
    browser = web.existing_session()
    return _signed_out(services, asked, confirmed=True) if browser is None else _end(services, asked, browser)


def _validated(services: OAuthServices, parameters: dict[str, list[str]]) -> LogoutRequest:
    if encoding.unreadable():  # state is passed back as it was (section 2), or not at all
        refusal_log.failed(FAULTS["encoding"])
        return LogoutRequest(problem="encoding")
    with services.db.read() as session:
        asked = logout.validate(services, session, parameters)
        session.expunge_all()  # the client outlives the transaction
    if asked.client is not None:
        refusal_log.asked_by(asked.client.client_id, known=True)
    if asked.problem is not None:
        refusal_log.failed(FAULTS[asked.problem])
    return asked


def _confirmation(services: OAuthServices, asked: LogoutRequest) -> Response:
    web = services.web
    return web.render(
        "oauth/confirm_sign_out.html",
        HTTPStatus.BAD_REQUEST if asked.problem else HTTPStatus.OK,
        form_targets=(redirect_uris.origin(asked.return_to),) if asked.return_to else (),
        service=asked.client.name(web.language()) if asked.client else "",
        problem=asked.problem,
        returns=asked.return_to is not None,
        parameters={} if asked.problem else {name: request.args.get(name, "") for name in PARAMETERS},
    )


def _end(services: OAuthServices, asked: LogoutRequest, browser: BrowserSession) -> Response:
    with services.db.begin() as session:
        frames = frontchannel_logout.frames(services, session, browser.id)
        logout.end(services, session, browser, asked.client, services.clock.now())
    services.web.end_session()
    # The page that says so has an address of its own, where its language can be switched.
    return frontchannel.page(services, frames, asked.return_to or url_for("oauth_api.end_session"))


def _signed_out(services: OAuthServices, asked: LogoutRequest, *, confirmed: bool = False) -> Response:
    # Section 3: without an ID Token only somebody's own confirmation makes the address legitimate.
    if asked.return_to is not None and (confirmed or asked.hint is not None):
        return services.web.redirect(asked.return_to)
    status = HTTPStatus.BAD_REQUEST if asked.problem else HTTPStatus.OK
    return services.web.render("oauth/signed_out.html", status, problem=asked.problem)
