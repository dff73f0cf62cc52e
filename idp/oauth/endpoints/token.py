"""Token endpoint (RFC 6749 3.2, OpenID Connect Core 3.1.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, jsonify, request

from idp.oauth import client_keys
from idp.oauth.authorization_server import Answer, TokenRequest, TokenServer
from idp.oauth.client_request import ClientRequest
from idp.oauth.endpoints import client_requests
from idp.oauth.errors import InvalidRequestError, OAuth2Error
from idp.oauth.ports import OAuthServices
from idp.oauth.token_response import TokenContext

FORM = "application/x-www-form-urlencoded"
LARGEST = 65_536  # bytes


def token(services: OAuthServices) -> Response:
    request.max_content_length = LARGEST
    try:
        if request.mimetype != FORM:
            raise InvalidRequestError(f"The body must be {FORM}.")
        form = request.form.to_dict(flat=False)
        asked = TokenRequest(f"{services.issuer}/token", form, dict(request.headers))
        sent = client_requests.read(services, "/token", asked.payload.data)
    except OAuth2Error as error:
        return answer(services, *error())
    return answer(services, *client_keys.without_transaction(services, lambda: _answer(services, asked, sent)))


def _answer(services: OAuthServices, asked: TokenRequest, sent: ClientRequest) -> Answer:
    """One transaction an answer: an error is an answer too, so that what it revokes is kept."""
    with services.db.begin() as session:
        return TokenServer(TokenContext(services, session, services.clock.now()), sent).answer(asked)


def answer(
    services: OAuthServices, status: int, body: Mapping[str, object], headers: Sequence[tuple[str, str]]
) -> Response:
    """A token response or error, which nobody may keep."""
    response = jsonify(body)
    response.status_code = status
    response.headers.update(headers)
    # RFC 6749 5.1 and 5.2
    response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
    return client_requests.with_nonce(services, response)
