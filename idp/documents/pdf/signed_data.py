"""CMS signed data, read strictly (RFC 5652 section 5, RFC 5035 section 3): one signer, ES256, nothing beside.

What a signature does not cover (sets of certificates and algorithms) has one allowed form, so that no edit passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from idp.documents.pdf.der import require_der
from idp.documents.verifier.certificates import load_der
from idp.documents.verifier.errors import CertificateMalformed

MAX_CERTIFICATES = 3


class NotStrict(Exception):
    """The object is not of the one form that is read here."""


class OtherAlgorithm(NotStrict):
    """Not SHA-256 with ECDSA: weaker, or one that nobody here checks."""


class NotItsSignature(Exception):
    """The signature, or the digest it is made on, does not match."""


@dataclass(frozen=True)
class SignedData:
    """`certificates` hold the signer's first. `content` is None where it stands elsewhere ("detached")."""

    certificates: tuple[x509.Certificate, ...]
    content: bytes | None
    signature: bytes
    attributes: Mapping[str, Any]
    unsigned: Mapping[str, Any]
    signed_octets: bytes

    @property
    def signer(self) -> x509.Certificate:
        return self.certificates[0]

    def check(self, content: bytes) -> None:
        """Raise NotItsSignature unless this is what the signer signed."""
        if self.attributes["message_digest"].native != hashlib.sha256(content).digest():
            raise NotItsSignature("the digest is of something else")
        key = self.signer.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise NotItsSignature("the key is not on an elliptic curve")
        try:
            key.verify(self.signature, self.signed_octets, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise NotItsSignature("the signature is not by this key") from error


def read(der: bytes, content_type: str, version: str) -> SignedData:
    """Raises NotStrict."""
    try:
        return _read(der, content_type, version)
    except NotStrict:
        raise
    except Exception as error:  # asn1crypto: ValueError, TypeError, KeyError, IndexError, RecursionError ...
        raise NotStrict("the object cannot be read") from error


def _read(der: bytes, content_type: str, version: str) -> SignedData:
    from asn1crypto import cms, tsp

    _ = tsp  # it is what teaches `cms` the attributes of RFC 5035 and RFC 3161
    require_der(der)  # first: what is nested too deeply is not read at all
    info = cms.ContentInfo.load(der, strict=True)
    _need(info["content_type"].native == "signed_data", "no signed data")
    data = info["content"]
    _need(data["version"].native == version, "another version")
    _need_algorithm(data["digest_algorithms"].native == [_SHA256], "another digest")
    _need(data["encap_content_info"]["content_type"].native == content_type, "another content type")
    _need(not data["crls"].native and len(data["signer_infos"]) == 1, "revocation lists, or not one signer")
    signer = data["signer_infos"][0]
    attributes, unsigned = _attributes(signer["signed_attrs"]), _attributes(signer["unsigned_attrs"])
    certificates = _certificates(data["certificates"], signer["sid"])
    _check_signer(signer, attributes, content_type, certificates[0])
    content = data["encap_content_info"]["content"]
    return SignedData(
        certificates,
        None if content.native is None else bytes(content),
        signer["signature"].native,
        attributes,
        unsigned,
        signer["signed_attrs"].untag().dump(),
    )


_SHA256 = {"algorithm": "sha256", "parameters": None}
_ES256 = {"algorithm": "sha256_ecdsa", "parameters": None}


def _need(condition: bool, otherwise: str) -> None:
    if not condition:
        raise NotStrict(otherwise)


def _need_algorithm(condition: bool, otherwise: str) -> None:
    if not condition:
        raise OtherAlgorithm(otherwise)


def _attributes(found: Any) -> dict[str, Any]:
    """By type; each once and with one value (RFC 5652 section 11)."""
    table: dict[str, Any] = {}
    for attribute in found or ():
        name = attribute["type"].native
        _need(name not in table and len(attribute["values"]) == 1, "an attribute twice")
        table[name] = attribute["values"][0]
    return table


def _certificates(found: Any, wanted: Any) -> tuple[x509.Certificate, ...]:
    """The signer's, named by issuer and serial number, and those beside it."""
    _need(wanted.name == "issuer_and_serial_number", "the signer is named otherwise")
    _need(1 <= len(found) <= MAX_CERTIFICATES, "no certificate, or too many")
    _need(all(choice.name == "certificate" for choice in found), "another kind of certificate")
    named = [
        choice.chosen.issuer.dump() == wanted.chosen["issuer"].dump()  # octets: names compare without case
        and choice.chosen.serial_number == wanted.chosen["serial_number"].native
        for choice in found
    ]
    _need(named.count(True) == 1, "the signer's certificate is not there")
    try:
        loaded = [load_der(choice.chosen.dump()) for choice in found]
    except CertificateMalformed as error:
        raise NotStrict(error.detail) from error
    place = named.index(True)
    return (loaded[place], *loaded[:place], *loaded[place + 1 :])


def _check_signer(
    signer: Any, attributes: Mapping[str, Any], content_type: str, certificate: x509.Certificate
) -> None:
    _need(signer["version"].native == "v1", "another version")
    _need_algorithm(signer["digest_algorithm"].native == _SHA256, "another digest")
    _need_algorithm(signer["signature_algorithm"].native == _ES256, "not ES256")
    _need({"content_type", "message_digest", "signing_certificate_v2"} <= set(attributes), "an attribute is missing")
    _need(attributes["content_type"].native == content_type, "signed as another content type")
    # RFC 5035 section 3: the signature names its certificate, so that no other can be put in its place.
    first = attributes["signing_certificate_v2"]["certs"][0]
    _need(first["hash_algorithm"].native["algorithm"] == "sha256", "the certificate is named by another digest")
    fingerprint = certificate.fingerprint(hashes.SHA256())
    _need(first["cert_hash"].native == fingerprint, "signed with another certificate")
