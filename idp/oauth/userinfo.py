"""The UserInfo response (OpenID Connect Core 5.3.2): as JSON, signed, encrypted or both, as registered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import acting, bearer, claims, claims_request, compat_claims, jwe, jws, required_authentication
from idp.oauth.access_token_presented import Presented
from idp.oauth.access_tokens import Live
from idp.oauth.errors import InvalidTokenError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices


def response(
    services: OAuthServices, session: Session, presented: Presented, now: datetime
) -> dict[str, object] | str:
    """The claims an access token gives a right to; a text is a JWT.

    Raises InvalidTokenError, InvalidDPoPProofError, UseDPoPNonceError, InsufficientScopeError;
    InsufficientUserAuthenticationError only to a good token, so
    that nobody else learns what would be needed (RFC 9470 9); NoEncryptionKeyError.
    """
    found = bearer.accepted(services, session, presented, "openid", now)
    return _protected(services, found.client, _claims(services, session, found, now))


def _claims(services: OAuthServices, session: Session, found: Live, now: datetime) -> dict[str, object]:
    grant, client, scopes = found.grant, found.client, found.scopes
    known = services.subjects.claims(session, grant.subject)
    if known is None:
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


def _protected(services: OAuthServices, client: Client, told: Mapping[str, object]) -> dict[str, object] | str:
    """Signed, then encrypted (Core 10.2, 16.14). Who registers for encryption alone gets the claims encrypted."""
    signing, encryption = client.userinfo_signed_response_alg, client.userinfo_encrypted_response_alg
    if signing is None and encryption is None:
        return dict(told)
    named = {**told, "iss": services.issuer, "aud": client.client_id}  # 5.3.2: MUST where it is signed
    text = jws.sign(services.keys, signing, "JWT", named) if signing else json.dumps(named)
    if encryption is None:
        return text
    key = jwe.key_for(services, client, encryption)
    return jwe.encrypt_to(key, text, encryption, client.userinfo_encrypted_response_enc, nested=signing is not None)
