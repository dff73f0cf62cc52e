"""Mutual TLS: client authentication by certificate (RFC 8705 2). The handshake itself is the proxy's.

The proxy proves that the client holds the certificate's key. Whether the certificate is one that we trust is decided
here, so that it does not matter how strictly the proxy is told to verify.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from idp.oauth import client_authorities, clock_skew
from idp.oauth.client_certificate import ClientCertificate
from idp.oauth.models import Client

PKI, SELF_SIGNED = METHODS = ("tls_client_auth", "self_signed_tls_client_auth")
#: RFC 8705 2.1.2: what the subject of the certificate is told by; exactly one.
SUBJECTS = (
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
)


def fault_by_authority(
    client: Client, certificate: ClientCertificate, authorities: Sequence[x509.Certificate], now: datetime
) -> str | None:
    """tls_client_auth (RFC 8705 2.1): None if issued by an authority of ours, in force, to the registered subject."""
    if not authorities:
        return "no authority for client certificates is configured"
    if not _is_issued(certificate.parsed, authorities, now):
        return client_authorities.why_not(certificate.parsed, authorities, now)
    return None if _is_subject(client, certificate.parsed) else "the certificate's subject is not the registered one"


def fault_by_key_set(keys: Sequence[Mapping[str, Any]], certificate: ClientCertificate, now: datetime) -> str | None:
    """self_signed_tls_client_auth (RFC 8705 2.2): None if it is in the client's key set itself, and in force."""
    begins, ends = certificate.parsed.not_valid_before_utc, certificate.parsed.not_valid_after_utc
    if now > ends:
        return clock_skew.past("the notAfter of the certificate", ends, now)
    if now < begins:
        return clock_skew.ahead("the notBefore of the certificate", begins, now)
    registered = (jwk["x5c"][0] for jwk in keys if isinstance(jwk.get("x5c"), list) and jwk["x5c"])
    known = any(_same(text, certificate.der) for text in registered)
    return None if known else "the certificate is not in the client's key set (x5c)"


def _same(text: object, der: bytes) -> bool:
    try:
        return isinstance(text, str) and base64.b64decode(text, validate=True) == der  # RFC 7517 4.7
    except ValueError:
        return False


def _is_issued(leaf: x509.Certificate, authorities: Sequence[x509.Certificate], now: datetime) -> bool:
    # Whose certificate it is may be told by the subject alone, so nothing is asked of the leaf's extensions.
    verifier = (
        PolicyBuilder()
        .store(Store(list(authorities)))
        .time(now)
        .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    try:
        verifier.verify(leaf, [])
    except VerificationError:
        return False
    return True


def _is_subject(client: Client, certificate: x509.Certificate) -> bool:
    if client.tls_client_auth_subject_dn is not None:
        return certificate.subject == x509.Name.from_rfc4514_string(client.tls_client_auth_subject_dn)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    if client.tls_client_auth_san_dns is not None:
        wanted = client.tls_client_auth_san_dns.lower()  # RFC 4343: without regard to case
        return wanted in [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    if client.tls_client_auth_san_uri is not None:
        return client.tls_client_auth_san_uri in names.get_values_for_type(x509.UniformResourceIdentifier)
    if client.tls_client_auth_san_ip is not None:  # RFC 8705 2.1.2: compared as addresses, not as texts
        return ip_address(client.tls_client_auth_san_ip) in names.get_values_for_type(x509.IPAddress)
    return client.tls_client_auth_san_email in names.get_values_for_type(x509.RFC822Name)
