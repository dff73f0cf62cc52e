"""A request of a client to us: its form, and who it is (RFC 6749 2.3, 3.2), the same at every such endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from idp.oauth import client_authentication, client_keys
from idp.oauth.endpoints import client_requests
from idp.oauth.errors import InvalidRequestError, OAuth2Error
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

FORM = "application/x-www-form-urlencoded"
LARGEST = 65_536  # bytes


def read() -> dict[str, str]:
    """The parameters of the body; what the address holds is nothing to us. Raises InvalidRequestError."""
    request.max_content_length = LARGEST
    if request.mimetype != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    lists = request.form.to_dict(flat=False)
    if any(len(values) > 1 for values in lists.values()):  # RFC 6749 3.2
        raise InvalidRequestError("A parameter is sent more than once.")
    return {name: values[0] for name, values in lists.items() if values[0]}  # 3.1: without a value is omitted


def answer(services: OAuthServices, work: Callable[[Session, Mapping[str, str], datetime], Response]) -> Response:
    """One transaction an answer: an error is an answer too, so that a client assertion that was used stays used."""
    try:
        fields = read()
    except OAuth2Error as error:
        return refused(error)

    def answered() -> Response:
        with services.db.begin() as session:
            try:
                return never_kept(work(session, fields, services.clock.now()))
            except OAuth2Error as error:
                return refused(error)

    return client_keys.without_transaction(services, answered)


def client(
    services: OAuthServices, session: Session, form: Mapping[str, str], path: str, now: datetime
) -> tuple[Client, str]:
    """The client that authenticates, and how. Raises InvalidClientError, InvalidRequestError."""
    sent = client_requests.read(services, path, form)
    return client_authentication.authenticate(services, session, sent, now)


def refused(error: OAuth2Error) -> Response:
    """RFC 6749 5.2, with a challenge where the client did not authenticate."""
    status, body, headers = error()
    response = jsonify(body)
    response.status_code = status
    response.headers.update(headers)
    return never_kept(response)


def never_kept(response: Response) -> Response:
    """RFC 6749 5.1."""
    response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
    return response
