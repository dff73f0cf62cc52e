"""Authorization endpoint (RFC 6749 3.1, OpenID Connect Core 3.1.2): takes the request in, by GET or POST."""

from __future__ import annotations

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from idp.oauth import authorization_start
from idp.oauth.authorization_response import Answered
from idp.oauth.endpoints import authorization_pages, encoding
from idp.oauth.endpoints.authorization_answer import deliver, refuse
from idp.oauth.endpoints.binding import browser_secret
from idp.oauth.errors import ServerPageError
from idp.oauth.ports import OAuthServices


def authorize(services: OAuthServices) -> Response:
    """A posted request goes on where the browser follows: that binds it, and brings the cookies along.

    So does one of somebody who has a session here, and may see a page next: it has an address of its own.
    """
    web = services.web
    posted = request.method == "POST"
    unreadable = encoding.unreadable()
    parameters = (request.form if posted else request.args).to_dict(flat=False)
    web.prefer_languages(" ".join(parameters.get("ui_locales", [])))
    browser, now = None if posted else browser_secret(web), services.clock.now()
    try:
        checked = authorization_start.check(services, parameters, now, unreadable)
    except ServerPageError as error:
        return refuse(services, error)
    if isinstance(checked, Answered):
        return deliver(services, checked)
    web.prefer_languages(checked.request.ui_locales)  # of a request object or a pushed request

    def keep(session: Session) -> str:
        return authorization_start.keep(session, checked, browser, now)

    if not posted and web.existing_session() is None:  # next is the sign-in page, or an answer
        return authorization_pages.go_on(services, keep)
    with services.db.begin() as session:
        kept = keep(session)
    return web.redirect(url_for("oauth_pages.proceed", request=kept))
