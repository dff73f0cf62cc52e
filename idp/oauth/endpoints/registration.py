"""Client registration endpoint (RFC 7591 3, OpenID Connect Registration 3): an initial access token is needed."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from idp.oauth import dynamic_registration, initial_access_tokens, sectors
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.dynamic_registration import BY, TokenRefused
from idp.oauth.endpoints import registration_answers as answers
from idp.oauth.ports import OAuthServices
from idp.oauth.registry import Registry


def registration(services: OAuthServices) -> Response:
    """What a sector's document says is fetched before the transaction: nobody waits for another's server."""
    now = services.clock.now()
    try:
        token = answers.bearer()
        with services.db.read() as session:
            row = initial_access_tokens.live(session, token, now)
            limit = frozenset(row.scope.split()) if row else None
        if limit is None:
            raise TokenRefused
        wait = answers.throttled(services, now, proven=True)
        if wait is not None:
            return wait
        wanted = dynamic_registration.requested(answers.document(), limit)
        vouched = sectors.fetch(services.outbound, wanted)
        with services.db.begin() as session:
            made = dynamic_registration.register(
                Registry(services.audit, BY), session, token, wanted, vouched, services.issuer, now
            )
    except TokenRefused:
        return answers.throttled(services, now, proven=False) or answers.refused_token()
    except ClientMetadataError as error:
        return answers.refused_metadata(error)
    return answers.client(made, HTTPStatus.CREATED)
