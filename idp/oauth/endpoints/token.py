"""Token endpoint (RFC 6749 3.2, OpenID Connect Core 3.1.3)."""

from __future__ import annotations

from flask import Response, request

from idp.oauth import client_keys
from idp.oauth.authorization_server import Answer, TokenRequest, TokenServer
from idp.oauth.client_request import ClientRequest
from idp.oauth.endpoints import client_requests, form
from idp.oauth.errors import OAuth2Error
from idp.oauth.ports import OAuthServices
from idp.oauth.token_response import TokenContext


def token(services: OAuthServices) -> Response:
    try:
        sent = form.read("resource")  # RFC 8707 2
        asked = TokenRequest(f"{services.issuer}/token", sent, dict(request.headers))
        shown = client_requests.read(services, "/token", asked.payload.data)
    except OAuth2Error as error:
        return form.refused(services, error)
    return form.answer(services, *client_keys.without_transaction(services, lambda: _answer(services, asked, shown)))


def _answer(services: OAuthServices, asked: TokenRequest, sent: ClientRequest) -> Answer:
    """One transaction an answer: an error is an answer too, so that what it revokes is kept."""
    with services.db.begin() as session:
        return TokenServer(TokenContext(services, session, services.clock.now()), sent).answer(asked)
