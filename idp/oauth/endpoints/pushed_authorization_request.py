"""Pushed authorization request endpoint (RFC 9126 2): a client leaves its request here before the browser comes."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from idp.oauth import authorization_start, client_authentication, client_keys, sender_constraint
from idp.oauth.authorization_request import Parameters
from idp.oauth.client_request import ClientRequest
from idp.oauth.endpoints import client_requests
from idp.oauth.endpoints.token import FORM, LARGEST, answer
from idp.oauth.errors import InvalidRequestError, OAuth2Error, TemporarilyUnavailableError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices
from idp.oauth.pushed_request import LIFETIME


def pushed_authorization_request(services: OAuthServices) -> Response:
    """Errors are those of the token endpoint (2.3): nobody is redirected."""
    request.max_content_length = LARGEST
    try:
        sent = request.form.to_dict(flat=False)
    except RequestEntityTooLarge:  # 2.3
        status, body, headers = InvalidRequestError("The request is too large.")()
        return answer(services, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, body, headers)
    try:
        _check_form(sent)
        client, jkt = _authenticated(services, sent)
        request_uri = authorization_start.push(services, client, sent, services.clock.now(), proven_jkt=jkt)
    except OAuth2Error as error:
        status, body, headers = error()
        if isinstance(error, TemporarilyUnavailableError):
            headers = [*headers, ("Retry-After", str(int(LIFETIME.total_seconds())))]
        return answer(services, status, body, headers)
    body = {"request_uri": request_uri, "expires_in": int(LIFETIME.total_seconds())}
    return answer(services, HTTPStatus.CREATED, body, [])


def _check_form(sent: Parameters) -> None:
    if request.mimetype != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    if any(len(values) > 1 for name, values in sent.items() if name != "resource"):  # RFC 6749 3.2, RFC 8707 2
        raise InvalidRequestError("A parameter is sent more than once.")


def _authenticated(services: OAuthServices, sent: Parameters) -> tuple[Client, str | None]:
    """As at the token endpoint (2.1), and the key of a DPoP proof that came along (RFC 9449 10.1)."""
    form = {name: values[0] for name, values in sent.items() if values and values[0]}
    given = client_requests.read(services, "/par", form)
    found = client_keys.without_transaction(services, lambda: _prove(services, given))
    if isinstance(found, OAuth2Error):
        raise found
    return found


def _prove(services: OAuthServices, given: ClientRequest) -> tuple[Client, str | None] | OAuth2Error:
    """Its transaction is kept also where it fails: what was used is used."""
    now = services.clock.now()
    with services.db.begin() as session:
        try:
            with sender_constraint.undone_for_a_nonce(session, given):
                client, _ = client_authentication.authenticate(services, session, given, now)
                jkt = sender_constraint.key_of_pushed_request(services, session, client, given, None, now)
        except OAuth2Error as error:
            return error
        session.expunge_all()  # the client outlives the transaction
    return client, jkt
