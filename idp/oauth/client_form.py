"""A client's registration as a form: what its fields show, and what was typed into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from idp.oauth import fapi_registration, lenient, strict_json
from idp.oauth.client_fields import GROUPS, Field, all_fields
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration

PLAIN = ClientRegistration("", "", ())
#: Told by the switch no-pkce.
NOT_SHOWN = frozenset({"require_pkce"})
Shown = Mapping[str, str | Sequence[str]]


class Form(Protocol):
    """As much of a posted form as is read here."""

    def get(self, name: str, default: str, /) -> str: ...

    def getlist(self, name: str, /) -> list[str]: ...


def groups(document_types: Sequence[str]) -> list[tuple[str, list[Field]]]:
    """The fields of each group, in the order of the page."""
    found = [_with_types(field, document_types) for field in all_fields() if field.name not in NOT_SHOWN]
    return [(group, [field for field in found if field.group == group]) for group in GROUPS]


def shown(registration: ClientRegistration) -> Shown:
    """What each field shows of a registration: a text, or the texts that are ticked."""
    values = {field.name: _shown(field, getattr(registration, field.name)) for field in all_fields()}
    without_pkce = [] if registration.require_pkce else [lenient.NO_PKCE]
    return {**values, "lenient": [*without_pkce, *registration.lenient]}


def typed(form: Form) -> Shown:
    """What was typed, to be shown again beside what is wrong with it."""
    return {
        field.name: form.getlist(field.name) if _ticked(field) else form.get(field.name, "") for field in all_fields()
    }


def read(form: Form, client_id: str | None = None) -> tuple[ClientRegistration, Sequence[ClientMetadataError]]:
    """The registration that was typed, and what could not be read of it: there its default stands meanwhile.

    Every field is in the form.
    """
    values, mistakes = dict[str, Any](), list[ClientMetadataError]()
    for field in all_fields():
        if field.name not in NOT_SHOWN:
            try:
                values[field.name] = _read(field, form)
            except ClientMetadataError as error:
                mistakes.append(error)
    # A choice that was left as the form showed it was not made.
    named = [name for name, value in values.items() if value != getattr(PLAIN, name)]
    registration = fapi_registration.implied(ClientRegistration(**values), named)
    return registration if client_id is None else replace(registration, client_id=client_id), mistakes


def _with_types(field: Field, document_types: Sequence[str]) -> Field:
    if field.name != "document_types":
        return field
    return replace(field, kind="choices", choices=tuple(document_types))


def _ticked(field: Field) -> bool:
    """Which document types there are the wallet knows, so their choices come with the page."""
    return field.kind == "choices" or field.name == "document_types"


def _shown(field: Field, value: Any) -> str | list[str]:
    if field.name == "scope":
        return str(value).split()
    if field.kind in ("choices", "lines"):
        entries = [str(entry) for entry in value]
        return entries if _ticked(field) else "\n".join(entries)
    if field.kind == "flag":
        return "yes" if value else ""
    if field.kind == "object":
        return strict_json.readable(value) if value is not None else ""
    return "" if value is None else str(value)


def _read(field: Field, form: Form) -> Any:
    if field.name == "document_types":
        return tuple(form.getlist(field.name))
    if field.kind == "choices":
        return _chosen(field, form.getlist(field.name))
    text = form.get(field.name, "").strip()
    if field.kind == "lines":
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    if field.kind == "flag":
        return text == "yes"
    if not text:
        return None if field.optional else ""
    if field.kind == "number":
        return _number(field, text)
    return _object(field, text) if field.kind == "object" else text


def _chosen(field: Field, values: Sequence[str]) -> Any:
    if field.name == "scope":
        return " ".join(values)
    known = {str(choice): choice for choice in field.choices}
    if not set(values) <= known.keys() and field.name != "default_acr_values":
        raise ClientMetadataError(field.name, "holds a value that is not to be chosen")
    return tuple(known.get(value, value) for value in values)


def _number(field: Field, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ClientMetadataError(field.name, "must be a number of seconds")
    return int(text)


def _object(field: Field, text: str) -> Any:
    try:
        found = strict_json.loads(text.encode("utf-8", "replace"))
    except strict_json.NotJson as error:
        raise ClientMetadataError(field.name, "must be JSON, each name in it once and not nested deeply") from error
    if not isinstance(found, dict):
        raise ClientMetadataError(field.name, "must be a JSON object")
    return found
