"""The wallet's own metadata (OpenID4VP 1.0 section 10, RFC 8414)."""

from __future__ import annotations

from typing import Any

from idp.documents import direct_post, request_object
from idp.documents.dcql import SD_JWT_VC

WALLET_PATH = "/wallet"


def wallet_issuer(issuer: str) -> str:
    """The wallet's identifier: what `aud` of a request object must be (5.8)."""
    return f"{issuer}{WALLET_PATH}"


def wallet_metadata(issuer: str) -> dict[str, Any]:
    """The document at `/.well-known/oauth-authorization-server/wallet`."""
    wallet = wallet_issuer(issuer)
    return {
        "issuer": wallet,
        "authorization_endpoint": f"{wallet}/authorize",
        "response_types_supported": ["vp_token"],
        "response_modes_supported": list(request_object.RESPONSE_MODES),
        "request_uri_parameter_supported": True,
        "request_parameter_supported": False,
        "require_signed_request_object": True,
        "status_list_aggregation_endpoint": f"{issuer}/status-lists",  # Token Status List section 9.1
        **capabilities(),
    }


def capabilities() -> dict[str, Any]:
    """What is also told to a request_uri in `wallet_metadata` (5.10); nothing that tells one wallet from another."""
    return {
        "vp_formats_supported": {
            SD_JWT_VC: {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]},
        },
        "client_id_prefixes_supported": ["pre-registered"],
        "request_object_signing_alg_values_supported": list(request_object.ALGORITHMS),
        "authorization_encryption_alg_values_supported": [direct_post.KEY_AGREEMENT],
        "authorization_encryption_enc_values_supported": [direct_post.CONTENT_ENCRYPTION],
    }
