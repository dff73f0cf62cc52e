"""Introspection endpoint (RFC 7662 2, RFC 9701 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from idp.oauth import client_authentication, introspection
from idp.oauth.endpoints import form
from idp.oauth.errors import InvalidRequestError
from idp.oauth.ports import OAuthServices

JWT = f"application/{introspection.TYPE}"


def introspect(services: OAuthServices) -> Response:
    """Whoever asks authenticates (RFC 7662 2.1): a public client has nothing to do it with."""

    def answer(session: Session, fields: Mapping[str, str], now: datetime) -> Response:
        caller, method = form.client(services, session, fields, "/introspect", now)
        if method == "none":
            raise client_authentication.failure("a public client may not introspect: RFC 7662 2.1")
        if "token" not in fields:
            raise InvalidRequestError("The parameter token is missing.")
        told = introspection.introspect(services, session, caller, fields["token"], now)
        if introspection.always_signed(caller) or JWT in request.accept_mimetypes.values():
            return Response(introspection.signed(services, caller, told, now), mimetype=JWT)
        return jsonify(told)

    return form.in_transaction(services, answer)
