"""The form of each metadatum: its type, what it may be chosen from, and that it fits its column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from sqlalchemy import String

from idp.keyset import ALGORITHMS
from idp.oauth import client_assertion, jwe, lenient
from idp.oauth.claims import SCOPES
from idp.oauth.client_metadata_authentication import AUTH_METHODS
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ACCESS_TOKEN_FORMATS, PROFILES, ClientRegistration
from idp.oauth.models import Client

LEVELS = (1, 2)
MOST, LONGEST = 50, 2000  # entries of a list, characters of one

#: Fields that take one of a few values, or several of them where they are lists. Symmetric algorithms and `none` are
#: in no list: a shared secret is kept hashed, and what is not signed proves nothing.
CHOICES: Mapping[str, tuple[str | int, ...]] = {
    "application_type": ("web", "native"),
    "token_endpoint_auth_method": AUTH_METHODS,
    "token_endpoint_auth_signing_alg": client_assertion.ALGORITHMS,
    "grant_types": ("authorization_code", "refresh_token"),
    "response_types": ("code",),
    "subject_type": ("pairwise",),
    "id_token_signed_response_alg": ALGORITHMS,
    "userinfo_signed_response_alg": ALGORITHMS,
    "authorization_signed_response_alg": ALGORITHMS,
    "introspection_signed_response_alg": ALGORITHMS,
    "request_object_signing_alg": client_assertion.ALGORITHMS,
    **dict.fromkeys(
        [f"{one}_encrypted_response_alg" for one in ("id_token", "userinfo", "authorization", "introspection")],
        jwe.ALGORITHMS,
    ),
    **dict.fromkeys(
        [f"{one}_encrypted_response_enc" for one in ("id_token", "userinfo", "authorization", "introspection")],
        jwe.ENCODINGS,
    ),
    "profile": PROFILES,
    "lenient": tuple(lenient.SWITCHES),
    "identity_levels": LEVELS,
    "access_token_format": ACCESS_TOKEN_FORMATS,
}
#: The scope is one text; its words are chosen from these.
SCOPE_CHOICES = tuple(sorted(SCOPES))


def hints() -> Mapping[str, Any]:
    """Field -> its type, as `ClientRegistration` declares it."""
    return get_type_hints(ClientRegistration)


def is_list(hint: object) -> bool:
    return getattr(hint, "__origin__", None) is tuple


def item_type(hint: object) -> type:
    found: type = get_args(hint)[0]
    return found


def may_be_none(hint: object) -> bool:
    return type(None) in get_args(hint)


def kind_of(hint: object) -> type:
    """The one type of a field that is no list: str, int, bool, or Mapping."""
    for one in get_args(hint) if may_be_none(hint) else (hint,):
        if one is not type(None):
            return Mapping if getattr(one, "__origin__", None) is Mapping else one
    raise AssertionError(hint)  # pragma: no cover - no field is None alone


def mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    """The first of each field: a value of another type, too long, or none of those to choose from."""
    known = hints()
    for field in fields(client):
        value = getattr(client, field.name)
        if value is not None or not may_be_none(known[field.name]):
            try:
                _check_one(field.name, value, known[field.name])
            except ClientMetadataError as error:
                yield error


def _check_one(name: str, value: object, hint: object) -> None:
    if is_list(hint):
        if not isinstance(value, tuple) or len(value) > MOST or len(set(value)) < len(value):
            raise ClientMetadataError(name, f"must be a list of at most {MOST} entries, each once", code_of(name))
        for entry in value:
            _check_value(name, entry, item_type(hint), LONGEST)
        _check_choice(name, value)
        return
    column = Client.__table__.columns[name].type
    longest = column.length if isinstance(column, String) and column.length else LONGEST
    _check_value(name, value, kind_of(hint), longest)
    _check_choice(name, (value,))


def _check_value(name: str, value: object, kind: type, longest: int) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ClientMetadataError(name, "must be of another type", code_of(name))
    # A NUL cannot be kept by PostgreSQL, nor half a surrogate pair by anybody.
    if isinstance(value, str) and (len(value) > longest or not value.isprintable()):
        raise ClientMetadataError(name, f"must be at most {longest} printable characters", code_of(name))


def _check_choice(name: str, values: Iterable[object]) -> None:
    allowed = CHOICES.get(name)
    if allowed is not None and not all(value in allowed for value in values):
        raise ClientMetadataError(name, f"must be among {_listed(allowed)}")


def _listed(allowed: Iterable[object]) -> str:
    return ", ".join(str(one) for one in allowed)


def code_of(name: str) -> str:
    return "invalid_redirect_uri" if name.endswith("redirect_uris") else "invalid_client_metadata"
