"""Signed authorization responses (JWT Secured Authorization Response Mode for OAuth 2.0, JARM)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from idp.keyset import KeySetError
from idp.oauth import fapi, jwe, jws
from idp.oauth.errors import NoEncryptionKeyError, ServerPageError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

LIFETIME = timedelta(minutes=5)  # 2.1: at most 10 minutes


def algorithm(client: Client) -> str:
    """JARM 3: RS256 where the client registered none; FAPI 2.0 5.4.1 rules that one out."""
    return client.authorization_signed_response_alg or fapi.signed_by_default(client)


def check(services: OAuthServices, client: Client) -> None:
    """Before anybody is asked: is there a key to sign and one to encrypt with? Raises ServerPageError."""
    encryption = client.authorization_encrypted_response_alg
    try:
        services.keys.signing_key(algorithm(client))
        if encryption is not None:
            jwe.key_for(services, client, encryption)
    except (KeySetError, NoEncryptionKeyError) as error:
        raise _impossible() from error


def response(services: OAuthServices, client: Client, parameters: Iterable[tuple[str, str]], now: datetime) -> str:
    """The response document (2.1), signed, then encrypted where the client registered so (2.2).

    Raises ServerPageError: what was to be encrypted is never sent in clear.
    """
    claims = {
        **dict(parameters),
        "iss": services.issuer,  # RFC 9207 2, and JARM's own
        "aud": client.client_id,
        "exp": int((now + LIFETIME).timestamp()),
    }
    alg, enc = client.authorization_encrypted_response_alg, client.authorization_encrypted_response_enc
    try:
        token = jws.sign(services.keys, algorithm(client), "JWT", claims)
        return token if alg is None else jwe.encrypt(services, client, token, alg, enc)
    except (KeySetError, NoEncryptionKeyError) as error:
        raise _impossible() from error


def _impossible() -> ServerPageError:
    return ServerPageError(
        "oauth.wrong_response_mode", description="There is no key for the signed response that the client registered."
    )
