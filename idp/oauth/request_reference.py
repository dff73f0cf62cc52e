"""Request objects by reference: `request_uri` as an address of the client (RFC 9101 5.2, OpenID Connect Core 6.2).

Only one that the client registered is fetched, through the guard of `idp.outbound`: registered addresses, no
redirects, size and time caps (RFC 9101 10.4).
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from idp import refusal_log
from idp.oauth.errors import InvalidRequestURIError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices
from idp.outbound import OutboundError, is_registered

MEDIA_TYPE = "application/oauth-authz-req+jwt"  # RFC 9101 9.4.1


def fetch(services: OAuthServices, client: Client, uri: str) -> str:
    """The text found there. Raises InvalidRequestURIError; what went wrong on the way is for the log."""
    address, _, digest = uri.partition("#")
    if uri not in client.request_uris and not is_registered(address, client.request_uris):
        raise InvalidRequestURIError("The request_uri is not registered for this client.")
    try:
        reply = services.outbound.get(address, registered=(address,), accept=MEDIA_TYPE)
    except OutboundError as error:
        refusal_log.failed(f"the request_uri cannot be fetched ({error.code})")
        raise InvalidRequestURIError("The request_uri cannot be fetched.") from error
    # Core 6.2: the fragment is the hash of what is found there
    other = digest and not hmac.compare_digest(digest.encode(), _digest(reply.body))
    if reply.status != 200 or other:
        answers = f"the server of the request_uri answers {reply.status}"
        hashed = "what is at the request_uri has another hash than its fragment"
        refusal_log.failed(hashed if reply.status == 200 else answers)
        raise InvalidRequestURIError("The request_uri does not lead to the request object.")
    try:
        return reply.body.decode("ascii").strip()
    except UnicodeDecodeError as error:
        refusal_log.failed("what is at the request_uri is no JWT")
        raise InvalidRequestURIError("The request_uri does not lead to a request object.") from error


def _digest(body: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=")
