"""Revocation endpoint (RFC 7009 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Response, jsonify
from sqlalchemy.orm import Session

from idp.oauth import revocation
from idp.oauth.endpoints import form
from idp.oauth.errors import InvalidRequestError
from idp.oauth.ports import OAuthServices


def revoke(services: OAuthServices) -> Response:
    """A public client names itself; every other one authenticates (2.1). The answer's body says nothing (2.2)."""

    def answer(session: Session, fields: Mapping[str, str], now: datetime) -> Response:
        client, _ = form.client(services, session, fields, "/revoke", now)
        if "token" not in fields:
            raise InvalidRequestError("The parameter token is missing.")
        revocation.revoke(services, session, client, fields["token"], now)
        return jsonify({})

    return form.in_transaction(services, answer)
