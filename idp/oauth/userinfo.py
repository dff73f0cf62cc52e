"""The UserInfo response (OpenID Connect Core 5.3.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import acting, bearer, claims, claims_request, required_authentication
from idp.oauth.access_token_presented import Presented
from idp.oauth.errors import InvalidTokenError
from idp.oauth.ports import OAuthServices


def response(services: OAuthServices, session: Session, presented: Presented, now: datetime) -> dict[str, object]:
    """The claims an access token gives a right to.

    Raises InvalidTokenError, InvalidDPoPProofError, UseDPoPNonceError, InsufficientScopeError;
    InsufficientUserAuthenticationError only to a good token, so that nobody else learns what would be needed
    (RFC 9470 9).
    """
    grant, client, scopes = bearer.grant_of(services, session, presented, "openid", now)
    known = services.subjects.claims(session, grant.subject)
    if known is None or not acting.holds(services, session, grant, now):
        raise InvalidTokenError("The account cannot be used.")
    requested = claims_request.from_document(grant.claims)
    asked = {*claims.of_scopes(scopes), *(requested.userinfo.keys() & claims.by_name(client.scopes))}
    if grant.acting_for is not None:
        known, asked = {}, set()  # an organisation's token tells nothing of the person but that she acts
    required_authentication.check(grant, client, asked, now)
    chosen = claims.for_userinfo(known, scopes, requested, client.scopes)
    # Core 5.3.2: sub MUST always be there, and be that of the ID Token.
    sub = acting.sub(services, client, grant.subject, grant.acting_for)
    return {**chosen, **acting.claims(services, session, client, grant, now), "sub": sub}
