"""Client metadata and its rules (RFC 7591 2, OpenID Connect Registration 2): the order in which they are checked.

Each kind of rule has a file of its own: `client_metadata_forms` (types, lengths, choices), `_uris`, `_keys`,
`_algorithms`, `_authentication` and `_policy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from idp import acr
from idp.oauth import (
    client_metadata_algorithms,
    client_metadata_authentication,
    client_metadata_forms,
    client_metadata_keys,
    client_metadata_policy,
    client_metadata_uris,
    fapi_registration,
    lenient,
)
from idp.oauth.client_metadata_authentication import AUTH_METHODS
from idp.oauth.client_metadata_errors import ClientMetadataError, refuse
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.sectors import sector_of

__all__ = ["AUTH_METHODS", "ClientMetadataError", "check", "check_forms", "complete", "completed", "sector_of"]

CLIENT_ID = re.compile(
    r"(?!-|\.+\Z)[A-Za-z0-9._~-]{1,100}"
)  # dots alone would be a step up in an address, '-' an option
LONGEST_NAME = 200
BY_METHOD = ("token_endpoint_auth", "tls_client_auth", "jwks")


def complete(client: ClientRegistration) -> ClientRegistration:
    """With the values that the specifications give to what was left out, so that they are told and kept."""
    vi, en = client.client_name_vi, client.client_name_en
    switches = tuple(name for name in client.lenient if name != lenient.NO_PKCE)
    return replace(
        fapi_registration.enforced(client),
        client_name_vi=(vi or en).strip(),
        client_name_en=(en or vi).strip(),
        scope=" ".join(sorted(set(client.scope.split()))),
        # One place for it: `require_pkce` is what is kept, the switch is another name of it.
        require_pkce=client.require_pkce and lenient.NO_PKCE not in client.lenient,
        lenient=switches,
        **client_metadata_algorithms.default_encodings(client),
    )


def check_forms(client: ClientRegistration) -> None:
    """Types, lengths and choices alone. Raises ClientMetadataError."""
    refuse(client_metadata_forms.mistakes(client))


def check(client: ClientRegistration) -> None:
    """Raises ClientMetadataError for the first rule that is broken, with all others that are."""
    check_forms(client)
    refuse(_mistakes(client))


def completed(client: ClientRegistration, known: Sequence[ClientMetadataError] = ()) -> ClientRegistration:
    """As `complete`, and checked. Raises ClientMetadataError with every mistake there is.

    `known` are those found before, whose fields hold nothing that could be checked.
    """
    plain = ClientRegistration("", "", ())
    before = {each.field for each in known}
    found = [*known, *(each for each in client_metadata_forms.mistakes(client) if each.field not in before)]
    # What is of another type can be neither completed nor checked: its default stands in for it meanwhile.
    usable = complete(
        replace(client, **{each.field: getattr(plain, each.field) for each in found if hasattr(plain, each.field)})
    )
    of_form = {each.field for each in found}
    rules = [each for each in _mistakes(usable) if each.field not in of_form]
    if "token_endpoint_auth_method" in of_form:  # then what goes with which method is not known
        rules = [each for each in rules if not each.field.startswith(BY_METHOD)]
    if "jwks" in of_form:  # then nobody knows what a key is lacked for
        rules = [each for each in rules if "jwks" not in each.message]
    refuse([*found, *rules])
    return usable


def _mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    if client.client_id is not None and not CLIENT_ID.fullmatch(client.client_id):
        yield ClientMetadataError(
            "client_id", "must be 1 to 100 letters, digits, '-', '.', '_' or '~', the first of them not '-'"
        )
    yield from _name_mistakes(client)
    yield from client_metadata_uris.mistakes(client)
    yield from client_metadata_authentication.mistakes(client)
    yield from client_metadata_keys.mistakes(client)
    yield from client_metadata_algorithms.mistakes(client)
    yield from client_metadata_policy.mistakes(client)
    if not all(acr.level_of(value) for value in client.default_acr_values):
        yield ClientMetadataError("default_acr_values", f"must be among {', '.join(acr.ACR_VALUES)}")
    if client.default_max_age is not None and not 0 <= client.default_max_age <= 10**9:
        yield ClientMetadataError("default_max_age", "must be a number of seconds")


def _name_mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    for field in ("client_name_vi", "client_name_en"):
        name = getattr(client, field).strip()
        if not name:
            yield ClientMetadataError(field, "is missing")
            return  # where both are, one will do
        if len(name) > LONGEST_NAME:
            yield ClientMetadataError(field, f"must be a name of at most {LONGEST_NAME} characters")
