"""The token response (RFC 6749 5.1, OpenID Connect Core 3.1.3.3 and 12.2), the same for every grant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.jwk import Key
from sqlalchemy.orm import Session

from idp.oauth import (
    acting,
    claims,
    claims_request,
    compat_claims,
    id_token,
    jwe,
    jwt_access_token,
    lenient,
    pairwise,
    required_authentication,
    resources,
    sender_constraint,
    store,
    tokens,
)
from idp.oauth.models import Client, Grant
from idp.oauth.ports import OAuthServices


@dataclass(frozen=True)
class TokenContext:
    """What the grants need of the request's surroundings; the session is one open transaction.

    `resource` are the resources that the request names (RFC 8707 2.2), `cnf` what its tokens are bound to (RFC 7800).
    """

    services: OAuthServices
    session: Session
    now: datetime
    resource: tuple[str, ...] = ()
    cnf: Mapping[str, str] | None = None


def check_issuable(context: TokenContext, client: Client, grant_id: str) -> None:
    """Before a code or a refresh token is used up. Raises InvalidTargetError, NoEncryptionKeyError."""
    _encryption_key(context, client)
    grant = store.grant(context.session, grant_id) if context.resource else None
    if grant is not None:
        resources.narrowed(grant, client, context.services.issuer, context.resource)


def token_response(
    context: TokenContext, client: Client, grant: Grant, scope: str | None, *, nonce: str | None, rotate: bool = True
) -> dict[str, Any]:
    """New tokens of a grant as JSON; an ID Token is among them where the scope holds openid.

    Without `rotate` there is no new refresh token. Raises InvalidTargetError, NoEncryptionKeyError, both before
    anything is issued.
    """
    lenient.recall(grant.claims.get(tokens.LENIENT, ()))  # the program sees this answer; a browser saw the first
    encryption_key = _encryption_key(context, client)
    audience = resources.narrowed(grant, client, context.services.issuer, context.resource)
    issued = tokens.issue(
        context.session,
        grant,
        scope,
        context.now,
        access_token=_access_token(context, client, grant, scope or grant.scope, audience),
        audience=audience,
        cnf=context.cnf,
        refresh_cnf=sender_constraint.of_refresh_token(client, context.cnf),
        rotate=rotate,
    )
    body: dict[str, Any] = {
        "access_token": issued.access_token,
        "token_type": sender_constraint.token_type(context.cnf),
        "expires_in": int(tokens.access_token_lifetime(grant).total_seconds()),
        "scope": issued.scope,
    }
    if issued.refresh_token is not None:
        body["refresh_token"] = issued.refresh_token
    if "openid" in issued.scope.split():
        body["id_token"] = _encrypted(_id_token(context, client, grant, issued, nonce), client, encryption_key)
    return body


def _access_token(
    context: TokenContext, client: Client, grant: Grant, scope: str, audience: Sequence[str]
) -> str | None:
    """A JWT where the client is registered so; None lets an opaque one be made."""
    if client.access_token_format != "jwt":
        return None
    return jwt_access_token.sign(
        context.services.keys,
        issuer=context.services.issuer,
        grant=grant,
        sub=acting.sub(context.services, client, grant.subject, grant.acting_for),
        scope=scope,
        audience=audience,
        cnf=context.cnf,
        now=context.now,
        expires_at=context.now + tokens.access_token_lifetime(grant),
    )


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
    person = claims.for_id_token(known, scopes, requested, client.scopes)
    beyond = claims.for_userinfo(known, scopes, requested, client.scopes)
    if beyond.keys() - person.keys() and lenient.allows(client, lenient.CLAIMS_IN_ID_TOKEN):
        person = {**beyond, **person}
    salt = services.pairwise_salt
    return id_token.sign(
        services.keys,
        issuer=services.issuer,
        client=client,
        grant=grant,
        sub=sub,
        sid=pairwise.session_identifier(salt, client.client_id, grant.session_id),
        person={**person, **organisation},
        access_token=issued.access_token,
        nonce=nonce,
        now=context.now,
    )


def _encryption_key(context: TokenContext, client: Client) -> Key | None:
    alg = client.id_token_encrypted_response_alg
    return jwe.key_for(context.services, client, alg) if alg else None


def _encrypted(signed: str, client: Client, key: Key | None) -> str:
    """Core 10.2 and 16.14: signed first, then encrypted to the client."""
    alg = client.id_token_encrypted_response_alg
    return jwe.encrypt_to(key, signed, alg, client.id_token_encrypted_response_enc) if key and alg else signed
