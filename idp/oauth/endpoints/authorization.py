"""Authorization endpoint (RFC 6749 3.1, OpenID Connect Core 3.1.2): takes the request in, by GET or POST."""

from __future__ import annotations

from flask import Response, request, url_for

from idp.oauth import authorization_start
from idp.oauth.authorization_response import Answered
from idp.oauth.endpoints.authorization_answer import deliver, refuse
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
        started = authorization_start.start(services, parameters, browser, services.clock.now())
    except ServerPageError as error:
        return refuse(services, error)
    if isinstance(started, Answered):
        return deliver(services, started)
    web.prefer_languages(started.ui_locales)  # of a request object or a pushed request
    return web.redirect(url_for("oauth_pages.proceed", request=started.request_id))
