"""Discovery (OpenID Connect Discovery 4, RFC 8414 3) and the key set (`jwks_uri`), for every origin to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify

from idp.oauth import provider_metadata
from idp.oauth.ports import OAuthServices

FRESH_FOR = 300  # seconds; a key is published a whole rotation before it signs


def metadata(services: OAuthServices) -> Response:
    return _public(provider_metadata.document(services))


def jwks(services: OAuthServices) -> Response:
    return _public(services.keys.public_jwks())


def _public(body: Mapping[str, Any]) -> Response:
    response = jsonify(body)
    response.cache_control.public, response.cache_control.max_age = True, FRESH_FOR
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
