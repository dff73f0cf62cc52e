"""The provider's metadata (OpenID Connect Discovery 3, RFC 8414 2): one document for both, true in every field."""

from __future__ import annotations

from typing import Any

from idp.acr import LEVELS
from idp.keyset import ALGORITHMS
from idp.oauth import claims, client_assertion
from idp.oauth.authorization_request import PROMPTS
from idp.oauth.client_metadata import AUTH_METHODS
from idp.oauth.ports import OAuthServices


def document(services: OAuthServices) -> dict[str, Any]:
    """As served at both well-known addresses."""
    issuer = services.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "registration_endpoint": f"{issuer}/connect/register",
        "end_session_endpoint": f"{issuer}/end-session",
        "scopes_supported": list(claims.SCOPE_CLAIMS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(client_assertion.ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": _acr_values(services),
        "claim_types_supported": ["normal"],
        "claims_supported": [*claims.CLAIMS, "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": sorted(PROMPTS),
        "display_values_supported": ["page"],
        "ui_locales_supported": ["vi", "en"],
    }


def _acr_values(services: OAuthServices) -> list[str]:
    """The levels a sign-in here can reach, and the older names they answer to."""
    reachable = [level for level in LEVELS if level.urn in services.reachable_acr]
    return [level.urn for level in reachable] + [level.alias for level in reachable]
