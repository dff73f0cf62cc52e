"""The mock time-stamp authority (RFC 3161, as amended by RFC 5816): a digest in, a signed time out.

Loaded when a time stamp is asked for, not before: `asn1crypto` is slow to import.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from idp.certificates import Credentials

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
#: Our one policy, in the arc for examples (RFC 3161 2.4.2 wants one to be named).
POLICY = "2.999.65.1"
#: A stamp on a digest that can be made to collide says nothing.
SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
#: Octets: a digest, a nonce, a policy.
LONGEST_QUERY = 2048


class Refused(Exception):
    """No time stamp is made; `failure` is the bit of PKIFailureInfo (RFC 3161 2.4.2) that says why."""

    def __init__(self, failure: str) -> None:
        self.failure = failure
        super().__init__(failure)


class _Refusal(core.Sequence):  # type: ignore[misc]
    """A TimeStampResp without its OPTIONAL token, which asn1crypto demands."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo)]


def answer(query: bytes, authority: Credentials, now: datetime) -> bytes:
    """The answer to a query, DER: a token, or a refusal with its reason."""
    try:
        return bytes(respond(_read(query), authority, now).dump())
    except Refused as refused:
        return bytes(_Refusal({"status": {"status": "rejection", "fail_info": {refused.failure}}}).dump())


def respond(query: tsp.TimeStampReq, authority: Credentials, now: datetime) -> tsp.TimeStampResp:
    """The same, for a query that was read already. Raises Refused."""
    _check(query)
    token = _token(_stamp(query, now), authority, with_certificate=bool(query["cert_req"].native), now=now)
    return tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": token})


def _read(query: bytes) -> tsp.TimeStampReq:
    if len(query) > LONGEST_QUERY:
        raise Refused("bad_data_format")
    try:
        found = tsp.TimeStampReq.load(query, strict=True)
        _ = found.native  # asn1crypto reads lazily: now, so that nothing fails later
        return found
    except Exception as error:  # ValueError, TypeError, IndexError ...: whatever a part raises that cannot be read
        raise Refused("bad_data_format") from error


def _check(query: tsp.TimeStampReq) -> None:
    """RFC 3161 2.4.1: version 1, an algorithm and a digest that fit, no policy and no extension unknown here."""
    imprint = query["message_imprint"]
    if query["version"].native != "v1":
        raise Refused("bad_request")
    size = SIZES.get(imprint["hash_algorithm"]["algorithm"].native)
    if size is None or imprint["hash_algorithm"]["parameters"].native is not None:
        raise Refused("bad_alg")
    if len(imprint["hashed_message"].native) != size:
        raise Refused("bad_data_format")
    if query["req_policy"].native not in (None, POLICY):
        raise Refused("unaccepted_policy")
    if query["extensions"].native:
        raise Refused("unaccepted_extensions")


def _stamp(query: tsp.TimeStampReq, now: datetime) -> bytes:
    stamp: dict[str, Any] = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": query["message_imprint"],
        "serial_number": secrets.randbits(159) | 1 << 158,  # 2.4.2: unique; up to 160 bits
        "gen_time": core.GeneralizedTime(now.replace(microsecond=0)),
        "accuracy": tsp.Accuracy({"seconds": 1}),
    }
    if query["nonce"].native is not None:  # 2.4.2: the same as asked
        stamp["nonce"] = query["nonce"]
    return bytes(tsp.TSTInfo(stamp).dump())


def _token(stamp: bytes, authority: Credentials, *, with_certificate: bool, now: datetime) -> cms.ContentInfo:
    own = x509.Certificate.load(authority.certificate.public_bytes(Encoding.DER))
    algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    attributes = _attributes(stamp, own, now)
    key = authority.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
            "digest_algorithm": algorithm,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
    )
    content = {"content_type": "tst_info", "content": core.ParsableOctetString(stamp)}
    signed: dict[str, Any] = {
        "version": "v3",
        "digest_algorithms": [algorithm],
        "encap_content_info": content,
        "signer_infos": [signer],
    }
    if with_certificate:  # 2.4.1: only where it was asked for
        signed["certificates"] = [own]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _attributes(stamp: bytes, own: x509.Certificate, now: datetime) -> cms.CMSAttributes:
    # RFC 5816 2.2.1: the certificate by a SHA-256 digest, among what is signed.
    identified = tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(own.dump()).digest()}]})
    values: dict[str, Any] = {
        "content_type": "tst_info",
        "signing_time": cms.Time({"utc_time": core.UTCTime(now.replace(microsecond=0))}),
        "message_digest": hashlib.sha256(stamp).digest(),
        "signing_certificate_v2": identified,
    }
    return cms.CMSAttributes([{"type": name, "values": [value]} for name, value in values.items()])
