"""The signed request to the wallet (OpenID4VP 1.0 section 5, RFC 9101)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt

from demo_client.config import Config
from demo_client.i18n import Text
from demo_client.keys import PortalKeys
from demo_client.models import Transaction
from demo_client.procedures.model import Procedure

TYPE = "oauth-authz-req+jwt"
MEDIA_TYPE = "application/oauth-authz-req+jwt"
WALLET_NONCE = re.compile(r"[A-Za-z0-9._~-]{1,200}")


def request_uri(config: Config, request_id: str) -> str:
    return f"{config.url}/presentation/request/{request_id}"


def wallet_url(config: Config, request_id: str) -> str:
    """Where the browser, or the phone that scanned the code, goes."""
    query = {
        "client_id": config.client_id,
        "request_uri": request_uri(config, request_id),
        "request_uri_method": "post",
    }
    return f"{config.wallet}/authorize?{urlencode(query)}"


def make(
    config: Config,
    keys: PortalKeys,
    transaction: Transaction,
    request_id: str,
    procedure: Procedure,
    now: datetime,
    wallet_nonce: str | None = None,
) -> str:
    """The request object, signed anew each time it is fetched: the wallet's nonce goes into it (5.10)."""
    claims: dict[str, Any] = {
        "iss": config.client_id,
        "aud": config.wallet,  # 5.8: the wallet's issuer identifier, which we know from its metadata
        "iat": int(now.timestamp()),
        "exp": int(transaction.expires_at.timestamp()),
        "client_id": config.client_id,
        "response_type": "vp_token",
        "response_mode": transaction.response_mode,
        "response_uri": f"{config.url}/presentation/response",
        "nonce": transaction.nonce,
        "state": request_id,
        "dcql_query": transaction.query,
        "procedure": _purpose(procedure),
    }
    if wallet_nonce is not None:
        claims["wallet_nonce"] = wallet_nonce
    header = {"alg": "ES256", "typ": TYPE, "kid": keys.signing.kid}
    return jwt.encode(header, claims, keys.signing, algorithms=["ES256"])


def _purpose(procedure: Procedure) -> dict[str, str]:
    """Our own extension: why we ask, in words the wallet can show. It ignores what it does not know (5)."""
    basis = procedure.legal_basis[0] if procedure.legal_basis else Text("", "")
    return {
        "vi": procedure.name.vi,
        "en": procedure.name.en,
        "code": procedure.national_code or "",  # a slug of ours would tell her nothing
        "legal_basis": basis.vi,
        "legal_basis_en": basis.en,
    }
