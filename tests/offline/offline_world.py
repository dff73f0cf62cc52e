"""Offline codes, good ones and wrong ones, made part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import base45
import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from verifier_world import NOW, RECORD, STATUS_URI, Issuer, World, stamp

from idp.documents.offline import code, cose, deflate
from idp.documents.offline.portrait import portrait
from idp.documents.offline.verify import verify_code
from idp.documents.verifier.certificates import subject_key_identifier
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists

SHOWN = {"certificate_number": "MP-1", "criminal_status": "không có án tích", "convictions": []}


def private(issuer: Issuer) -> ec.EllipticCurvePrivateKey:
    found = issuer.key.private_key
    assert isinstance(found, ec.EllipticCurvePrivateKey)
    return found


def kid(issuer: Issuer) -> bytes:
    return bytes.fromhex(subject_key_identifier(issuer.chain[0]))


@dataclass
class Codes:
    """Codes of the mock world's police, changed as a test wants."""

    world: World = field(default_factory=World)

    def claims(self, **changes: object) -> dict[str, object]:
        claims: dict[str, object] = {
            "iss": self.world.police.uri,
            "iat": stamp(NOW - timedelta(hours=1)),
            "nbf": stamp(NOW - timedelta(hours=1)),
            "exp": stamp(NOW + timedelta(days=80)),
            "vct": RECORD,
            "status": {"status_list": {"idx": 3, "uri": STATUS_URI}},
            "full_name": "Nguyễn Thị Mẫu",
            "birthdate": "1990-03-14",
            "sex": "female",
            **SHOWN,
        }
        return claims | changes

    def text(self, issuer: Issuer | None = None, signer: Issuer | None = None, **changes: object) -> str:
        """`signer` signs, `issuer` is who it says it was."""
        issuer = issuer or self.world.police
        picture = portrait("somebody")
        return code.write(self.claims(**changes), picture, private(signer or issuer), kid(issuer))

    def signed(self) -> bytes:
        """The CWT within a good code."""
        return deflate.unpack(base45.b45decode(self.text()), 4096)

    def parts(self) -> list[Any]:
        """Protected header, unprotected header, payload, signature of a good code."""
        return list(cbor2.loads(self.signed()[3:]))

    def payload(self) -> dict[int, Any]:
        return dict(cbor2.loads(self.parts()[2]))

    def resigned(self, payload: object, header: Mapping[int, object] | None = None) -> str:
        """Our police sign any payload, with header parameters changed; bytes are taken as they are."""
        protected = {1: -7, 4: kid(self.world.police), 16: cose.TYPE} | dict(header or {})
        return self.signed_parts(cbor2.dumps({k: v for k, v in protected.items() if v is not None}), payload)

    def signed_parts(self, protected: bytes, payload: object) -> str:
        body = payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True)
        data = cbor2.dumps(["Signature1", protected, b"", body])
        r, s = decode_dss_signature(private(self.world.police).sign(data, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return packed(cose.PREFIX + cbor2.dumps([protected, {}, body, signature]))

    def verify(
        self, text: str, now: datetime = NOW, status: str | StatusLists | None = None, **options: Any
    ) -> VerifiedDocument:
        given: dict[str, Any] = {"key_binding": NO_KEY_BINDING, "trust": self.world.trust()}
        lists = status if isinstance(status, StatusLists) else StatusLists.of([status or self.world.status_token()])
        return verify_code(text, now=now, **{**given, "status": lists, **options})


def packed(data: bytes) -> str:
    return str(base45.b45encode(deflate.pack(data)).decode())


def text_of(data: bytes) -> str:
    return str(base45.b45encode(data).decode())
