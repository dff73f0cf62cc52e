"""How a client authenticates: what each method needs, and takes (RFC 7591 2, OpenID Connect Core 9, RFC 8705 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from cryptography import x509

from idp.oauth import mutual_tls, redirect_uris
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.mutual_tls import SUBJECTS

AUTH_METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt", *mutual_tls.METHODS, "none")
NEED_KEYS = ("private_key_jwt", "self_signed_tls_client_auth")
HOST_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")


def mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    method = client.token_endpoint_auth_method
    if method in NEED_KEYS and client.jwks is None and client.jwks_uri is None:
        yield ClientMetadataError("jwks", f"or jwks_uri is needed for {method}")
    given = [name for name in SUBJECTS if getattr(client, name) is not None]
    if method == "tls_client_auth" and len(given) != 1:
        # RFC 8705 2.1.2: "MUST use exactly one of the below metadata parameters"
        yield ClientMetadataError(given[1] if given else SUBJECTS[0], "exactly one tls_client_auth_* is needed")
    if method != "tls_client_auth" and given:
        yield ClientMetadataError(given[0], "goes with tls_client_auth only")
    for name in given:
        if not _fits(name, getattr(client, name)):
            yield ClientMetadataError(name, "is not of the form that RFC 8705 2.1.2 names")
    if client.public and not client.require_pkce:
        # RFC 9700 2.1.1: public clients MUST use PKCE
        yield ClientMetadataError("require_pkce", "may be false for a client that authenticates only")
    for contact in client.contacts:
        if not MAILBOX.fullmatch(contact):
            yield ClientMetadataError("contacts", "must hold e-mail addresses")


def _fits(name: str, value: str) -> bool:
    try:
        return {
            "tls_client_auth_subject_dn": lambda: bool(x509.Name.from_rfc4514_string(value).rdns),
            "tls_client_auth_san_dns": lambda: HOST_NAME.fullmatch(value) is not None,
            "tls_client_auth_san_uri": lambda: redirect_uris.split(value) is not None,
            "tls_client_auth_san_ip": lambda: bool(ip_address(value)),
            "tls_client_auth_san_email": lambda: MAILBOX.fullmatch(value) is not None,
        }[name]()
    except ValueError:
        return False
