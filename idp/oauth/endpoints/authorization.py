"""Authorization endpoint (RFC 6749 3.1, OpenID Connect Core 3.1.2): takes the request in, by GET or POST."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request, url_for

from idp.oauth import authorization
from idp.oauth.authorization import Answered
from idp.oauth.endpoints.binding import browser_secret
from idp.oauth.errors import ServerPageError
from idp.oauth.ports import OAuthServices


def authorize(services: OAuthServices) -> Response:
    """Both methods end in the same redirect: a posted request is bound to the browser that follows it."""
    web = services.web
    posted = request.method == "POST"
    parameters = (request.form if posted else request.args).to_dict(flat=False)
    web.prefer_languages(" ".join(parameters.get("ui_locales", [])))
    browser = None if posted else browser_secret(web)
    try:
        with services.db.begin() as session:
            started = authorization.start(services, session, parameters, browser, services.clock.now())
    except ServerPageError as error:
        return web.problem(HTTPStatus.BAD_REQUEST, error.key, code=error.code)
    if isinstance(started, Answered):
        return web.redirect(started.location)
    return web.redirect(url_for("oauth_pages.proceed", request=started))
