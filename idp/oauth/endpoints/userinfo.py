"""UserInfo endpoint (OpenID Connect Core 5.3), protected as RFC 6750, RFC 9449 7 and RFC 8705 3 say."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, jsonify, request

from idp.oauth import access_token_presented, bearer, userinfo
from idp.oauth.access_token_presented import Presented
from idp.oauth.endpoints import client_requests
from idp.oauth.endpoints.form import LARGEST
from idp.oauth.errors import OAuth2Error
from idp.oauth.ports import OAuthServices

JWT = "application/jwt"  # Core 5.3.2


def userinfo_endpoint(services: OAuthServices) -> Response:
    request.max_content_length = LARGEST
    now = services.clock.now()
    try:
        presented = _presented(services)
        if presented is None:
            return _answered(services, _refused(HTTPStatus.UNAUTHORIZED, None))
        with services.db.read() as session:
            body = userinfo.response(services, session, presented, now)
        access_token_presented.use_up(services, presented, now)
    except OAuth2Error as error:
        # RFC 9449 7.1 and 9: at a resource what is wrong with a proof is an authentication that failed
        proof = access_token_presented.concerns_proof(error)
        return _answered(services, _refused(HTTPStatus.UNAUTHORIZED if proof else error.status_code, error))
    response = Response(body, mimetype=JWT) if isinstance(body, str) else jsonify(body)
    return _answered(services, response)


def _presented(services: OAuthServices) -> Presented | None:
    posted = request.form.getlist("access_token") if request.method == "POST" else []
    found = bearer.find(request.headers.get("Authorization"), posted, request.args.getlist("access_token"))
    now = services.clock.now()
    try:
        return access_token_presented.read(found, client_requests.read(services, "/userinfo", {}), now)
    except OAuth2Error:
        if found is not None:
            bearer.tell_whose(services, found[1], now)
        raise


def _refused(status: int, error: OAuth2Error | None) -> Response:
    response = jsonify(dict(error.get_body()) if error else {})
    response.status_code = status
    response.headers["WWW-Authenticate"] = bearer.challenge(error, "openid", request.headers.get("Authorization"))
    return response


def _answered(services: OAuthServices, response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return client_requests.with_nonce(services, response)
