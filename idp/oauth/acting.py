"""Acting for an organisation: who may, under which `sub` a client knows her then, and what its tokens say.

The `sub` is made of person, sector and organisation, so that no client takes an organisation's session for a private
one. Beside it `acting_for` names the organisation, and `act` (RFC 8693 4.1) the person who acts and her role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import compat_claims, identity_levels, pairwise, store, tokens
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.models import Client, Grant
from idp.oauth.ports import ActingFor, OAuthServices
from idp.sessions import Authentication

ASKING = frozenset({"identity", "organisation", compat_claims.SCOPE})
AS_MYSELF = "self"


@dataclass(frozen=True)
class Choice:
    """One way to go on: as herself (None) or for an organisation, and the `sub` that the client will see."""

    organisation: ActingFor | None
    sub: str

    @property
    def key(self) -> str:
        """What the page's button sends; the account's subject never leaves the provider."""
        return self.organisation.number if self.organisation else AS_MYSELF

    @property
    def subject(self) -> str | None:
        return self.organisation.subject if self.organisation else None


def sub(services: OAuthServices, client: Client, subject: str, organisation: str | None) -> str:
    """The pairwise identifier (OpenID Connect Core 8.1) of a person, or of a person acting for an organisation."""
    salt, sector = services.pairwise_salt, client.sector_identifier
    if organisation is None:
        return pairwise.subject_identifier(salt, sector, subject)
    return pairwise.acting_identifier(salt, sector, subject, organisation)


def organisation_of(
    services: OAuthServices, session: Session, subject: str, organisation: str | None, now: datetime
) -> ActingFor | None:
    """The organisation of this subject, while the person may act for it."""
    if organisation is None:
        return None
    found = services.subjects.organisations(session, subject, now)
    return next((one for one in found if one.subject == organisation), None)


def choices(
    services: OAuthServices,
    session: Session,
    client: Client,
    request: AuthorizationRequest,
    who: Authentication,
    now: datetime,
) -> tuple[Choice, ...]:
    """As whom she may answer this request; one alone is no choice.

    An organisation only where the service asks who it deals with. Somebody who acts for one already is asked by any
    service: what is hers must not be released because she had forgotten, nor the organisation's name.
    """
    found = services.subjects.organisations(session, who.subject, now) if request.scopes & ASKING else ()
    everybody = (None, *found)
    made = (Choice(one, sub(services, client, who.subject, one.subject if one else None)) for one in everybody)
    return tuple(choice for choice in made if request.subs is None or choice.sub in request.subs)


def claims(
    services: OAuthServices, session: Session, client: Client, grant: Grant, now: datetime
) -> Mapping[str, object]:
    """What is told of the organisation and of who acts; nothing where the grant is a person's own."""
    found = organisation_of(services, session, grant.subject, grant.acting_for, now)
    if found is None:
        return {}
    return {
        "acting_for": shown(found),
        "act": {"sub": sub(services, client, grant.subject, None), "role": found.role},
    }


def shown(organisation: ActingFor) -> dict[str, object]:
    """The claim `acting_for`. An organisation has no identity level, so none is in it (Decree 69 art. 7)."""
    return {"organisation_number": organisation.number, "name": organisation.name, "role": organisation.role}


def holds(services: OAuthServices, session: Session, grant: Grant, now: datetime) -> bool:
    """True while the client and the person's account are active, it takes accounts of her level, and she may act for
    whom she was granted this for."""
    client = store.client(session, grant.client_id)
    if client is None or not services.subjects.may_use(session, grant.subject, now):
        return False
    if not identity_levels.admits(services, session, client, grant.subject):
        return False
    return grant.acting_for is None or bool(organisation_of(services, session, grant.subject, grant.acting_for, now))


def usable_grant(services: OAuthServices, session: Session, grant_id: str, now: datetime) -> Grant | None:
    """The live grant; one for an organisation that she may not act for any more is revoked, and stays so."""
    grant = tokens.live_grant(session, grant_id, now)
    if grant is None or holds(services, session, grant, now):
        return grant
    if grant.acting_for is not None:
        store.revoke_grant(session, grant.id, now)
        details = {"grant": grant.id, "reason": "acting_ended"}
        services.audit.record(
            session,
            event="oauth.grant_ended",
            subject=grant.subject,
            client_id=grant.client_id,
            details=details,
            now=now,
        )
    return None
