"""Addresses of a client: each absolute, of a scheme that may be, and on a host that is the client's.

RFC 7591 2 and 5, OpenID Connect Registration 2, Front-Channel Logout 2, Back-Channel Logout 2.2, RP-Initiated 3.1,
RFC 8707 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from idp.oauth import lenient, redirect_uris
from idp.oauth.client_metadata_errors import ClientMetadataError, refuse
from idp.oauth.client_registration import ClientRegistration

WEB = (
    "request_uris", "response_uris", "client_uri", "logo_uri", "policy_uri", "tos_uri", "jwks_uri",
    "sector_identifier_uri", "frontchannel_logout_uri", "backchannel_logout_uri",
)  # fmt: skip
#: For a test on a phone or another machine there is a switch, and whoever meets the rule is told of it.
PLAIN_HTTP = (
    "must use https, or http on a loopback address, or the switch http-redirect-uri (lenient) for http elsewhere"
)


def mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    yield from _redirect_uri_mistakes(client)
    for field in WEB:
        value = getattr(client, field)
        for uri in (value,) if isinstance(value, str) else value or ():
            yield from _web_address_mistakes(field, uri)
    yield from _logout_mistakes(client)
    if client.initiate_login_uri is not None:
        # Registration 2: "URI using the https scheme"; no exception, since the browser is sent there by others
        yield from _web_address_mistakes("initiate_login_uri", client.initiate_login_uri)
        if not client.initiate_login_uri.startswith("https://"):
            yield ClientMetadataError("initiate_login_uri", "must use https")
    for uri in client.resources:
        parts = redirect_uris.split(uri)
        if parts is None or "#" in uri or not (parts.netloc or parts.path):  # RFC 8707 2
            yield ClientMetadataError("resources", "must hold absolute URIs without fragment")


def check_web_address(field: str, uri: str) -> None:
    """Raises ClientMetadataError."""
    refuse(_web_address_mistakes(field, uri))


def _web_address_mistakes(field: str, uri: str) -> Iterator[ClientMetadataError]:
    """https, or http on a loopback address; without fragment and user name."""
    parts = redirect_uris.split(uri)
    loopback = parts is not None and parts.scheme == "http" and parts.hostname in redirect_uris.LOOPBACK_HOSTS
    if parts is None or not parts.hostname or not (parts.scheme == "https" or loopback) or "#" in uri:
        yield ClientMetadataError(field, "must use https, or http on a loopback address, without fragment")
    elif parts.username is not None or parts.password is not None:
        yield ClientMetadataError(field, "must not hold a user name")


def _redirect_uri_mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    if not client.redirect_uris:
        yield ClientMetadataError("redirect_uris", "must name at least one", "invalid_redirect_uri")
    plain = lenient.HTTP_REDIRECT_URI in client.lenient
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        for number, uri in enumerate(getattr(client, field), start=1):
            if field == "redirect_uris" and plain and redirect_uris.plain_http(uri):
                continue
            try:
                redirect_uris.check_registrable(uri, client.application_type)
            except redirect_uris.RedirectUriError as error:
                loosened = field == "redirect_uris" and redirect_uris.plain_http(uri)
                why = PLAIN_HTTP if loosened else error
                yield ClientMetadataError(field, f"entry {number} {why}", "invalid_redirect_uri")


def _logout_mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    for channel in ("frontchannel", "backchannel"):
        if getattr(client, f"{channel}_logout_session_required") and not getattr(client, f"{channel}_logout_uri"):
            yield ClientMetadataError(f"{channel}_logout_session_required", f"needs {channel}_logout_uri")
    uri = client.frontchannel_logout_uri
    # Front-Channel Logout 2: "domain, port, and scheme ... MUST be the same as that of a registered Redirection URI"
    if uri is not None and redirect_uris.origin(uri) not in {
        redirect_uris.origin(one) for one in client.redirect_uris
    }:
        yield ClientMetadataError("frontchannel_logout_uri", "must be on the origin of a redirect URI")
    # Back-Channel Logout 2.2: plain http is for confidential clients
    back = client.backchannel_logout_uri
    if back is not None and client.public and not back.startswith("https://"):
        yield ClientMetadataError("backchannel_logout_uri", "must use https for a client that cannot authenticate")
