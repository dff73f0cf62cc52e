"""The keys of a relying party that has them at an address of its own (OpenID Connect Registration 2, `jwks_uri`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from idp.documents.ports import DocumentServices, RelyingParty
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import parse_jws


class NoKeys(Exception):
    """Its address does not answer with any key just now; nothing can be told of what it signed."""


def known(services: DocumentServices, party: RelyingParty, now: datetime, kid: str | None = None) -> RelyingParty:
    """The relying party with its keys as they are now. Raises NoKeys."""
    if party.jwks_uri is None:
        return party
    found = services.relying_parties.keys(party, now, kid)
    if found is None:
        raise NoKeys
    return replace(party, jwks=found)


def to_verify(services: DocumentServices, party: RelyingParty, text: str, now: datetime) -> RelyingParty:
    """With the key that a signed text names, even if it is a new one (OpenID Connect Core 10.1.1). Raises NoKeys."""
    try:
        kid = parse_jws(text.strip()).header.get("kid")
    except SdJwtError:
        kid = None  # whoever reads it whole will say so
    return known(services, party, now, kid if isinstance(kid, str) else None)
