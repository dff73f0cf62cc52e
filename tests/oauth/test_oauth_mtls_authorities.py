"""What an authority's certificate must be (RFC 5280 4.2.1): told at the start by its name, not to clients."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from certificates import NOW, Authority, Holder, self_signed
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from idp.app import _authorities
from idp.config import Config, ConfigError
from idp.oauth import client_authorities, mutual_tls
from idp.oauth.client_certificate import ClientCertificate
from idp.oauth.models import Client
from tests.oauth.mtls_requests import AUTHORITY, CLIENT, STRANGER

KEY = ec.generate_private_key(ec.SECP256R1())
BASIC = (x509.BasicConstraints(True, None), True)
IDENTIFIER = (x509.SubjectKeyIdentifier.from_public_key(KEY.public_key()), False)


def usage(*, signs: bool) -> tuple[x509.ExtensionType, bool]:
    return x509.KeyUsage(True, False, False, False, False, signs, signs, False, False), True


def holder(*extensions: tuple[x509.ExtensionType, bool]) -> Holder:
    name = x509.Name.from_rfc4514_string("CN=Made by hand")
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW - timedelta(days=1))
    builder = builder.not_valid_after(NOW + timedelta(days=9))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Holder(builder.sign(KEY, hashes.SHA256()), KEY)


def issued_by(made: Holder) -> x509.Certificate:
    authority = Authority()
    authority.holder = made
    return authority.issue().certificate


FAULTS = {
    "lacks keyUsage with keyCertSign": (BASIC, IDENTIFIER),
    "lacks keyUsage": (BASIC, IDENTIFIER, usage(signs=False)),
    "is no authority's": (IDENTIFIER, usage(signs=True)),
    "is no authority's: it lacks critical": ((BASIC[0], False), IDENTIFIER, usage(signs=True)),
}


@pytest.mark.parametrize("words", FAULTS)
def test_one_that_could_issue_nothing_stops_the_start(config: Config, tmp_path: Path, words: str) -> None:
    """Named by its subject; and what it issued is indeed refused."""
    made = holder(*FAULTS[words])
    path = tmp_path / "authorities.pem"
    path.write_bytes(AUTHORITY.holder.pem + made.pem)
    with pytest.raises(ConfigError, match=f"'CN=Made by hand' in .* {words}"):
        _authorities(replace(config, client_certificate_authorities=path))
    leaf = ClientCertificate(issued_by(made).public_bytes(Encoding.DER))
    client = Client(tls_client_auth_subject_dn="CN=client,O=Mock,C=VN")
    assert mutual_tls.fault_by_authority(client, leaf, [made.certificate], NOW) is not None


def test_one_that_is_right() -> None:
    made = holder(BASIC, IDENTIFIER, usage(signs=True))
    leaf = ClientCertificate(issued_by(made).public_bytes(Encoding.DER))
    client = Client(tls_client_auth_subject_dn="CN=client,O=Mock,C=VN")
    assert client_authorities.fault(made.certificate) is None
    assert mutual_tls.fault_by_authority(client, leaf, [made.certificate], NOW) is None


def test_why_a_certificate_is_refused() -> None:
    """Past, ahead, of nobody, of an authority that is over: each by itself."""
    late, day = NOW + timedelta(days=366 * 20), timedelta(days=1)
    old, early = AUTHORITY.issue(lasts=day - timedelta(seconds=5)), AUTHORITY.issue(begins=NOW + day)
    lasting = AUTHORITY.issue(lasts=timedelta(days=366 * 30))
    cases = [
        (old, NOW, "the notAfter of the certificate is 5 seconds past"),
        (early, NOW, "the notBefore of the certificate is 86400 seconds ahead"),
        (STRANGER.issue(), NOW, "the certificate is not issued by a configured authority"),
        (self_signed("CN=client,O=Mock,C=VN"), NOW, "the certificate is not issued by a configured authority"),
        (lasting, late, "the certificate of the authority that issued the client's is not in force"),
    ]
    client = Client(tls_client_auth_subject_dn="CN=client,O=Mock,C=VN")
    for shown, now, check in cases:
        der = ClientCertificate(shown.certificate.public_bytes(Encoding.DER))
        told = mutual_tls.fault_by_authority(client, der, [AUTHORITY.holder.certificate], now)
        assert told is not None
        assert told.startswith(check)
    assert CLIENT.certificate.version is x509.Version.v3
