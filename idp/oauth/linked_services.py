"""The services that a person has let in: what she agreed to, when it was last used, and taking it back.

Taking back withdraws the receipts and revokes every grant at once, its codes and its access and refresh tokens with
it, granted for her absence or not. What she granted while she acted for an organisation is hers to end as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import claims, linked_services_store
from idp.oauth.models import Client, Consent, Grant
from idp.oauth.tokens import GRANT_LIFETIME, OFFLINE


@dataclass(frozen=True)
class LinkedService:
    """One client and what it has of one person. `name` is by language; `offline`: it has access in her absence."""

    client_id: str
    name: Mapping[str, str]
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    given_at: datetime | None
    expires_at: datetime | None
    last_used_at: datetime | None
    offline: bool
    for_organisation: bool


def of(session: Session, subject: str, now: datetime) -> Sequence[LinkedService]:
    """The services of this person, the one used last first."""
    receipts = linked_services_store.receipts(session, subject, now)
    grants = linked_services_store.grants(session, subject, now - GRANT_LIFETIME)
    known = {one.client_id for one in receipts} | {one.client_id for one in grants}
    found = [
        _service(
            client,
            [one for one in receipts if one.client_id == client.client_id],
            [one for one in grants if one.client_id == client.client_id],
        )
        for client in linked_services_store.clients(session, known)
    ]
    return sorted(found, key=_recent, reverse=True)


def names(session: Session, client_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """The registered names by language, of those clients that still are registered."""
    return {one.client_id: _name(one) for one in linked_services_store.clients(session, client_ids)}


def withdraw(session: Session, subject: str, client_id: str, now: datetime) -> bool:
    """End all that this service has of her; False where it has nothing."""
    return linked_services_store.withdraw(session, subject, client_id, now)


def _service(client: Client, receipts: Sequence[Consent], grants: Sequence[Grant]) -> LinkedService:
    scopes = {scope for one in receipts for scope in one.scope.split()}.union(*(one.scopes for one in grants))
    agreed = {name for one in receipts for name in one.claims}
    return LinkedService(
        client_id=client.client_id,
        name=_name(client),
        scopes=_in_order(scopes, claims.SCOPE_CLAIMS),
        claims=_in_order(agreed, claims.CLAIMS),
        given_at=max((one.given_at for one in receipts), default=None),
        expires_at=max((one.expires_at for one in receipts), default=None),
        last_used_at=max((one.last_used_at or one.created_at for one in grants), default=None),
        offline=any(OFFLINE in one.scopes for one in grants),
        for_organisation=any(one.acting_for for one in receipts) or any(one.acting_for for one in grants),
    )


def _in_order(found: set[str], order: Iterable[str]) -> tuple[str, ...]:
    known = tuple(name for name in order if name in found)
    return (*known, *sorted(found.difference(known)))


def _name(client: Client) -> Mapping[str, str]:
    return {"vi": client.client_name_vi, "en": client.client_name_en}


def _recent(service: LinkedService) -> tuple[datetime, str]:
    moments = [moment for moment in (service.last_used_at, service.given_at) if moment is not None]
    return max(moments), service.client_id
