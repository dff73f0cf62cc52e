"""The public keys of a client (OpenID Connect Registration 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices


def of(services: OAuthServices, client: Client) -> Sequence[Mapping[str, Any]]:
    """The client's JWKs, signature and encryption keys alike; none where it registered none."""
    return client.jwks["keys"] if client.jwks else []
