"""Errors that no endpoint makes itself, in JSON where wallet and provider call (form: RFC 6749 5.2)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

#: OpenID4VP 1.0 5.10 and 8.2, Back-Channel Logout 1.0 2.5; and everything below.
PLACES = ("/presentation/request", "/presentation/response", "/auth/backchannel-logout")
TOLD = {
    HTTPStatus.NOT_FOUND: "Nothing is at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The method is not allowed here; the header Allow names those that are.",
}


def for_program() -> bool:
    """Whether a program calls, by the address alone: the others are all pages."""
    return any(request.path == known or request.path.startswith(f"{known}/") for known in PLACES)


def answer(status: int, description: str = "") -> Response:
    code = {404: "not_found", 500: "server_error"}.get(status, "invalid_request")
    told = description or TOLD.get(HTTPStatus(status), "The request cannot be answered.")
    response = jsonify(error=code, error_description=told)
    response.status_code = status
    return response


def with_allow(error: HTTPException, response: Response) -> Response:
    """RFC 9110 15.5.6: 405 MUST have it, for programs and people alike."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response
