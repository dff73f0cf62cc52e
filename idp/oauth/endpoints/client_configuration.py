"""Client configuration endpoint (RFC 7592 2, OpenID Connect Registration 4): by the registration access token."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Response, request

from idp.oauth import client_document, dynamic_registration, sectors
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.dynamic_registration import BY, TokenRefused
from idp.oauth.endpoints import registration_answers as answers
from idp.oauth.ports import OAuthServices
from idp.oauth.registry import Registry

Act = Callable[[OAuthServices, str, str], Response]


def client_configuration(services: OAuthServices) -> Response:
    """Read, update or delete; an unknown client and a wrong token get one answer (RFC 7592 2.1)."""
    client_id = str((request.view_args or {})["client_id"])
    acts: dict[str, Act] = {"PUT": _update, "DELETE": _delete}
    now = services.clock.now()
    try:
        token = answers.bearer()
        if request.method in acts:
            with services.db.read() as session:
                dynamic_registration.authenticate(session, client_id, token)
            wait = answers.throttled(services, now, proven=True, client_id=client_id)
            if wait is not None:
                return wait
        return acts.get(request.method, _read)(services, client_id, token)
    except TokenRefused:
        return answers.throttled(services, now, proven=False) or answers.refused_token()
    except ClientMetadataError as error:
        return answers.refused_metadata(error)


def _read(services: OAuthServices, client_id: str, token: str) -> Response:
    """RFC 7592 3: the token is told again; it is the one that was just shown to us, which we keep hashed."""
    with services.db.read() as session:
        client = dynamic_registration.authenticate(session, client_id, token)
        return answers.client(dynamic_registration.told(client, services.issuer, token))


def _update(services: OAuthServices, client_id: str, token: str) -> Response:
    now = services.clock.now()
    with services.db.read() as session:
        client = dynamic_registration.authenticate(session, client_id, token)
        document = answers.document()
        dynamic_registration.check_update(client, document)
        present = client_document.of(client)
        wanted = dynamic_registration.requested(document, dynamic_registration.limit_of(client), present)
    vouched = sectors.fetch(services.outbound, wanted)
    with services.db.begin() as session:
        made = dynamic_registration.update(
            Registry(services.audit, BY), session, client_id, token, wanted, vouched, services.issuer, now
        )
    return answers.client(made)


def _delete(services: OAuthServices, client_id: str, token: str) -> Response:
    with services.db.begin() as session:
        dynamic_registration.remove(Registry(services.audit, BY), session, client_id, token, services.clock.now())
    response = Response(status=HTTPStatus.NO_CONTENT)
    del response.headers["Content-Type"]  # RFC 9110 8.3: there is no content that it could be the type of
    return answers.uncached(response)
