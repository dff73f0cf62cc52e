"""Authorization responses (RFC 6749 4.1.2 and 4.1.2.1), each naming its issuer (RFC 9207 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp import refusal_log
from idp.oauth import jarm, response_mode
from idp.oauth.errors import OAuth2Error
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices
from idp.oauth.redirect_uris import with_fragment, with_parameters

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Destination:
    """Where a client is answered, how, and with which state."""

    client: Client
    redirect_uri: str
    response_mode: str
    state: str | None


@dataclass(frozen=True)
class Answered:
    """The request is answered: the browser takes this to the client."""

    destination: Destination
    parameters: Fields


@dataclass(frozen=True)
class Delivery:
    """An answer on its way: the browser goes to `location`, or posts `fields` there."""

    location: str
    fields: Fields | None = None


def success(destination: Destination, code: str) -> Answered:
    """The answer with a code."""
    return Answered(destination, (("code", code),))


def failure(destination: Destination, error: OAuth2Error) -> Answered:
    """The answer with an error, which the operator's log tells too."""
    refusal_log.asked_by(destination.client.client_id, known=True)
    refusal_log.refused(str(error.error), str(error.description or "told to the client by redirect"))
    described = (("error_description", str(error.description)),) if error.description else ()
    return Answered(destination, (("error", str(error.error)), *described))


def delivery(services: OAuthServices, answered: Answered, now: datetime) -> Delivery:
    """The answer in the response mode asked for. Raises ServerPageError where it cannot be signed or encrypted."""
    to = answered.destination
    fields = answered.parameters if to.state is None else (*answered.parameters, ("state", to.state))
    if response_mode.is_signed(to.response_mode):  # JARM 2.1: all parameters in the JWT, errors too
        fields = (("response", jarm.response(services, to.client, fields, now)),)
    else:
        fields = (*fields, ("iss", services.issuer))  # RFC 9207 2: in success and error responses alike
    carrier = response_mode.carrier(to.response_mode)
    if carrier == "form_post":
        return Delivery(to.redirect_uri, fields)
    place = with_fragment if carrier == "fragment" else with_parameters
    return Delivery(place(to.redirect_uri, fields))
