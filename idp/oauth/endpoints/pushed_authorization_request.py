"""Pushed authorization request endpoint (RFC 9126 2): a client leaves its request here before the browser comes."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from idp.oauth import authorization_start, client_authentication, client_keys, sender_constraint
from idp.oauth.authorization_request import Parameters
from idp.oauth.client_request import ClientRequest
from idp.oauth.endpoints import client_requests, form
from idp.oauth.errors import OAuth2Error, TemporarilyUnavailableError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices
from idp.oauth.pushed_request import LIFETIME


def pushed_authorization_request(services: OAuthServices) -> Response:
    """Errors are those of the token endpoint (2.3): nobody is redirected."""
    lifetime = int(LIFETIME.total_seconds())
    try:
        sent = form.read("resource")  # RFC 8707 2
        client, jkt = _authenticated(services, sent)
        request_uri = authorization_start.push(services, client, sent, services.clock.now(), proven_jkt=jkt)
    except TemporarilyUnavailableError as error:
        return form.refused(services, error, ("Retry-After", str(lifetime)))
    except OAuth2Error as error:
        return form.refused(services, error)
    return form.answer(services, HTTPStatus.CREATED, {"request_uri": request_uri, "expires_in": lifetime})


def _authenticated(services: OAuthServices, sent: Parameters) -> tuple[Client, str | None]:
    """As at the token endpoint (2.1), and the key of a DPoP proof that came along (RFC 9449 10.1)."""
    given = client_requests.read(services, "/par", form.single(sent))
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
                proof = sender_constraint.proof_of(services, session, client, given, now)
        except OAuth2Error as error:
            return error
        session.expunge_all()  # the client outlives the transaction
    return client, proof.jkt if proof else None
