"""What a clerk reads, in Vietnamese and English: for each refusal what happened and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from idp.documents.verifier.refusals import REFUSALS

Language = Literal["vi", "en"]

#: Everything else the command says.
WORDS: Mapping[str, tuple[str, str]] = {
    "mock": ("MÔ PHỎNG / MOCK: không có giá trị pháp lý", "MÔ PHỎNG / MOCK: without legal value"),
    "verdict.accepted": (
        "CHẤP NHẬN: giấy tờ nguyên vẹn, do đúng cơ quan ký và đang còn hiệu lực.",
        "ACCEPTED: the document is intact, signed by the right authority and in force.",
    ),
    "verdict.not_fully_checked": (
        "CHƯA ĐỦ CĂN CỨ: giấy tờ nguyên vẹn, nguồn tin cậy, nhưng chưa kiểm tra được việc thu hồi. "
        "Hãy tải danh sách trạng thái mới rồi kiểm tra lại.",
        "NOT FULLY CHECKED: the document is intact and trusted, but whether it was revoked could not be "
        "checked. Get a fresh status list and check again.",
    ),
    "verdict.not_fully_checked_allowed": (
        "CHẤP NHẬN, TRỪ VIỆC THU HỒI: giấy tờ nguyên vẹn, nguồn tin cậy, còn trong thời hạn. Việc thu hồi "
        "chưa được kiểm tra, theo yêu cầu của người chạy lệnh.",
        "ACCEPTED EXCEPT FOR REVOCATION: intact, trusted and within its dates. Revocation was not checked, "
        "as asked for on the command line.",
    ),
    "verdict.status_outdated": (
        "CHƯA ĐỦ CĂN CỨ: giấy tờ nguyên vẹn, nguồn tin cậy, nhưng danh sách trạng thái đã dùng {age}, quá mức {ttl} "
        "mà cơ quan cấp cho phép giữ; từ đó đến nay giấy tờ có thể đã bị thu hồi. Hãy lấy danh sách mới, hoặc tự "
        "quyết định mức tuổi chấp nhận được bằng --max-status-age.",
        "NOT FULLY CHECKED: the document is intact and trusted, but the status list has been held for {age}, longer "
        "than the {ttl} its issuer allows; the document may have been revoked since. Get a fresh list, or decide "
        "yourself how old one may be with --max-status-age.",
    ),
    "verdict.status_outdated_allowed": (
        "CHẤP NHẬN THEO DANH SÁCH CŨ: giấy tờ nguyên vẹn, nguồn tin cậy, và {age} trước chưa bị thu hồi; sau đó thì "
        "không rõ. Mức tuổi này do người chạy lệnh cho phép.",
        "ACCEPTED BY AN OLDER LIST: intact, trusted, and not revoked {age} ago; since then nobody knows. Whoever "
        "runs the command allows that age.",
    ),
    "verdict.refused": ("TỪ CHỐI: {reason}", "REFUSED: {reason}"),
    "verdict.unusable": ("KHÔNG KIỂM TRA ĐƯỢC: {reason}", "CANNOT CHECK: {reason}"),
    "question.intact": ("Nguyên vẹn", "Intact"),
    "question.trusted": ("Nguồn tin cậy", "Trusted source"),
    "question.in_force": ("Còn hiệu lực", "In force"),
    "question.holder": ("Đúng người cầm", "Shown by its holder"),
    "question.person": ("Đúng người", "About the right person"),
    "answer.yes": ("có", "yes"),
    "answer.no": ("KHÔNG", "NO"),
    "answer.outdated": ("theo danh sách cũ", "by an older list"),
    "answer.not_checked": ("chưa kiểm tra", "not checked"),
    "answer.not_proven": ("chưa chứng minh (tệp không kèm bằng chứng)", "not proven (a file carries no proof)"),
    "answer.not_asked": ("không yêu cầu", "not asked"),
    "part.answers": ("Bốn câu trả lời", "The four answers"),
    "part.fields": ("Nội dung", "Fields"),
    "part.technical": ("Chi tiết kỹ thuật", "Technical details"),
    "label.file": ("Tệp", "File"),
    "label.issuer": ("Cơ quan ký", "Signed by"),
    "label.type": ("Loại giấy tờ", "Document type"),
    "label.issued_at": ("Ký lúc", "Signed at"),
    "label.expires_at": ("Có hiệu lực đến", "In force until"),
    "label.checked_at": ("Kiểm tra lúc", "Checked at"),
    "label.code": ("Mã lỗi", "Error code"),
    "label.detail": ("Lý do kỹ thuật", "Technical reason"),
    "label.chain": ("Vân tay chứng thư (SHA-256)", "Certificate fingerprints (SHA-256)"),
    "label.trust_list": ("Danh sách tin cậy", "Trust list"),
    "label.status_list": ("Danh sách trạng thái", "Status list"),
    "text.trust_list": (
        "phiên bản {version}, ký {age} trước, hết hạn {expires}",
        "version {version}, signed {age} ago, expires {expires}",
    ),
    "text.status_list": ("{uri}, ký {age} trước, hết hạn {expires}", "{uri}, signed {age} ago, expires {expires}"),
    "text.none": ("không có", "none"),
    "text.yes": ("có", "yes"),
    "text.no": ("không", "no"),
    "age.days": ("{n} ngày", "{n} days"),
    "age.hours": ("{n} giờ", "{n} hours"),
    "age.second": ("{n} giây", "{n} second"),
    "age.seconds": ("{n} giây", "{n} seconds"),
    "age.minutes": ("{n} phút", "{n} minutes"),
    "unusable.file": (
        "không đọc được tệp {path}. Hãy xem lại đường dẫn và quyền đọc.",
        "the file {path} cannot be read. Check the path and its permissions.",
    ),
    "old.trust_list": (
        "LƯU Ý: danh sách tin cậy đã cũ; hãy lấy gói danh sách mới khi có thể.",
        "NOTE: the trust list is old; get a new bundle of lists when you can.",
    ),
    "old.status_list": (
        "LƯU Ý: danh sách trạng thái đã cũ; giấy tờ bị thu hồi sau lúc đó thì ở đây chưa biết.",
        "NOTE: the status list is old; a document revoked since then is not known here yet.",
    ),
    "label.portrait": ("Ảnh chân dung (mô phỏng)", "Portrait (mock)"),
    "unusable.too_large": ("tệp quá lớn.", "the file is too large."),
    "unusable.no_code": (
        "không thấy mã QR trong ảnh, hoặc thấy nhiều hơn một. Hãy chụp lại: đủ sáng, thẳng, cả mã nằm trong ảnh.",
        "no QR code was found in the picture, or more than one. Take it again: bright, straight, the whole code.",
    ),
    "unusable.no_image_reader": (
        "bản cài đặt này chưa đọc được ảnh. Hãy chạy `.venv/bin/pip install -e '.[pictures]'` trong thư mục dự án,"
        " hoặc đưa chữ của mã QR.",
        "this installation cannot read pictures. Run `.venv/bin/pip install -e '.[pictures]'` in the project,"
        " or give the code's text.",
    ),
    "unusable.receipt": ("tệp {path} không phải biên nhận kiểm tra.", "the file {path} is no verification receipt."),
    "unusable.receipt_keys": (
        "tệp {path} không phải bộ khóa công khai (JWK set) của nơi lập biên nhận.",
        "the file {path} is not the public keys (a JWK set) of who made the receipt.",
    ),
    "receipt.good": (
        "BIÊN NHẬN ĐÚNG: do quầy này ký, không bị sửa.",
        "RECEIPT GOOD: signed by this counter, and not changed.",
    ),
    "receipt.good_document": (
        "BIÊN NHẬN ĐÚNG: do quầy này ký, không bị sửa, và là của giấy tờ này.",
        "RECEIPT GOOD: signed by this counter, not changed, and of this document.",
    ),
    "receipt.receipt_signature": (
        "TỪ CHỐI: chữ ký không khớp; biên nhận đã bị sửa.",
        "REFUSED: the signature does not match; the receipt was changed.",
    ),
    "receipt.receipt_key": (
        "TỪ CHỐI: biên nhận không do khóa nào của quầy này ký.",
        "REFUSED: no key of this counter signed the receipt.",
    ),
    "receipt.receipt_other_document": (
        "TỪ CHỐI: biên nhận đúng, nhưng là của giấy tờ khác.",
        "REFUSED: the receipt is good, but of another document.",
    ),
    "receipt.verdict": ("Kết luận lúc đó", "Verdict at the time"),
    "receipt.verdict_good": ("chấp nhận", "good"),
    "receipt.verdict_refused": ("từ chối", "refused"),
    "receipt.verdict_outdated": ("giấy tờ đúng, theo danh sách cũ hơn", "good by an older list"),
    "receipt.verdict_could_not": ("không kiểm tra được", "could not be checked"),
    "receipt.number": ("Số biên nhận", "Receipt number"),
    "receipt.counter": ("Quầy", "Counter"),
    "receipt.clerk": ("Cán bộ", "Clerk"),
    "receipt.lists": ("Danh sách đã dùng", "Lists used"),
    "receipt.policy": ("Quy tắc", "Policy"),
    "unusable.bundle_or_lists": (
        "--bundle không đi cùng --trust-list hay --status.",
        "--bundle does not go with --trust-list or --status.",
    ),
    "unusable.not_pinned": (
        "không biết tin chứng thư gốc nào. Hãy chỉ ra bằng --root, hoặc --root-fingerprint với dấu vân tay "
        "nhận từ nơi phát hành chứ không phải từ gói.",
        "no root is pinned. Name one with --root, or --root-fingerprint with the fingerprint that you got from "
        "where it is given out, not from the bundle.",
    ),
    "unusable.other_root": (
        "chứng thư gốc trong gói không phải chứng thư có dấu vân tay đã cho.",
        "the root in the bundle is not the one with the fingerprint given.",
    ),
    "unusable.newest_seen": (
        "tệp {path} không ghi các gói đã dùng. Hãy xem lại đường dẫn.",
        "the file {path} does not tell which bundles were used. Check the path.",
    ),
    "unusable.no_root": (
        "không có chứng thư gốc tại {path}. Hãy chép root.pem của nơi cấp vào đó, hoặc chỉ ra bằng --root.",
        "there is no root certificate at {path}. Copy the provider's root.pem there, or name one with --root.",
    ),
    "unusable.root": (
        "tệp {path} không phải chứng thư PEM. Hãy lấy lại chứng thư gốc từ nơi phát hành.",
        "the file {path} is not a PEM certificate. Get the root certificate again from where it is given out.",
    ),
    "unusable.no_trust_list": (
        "không có danh sách tin cậy tại {path}. Hãy chép trust-list.jwt vào đó, hoặc chỉ ra bằng --trust-list.",
        "there is no trust list at {path}. Copy the provider's trust-list.jwt there, or name one with --trust-list.",
    ),
    "unusable.types": (
        "tệp {path} không phải siêu dữ liệu loại giấy tờ (JSON).",
        "the file {path} is not document type metadata (JSON).",
    ),
    "unusable.options": (
        "--audience và --nonce phải đi cùng nhau, và không được để trống.",
        "--audience and --nonce go together, and neither may be empty.",
    ),
    "unusable.status_age": (
        "--max-status-age là số giây, không âm.",
        "--max-status-age is a number of seconds, not negative.",
    ),
    "unusable.ages": (
        "--max-age, --warn-age và --minimum-version là số dương.",
        "--max-age, --warn-age and --minimum-version are positive numbers.",
    ),
    "unusable.pin": (
        "--root-fingerprint và --newest-seen chỉ dùng cùng --bundle.",
        "--root-fingerprint and --newest-seen go with --bundle only.",
    ),
    "unusable.time": (
        "--at phải là thời điểm ISO 8601 có múi giờ, ví dụ 2026-11-24T10:00:00+07:00.",
        "--at must be an ISO 8601 time with its offset, for example 2026-11-24T10:00:00+07:00.",
    ),
}


def refusal(code: str, language: Language) -> str:
    """The sentences for a refusal. Raises `KeyError` for a code that does not exist."""
    return choose(REFUSALS[code], language)


def word(key: str, language: Language, **values: object) -> str:
    """A text of the command, with its values filled in."""
    return choose(WORDS[key], language).format(**values)


def choose(both: tuple[str, str], language: Language) -> str:
    """One of two texts (Vietnamese, English)."""
    return both[0] if language == "vi" else both[1]
