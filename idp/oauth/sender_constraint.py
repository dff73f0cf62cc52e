"""What the tokens of a request are bound to (RFC 7800 3: `cnf`): a DPoP key, a certificate, both, or nothing.

A refresh token is bound to what a public client showed (RFC 9449 5, RFC 8705 4). A confidential client's is bound to
it by its authentication, so that the client may have new keys (RFC 9449 5, RFC 8705 7.1).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import dpop, fapi, store
from idp.oauth.client_request import ClientRequest
from idp.oauth.dpop import Proof
from idp.oauth.errors import InvalidDPoPProofError, InvalidGrantError, InvalidRequestError, UseDPoPNonceError
from idp.oauth.hashing import digest
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

KEY, CERTIFICATE = "jkt", "x5t#S256"  # RFC 9449 6.1, RFC 8705 3.1
Confirmation = Mapping[str, str]


def undone_for_a_nonce(session: Session, sent: ClientRequest) -> AbstractContextManager[object]:
    """Around client authentication and the check of the proof: what is demanded to have a nonce used nothing up.

    RFC 9449 8: the client comes again, and may send the same assertion as before.
    """
    return session.begin_nested() if sent.dpop is not None else nullcontext()


def of_request(
    services: OAuthServices, session: Session, client: Client, sent: ClientRequest, now: datetime
) -> Confirmation | None:
    """What the tokens of this token request are to be bound to; its proof is used up.

    Raises InvalidDPoPProofError, UseDPoPNonceError; InvalidRequestError where the client must prove more.
    """
    proof = proof_of(services, session, client, sent, now)
    cnf = {KEY: proof.jkt} if proof else {}
    wants = client.tls_client_certificate_bound_access_tokens or (fapi.holds(client) and proof is None)
    if wants and sent.certificate is not None:
        cnf[CERTIFICATE] = sent.certificate.thumbprint
    if client.dpop_bound_access_tokens and KEY not in cnf:  # RFC 9449 5.2: MUST reject
        raise InvalidDPoPProofError("This client must send a DPoP proof.")
    if client.tls_client_certificate_bound_access_tokens and CERTIFICATE not in cnf:  # RFC 8705 3.4
        raise InvalidRequestError("This client must show its certificate.")
    if fapi.holds(client) and not cnf:  # FAPI 2.0 5.3.2.1, 4
        raise InvalidRequestError("This client must send a DPoP proof or show a certificate.")
    return cnf or None


def proof_of(
    services: OAuthServices, session: Session, client: Client, sent: ClientRequest, now: datetime
) -> Proof | None:
    """The request's DPoP proof, checked and used up, or None where it has none.

    Raises InvalidDPoPProofError, UseDPoPNonceError.
    """
    if sent.dpop is None:
        return None
    proof = dpop.verify(sent.dpop, method=sent.method, urls=sent.urls, now=now)
    check(services, client, proof, now)
    use_up(session, proof, now)
    return proof


def check(services: OAuthServices, client: Client, proof: Proof, now: datetime) -> None:
    """Is the proof good enough for this client? Raises InvalidDPoPProofError, UseDPoPNonceError."""
    held = fapi.holds(client)
    if held and proof.alg not in fapi.ALGORITHMS:  # FAPI 2.0 5.4.1, 1
        raise InvalidDPoPProofError("The algorithm of the proof is not one of FAPI 2.0.")
    if proof.nonce is None and not (held or services.config.dpop_nonce):
        return
    # RFC 9449 8: a nonce that was not given out lately is refused, also where none is demanded
    if proof.nonce is None or not services.nonces.knows(proof.nonce, now):
        raise UseDPoPNonceError


def use_up(session: Session, proof: Proof, now: datetime) -> None:
    """A proof is good once (RFC 9449 11.1). Raises InvalidDPoPProofError."""
    if not store.remember_proof(session, digest(proof.identity), proof.expires_at, now):
        raise InvalidDPoPProofError("The proof was used before.")


def check_code(dpop_jkt: str | None, cnf: Confirmation | None) -> None:
    """RFC 9449 10: the key must be the one that the code is bound to. Raises InvalidGrantError."""
    if dpop_jkt is not None and not _same({KEY: dpop_jkt}, cnf):
        raise InvalidGrantError("The code is bound to another DPoP key.")


def check_refresh(bound_to: Confirmation | None, cnf: Confirmation | None) -> None:
    """RFC 9449 5, RFC 8705 4: the same key or certificate as when the token was got. Raises InvalidGrantError."""
    if bound_to and not _same(bound_to, cnf):
        raise InvalidGrantError("The refresh token is bound to another key or certificate.")


def of_refresh_token(client: Client, cnf: Confirmation | None) -> Confirmation | None:
    """What a new refresh token is bound to."""
    return cnf if client.token_endpoint_auth_method == "none" else None


def token_type(cnf: Confirmation | None) -> str:
    """RFC 9449 5: DPoP, also where a certificate is needed besides; RFC 8705 3 keeps Bearer."""
    return "DPoP" if cnf and KEY in cnf else "Bearer"


def _same(wanted: Confirmation, shown: Confirmation | None) -> bool:
    return all(
        hmac.compare_digest(value.encode(), (shown or {}).get(name, "").encode()) for name, value in wanted.items()
    )
