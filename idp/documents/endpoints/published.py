"""What the three public documents (trust list, status lists, type metadata) share as HTTP answers."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Response, jsonify, request


def publish(content: str | bytes, media_type: str, *, etag: str, max_age: timedelta) -> Response:
    """Public, readable by scripts of any origin, kept for `max_age`, 304 where the reader has it already."""
    response = Response(content, content_type=media_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.cache_control.public = True
    response.cache_control.max_age = int(max_age.total_seconds())
    response.vary.add("Accept")
    response.set_etag(etag)
    conditional = response.make_conditional(request)
    assert isinstance(conditional, Response)  # noqa: S101
    return conditional


def accepts(media_type: str) -> bool:
    """Whether the reader takes this media type (RFC 9110 12.5.1); one who says nothing takes all."""
    return not request.accept_mimetypes or request.accept_mimetypes[media_type] > 0


def refuse(status: HTTPStatus, error: str, description: str) -> Response:
    """A machine's error: a code and what to do."""
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-store"
    return response
