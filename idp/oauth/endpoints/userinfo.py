"""UserInfo endpoint (OpenID Connect Core 5.3), protected as RFC 6750 says."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, jsonify, request

from idp.oauth import bearer, userinfo
from idp.oauth.endpoints.token import LARGEST
from idp.oauth.errors import OAuth2Error
from idp.oauth.ports import OAuthServices

JWT = "application/jwt"  # Core 5.3.2


def userinfo_endpoint(services: OAuthServices) -> Response:
    request.max_content_length = LARGEST
    posted = request.form.getlist("access_token") if request.method == "POST" else []
    try:
        token = bearer.find(request.headers.get("Authorization"), posted, request.args.getlist("access_token"))
        if token is None:
            return _refused(HTTPStatus.UNAUTHORIZED, None)
        with services.db.read() as session:
            body = userinfo.response(services, session, token, services.clock.now())
    except OAuth2Error as error:
        return _refused(error.status_code, error)
    response = Response(body, mimetype=JWT) if isinstance(body, str) else jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(status: int, error: OAuth2Error | None) -> Response:
    response = jsonify(dict(error.get_body()) if error else {})
    response.status_code = status
    response.headers["WWW-Authenticate"] = bearer.challenge(error, "openid")
    response.headers["Cache-Control"] = "no-store"
    return response
