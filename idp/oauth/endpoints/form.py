"""A request of a client to us: its form, who it is, and the answer (RFC 6749 2.3, 3.2, 5); one for each endpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from flask import Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from idp.oauth import client_authentication, client_keys
from idp.oauth.authorization_request import named
from idp.oauth.bearer import REALM
from idp.oauth.endpoints import client_requests, encoding
from idp.oauth.errors import InvalidRequestError, OAuth2Error
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

FORM = encoding.FORM
LARGEST = 65_536  # bytes
BASIC = f'Basic realm="{REALM}", charset="UTF-8"'


def read(*repeatable: str) -> dict[str, list[str]]:
    """The parameters of the body; what the address holds is nothing to us. Raises InvalidRequestError."""
    request.max_content_length = LARGEST
    if request.mimetype != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    try:
        if encoding.unreadable():  # RFC 6749 Appendix B
            raise InvalidRequestError("The body is not UTF-8 (RFC 6749 Appendix B).")
        lists = request.form.to_dict(flat=False)
    except RequestEntityTooLarge as error:
        raise InvalidRequestError("The request is too large.", status_code=413) from error
    twice = [name for name, values in lists.items() if len(values) > 1 and name not in repeatable]
    if twice:  # RFC 6749 3.2
        raise InvalidRequestError(f"{named(twice[0])} is sent more than once.")
    return lists


def single(lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """RFC 6749 3.1: a parameter sent without a value is treated as omitted."""
    return {name: values[0] for name, values in lists.items() if values and values[0]}


def in_transaction(
    services: OAuthServices, work: Callable[[Session, Mapping[str, str], datetime], Response]
) -> Response:
    """One transaction an answer: an error is an answer too, so that a client assertion that was used stays used."""
    try:
        fields = single(read())
    except OAuth2Error as error:
        return refused(services, error)

    def answered() -> Response:
        with services.db.begin() as session:
            try:
                return never_kept(services, work(session, fields, services.clock.now()))
            except OAuth2Error as error:
                return refused(services, error)

    return client_keys.without_transaction(services, answered)


def client(
    services: OAuthServices, session: Session, form: Mapping[str, str], path: str, now: datetime
) -> tuple[Client, str]:
    """The client that authenticates, and how. Raises InvalidClientError, InvalidRequestError."""
    sent = client_requests.read(services, path, form)
    return client_authentication.authenticate(services, session, sent, now)


def refused(services: OAuthServices, error: OAuth2Error, *more: tuple[str, str]) -> Response:
    """RFC 6749 5.2, with a challenge where the client did not authenticate."""
    status, body, headers = error()
    return answer(services, status, body, [*headers, *more])


def _challenged(status: int, headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """RFC 9110 15.5.2: every 401 has a challenge, and RFC 7617 2: it names a realm.

    Basic is the one scheme by which clients authenticate here (RFC 6749 2.3.1), so it goes to whoever used another
    way too. It opens no window in a public client's script: for another origin's calls browsers never ask (Fetch).
    """
    others = [(name, value) for name, value in headers if name != "WWW-Authenticate"]
    return [*others, ("WWW-Authenticate", BASIC)] if status == HTTPStatus.UNAUTHORIZED else others


def answer(
    services: OAuthServices, status: int, body: Mapping[str, object], headers: Sequence[tuple[str, str]] = ()
) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers.update(_challenged(status, headers))
    return never_kept(services, response)


def never_kept(services: OAuthServices, response: Response) -> Response:
    """RFC 6749 5.1 and 5.2; with the next nonce for whoever uses DPoP."""
    response.headers["Cache-Control"], response.headers["Pragma"] = "no-store", "no-cache"
    return client_requests.with_nonce(services, response)
