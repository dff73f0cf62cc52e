"""The UserInfo response (OpenID Connect Core 5.3.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import acting, bearer, claims, claims_request, compat_claims, required_authentication, store
from idp.oauth.errors import InvalidTokenError
from idp.oauth.ports import OAuthServices


def response(services: OAuthServices, session: Session, token: str, now: datetime) -> dict[str, object]:
    """The claims an access token gives a right to.

    Raises InvalidTokenError, InsufficientScopeError; InsufficientUserAuthenticationError only to a good token, so
    that nobody else learns what would be needed (RFC 9470 9).
    """
    grant, scopes = bearer.grant_of(session, token, "openid", now)
    client = store.client(session, grant.client_id)
    known = services.subjects.claims(session, grant.subject)
    if client is None or known is None or not acting.holds(services, session, grant, now):
        raise InvalidTokenError("The account cannot be used.")
    requested = claims_request.from_document(grant.claims)
    asked = {*claims.of_scopes(scopes), *(requested.userinfo.keys() & claims.by_name(client.scopes))}
    if grant.acting_for is not None:
        known, asked = {}, set()  # an organisation's token tells nothing of the person but that she acts
    required_authentication.check(grant, client, asked, now)
    # Core 5.3.2: sub MUST always be there, and be that of the ID Token.
    sub = acting.sub(services, client, grant.subject, grant.acting_for)
    organisation = acting.claims(services, session, client, grant, now)
    withheld = required_authentication.withheld(grant, now)
    known = compat_claims.added(
        known, registered=client.scopes, withheld=withheld, sub=sub, acr=grant.acr, acting=organisation
    )
    chosen = claims.for_userinfo(known, scopes, requested, client.scopes)
    return {**chosen, **organisation, "sub": sub}
