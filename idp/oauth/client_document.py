"""A client's metadata as JSON, in the words of RFC 7591 2, and back again.

The human-readable name has a language tag (RFC 7591 2.2): `client_name#vi`, `client_name#en`; a plain `client_name`
stands for whichever of them is not there. All other names are those of `ClientRegistration`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any

from idp.oauth import client_metadata_forms as forms
from idp.oauth import fapi_registration
from idp.oauth.client_metadata_errors import ClientMetadataError, refuse
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.models import Client
from idp.oauth.sectors import sector_of

NAMES = {"client_name_vi": "client_name#vi", "client_name_en": "client_name#en"}
FIELDS = tuple(field.name for field in fields(ClientRegistration))
#: What the registry itself says of a client (RFC 7591 3.2.1, RFC 7592 3): told, never taken.
TOLD = frozenset(
    {
        "client_id_issued_at", "client_secret", "client_secret_expires_at", "registration_access_token",
        "registration_client_uri", "registered_by", "disabled_at",
    }
)  # fmt: skip
LANGUAGE_TAG = re.compile(r"\w+#[A-Za-z0-9-]+")


def member(field: str) -> str:
    """The name of a field in the document."""
    return NAMES.get(field, field)


def told(error: ClientMetadataError) -> str:
    """Every mistake, by the names of the document."""
    return "; ".join(f"{member(each.field)}: {each.message}" for each in error.all)


MEMBERS = frozenset({"client_name", *(member(field) for field in FIELDS)})


def unknown(document: Mapping[str, Any]) -> list[str]:
    """Members that mean nothing here; RFC 7591 2 has them ignored, an operator is told of them."""
    return sorted(name for name in document if name not in MEMBERS | TOLD and not LANGUAGE_TAG.fullmatch(name))


def mistake_of(name: str) -> ClientMetadataError:
    """Of a member that is unknown, for the operator who wrote it."""
    near = get_close_matches(name, MEMBERS, 1)
    shown = name[:60] if name.isprintable() else repr(name[:60])
    return ClientMetadataError(shown, "no metadatum is called so" + (f"; did you mean {near[0]}?" if near else ""))


def read(document: Mapping[str, Any], base: ClientRegistration | None = None) -> ClientRegistration:
    """The registration that the document describes; what it leaves out is as in `base`, or by default.

    Raises ClientMetadataError for a value of another type; whether it may be registered is `client_metadata`'s.
    """
    values: dict[str, Any] = {}
    mistakes: list[ClientMetadataError] = []
    hints = forms.hints()
    for field in FIELDS:
        given = document.get(member(field))
        if given is not None:  # RFC 7592 2.2: null is as if it were left out
            try:
                values[field] = _value(field, given, hints[field])
            except ClientMetadataError as error:
                mistakes.append(error)
    refuse(mistakes)
    _add_plain_name(document, values)
    if base is not None:
        return replace(base, **values)
    required = {"client_name_vi": "", "client_name_en": "", "redirect_uris": ()}
    return fapi_registration.implied(ClientRegistration(**{**required, **values}), values)


def read_all(
    document: Mapping[str, Any], base: ClientRegistration | None = None
) -> tuple[ClientRegistration, Sequence[ClientMetadataError]]:
    """As `read`, with what cannot be read left out and told, so that all the rest can be checked too."""
    try:
        return read(document, base), ()
    except ClientMetadataError as error:
        wrong = {member(each.field) for each in error.all}
        registration, more = read_all({name: document[name] for name in document if name not in wrong}, base)
        return registration, (*error.all, *more)


def write(registration: ClientRegistration) -> dict[str, Any]:
    """Everything that is registered, defaults included; what says nothing is left out."""
    document: dict[str, Any] = {}
    for field in FIELDS:
        value = getattr(registration, field)
        if value not in (None, ()):
            document[member(field)] = list(value) if isinstance(value, tuple) else value
    # RFC 7591 2.2: for readers that know no language tags
    document["client_name"] = registration.client_name_vi
    return document


def of(client: Client) -> ClientRegistration:
    """What is registered of this client. Its sector is told only where it does not follow from the rest."""
    hints = forms.hints()
    values: dict[str, Any] = {field: _restored(getattr(client, field), hints[field]) for field in FIELDS}
    derived = replace(fapi_registration.enforced(ClientRegistration(**values)), sector_identifier=None)
    try:
        follows = sector_of(derived, client.client_id) == client.sector_identifier
    except ClientMetadataError:
        follows = False
    return derived if follows else replace(derived, sector_identifier=client.sector_identifier)


def _add_plain_name(document: Mapping[str, Any], values: dict[str, Any]) -> None:
    plain = document.get("client_name")
    if plain is None:
        return
    if not isinstance(plain, str):
        raise ClientMetadataError("client_name", "must be a text")
    for field in NAMES:
        values.setdefault(field, plain)


def _value(field: str, given: object, hint: object) -> object:
    if forms.is_list(hint):
        kind = forms.item_type(hint)
        if not isinstance(given, list) or not all(_is(entry, kind) for entry in given):
            raise ClientMetadataError(field, f"must be a list of {_word(kind)}s", forms.code_of(field))
        return tuple(given)
    kind = forms.kind_of(hint)
    if not _is(given, kind):
        raise ClientMetadataError(field, f"must be {_article(kind)}", forms.code_of(field))
    return given


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def _word(kind: type) -> str:
    return {str: "text", int: "number"}.get(kind, "object")


def _article(kind: type) -> str:
    return {str: "a text", int: "a number", bool: "true or false"}.get(kind, "an object")


def _restored(value: object, hint: object) -> object:
    return tuple(value or ()) if forms.is_list(hint) else value  # type: ignore[arg-type]
