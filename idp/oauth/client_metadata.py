"""Client metadata and its rules (RFC 7591 2, OpenID Connect Registration 2, RP-Initiated Logout 3.1)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from idp import acr
from idp.keyset import ALGORITHMS
from idp.oauth import fapi, mutual_tls, redirect_uris
from idp.oauth.claims import SCOPES
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration

__all__ = ["AUTH_METHODS", "ClientMetadataError", "check", "sector_of"]

AUTH_METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt", *mutual_tls.METHODS, "none")
CLIENT_ID = re.compile(r"[A-Za-z0-9._~-]{1,100}")
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
RSA_BITS = 2048
NEED_KEYS = ("private_key_jwt", "self_signed_tls_client_auth")


def check(client: ClientRegistration) -> None:
    """Raises ClientMetadataError for the first rule that is broken."""
    _check_choices(client)
    if client.client_id is not None and not CLIENT_ID.fullmatch(client.client_id):
        raise ClientMetadataError("client_id", "must be 1 to 100 letters, digits, '-', '.', '_' or '~'")
    for field in ("client_name_vi", "client_name_en"):
        if not 0 < len(getattr(client, field).strip()) <= 200:
            raise ClientMetadataError(field, "must be a name of at most 200 characters")
    _check_redirect_uris(client)
    _check_keys(client)
    _check_scopes(client)
    if client.public and not client.require_pkce:
        # RFC 9700 2.1.1: public clients MUST use PKCE
        raise ClientMetadataError("require_pkce", "may be false for a client that authenticates only")
    for field in ("request_uris", "response_uris", "client_uri", "policy_uri", "tos_uri", "jwks_uri"):
        _check_web_addresses(field, getattr(client, field))
    mutual_tls.check_registration(client)
    fapi.check_registration(client)
    if not all(acr.level_of(value) for value in client.default_acr_values):
        raise ClientMetadataError("default_acr_values", f"must be among {', '.join(acr.ACR_VALUES)}")
    if client.default_max_age is not None and client.default_max_age < 0:
        raise ClientMetadataError("default_max_age", "must be a number of seconds")


def sector_of(client: ClientRegistration, client_id: str) -> str:
    """The sector identifier (Core 8.1): the one registered, else the host of the redirect URIs.

    A loopback address or a private scheme is nobody's domain, so such a client is a sector of its own.
    """
    if client.sector_identifier:
        return client.sector_identifier
    hosts = {redirect_uris.host(uri) for uri in client.redirect_uris}
    if len(hosts) > 1:
        raise ClientMetadataError("sector_identifier", "is needed: the redirect URIs are on several hosts")
    host = hosts.pop()
    return f"client:{client_id}" if not host or host in redirect_uris.LOOPBACK_HOSTS else host


def _check_choices(client: ClientRegistration) -> None:
    choices: Mapping[str, Iterable[str]] = {
        "application_type": ("web", "native"),
        "token_endpoint_auth_method": AUTH_METHODS,
        "id_token_signed_response_alg": ALGORITHMS,
    }
    for field, allowed in choices.items():
        if getattr(client, field) not in allowed:
            raise ClientMetadataError(field, f"must be one of {', '.join(allowed)}")
    if not set(client.grant_types) <= {"authorization_code", "refresh_token"} or not client.grant_types:
        raise ClientMetadataError("grant_types", "must be authorization_code, refresh_token or both")


def _check_redirect_uris(client: ClientRegistration) -> None:
    if not client.redirect_uris:
        raise ClientMetadataError("redirect_uris", "must name at least one", "invalid_redirect_uri")
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(client, field):
            try:
                redirect_uris.check_registrable(uri, client.application_type)
            except redirect_uris.RedirectUriError as error:
                raise ClientMetadataError(field, f"{uri!r} {error}", "invalid_redirect_uri") from error


def _check_keys(client: ClientRegistration) -> None:
    if client.jwks is None:
        if client.token_endpoint_auth_method in NEED_KEYS and client.jwks_uri is None:
            raise ClientMetadataError("jwks", f"or jwks_uri is needed for {client.token_endpoint_auth_method}")
        return
    if client.jwks_uri is not None:  # Registration 2: MUST NOT be used together
        raise ClientMetadataError("jwks", "and jwks_uri must not both be given")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # a short key is refused below, not warned of
            keys = KeySet.import_key_set(dict(client.jwks)).keys  # type: ignore[arg-type]
    except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ClientMetadataError("jwks", "must be a JWK Set (RFC 7517)") from error
    if not keys or any(PRIVATE_MEMBERS & set(jwk) for jwk in client.jwks["keys"]):
        raise ClientMetadataError("jwks", "must hold public keys, and no private member")
    for key in keys:
        weak = isinstance(key, RSAKey) and key.raw_value.key_size < RSA_BITS
        if isinstance(key, OctKey) or weak or (isinstance(key, ECKey) and key.curve_name != "P-256"):
            raise ClientMetadataError("jwks", "must hold P-256, Ed25519 or RSA keys of 2048 bits or more")


def _check_scopes(client: ClientRegistration) -> None:
    scopes = frozenset(client.scope.split())
    if "openid" not in scopes or not scopes <= SCOPES:
        raise ClientMetadataError("scope", f"must hold openid, and else only {' '.join(sorted(SCOPES))}")
    if "offline_access" in scopes and "refresh_token" not in client.grant_types:
        raise ClientMetadataError("grant_types", "must hold refresh_token for the scope offline_access")


def _check_web_addresses(field: str, value: str | tuple[str, ...] | None) -> None:
    for uri in (value,) if isinstance(value, str) else value or ():
        parts = redirect_uris.split(uri)
        loopback = parts is not None and parts.scheme == "http" and parts.hostname in redirect_uris.LOOPBACK_HOSTS
        if parts is None or not parts.hostname or not (parts.scheme == "https" or loopback) or "#" in uri:
            raise ClientMetadataError(field, f"{uri!r} must use https, or http on a loopback address")
        if urlsplit(uri).username is not None:
            raise ClientMetadataError(field, f"{uri!r} must not hold a user name")
