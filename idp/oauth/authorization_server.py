"""The Authlib seam: one token server for each request, with the open transaction in it.

Authlib gives the order of checks in its grants (RFC 6749 4.1.3 and 6, RFC 7636 4.6) and the form of errors; what it
leaves open or answers differently from our rules is overridden here and in `idp.oauth.grants`. It is not used at
the authorization endpoint: its messages there repeat what the client sent, and fail where that is not ASCII.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request

from idp.oauth import claims, client_authentication, sender_constraint
from idp.oauth.client_request import ClientRequest
from idp.oauth.errors import InvalidRequestError, OAuth2Error
from idp.oauth.grants.authorization_code import AuthorizationCodeGrant
from idp.oauth.grants.code_challenge import S256CodeChallenge
from idp.oauth.grants.refresh_token import RefreshTokenGrant
from idp.oauth.models import Client
from idp.oauth.token_response import TokenContext

Answer = tuple[int, Mapping[str, Any], Sequence[tuple[str, str]]]

DESCRIBED = {
    "unsupported_grant_type": "The grant_type must be authorization_code or refresh_token.",
    "invalid_grant": "The grant is unknown, expired, revoked, used, or of another client.",
}


class TokenPayload(OAuth2Payload):  # type: ignore[misc]
    """The form body alone: Authlib's own mixes in the query, where RFC 6749 2.3.1 and 3.2 allow nothing."""

    def __init__(self, form: Mapping[str, Sequence[str]]) -> None:
        # RFC 6749 3.1: parameters sent without a value are treated as omitted.
        self._data = {name: values[0] for name, values in form.items() if values and values[0]}
        self._lists = defaultdict(list, {name: list(values) for name, values in form.items()})

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._lists


class TokenRequest(OAuth2Request):  # type: ignore[misc]
    def __init__(self, uri: str, form: Mapping[str, Sequence[str]], headers: Mapping[str, str]) -> None:
        # Authlib checks this address for HTTPS or loopback, as our configuration has done already.
        super().__init__("POST", uri, headers=headers)
        self.payload = TokenPayload(form)

    @property
    def form(self) -> dict[str, str]:
        return dict(self.payload.data)


class TokenServer(AuthorizationServer):  # type: ignore[misc]
    """Answers one token request within one transaction."""

    def __init__(self, context: TokenContext, sent: ClientRequest) -> None:
        super().__init__(scopes_supported=sorted(claims.SCOPES))
        self.context, self.sent = context, sent
        self.register_grant(AuthorizationCodeGrant, [S256CodeChallenge(required=True)])
        self.register_grant(RefreshTokenGrant)

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def handle_response(self, status: int, body: Mapping[str, Any], headers: Any) -> Answer:
        return status, body, list(headers)

    def handle_error_response(self, request: TokenRequest, error: OAuth2Error) -> Answer:
        """RFC 6749 5.2, with words of ours where Authlib has none, or repeats a value."""
        if not error.description and error.error in DESCRIBED:
            error.description = DESCRIBED[error.error]
        return super().handle_error_response(request, error)  # type: ignore[no-any-return]

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def authenticate_client(self, request: TokenRequest, methods: Sequence[str], endpoint: str = "token") -> Client:
        services, session, now = self.context.services, self.context.session, self.context.now
        with sender_constraint.undone_for_a_nonce(session, self.sent):
            client, request.auth_method = client_authentication.authenticate(services, session, self.sent, now)
            cnf = sender_constraint.of_request(services, session, client, self.sent, now)
        self.context = replace(self.context, cnf=cnf)
        return client

    def answer(self, request: TokenRequest) -> Answer:
        """The token response or the error (RFC 6749 5.1 and 5.2)."""
        try:
            _check_grant_type(request)
            self.context = replace(self.context, resource=_resources(request))
        except OAuth2Error as error:
            return self.handle_error_response(request, error)
        return self.create_token_response(request)  # type: ignore[no-any-return]


def _resources(request: TokenRequest) -> tuple[str, ...]:
    return tuple(value for value in request.payload.datalist.get("resource", ()) if value)


def _check_grant_type(request: TokenRequest) -> None:
    if "grant_type" not in request.payload.data:
        raise InvalidRequestError("The parameter grant_type is missing.")
