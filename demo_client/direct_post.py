"""Reading what the wallet posts to our response_uri (OpenID4VP 1.0 sections 8.2, 8.3 and 8.3.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError

from demo_client.keys import PortalKeys
from demo_client.secret_values import is_token

#: A health book with fifty visits, encrypted; joserfc by itself stops at 64 KiB.
MAX_JWE = 1_000_000
# No "DEF" among the algorithms: `zip` would let a small response unpack into a large one.
REGISTRY = jwe.JWERegistry(algorithms=["ECDH-ES", "A128GCM", "A256GCM"])
REGISTRY.max_ciphertext_length = MAX_JWE
#: What joserfc raises on a text that somebody made up: not only its own errors, where a header member is of no type
#: that it expects.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
#: An object of arrays of presentations, and a presentation in another format may be an object (8.1).
MAX_DEPTH = 6
ERROR_CODE = re.compile(r"[a-z_]{1,60}")


class InvalidResponse(Exception):
    """The post is no authorization response to a request of ours; the text may be told to the wallet."""


@dataclass(frozen=True)
class WalletResponse:
    """An answer (`vp_token`) or a refusal (`error`) to the request named by `state`."""

    state: str
    vp_token: Mapping[str, Any] | None
    error: str | None
    encrypted: bool


def read(form: Mapping[str, list[str]], keys: PortalKeys) -> WalletResponse:
    """Read the posted form. Raises InvalidResponse."""
    if any(len(values) != 1 for values in form.values()):  # RFC 6749 3.1: no parameter twice
        raise InvalidResponse("a parameter was sent more than once")
    fields: Mapping[str, Any] = {name: values[0] for name, values in form.items()}
    encrypted = "response" in fields
    if encrypted:
        fields = _decrypt(fields["response"], keys)
    state, error = fields.get("state"), fields.get("error")
    if not isinstance(state, str) or not is_token(state):
        raise InvalidResponse("state is missing or not one of ours")
    if error is not None:
        if not isinstance(error, str) or not ERROR_CODE.fullmatch(error):
            raise InvalidResponse("error is not an error code")
        return WalletResponse(state, None, error, encrypted)
    return WalletResponse(state, _vp_token(fields.get("vp_token")), None, encrypted)


def _decrypt(text: str, keys: PortalKeys) -> Mapping[str, Any]:
    if len(text) > MAX_JWE:
        raise InvalidResponse("response is too large")
    try:
        opened = jwe.decrypt_compact(text, keys.encryption, registry=REGISTRY)
        if opened.headers().get("kid") != keys.encryption.kid:  # 8.3
            raise InvalidResponse("response is for another key")
        fields = json.loads(opened.plaintext or b"")
    except UNREADABLE as error:
        raise InvalidResponse("response cannot be decrypted with our key") from error
    if not isinstance(fields, dict):
        raise InvalidResponse("response does not hold a JSON object")
    return fields


def _vp_token(value: object) -> Mapping[str, Any]:
    """In a form it is JSON text; inside a JWE it is the object itself."""
    try:
        token = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise InvalidResponse("vp_token is not JSON") from error
    if not isinstance(token, dict) or not token:
        raise InvalidResponse("vp_token is missing or not a JSON object")
    if _depth(token) > MAX_DEPTH:
        raise InvalidResponse("vp_token is nested too deeply")
    try:
        json.dumps(token, allow_nan=False)  # it is kept as JSON, which has neither NaN nor Infinity
    except ValueError as error:
        raise InvalidResponse("vp_token holds a number that is none") from error
    return token


def _depth(value: object, level: int = 1) -> int:
    """How deeply `value` is nested; looked into no further than one level beyond the limit."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if level > MAX_DEPTH:
        return level
    return max((_depth(one, level + 1) for one in inner), default=level)
