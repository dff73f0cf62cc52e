"""Errors that no endpoint makes itself (404, 405, 413, 415), in JSON for programs; people get a page (`idp.web`).

The address says for whom it is. Elsewhere a caller that would rather have JSON than a page gets that.

The code is that of RFC 6749 5.2, which every endpoint for programs knows: `invalid_request`, whatever is malformed.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, UnsupportedMediaType

#: Where programs call, and everything below.
PLACES = (
    "/par", "/token", "/userinfo", "/introspect", "/revoke", "/connect", "/jwks", "/.well-known", "/trust-list",
    "/trust-bundle", "/status-lists", "/type-metadata", "/tsa", "/crl", "/app/api", "/mock/phone",
)  # fmt: skip
PAGE, JSON = "text/html", "application/json"
TOLD = {
    HTTPStatus.NOT_FOUND: "Nothing is at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The method is not allowed here; the header Allow names those that are.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
    HTTPStatus.MISDIRECTED_REQUEST: (
        "The host that is asked for is none of this provider's; its setting IDP_ALLOWED_HOSTS adds names."
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body must be sent without a Content-Encoding.",
}
log = logging.getLogger("mock_vneid")


def place() -> str | None:
    """The place for programs that is called, or None at a page."""
    return next((known for known in PLACES if request.path == known or request.path.startswith(f"{known}/")), None)


def for_program() -> bool:
    """By the address; by Accept where that does not say (RFC 9110 12.5.1)."""
    return place() is not None or request.accept_mimetypes.best_match((PAGE, JSON), default=PAGE) == JSON


def refuse_encoded() -> None:
    """RFC 9110 8.4, 15.5.16: a body that is encoded would be read as what it is not."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType


def answer(error: HTTPException) -> Response | None:
    """The error in JSON, or None where a person is to see it."""
    if not for_program():
        return None
    where = place()
    status = error.code or 500
    told = TOLD.get(HTTPStatus(status), "The request cannot be answered.")
    code = "not_found" if status == HTTPStatus.NOT_FOUND else "invalid_request"
    response = jsonify({"error": code, "error_description": told})
    response.status_code = status
    told_by_endpoint = request.endpoint is not None or status == HTTPStatus.MISDIRECTED_REQUEST
    if where is not None and not told_by_endpoint:
        log.warning("refused: %s %d %s client=-: %s", where, status, code, told)
    return response


def failure(reference: str) -> Response | None:
    """A failure of ours in JSON, with what leads to the log, or None where a person is to see it."""
    if not for_program():
        return None
    response = jsonify({"error": "server_error", "error_description": f"Unexpected failure, reference {reference}."})
    response.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    return response


def with_headers(error: HTTPException, response: Response) -> Response:
    """What the status obliges to, for programs and people alike."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # RFC 9110 15.5.6
    if isinstance(error, UnsupportedMediaType):
        response.headers["Accept-Encoding"] = "identity"  # RFC 9110 12.5.3, 15.5.16
    return response
