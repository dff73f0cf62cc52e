"""Signed PDF files for the verifier's command; pyHanko is imported when one has proven to be signed."""

from __future__ import annotations

from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.files import Expected, Source

WORDS = (
    "PDF có chữ ký của cùng cơ quan trên cả trang và dữ liệu (PAdES B-LT), dấu thời gian {at}",
    "PDF, page and data signed together by the same authority (PAdES B-LT), time-stamped {at}",
)


def verify_file(data: bytes, expected: Expected) -> tuple[VerifiedDocument, Source]:
    """Raises VerificationError."""
    from idp.documents.pdf.verification import verify_pdf

    found = verify_pdf(data, **expected.of_a_document, revocation_list=expected.revocation_list)
    return found.document, Source("pdf", found.signed_at, WORDS)
