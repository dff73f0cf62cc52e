"""Why a PDF file is refused; what is wrong with the document inside is named by the verifier's own errors.

Each says in both languages what happened and what to do next, as `verifier/refusals.py` does for the others.
"""

from __future__ import annotations

from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import VerificationError

_AGAIN = (
    "Đề nghị người dân tải lại tệp PDF từ ví và gửi nguyên tệp, không in rồi quét, không mở ra lưu lại.",
    "Ask the citizen to download the PDF from the wallet again and to send the file as it is, neither scanned nor "
    "saved anew.",
)
_FOREIGN = (
    "Không chấp nhận; nếu cần, liên hệ cơ quan có tên trên giấy tờ.",
    "Do not accept it; if in doubt, contact the authority named on it.",
)


def _with(vi: str, en: str, advice: tuple[str, str] = _AGAIN) -> tuple[str, str]:
    return f"{vi} {advice[0]}", f"{en} {advice[1]}"


class PdfError(VerificationError):
    """Base of them; each has its own `words`."""


class PdfTooLarge(PdfError):
    """Longer than any certificate of ours."""

    code = "pdf_too_large"
    outcome = Answer.NOT_CHECKED
    words = _with(
        "Tệp PDF quá lớn nên không phải giấy tờ tải từ ví.", "The PDF is too large to come from the wallet."
    )


class PdfMalformed(PdfError):
    """A part cannot be read strictly."""

    code = "pdf_malformed"
    words = _with("Tệp PDF bị hỏng hoặc đã bị sửa.", "The PDF is damaged or was edited.")


class PdfNotSigned(PdfError):
    """There is no signature in it: a print, a scan, or a file saved anew."""

    code = "pdf_not_signed"
    words = _with("Tệp PDF không có chữ ký số.", "The PDF is not signed.")


class PdfSeveralSignatures(PdfError):
    """Somebody signed beside the issuer."""

    code = "pdf_several_signatures"
    words = _with("Tệp PDF có thêm chữ ký khác.", "The PDF holds further signatures.")


class PdfChangedAfterSigning(PdfError):
    """The signature does not cover the whole file."""

    code = "pdf_changed_after_signing"
    words = _with("Tệp PDF bị thêm nội dung sau khi ký.", "Something was added to the PDF after it was signed.")


class PdfEdited(PdfError):
    """What the signature covers is not what was signed."""

    code = "pdf_edited"
    words = _with(
        "Chữ ký số không khớp: tệp PDF đã bị sửa sau khi ký.",
        "The signature does not match: the PDF was edited after it was signed.",
    )


class PdfSignerRevoked(PdfError):
    """The issuer's certificate did not count any more when it signed."""

    code = "pdf_signer_revoked"
    words = _with(
        "Chứng thư ký PDF của cơ quan cấp đã bị thu hồi trước khi ký.",
        "The issuer's certificate for PDF files was revoked before this one was signed.",
        _FOREIGN,
    )


class PdfTimeStampMissing(PdfError):
    """No time stamp: nobody but the signer says when it was signed (PAdES baseline level B-T)."""

    code = "pdf_time_stamp_missing"
    words = _with("Tệp PDF không có dấu thời gian.", "The PDF carries no time stamp.")


class PdfTimeStampInvalid(PdfError):
    """The time stamp is for something else, or not by the trusted authority."""

    code = "pdf_time_stamp_invalid"
    words = _with(
        "Dấu thời gian của tệp PDF không hợp lệ hoặc không do tổ chức được tin cậy đóng.",
        "The time stamp of the PDF is not valid, or not by the trusted authority.",
    )


class PdfTimeStampExpired(PdfError):
    """The authority's certificate has ended: without an archive time stamp the proof has ended as well."""

    code = "pdf_time_stamp_expired"
    outcome = Answer.NOT_CHECKED
    words = _with(
        "Chứng thư của dấu thời gian đã hết hạn nên không còn kiểm tra được thời điểm ký.",
        "The certificate of the time stamp has expired, so when it was signed can no longer be checked.",
    )


class PdfTimeStampRevoked(PdfError):
    """The authority's certificate was revoked, and what it stamped cannot be relied on."""

    code = "pdf_time_stamp_revoked"
    words = _with("Chứng thư của dấu thời gian đã bị thu hồi.", "The certificate of the time stamp was revoked.")


class PdfRevocationUnknown(PdfError):
    """No revocation list of the root for the time of signing (PAdES baseline level B-LT)."""

    code = "pdf_revocation_unknown"
    outcome = Answer.NOT_CHECKED
    words = _with(
        "Không có danh sách thu hồi chứng thư dùng được cho thời điểm ký.",
        "There is no usable list of revoked certificates for the time of signing.",
    )


class PdfAttachment(PdfError):
    """Not the one data file, and nothing else, inside."""

    code = "pdf_attachment"
    words = _with(
        "Tệp PDF không chứa đúng một tệp dữ liệu giấy tờ.", "The PDF does not hold exactly the one data file."
    )


class PdfOtherIssuer(PdfError):
    """The page and the data in it are signed by two different authorities."""

    code = "pdf_other_issuer"
    words = _with(
        "Nơi ký tệp PDF không phải nơi ký dữ liệu bên trong.",
        "Who signed the PDF is not who signed the data in it.",
        _FOREIGN,
    )
