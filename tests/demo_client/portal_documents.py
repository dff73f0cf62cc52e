"""Real signed documents for the portal's tests, made with the mock issuers' own keys."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey

from demo_client.outbound import FetchError
from idp import pki, trust_bundle, trust_list
from idp.documents import type_metadata
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.key_binding import bind
from idp.documents.sd_jwt.selecting import claims_of, present
from idp.documents.sd_jwt.vc import issue_vc
from idp.documents.verifier.status import encode_status_list

ISSUER = "http://localhost:5000"
LAN = "065190000101"
RECORD = "urn:vn-mock:judicial-record-1:1"
HEALTH = "urn:vn-mock:health-book:1"
SIGNERS = {RECORD: "police-ministry", HEALTH: "hospital-song-ba"}
CONTENT: dict[str, dict[str, object]] = {
    RECORD: {
        "certificate_number": "MOCK-1",
        "signer": "Người Ký Mẫu",
        "criminal_status": "không có án tích",
        "convictions": [],
        "business_ban": "không yêu cầu",
    },
    HEALTH: {"document_number": "MOCK-2", "history": {"allergies": [], "conditions": [], "immunizations": []}},
}
VALID, REVOKED, SUSPENDED = 0, 1, 2


@dataclass
class Documents:
    """A holder with a key, and issuers that sign for her what a test needs."""

    keys_dir: Path
    now: datetime
    holder: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))

    def document(self, vct: str, *, signer: str = "", person: str = LAN, age: int = 30, **changes: object) -> str:
        """A document of type `vct`, issued `age` days ago; `changes` replace claims, None removes one."""
        issuer = pki.issuer(self.keys_dir, signer or SIGNERS[vct])
        profile = pki.issuer_profiles()[signer or SIGNERS[vct]]
        issued = self.now - timedelta(days=age)
        claims = {
            "iss": profile.uri,
            "vct": vct,
            "iat": int((self.now - timedelta(hours=1)).timestamp()),
            "exp": int((self.now + timedelta(days=90)).timestamp()),
            "cnf": {"jwk": self.holder.as_dict(private=False)},
            "status": {"status_list": {"idx": 7, "uri": status_uri(SIGNERS[vct])}},
            "date_of_issuance": issued.date().isoformat(),
            "issuing_authority": profile.uri,
            "personal_id_number": person,
            "full_name": "Nguyễn Thị Mai Lan",
            "birthdate": "1990-03-14",
            "sex": "female",
            **CONTENT[vct],
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        hidden = [(name,) for name in ("personal_id_number", "full_name", "birthdate", "sex", "history")]
        return issue_vc(kept, disclosable=hidden, key=issuer.key, chain=[issuer.certificate])

    def presentation(self, document: str, fields: list[str], *, audience: str, nonce: str, at: datetime) -> str:
        held = claims_of(document)
        selected = present(document, [(name,) for name in fields if name in held])
        return bind(selected, holder_key=self.holder, audience=audience, nonce=nonce, issued_at=at)


def status_uri(issuer_id: str) -> str:
    return f"{ISSUER}/status-lists/{issuer_id}/1"


class Lists:
    """What the provider serves, without a network: statuses and failures can be set."""

    def __init__(self, keys_dir: Path, now: datetime) -> None:
        self.keys_dir, self.now = keys_dir, now
        self.status = VALID
        self.unreachable = False
        self.replaced: dict[str, str] = {}
        self.asked: list[str] = []

    def get(self, url: str, _media_type: str) -> str:
        self.asked.append(url)
        if self.unreachable:
            raise FetchError("unreachable")
        if url in self.replaced:
            return self.replaced[url]
        if url.startswith(f"{ISSUER}/type-metadata/"):
            return type_metadata.document_bytes(url.rsplit("/", 1)[1]).decode()
        if url == f"{ISSUER}/trust-list":
            return trust_list.current(self.keys_dir, ISSUER, self.now)
        if url == f"{ISSUER}/trust-bundle":
            return self.bundle()
        return self.status_list(url)

    def bundle(self) -> str:
        lists = [self.status_list(status_uri(issuer)) for issuer in SIGNERS.values()]
        return trust_bundle.make(self.keys_dir, ISSUER, lists, self.now)

    def status_list(self, url: str, **changes: object) -> str:
        issuer = pki.issuer(self.keys_dir, url.split("/")[-2])
        entries = bytearray(64)
        entries[7] = self.status
        payload: Mapping[str, object] = {
            "sub": url,
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + timedelta(hours=1)).timestamp()),
            "ttl": 3600,
            "status_list": {"bits": 2, "lst": encode_status_list(entries, 2)},
            **changes,
        }
        chain = [base64.b64encode(issuer.certificate.public_bytes(Encoding.DER)).decode()]
        return sign({"typ": "statuslist+jwt", "x5c": chain}, payload, issuer.key)
