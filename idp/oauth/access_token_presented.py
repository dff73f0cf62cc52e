"""An access token as a request to a resource presents it, with its sender's proof (RFC 9449 7, RFC 8705 3).

A token that is bound to a key is refused as a bearer token (RFC 9449 7.2), and every other one under the DPoP scheme.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from idp.oauth import dpop, sender_constraint
from idp.oauth.client_certificate import ClientCertificate
from idp.oauth.client_request import ClientRequest
from idp.oauth.dpop import Proof
from idp.oauth.errors import InvalidDPoPProofError, InvalidTokenError, OAuth2Error, UseDPoPNonceError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

BEARER, DPOP = "Bearer", "DPoP"


@dataclass(frozen=True)
class Presented:
    """The token, the scheme it came under, and what its sender has shown."""

    token: str
    scheme: str = BEARER
    proof: Proof | None = None
    certificate: ClientCertificate | None = None


def read(found: tuple[str, str] | None, sent: ClientRequest, now: datetime) -> Presented | None:
    """`found` is scheme and token, as `bearer.find` has them. Raises InvalidDPoPProofError."""
    if found is None:
        return None
    scheme, token = found
    if scheme == BEARER:
        return Presented(token, certificate=sent.certificate)
    if sent.dpop is None:  # RFC 9449 7.1: MUST check that a proof was also received
        raise InvalidDPoPProofError("The DPoP proof is missing.")
    proof = dpop.verify(sent.dpop, method=sent.method, urls=sent.urls, now=now, access_token=token)
    return Presented(token, DPOP, proof, sent.certificate)


def check(
    services: OAuthServices, client: Client, cnf: Mapping[str, str] | None, presented: Presented, now: datetime
) -> None:
    """Is it whom the token was given to? Raises InvalidTokenError, InvalidDPoPProofError, UseDPoPNonceError."""
    bound, proof = dict(cnf or {}), presented.proof
    key, thumbprint = bound.get(sender_constraint.KEY), bound.get(sender_constraint.CERTIFICATE)
    if (key is None) != (proof is None):
        raise InvalidTokenError("The access token is presented under another scheme than it was issued for.")
    if proof is not None and key is not None:
        if not hmac.compare_digest(key.encode(), proof.jkt.encode()):
            raise InvalidTokenError("The access token is bound to another DPoP key.")
        sender_constraint.check(services, client, proof, now)
    shown = presented.certificate.thumbprint if presented.certificate else ""
    if thumbprint is not None and not hmac.compare_digest(thumbprint.encode(), shown.encode()):  # RFC 8705 3
        raise InvalidTokenError("The access token is bound to another certificate.")


def use_up(services: OAuthServices, presented: Presented, now: datetime) -> None:
    """The proof was good for this one request. Raises InvalidDPoPProofError."""
    if presented.proof is not None:
        with services.db.begin() as session:
            sender_constraint.use_up(session, presented.proof, now)


def concerns_proof(error: OAuth2Error | None) -> bool:
    """True where only the DPoP challenge may tell of the error."""
    return isinstance(error, InvalidDPoPProofError | UseDPoPNonceError)
