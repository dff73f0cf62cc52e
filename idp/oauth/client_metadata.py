"""Client metadata and its rules (RFC 7591 2, OpenID Connect Registration 2): the order in which they are checked.

Each kind of rule has a file of its own: `client_metadata_forms` (types, lengths, choices), `_uris`, `_keys`,
`_algorithms`, `_authentication` and `_policy`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from idp import acr
from idp.oauth import (
    client_metadata_algorithms,
    client_metadata_authentication,
    client_metadata_forms,
    client_metadata_keys,
    client_metadata_policy,
    client_metadata_uris,
    lenient,
)
from idp.oauth.client_metadata_authentication import AUTH_METHODS
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.sectors import sector_of

__all__ = ["AUTH_METHODS", "ClientMetadataError", "check", "check_forms", "complete", "sector_of"]

CLIENT_ID = re.compile(r"(?!\.+\Z)[A-Za-z0-9._~-]{1,100}")  # dots alone would be a step up in an address
LONGEST_NAME = 200


def complete(client: ClientRegistration) -> ClientRegistration:
    """With the values that the specifications give to what was left out, so that they are told and kept."""
    vi, en = client.client_name_vi, client.client_name_en
    switches = tuple(name for name in client.lenient if name != lenient.NO_PKCE)
    return replace(
        client,
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
    client_metadata_forms.check(client)


def check(client: ClientRegistration) -> None:
    """Raises ClientMetadataError for the first rule that is broken."""
    check_forms(client)
    if client.client_id is not None and not CLIENT_ID.fullmatch(client.client_id):
        raise ClientMetadataError("client_id", "must be 1 to 100 letters, digits, '-', '.', '_' or '~'")
    for field in ("client_name_vi", "client_name_en"):
        if not 0 < len(getattr(client, field).strip()) <= LONGEST_NAME:
            raise ClientMetadataError(field, f"must be a name of at most {LONGEST_NAME} characters")
    client_metadata_uris.check(client)
    client_metadata_authentication.check(client)
    client_metadata_keys.check(client)
    client_metadata_algorithms.check(client)
    client_metadata_policy.check(client)
    if not all(acr.level_of(value) for value in client.default_acr_values):
        raise ClientMetadataError("default_acr_values", f"must be among {', '.join(acr.ACR_VALUES)}")
    if client.default_max_age is not None and not 0 <= client.default_max_age <= 10**9:
        raise ClientMetadataError("default_max_age", "must be a number of seconds")
