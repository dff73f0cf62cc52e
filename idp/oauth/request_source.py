"""Where the parameters of an authorization request come from: itself, a request object, or what was pushed before.

RFC 9101 5 and 6, RFC 9126 3 and 4, OpenID Connect Core 6. Exactly one of them counts, alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.oauth import authorization_profile, request_object, request_reference
from idp.oauth.authorization_request import Parameters, values
from idp.oauth.errors import InvalidRequestError, InvalidRequestURIError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices
from idp.oauth.pushed_request import PREFIX, Pushed, Unusable

OF_AUTHENTICATION = ("client_secret", "client_assertion", "client_assertion_type")  # RFC 9126 2.1


@dataclass(frozen=True)
class Source:
    """The parameters that count. `signed`: the client signed them; `pushed`: the row they were kept in."""

    parameters: Parameters
    signed: bool = False
    pushed: str | None = None


def of_browser(
    services: OAuthServices, client: Client, sent: Parameters, pushed: Pushed | Unusable | None, now: datetime
) -> Source:
    """Of a request at the authorization endpoint. Raises the OAuth2Error to answer it with."""
    references = values(sent, "request_uri")
    _one_at_most(sent)
    if references and references[0].startswith(PREFIX):
        own = _own(client, pushed)
        found = Source(own.parameters, own.signed, own.id)
    elif authorization_profile.must_push(client):  # RFC 9126 4
        raise InvalidRequestError("The client must push its request first (RFC 9126).")
    elif references:
        text = request_reference.fetch(services, client, references[0])
        found = Source(request_object.parameters(services, client, text, sent, now), signed=True)
    else:
        found = _by_value(services, client, sent, now)
    return _signed_if_it_must(client, found)


def _own(client: Client, pushed: Pushed | Unusable | None) -> Pushed:
    """RFC 9126 2.2, 4: bound to the client that pushed it, and of one use."""
    if pushed is None:
        raise InvalidRequestURIError("The request_uri is malformed.")
    if pushed.client_id not in (None, client.client_id):
        raise InvalidRequestURIError("The request_uri is of another client.")
    if isinstance(pushed, Unusable):
        raise InvalidRequestURIError(pushed.description)
    return pushed


def of_push(services: OAuthServices, client: Client, sent: Parameters, now: datetime) -> Source:
    """Of a request at the PAR endpoint. Raises the OAuth2Error to answer it with."""
    if "request_uri" in sent:  # RFC 9126 2.1: MUST NOT be provided
        raise InvalidRequestError("A request_uri cannot be pushed.")
    _one_at_most(sent)
    if not values(sent, "request") and not values(sent, "client_id"):  # 2.1: required
        raise InvalidRequestError("The parameter client_id is missing.")
    own = {name: sent[name] for name in sent if name not in OF_AUTHENTICATION}
    found = _signed_if_it_must(client, _by_value(services, client, own, now))
    return _to_be_answered_signed_if_it_must(client, found)


def _by_value(services: OAuthServices, client: Client, sent: Parameters, now: datetime) -> Source:
    objects = values(sent, "request")
    if not objects:
        return Source({name: sent[name] for name in sent if name not in ("request", "request_uri")})
    return Source(request_object.parameters(services, client, objects[0], sent, now), signed=True)


def _one_at_most(sent: Parameters) -> None:
    if len(values(sent, "request")) + len(values(sent, "request_uri")) > 1:  # RFC 9101 5
        raise InvalidRequestError("More than one request object is sent.")


def _to_be_answered_signed_if_it_must(client: Client, source: Source) -> Source:
    modes = values(source.parameters, "response_mode")
    if authorization_profile.must_have_signed_answers(client) and not any(mode.endswith("jwt") for mode in modes):
        raise InvalidRequestError("The client has its answers signed (JARM): send response_mode=jwt.")
    return source


def _signed_if_it_must(client: Client, source: Source) -> Source:
    if authorization_profile.must_sign(client) and not source.signed:  # RFC 9101 10.5, RFC 9126 2.3
        raise InvalidRequestError("The client must sign its request (RFC 9101).")
    return source
