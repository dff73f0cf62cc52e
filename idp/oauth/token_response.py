"""The token response (RFC 6749 5.1, OpenID Connect Core 3.1.3.3 and 12.2), the same for every grant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.oauth import (
    acting,
    claims,
    claims_request,
    compat_claims,
    id_token,
    pairwise,
    required_authentication,
    tokens,
)
from idp.oauth.models import Client, Grant
from idp.oauth.ports import OAuthServices


@dataclass(frozen=True)
class TokenContext:
    """What the grants need of the request's surroundings; the session is one open transaction."""

    services: OAuthServices
    session: Session
    now: datetime


def token_response(
    context: TokenContext, client: Client, grant: Grant, scope: str | None, *, nonce: str | None
) -> dict[str, Any]:
    """New tokens of a grant as JSON; an ID Token is among them where the scope holds openid."""
    issued = tokens.issue(context.session, grant, scope, context.now)
    body: dict[str, Any] = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": int(tokens.ACCESS_TOKEN_LIFETIME.total_seconds()),
        "scope": issued.scope,
    }
    if issued.refresh_token is not None:
        body["refresh_token"] = issued.refresh_token
    if "openid" in issued.scope.split():
        body["id_token"] = _id_token(context, client, grant, issued, nonce)
    return body


def _id_token(context: TokenContext, client: Client, grant: Grant, issued: tokens.Issued, nonce: str | None) -> str:
    services = context.services
    organisation = acting.claims(services, context.session, client, grant, context.now)
    known: Mapping[str, object] = (
        {} if grant.acting_for else services.subjects.claims(context.session, grant.subject) or {}
    )
    withheld = required_authentication.withheld(grant, context.now)
    known = {name: value for name, value in known.items() if name not in withheld}
    sub = acting.sub(services, client, grant.subject, grant.acting_for)
    known = compat_claims.added(
        known, registered=client.scopes, withheld=withheld, sub=sub, acr=grant.acr, acting=organisation
    )
    requested = claims_request.from_document(grant.claims)
    scopes = frozenset(issued.scope.split())
    salt = services.pairwise_salt
    return id_token.sign(
        services.keys,
        issuer=services.issuer,
        client=client,
        grant=grant,
        sub=sub,
        sid=pairwise.session_identifier(salt, client.client_id, grant.session_id),
        person={**claims.for_id_token(known, scopes, requested, client.scopes), **organisation},
        access_token=issued.access_token,
        nonce=nonce,
        now=context.now,
    )
