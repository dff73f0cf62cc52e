"""What a request object says (RFC 9101 4, OpenID Connect Core 6.1), once its signature is the client's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from idp import refusal_log
from idp.oauth import clock_skew, fapi
from idp.oauth.errors import InvalidRequestObjectError
from idp.oauth.models import Client

SKEW = timedelta(seconds=30)  # FAPI 2.0 5.3.2.1 (14): at least 10 seconds, at most 60
LONGEST_LIFE = timedelta(minutes=60)  # FAPI 2.0 Message Signing 5.3.1
TEXTS = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "response_mode", "display", "prompt",
    "ui_locales", "claims_locales", "id_token_hint", "login_hint", "acr_values", "code_challenge",
    "code_challenge_method", "dpop_jkt",
)  # fmt: skip
NUMBERS = ("max_age",)
OBJECTS = ("claims", "registration")
REPEATABLE = ("resource",)  # RFC 8707 2
UNWRITABLE = re.compile("[\ud800-\udfff]")  # half a character: JSON can name one, nothing can carry it
Kind = TypeVar("Kind")


def check(
    claims: Mapping[str, Any], issuer: str, client: Client, outside: Mapping[str, Sequence[str]], now: datetime
) -> None:
    """Raises InvalidRequestObjectError for the first rule that is broken."""
    if "request" in claims or "request_uri" in claims:  # RFC 9101 4
        raise InvalidRequestObjectError("A request object holds no other request object.")
    if claims.get("client_id") != client.client_id or claims.get("iss") != client.client_id:  # 5, and 4
        raise InvalidRequestObjectError("The iss and client_id of a request object must be the client's.")
    audience = claims.get("aud")
    if issuer not in (audience if isinstance(audience, list) else [audience]):  # 4
        raise InvalidRequestObjectError("The aud of a request object must be the issuer.")
    if claims.get("sub") == client.client_id:  # 10.8: it could pass for a client assertion
        raise InvalidRequestObjectError("A request object must not have the client as its sub.")
    for name in ("response_type", "client_id"):  # Core 6.1
        if any(value != claims.get(name) for value in outside.get(name, ()) if value):
            raise InvalidRequestObjectError("response_type and client_id must be the same inside and outside.")
    _check_times(claims, client, now)


def parameters(claims: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """The claims as the parameters they stand for; unknown ones are left out. Raises InvalidRequestObjectError.

    RFC 9101 4: strings are JSON strings and numbers JSON numbers; Core 6.1: `claims` is a JSON object.
    """
    found: dict[str, Sequence[str]] = {}
    for name, value in claims.items():
        if name in TEXTS:
            found[name] = (_of(value, str),)
        elif name in NUMBERS:
            found[name] = (str(_of(value, int)),)
        elif name in OBJECTS:
            found[name] = (json.dumps(_of(value, dict)),)
        elif name in REPEATABLE:
            found[name] = tuple(_of(one, str) for one in (value if isinstance(value, list) else [value]))
    if any(UNWRITABLE.search(value) for values in found.values() for value in values):
        raise InvalidRequestObjectError("A parameter of the request object is not text.")
    return found


def address(claims: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Where the client wants to be answered, of an object that cannot be read otherwise."""
    wanted = {name: claims.get(name) for name in ("redirect_uri", "response_mode", "state")}
    return {name: (text,) for name, text in wanted.items() if isinstance(text, str) and not UNWRITABLE.search(text)}


def _of(value: object, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidRequestObjectError("A parameter of the request object is of the wrong JSON type.")
    return value


def _check_times(claims: Mapping[str, Any], client: Client, now: datetime) -> None:
    """RFC 7519 4.1.4 to 4.1.6 where they are given; both ends must be where the profile is FAPI."""
    expires, begins, issued = (_instant(claims, name) for name in ("exp", "nbf", "iat"))
    if expires is not None and expires <= now - SKEW:
        refusal_log.failed(clock_skew.past("the exp of the request object", expires, now))
        raise InvalidRequestObjectError("The request object has expired.")
    for name, instant in (("nbf", begins), ("iat", issued)):
        if instant is not None and instant > now + SKEW:
            refusal_log.failed(clock_skew.ahead(f"the {name} of the request object", instant, now))
            raise InvalidRequestObjectError("The request object is not valid yet.")
    if not fapi.holds(client):
        return
    if begins is None or begins < now - LONGEST_LIFE - SKEW:  # FAPI 2.0 Message Signing 5.3.1 (3)
        raise InvalidRequestObjectError("The nbf of the request object must be there, and of the last 60 minutes.")
    if expires is None or expires > begins + LONGEST_LIFE:  # (4)
        raise InvalidRequestObjectError("The exp of the request object must be at most 60 minutes after its nbf.")


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**11:
        raise InvalidRequestObjectError("A time of the request object is not a NumericDate.")
    return datetime.fromtimestamp(value, UTC)
