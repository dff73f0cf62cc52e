"""Authorization responses (RFC 6749 4.1.2 and 4.1.2.1), each naming its issuer (RFC 9207 2)."""

from __future__ import annotations

from idp.oauth.errors import OAuth2Error
from idp.oauth.redirect_uris import with_parameters


def success(issuer: str, redirect_uri: str, state: str | None, code: str) -> str:
    """Where to send the browser with a code."""
    return _location(issuer, redirect_uri, state, [("code", code)])


def failure(issuer: str, redirect_uri: str, state: str | None, error: OAuth2Error) -> str:
    """Where to send the browser with an error."""
    parameters = [("error", str(error.error))]
    if error.description:
        parameters.append(("error_description", str(error.description)))
    return _location(issuer, redirect_uri, state, parameters)


def _location(issuer: str, redirect_uri: str, state: str | None, parameters: list[tuple[str, str]]) -> str:
    if state is not None:
        parameters.append(("state", state))
    # RFC 9207 2: in success and error responses alike
    return with_parameters(redirect_uri, [*parameters, ("iss", issuer)])
