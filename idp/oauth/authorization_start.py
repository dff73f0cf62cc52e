"""An authorization request from its arrival to its keeping (Core 3.1.2.2, RFC 9101 6, RFC 9126 2 and 4).

What may take long (fetching a request object, verifying signatures) is done between two transactions, in none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from idp import refusal_log
from idp.oauth import (
    authorization_request,
    authorization_response,
    client_authentication,
    fapi,
    id_token,
    jarm,
    lenient,
    pending,
    pushed_request,
    request_source,
    response_mode,
    store,
)
from idp.oauth.authorization_request import AuthorizationRequest, Parameters
from idp.oauth.authorization_response import Answered, Destination
from idp.oauth.errors import InvalidRequestError, OAuth2Error, ServerPageError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices
from idp.oauth.request_source import Source


@dataclass(frozen=True)
class Checked:
    """A request that may be kept. `pushed`: the pushed request that it stands for."""

    request: AuthorizationRequest
    pushed: str | None


def check(
    services: OAuthServices, sent: Parameters, now: datetime, unreadable: Collection[str] = ()
) -> Answered | Checked:
    """Raises ServerPageError where the client or its redirect URI is not proven.

    `unreadable` are the names of the parameters that were not UTF-8: as they are read, nobody sent them.
    """
    with services.db.read() as session:
        client = authorization_request.identify(sent, lambda wanted: store.registered_client(session, wanted))
        pushed = pushed_request.find(session, sent, now)
        session.expunge_all()  # the client outlives the transaction
    if unreadable:
        return _not_utf8(client, sent, unreadable)
    try:
        source = request_source.of_browser(services, client, sent, pushed, now)
    except OAuth2Error as error:
        return authorization_response.failure(_where_to_tell(client, sent, error), error)
    to = _destination(services, client, source.parameters)
    try:
        request = _parse(services, source, to)
        return Checked(replace(request, lenient=tuple(lenient.used())), source.pushed)
    except OAuth2Error as error:
        return authorization_response.failure(to, error)


def _not_utf8(client: Client, sent: Parameters, unreadable: Collection[str]) -> Answered:
    """RFC 6749 Appendix B; 4.1.2 wants state back exactly as it was, so what was not readable is not told."""
    which = next(iter(unreadable))
    error = InvalidRequestError(f"{authorization_request.named(which)} is not UTF-8 (RFC 6749 Appendix B).")
    left = {name: texts for name, texts in sent.items() if name not in unreadable}
    return authorization_response.failure(_where_to_tell(client, left, error), error)


def keep(session: Session, checked: Checked, browser: str | None, now: datetime) -> str:
    """Returns the id that it goes on by. `browser` as in `pending.keep`."""
    return pending.keep(session, checked.request, browser, now, checked.pushed)


def push(
    services: OAuthServices, client: Client, sent: Parameters, now: datetime, *, proven_jkt: str | None = None
) -> str:
    """Check and keep a request that an authenticated client pushes; returns its `request_uri` (RFC 9126 2.2).

    `proven_jkt` is the thumbprint of a DPoP proof that came along (RFC 9449 10.1). Raises OAuth2Error.
    """
    if fapi.holds(client) and client.token_endpoint_auth_method == "none":  # FAPI 2.0 5.3.2.2 (4)
        raise client_authentication.failure("the profile FAPI 2.0 does not admit public clients")
    source = _bound(request_source.of_push(services, client, sent, now), proven_jkt)
    try:
        _parse(services, source, _destination(services, client, source.parameters))
    except ServerPageError as error:  # RFC 9126 2.3: nobody is redirected, so there is no page
        refusal_log.failed(error.check)
        raise InvalidRequestError(error.description) from error
    with services.db.begin() as session:
        return pushed_request.keep(session, client, source.parameters, signed=source.signed, now=now)


def _bound(source: Source, proven_jkt: str | None) -> Source:
    """RFC 9449 10.1: a proof is worth a dpop_jkt; where both are there, they must agree."""
    if proven_jkt is None:
        return source
    if any(value != proven_jkt for value in authorization_request.values(source.parameters, "dpop_jkt")):
        raise InvalidRequestError("The dpop_jkt is not that of the DPoP proof.")
    return replace(source, parameters={**source.parameters, "dpop_jkt": (proven_jkt,)})


def _destination(services: OAuthServices, client: Client, parameters: Parameters) -> Destination:
    to = authorization_request.destination(parameters, client)
    if response_mode.is_signed(to.response_mode):
        jarm.check(services, client)
    return to


def _where_to_tell(client: Client, sent: Parameters, error: OAuth2Error) -> Destination:
    """For a request whose parameters cannot be had: as the client's own object says, else as the request itself."""
    told: Parameters | None = getattr(error, "told", None)
    try:
        return authorization_request.destination(sent if told is None else told, client)
    except ServerPageError as unproven:
        check = str(error.description).rstrip(".")
        raise ServerPageError("oauth.request_refused", str(error.error), check=check) from unproven


def _parse(services: OAuthServices, source: Source, to: Destination) -> AuthorizationRequest:
    return authorization_request.parse(source.parameters, to, lambda hint: _sub_of_hint(services, to.client, hint))


def _sub_of_hint(services: OAuthServices, client: Client, token: str) -> str:
    try:
        hint = id_token.read_hint(services.keys, services.issuer, token)
    except id_token.EncryptedHint as error:
        raise InvalidRequestError("The id_token_hint is encrypted: decrypt it first (Core 3.1.2.1).") from error
    except id_token.HintError as error:
        raise InvalidRequestError("The id_token_hint was not issued by this provider.") from error
    if hint.aud != client.client_id:
        raise InvalidRequestError("The id_token_hint was not issued to this client.")
    return hint.sub
