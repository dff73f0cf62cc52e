"""Posts to the endpoints that answer about tokens: `/introspect` and `/revoke`."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from flask import Flask
from joserfc import jwe, jwt
from joserfc.jwk import Key, KeySet
from werkzeug.test import TestResponse

API = "https://api.vn-mock.example/records"
OTHER_API = "https://other.vn-mock.example/"


def ask(
    app: Flask, path: str, client: tuple[str, str] | None, fields: Mapping[str, Any], **headers: str
) -> TestResponse:
    """As the client (by client_secret_basic) or as nobody; None leaves a field out."""
    body = {name: value for name, value in fields.items() if value is not None}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if client is not None:
        pair = ":".join(quote_plus(part) for part in client)
        sent["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return app.test_client().post(path, data=body, headers=sent)


def verified(token: str, published: Mapping[str, Any], alg: str) -> jwt.Token:
    """The JWT, its signature checked with the provider's published keys."""
    return jwt.decode(token, KeySet.import_key_set(published), algorithms=[alg])  # type: ignore[arg-type]


def decrypted(token: str, key: Key) -> tuple[Mapping[str, Any], str]:
    """Header and text of a JWE."""
    algorithms = [str(json.loads(_decoded(token.split(".")[0]))[name]) for name in ("alg", "enc")]
    found = jwe.decrypt_compact(token, key, algorithms=algorithms)
    assert found.plaintext is not None
    return found.protected, found.plaintext.decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
