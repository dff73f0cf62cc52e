"""A holder's document as a signed PDF: made when she asks for it, with what she chose, and put in her history."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from idp import paper_certificates, pki, revocation
from idp.audit.port import Audit
from idp.documents import counter
from idp.documents.counter import NotShowable
from idp.documents.document import Document
from idp.documents.issuance import TECHNICAL
from idp.documents.issuers import Issuers, MayNotSign
from idp.documents.presentation_models import PresentationRecord
from idp.documents.sd_jwt.selecting import claims_of, present

CLIENT = "pdf"
PARTY = {"vi": "Tệp PDF có chữ ký, tự tải về", "en": "Signed PDF, downloaded by yourself"}
NOTE_VI = (
    "Tệp PDF này được ký số, đóng dấu thời gian (PAdES B-LT) và chứa tệp document.sd-jwt do chính cơ quan cấp ký. "
    "Kiểm tra cả tệp bằng: mock-vneid verify TỆP.pdf. Bản in ra giấy không tự chứng minh được. Chỉ gồm những trường "
    "mà người giữ giấy tờ đã chọn, đúng với thời điểm ký. Tệp không chứng minh người xuất trình là chủ giấy tờ."
)
NOTE_EN = (
    "This PDF is signed and time-stamped (PAdES B-LT) and holds document.sd-jwt, signed by the issuer itself. Check "
    "the whole file: mock-vneid verify FILE.pdf. A print of it proves nothing by itself. It holds only the fields "
    "that its holder chose, as of the time of signing. It does not prove that who shows it is its holder."
)


@dataclass(frozen=True)
class Printed:
    """`sd_jwt` is what the file holds: the document with what the holder chose."""

    pdf: bytes
    sd_jwt: str


def make_pdf(issuers: Issuers, keys_dir: Path, document: Document, chosen: Collection[str], now: datetime) -> Printed:
    """The file. `chosen` are names of claims beside those always told; what is none of the choices is ignored.

    Raises NotShowable where the document is not in force, MayNotSign, UnknownIssuer, KeysMissing.
    """
    from idp.documents.pdf import drawing, form, signing

    if document.state(now) != "valid":
        raise NotShowable(document.id)
    profile = issuers.profile(document.issuer_id)
    if document.vct not in profile.vct:
        raise MayNotSign(f"{profile.id} may not sign {document.vct}")
    names = (*counter.ALWAYS, *(claim.name for claim in counter.choices(document) if claim.name in chosen))
    sd_jwt = present(document.sd_jwt, [(name,) for name in names])
    certificate = form.certificate(
        document.type, profile.name, claims_of(sd_jwt), expires_at=document.expires_at, now=now
    )
    who = signing.Signing(
        signer=paper_certificates.signer(keys_dir, profile.id),
        time_stamper=paper_certificates.time_stamper(keys_dir),
        root=pki.root(keys_dir).certificate,
        revocation_list=revocation.current(keys_dir, now),
    )
    return Printed(
        signing.sign(drawing.draw(certificate, note=form.Both(NOTE_VI, NOTE_EN)), sd_jwt, who, now), sd_jwt
    )


def record(session: Session, audit: Audit, document: Document, printed: Printed, now: datetime) -> None:
    """Like any showing: whoever gets the file sees these fields. No value of a claim is kept."""
    fields = [[name] for name in claims_of(printed.sd_jwt) if name not in TECHNICAL]
    shown = {"vct": document.vct, "document_id": document.id, "fields": fields}
    session.add(
        PresentationRecord(
            holder=document.holder, client_id=CLIENT, party=json.dumps(PARTY, ensure_ascii=False), procedure=None,
            documents=json.dumps([shown], ensure_ascii=False), outcome="given", reason=None, at=now,
        )
    )  # fmt: skip
    details = {"document": document.id, "vct": document.vct, "issuer": document.issuer_id, "format": "pdf"}
    audit.record(
        session, event="document.downloaded", subject=document.holder, client_id=None, details=details, now=now
    )
