"""What the public documents (trust list, status lists, type metadata) share as HTTP answers."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

from flask import Response, jsonify, request

#: Below this a compressed answer is hardly smaller.
WORTH_ZIPPING = 400


def publish(
    content: str | bytes, media_type: str, *, max_age: timedelta, etag: str = "", zipped: bool = False
) -> Response:
    """Public, readable by scripts of any origin, kept for `max_age`, 304 where the reader has it already.

    `zipped`: with the content coding gzip for whoever takes it (RFC 9110 8.4).
    """
    data = content.encode() if isinstance(content, str) else content
    etag = etag or hashlib.sha256(data).hexdigest()[:32]
    zip_it = zipped and len(data) > WORTH_ZIPPING and request.accept_encodings.quality("gzip") > 0
    response = Response(gzip.compress(data, mtime=0) if zip_it else data, content_type=media_type)
    if zip_it:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.cache_control.public = True
    response.cache_control.max_age = int(max_age.total_seconds())
    response.vary.update(["Accept", "Accept-Encoding"] if zipped else ["Accept"])
    response.set_etag(f"{etag}-gzip" if zip_it else etag)
    conditional = response.make_conditional(request)
    assert isinstance(conditional, Response)  # noqa: S101
    return conditional


def preflight() -> Response:
    """A script asks whether it may ask whether something has changed (Fetch standard, CORS preflight)."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET"
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def negotiated(offered: Sequence[str]) -> str | None:
    """Which of these the reader wants most (RFC 9110 12.5.1), the first where it is all one; None for none."""
    accepted = request.accept_mimetypes
    if not accepted:
        return offered[0]
    best = max(offered, key=lambda media_type: (accepted.quality(media_type), -offered.index(media_type)))
    return best if accepted.quality(best) > 0 else None


def refuse(status: HTTPStatus, error: str, description: str) -> Response:
    """A machine's error: a code and what to do."""
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-store"
    return response
