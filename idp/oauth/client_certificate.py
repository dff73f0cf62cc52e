"""The certificate that a client showed in the TLS handshake, as a proxy passes it on (RFC 8705 6.5, RFC 9440 2)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

LONGEST = 16_384  # characters of the header; a proxy allows less
BYTE_SEQUENCE = re.compile(r":([A-Za-z0-9+/]+={0,2}):")  # RFC 9440 2.1, RFC 8941 3.3.5
PEM = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*")


class CertificateError(Exception):
    """The header holds no certificate, or more than one."""


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate whose key the client proved to the proxy; nothing else of it is proven yet."""

    der: bytes

    @cached_property
    def thumbprint(self) -> str:
        """`x5t#S256` (RFC 8705 3.1)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.der).digest()).rstrip(b"=").decode()

    @cached_property
    def parsed(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.der)


def read(header: str) -> ClientCertificate:
    """RFC 9440's `:base64:`, or the escaped PEM of nginx's `$ssl_client_escaped_cert`. Raises CertificateError."""
    text = header.strip()
    if len(text) > LONGEST:
        raise CertificateError
    try:
        found = BYTE_SEQUENCE.fullmatch(text)
        if found:
            return _checked(x509.load_der_x509_certificate(base64.b64decode(found[1], validate=True)))
        pem = unquote(text, errors="strict")
        if PEM.fullmatch(pem):
            return _checked(x509.load_pem_x509_certificate(pem.encode("ascii")))
    except ValueError as error:  # the certificate, its base64 and its escapes alike
        raise CertificateError from error
    raise CertificateError


def _checked(certificate: x509.Certificate) -> ClientCertificate:
    """Its names and extensions are parsed when they are first looked at: that must not fail later."""
    _ = certificate.subject, certificate.extensions, certificate.not_valid_after_utc
    return ClientCertificate(certificate.public_bytes(Encoding.DER))
