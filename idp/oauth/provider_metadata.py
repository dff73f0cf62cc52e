"""The provider's metadata (OpenID Connect Discovery 3, RFC 8414 2): one document for both, true in every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from idp.acr import LEVELS
from idp.keyset import ALGORITHMS
from idp.oauth import authorization_profile, claims, client_assertion, dpop, jwe, mutual_tls, response_mode
from idp.oauth.authorization_request import PROMPTS
from idp.oauth.client_metadata import AUTH_METHODS
from idp.oauth.ports import OAuthServices

#: RFC 8705 5: where a client may have to show its certificate.
SHOWN_AT = ("token", "userinfo", "introspection", "revocation", "pushed_authorization_request")


def document(services: OAuthServices) -> dict[str, Any]:
    """As served at both well-known addresses."""
    known = _known(services)
    return {**known, **_mutual_tls(services, known)}


def _known(services: OAuthServices) -> dict[str, Any]:
    issuer, methods = services.issuer, auth_methods(services)
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "pushed_authorization_request_endpoint": f"{issuer}/par",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "introspection_endpoint": f"{issuer}/introspect",
        "revocation_endpoint": f"{issuer}/revoke",
        "jwks_uri": f"{issuer}/jwks",
        "registration_endpoint": f"{issuer}/connect/register",
        "end_session_endpoint": f"{issuer}/end-session",
        "scopes_supported": list(claims.SCOPE_CLAIMS),
        "response_types_supported": ["code"],
        "response_modes_supported": list(response_mode.MODES),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        **_protection("id_token"),
        **_protection("userinfo"),
        **_protection("introspection"),
        **_protection("authorization"),
        **_authentication("token", methods),
        **_authentication("revocation", methods),
        **_authentication("introspection", [method for method in methods if method != "none"]),
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": _acr_values(services),
        "claim_types_supported": ["normal"],
        "claims_supported": [*claims.CLAIMS, "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "request_object_signing_alg_values_supported": list(authorization_profile.ALGORITHMS),
        "require_signed_request_object": False,  # of all; a client may be held to it
        "require_pushed_authorization_requests": False,  # as above
        "authorization_response_iss_parameter_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "prompt_values_supported": sorted(PROMPTS),
        "display_values_supported": ["page"],
        "ui_locales_supported": ["vi", "en"],
    }


def auth_methods(services: OAuthServices) -> list[str]:
    """Certificates only where a proxy passes them on, and an authority's only where one is trusted."""
    possible = {
        mutual_tls.SELF_SIGNED: bool(services.config.client_certificate_header),
        mutual_tls.PKI: bool(services.config.client_certificate_header and services.certificate_authorities),
    }
    return [method for method in AUTH_METHODS if possible.get(method, True)]


def _mutual_tls(services: OAuthServices, known: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 8705 3.3 and 5."""
    if not services.config.client_certificate_header:
        return {}
    told: dict[str, Any] = {"tls_client_certificate_bound_access_tokens": True}
    if services.config.mtls_url:
        here = {f"{name}_endpoint": known[f"{name}_endpoint"] for name in SHOWN_AT if f"{name}_endpoint" in known}
        moved = {name: services.config.mtls_url + url.removeprefix(services.issuer) for name, url in here.items()}
        told["mtls_endpoint_aliases"] = moved
    return told


def _protection(answer: str) -> dict[str, list[str]]:
    """How an answer is signed, and encrypted (Discovery 3, RFC 9701 7)."""
    return {
        f"{answer}_signing_alg_values_supported": list(ALGORITHMS),
        f"{answer}_encryption_alg_values_supported": list(jwe.ALGORITHMS),
        f"{answer}_encryption_enc_values_supported": list(jwe.ENCODINGS),
    }


def _authentication(endpoint: str, methods: Sequence[str]) -> dict[str, list[str]]:
    return {
        f"{endpoint}_endpoint_auth_methods_supported": list(methods),
        f"{endpoint}_endpoint_auth_signing_alg_values_supported": list(client_assertion.ALGORITHMS),
    }


def _acr_values(services: OAuthServices) -> list[str]:
    """The levels a sign-in here can reach, and the older names they answer to."""
    reachable = [level for level in LEVELS if level.urn in services.reachable_acr]
    return [level.urn for level in reachable] + [level.alias for level in reachable]
