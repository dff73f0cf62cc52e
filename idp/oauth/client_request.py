"""What a client sends to an endpoint of its own (token, PAR, introspection, revocation) to prove itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from idp.config import Config
from idp.oauth.client_certificate import ClientCertificate


@dataclass(frozen=True)
class ClientRequest:
    """`urls` are the addresses of the endpoint that was called, as the metadata name them: never the request's own.

    `dpop` is the value of the DPoP header; two of them arrive as one, joined by a comma.
    """

    urls: tuple[str, ...]
    form: Mapping[str, str]
    authorization: str | None = None
    dpop: str | None = None
    certificate: ClientCertificate | None = None
    method: str = "POST"


def urls(config: Config, path: str) -> tuple[str, ...]:
    """Where an endpoint is: at the issuer, and at the host for mutual TLS (RFC 8705 5) if there is one."""
    return tuple(f"{base}{path}" for base in (config.issuer, config.mtls_url) if base)
