"""Discovery (OpenID Connect Discovery 4, RFC 8414 3) and the key set (`jwks_uri`), for every origin to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from idp.keyset import CACHED_FOR
from idp.oauth import provider_metadata
from idp.oauth.ports import OAuthServices


def metadata(services: OAuthServices) -> Response:
    return _public(provider_metadata.document(services))


def jwks(services: OAuthServices) -> Response:
    return _public(services.keys.public_jwks())


def _public(body: Mapping[str, Any]) -> Response:
    response = jsonify(body)
    # A key is published for longer than this before it signs, so that a kept copy always holds the one in use.
    response.cache_control.public, response.cache_control.max_age = True, int(CACHED_FOR.total_seconds())
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)  # RFC 9110 13.1.2: 304 where the copy is still the same
    return response
