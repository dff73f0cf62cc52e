"""Token endpoint (RFC 6749 3.2, OpenID Connect Core 3.1.3)."""

from __future__ import annotations

from flask import Response, jsonify, request

from idp.oauth.authorization_server import TokenRequest, TokenServer
from idp.oauth.errors import InvalidRequestError
from idp.oauth.ports import OAuthServices
from idp.oauth.token_response import TokenContext

FORM = "application/x-www-form-urlencoded"
LARGEST = 65_536  # bytes


def token(services: OAuthServices) -> Response:
    """One transaction an answer: an error is an answer too, so that what it revokes is kept."""
    request.max_content_length = LARGEST
    if request.mimetype != FORM:
        status, body, headers = InvalidRequestError(f"The body must be {FORM}.")()
        return answer(status, body, headers)
    asked = TokenRequest(f"{services.issuer}/token", request.form.to_dict(flat=False), dict(request.headers))
    with services.db.begin() as session:
        server = TokenServer(TokenContext(services, session, services.clock.now()))
        status, body, headers = server.answer(asked)
    return answer(status, body, headers)


def answer(status: int, body: object, headers: object) -> Response:
    """A token response or error, which nobody may keep."""
    response = jsonify(body)
    response.status_code = status
    response.headers.update(headers)  # type: ignore[arg-type]
    # RFC 6749 5.1 and 5.2
    response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
    return response
