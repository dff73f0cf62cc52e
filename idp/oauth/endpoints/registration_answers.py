"""What the two registration endpoints share: reading a request, and every answer (RFC 7591 3.2, RFC 7592 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import Response, jsonify, request

from idp import throttling
from idp.oauth import client_document, strict_json
from idp.oauth.bearer import REALM
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.dynamic_registration import Answer, TokenRefused
from idp.oauth.ports import OAuthServices
from idp.throttling import Key, Policy

LARGEST = 65_536  # bytes
# Not only failures: each registration makes a row. A conformance run makes many in an hour, a loop far more.
REGISTRATIONS = Policy("client-registration", (*(0 for _ in range(300)), 2, 5, 10, 30, 60), timedelta(hours=1))
# Counted apart from those: wrong tokens at an address must not stop whoever proves another one there.
WRONG_TOKENS = Policy("client-registration-refused", REGISTRATIONS.waits, REGISTRATIONS.forget)


def throttled(services: OAuthServices, now: datetime, *, proven: bool, client_id: str = "") -> Response | None:
    """429 where this address, or the client that proved itself, has done so much that it must wait."""
    address = throttling.address_key(services.web.client_address()).of
    of = f"client {client_id}" if proven and client_id else address
    key = Key(REGISTRATIONS if proven else WRONG_TOKENS, of)
    with services.db.begin() as session:
        attempt = throttling.reserve(session, (key,), now)
    if attempt.allowed or attempt.until is None:
        return None
    response = _error("temporarily_unavailable", "Too many registrations from here; wait.", 429)
    response.headers["Retry-After"] = str(ceil((attempt.until - now).total_seconds()))
    return response


def bearer() -> str:
    """The token of the Authorization header (RFC 6750 2.1), where these endpoints take it alone."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused
    return token.strip()


def document() -> Mapping[str, Any]:
    """The JSON object that was sent. Raises ClientMetadataError."""
    request.max_content_length = LARGEST
    if request.mimetype != "application/json":
        raise ClientMetadataError("body", "must be application/json")
    try:
        found = strict_json.loads(request.get_data(cache=False))
    except strict_json.NotJson as error:
        raise ClientMetadataError("body", "must be JSON, each name in it once and not nested deeply") from error
    if not isinstance(found, dict):
        raise ClientMetadataError("body", "must be a JSON object")
    return found


def client(answer: Answer, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = jsonify(answer.document)
    response.status_code = status
    return uncached(response)


def refused_metadata(error: ClientMetadataError) -> Response:
    return _error(error.code, client_document.told(error), HTTPStatus.BAD_REQUEST)


def refused_token() -> Response:
    """RFC 6750 3: a challenge has a parameter; without a token there is no error code in it, only how to send one."""
    sent = "Authorization" in request.headers
    response = _error("invalid_token", "A valid token of the registry is needed.", HTTPStatus.UNAUTHORIZED)
    response.headers["WWW-Authenticate"] = f'Bearer realm="{REALM}"' + (', error="invalid_token"' if sent else "")
    return response


def uncached(response: Response) -> Response:
    # RFC 7591 3.2.1: "Cache-Control: no-store", since a secret may be in it
    response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
    return response


def _error(code: str, description: str, status: int) -> Response:
    response = jsonify({"error": code, "error_description": description})
    response.status_code = status
    return uncached(response)
