"""Reads from a request who a client says it is, and its proofs: header fields and the handshake's certificate."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Response, request

from idp.oauth import client_certificate, client_request
from idp.oauth.client_certificate import CertificateError, ClientCertificate
from idp.oauth.client_request import ClientRequest
from idp.oauth.errors import InvalidRequestError
from idp.oauth.ports import OAuthServices

log = logging.getLogger("mock_vneid.oauth")


def read(services: OAuthServices, path: str, form: Mapping[str, str]) -> ClientRequest:
    """`path` is the endpoint's own. Raises InvalidRequestError."""
    return ClientRequest(
        urls=client_request.urls(services.config, path),
        form=form,
        authorization=request.headers.get("Authorization"),
        dpop=request.headers.get("DPoP"),
        certificate=certificate(services),
        method=request.method,
    )


def certificate(services: OAuthServices) -> ClientCertificate | None:
    """The client's certificate, as a named proxy passes it on (RFC 9440 2.4). Raises InvalidRequestError.

    The header from anybody else is a forgery, or a proxy that was not named: both are better refused than ignored.
    """
    name = services.config.client_certificate_header
    value = request.headers.get(name, "") if name else ""
    if not value.strip():
        return None
    if request.remote_addr not in services.web.trusted_proxies:  # RFC 9700 4.13
        log.warning("the header %s came from %s, which is no trusted proxy: refused", name, request.remote_addr)
        raise InvalidRequestError("A client certificate is taken from a named proxy only.")
    try:
        return client_certificate.read(value)
    except CertificateError as error:
        log.warning("the header %s from %s holds no certificate", name, request.remote_addr)
        raise InvalidRequestError("The client certificate cannot be read.") from error


def with_nonce(services: OAuthServices, response: Response) -> Response:
    """Whoever uses DPoP gets the nonce for the next proof with each answer (RFC 9449 8.2): no extra round trip."""
    if "DPoP" in request.headers:
        response.headers["DPoP-Nonce"] = services.nonces.current(services.clock.now())
    return response
