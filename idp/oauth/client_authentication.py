"""Client authentication (RFC 6749 2.3, OpenID Connect Core 9, RFC 7523, RFC 8705 2), the same at each endpoint.

A client authenticates by exactly the method it is registered with; an unknown client and a wrong secret get the
same answer.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import unquote_plus

from sqlalchemy.orm import Session

from idp import refusal_log
from idp.oauth import client_assertion, client_keys, fapi, lenient, mutual_tls, store
from idp.oauth.client_request import ClientRequest
from idp.oauth.errors import InvalidClientError, InvalidRequestError, OAuth2Error
from idp.oauth.hashing import same
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices


@dataclass(frozen=True)
class Credentials:
    """What a request carries: the method it uses and the client it claims to be."""

    method: str
    client_id: str
    secret: str


def authenticate(services: OAuthServices, session: Session, sent: ClientRequest, now: datetime) -> tuple[Client, str]:
    """The client and its method. Raises InvalidClientError, or InvalidRequestError for two methods at once."""
    given = _credentials(sent.form, sent.authorization)
    client, unknown = _registered(session, given.client_id)
    method = _method(given, client)
    # Looked at also where the client is unknown: the time that an answer takes tells nobody which clients exist.
    fault = _fault(services, session, sent, replace(given, method=method), client, now)
    if client is None:
        raise failure(unknown)
    if not _its_method(client, method):
        raise failure(f"the client is registered for {client.token_endpoint_auth_method}, the request uses {method}")
    if fault is not None:
        raise failure(fault)
    if fapi.holds(client) and method not in fapi.AUTH_METHODS:  # FAPI 2.0 5.3.2.1, 6
        raise failure("the profile FAPI 2.0 does not admit the client's method")
    if sent.form.get("client_id", client.client_id) != client.client_id:
        raise InvalidRequestError("The client_id is another than the one that authenticates.")
    return client, method


def _registered(session: Session, client_id: str) -> tuple[Client | None, str]:
    """The client, or what the operator is told where it may not be used."""
    found = store.registered_client(session, client_id)
    refusal_log.asked_by(client_id, known=found is not None)
    if found is not None and found.disabled_at is not None:
        return None, "the client is disabled in the registry"
    return found, "no client is registered by this client_id" if client_id else "the request names no client"


def _its_method(client: Client, method: str) -> bool:
    if client.token_endpoint_auth_method == method:
        return True
    by_secret = {client.token_endpoint_auth_method, method} == {"client_secret_basic", "client_secret_post"}
    return by_secret and lenient.allows(client, lenient.SECRET_EITHER_WAY)


def failure(check: str) -> OAuth2Error:
    """RFC 6749 5.2: the one answer to every failed authentication; which check failed is for the log alone."""
    refusal_log.failed(check)
    return InvalidClientError(
        description="Client authentication failed; use the method the client is registered with. "
        "The provider's log says which check failed.",
        status_code=401,
    )


def _credentials(form: Mapping[str, str], authorization: str | None) -> Credentials:
    found: list[Credentials] = []
    if authorization is not None:
        found.append(_basic(authorization))
    if "client_secret" in form:
        found.append(Credentials("client_secret_post", form.get("client_id", ""), form["client_secret"]))
    if "client_assertion" in form or "client_assertion_type" in form:
        if form.get("client_assertion_type") != client_assertion.TYPE:
            raise InvalidRequestError("The client_assertion_type must be that of RFC 7523.")
        assertion = form.get("client_assertion", "")
        found.append(Credentials("private_key_jwt", client_assertion.claimed_client(assertion), assertion))
    if len(found) > 1:  # RFC 6749 2.3: MUST NOT use more than one authentication method
        raise InvalidRequestError("More than one client authentication method is used.")
    return found[0] if found else Credentials("none", form.get("client_id", ""), "")


def _method(given: Credentials, client: Client | None) -> str:
    """A certificate is no credential in the request itself, and may be there for the tokens' sake alone."""
    mutual = client is not None and client.token_endpoint_auth_method in mutual_tls.METHODS
    return client.token_endpoint_auth_method if client and mutual and given.method == "none" else given.method


def _basic(authorization: str) -> Credentials:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise failure("the Authorization header is of another scheme than Basic")
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except ValueError as error:  # also letters beyond ASCII, which b64decode itself refuses
        raise failure("the Basic credentials are no base64 of UTF-8") from error
    client_id, _, secret = text.partition(":")
    # RFC 6749 2.3.1: both are form-encoded before they are joined.
    return Credentials("client_secret_basic", unquote_plus(client_id), unquote_plus(secret))


def _fault(
    services: OAuthServices,
    session: Session,
    sent: ClientRequest,
    given: Credentials,
    client: Client | None,
    now: datetime,
) -> str | None:
    """What the proof lacks, or None for a good one; without a client none is good."""
    if given.method == "none":
        return None
    if given.method == "private_key_jwt":
        if client is None:
            return None
        return client_assertion.fault(services, session, client, given.secret, sent.urls, now)
    if given.method in mutual_tls.METHODS:
        return _fault_of_certificate(services, sent, given.method, client, now) if client else None
    return None if same(given.secret, client.client_secret_hash if client else None) else "the secret is wrong"


def _fault_of_certificate(
    services: OAuthServices, sent: ClientRequest, method: str, client: Client, now: datetime
) -> str | None:
    if sent.certificate is None:
        return "no client certificate came with the request"
    if method == mutual_tls.PKI:
        return mutual_tls.fault_by_authority(client, sent.certificate, services.certificate_authorities, now)
    return mutual_tls.fault_by_key_set(client_keys.of(services, client), sent.certificate, now)
