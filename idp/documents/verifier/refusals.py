"""For each refusal's code, one or two sentences for a clerk: (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

_ALTERED = (
    "Đề nghị người dân mở ví giấy tờ và xuất trình lại bản gốc.",
    "Ask the citizen to open the wallet and show the original again.",
)
_ASK_AGAIN = (
    "Hãy tạo yêu cầu mới và đề nghị người dân xuất trình lại.",
    "Make a new request and ask the citizen to show the document again.",
)
_REFRESH = (
    "Hãy tải danh sách trạng thái mới rồi kiểm tra lại; chưa được chấp nhận.",
    "Get a fresh status list and check again; do not accept yet.",
)
_FOREIGN = (
    "Không chấp nhận; nếu cần, liên hệ cơ quan có tên trên giấy tờ.",
    "Do not accept it; if in doubt, contact the authority named on it.",
)


def _with(vi: str, en: str, advice: tuple[str, str]) -> tuple[str, str]:
    return f"{vi} {advice[0]}", f"{en} {advice[1]}"


def _altered(vi: str, en: str) -> tuple[str, str]:
    return _with(vi, en, _ALTERED)


REFUSALS: Mapping[str, tuple[str, str]] = {
    "not_a_document": (
        "Tệp này không phải giấy tờ điện tử. Đề nghị người dân tải giấy tờ từ ví về và gửi lại nguyên tệp.",
        "This is not an electronic document. Ask the citizen to download it from the wallet and send the "
        "file as it is.",
    ),
    "malformed": _altered(
        "Giấy tờ bị hỏng hoặc đã bị sửa nên không đọc được.",
        "The document is damaged or was edited, and cannot be read.",
    ),
    "algorithm_not_allowed": _with(
        "Giấy tờ được ký bằng phương pháp không được chấp nhận.",
        "The document is signed in a way that is not accepted.",
        _FOREIGN,
    ),
    "signature_invalid": _altered(
        "Chữ ký số không khớp: giấy tờ đã bị sửa sau khi ký.",
        "The signature does not match: the document was changed after it was signed.",
    ),
    "hash_algorithm_not_supported": _with(
        "Giấy tờ dùng thuật toán băm không được chấp nhận.",
        "The document uses a hash algorithm that is not accepted.",
        _FOREIGN,
    ),
    "disclosure_malformed": _altered(
        "Một trường dữ liệu trong giấy tờ không đúng định dạng.",
        "A field of the document does not have the right form.",
    ),
    "reserved_claim_name": _altered(
        "Một trường dữ liệu mang tên không được phép dùng.",
        "A field of the document has a name that may not be used.",
    ),
    "claim_collision": _altered(
        "Một trường dữ liệu xuất hiện hai lần với nội dung khác nhau.",
        "A field of the document is there twice.",
    ),
    "duplicate_digest": _altered(
        "Giấy tờ tham chiếu hai lần đến cùng một trường dữ liệu.",
        "The document refers to the same field twice.",
    ),
    "duplicate_disclosure": _altered(
        "Một trường dữ liệu được gửi kèm hai lần.",
        "A field of the document was sent twice.",
    ),
    "unreferenced_disclosure": _altered(
        "Giấy tờ có một trường dữ liệu mà cơ quan cấp không ký.",
        "The document holds a field that its issuer did not sign.",
    ),
    "misplaced_digest": _altered(
        "Cấu trúc của giấy tờ không hợp lệ.",
        "The document's structure is not valid.",
    ),
    "claim_not_disclosable": _with(
        "Thông tin quyết định hiệu lực của giấy tờ bị đặt ở chỗ có thể che giấu.",
        "What decides the document's validity stands where it could have been hidden.",
        _FOREIGN,
    ),
    "wrong_type": (
        "Đây là dữ liệu có chữ ký nhưng không phải giấy tờ. Đề nghị người dân xuất trình giấy tờ từ ví.",
        "This is signed data, but not a document. Ask the citizen to show a document from the wallet.",
    ),
    "missing_claim": _with(
        "Giấy tờ thiếu thông tin bắt buộc (cơ quan cấp, loại, ngày cấp hoặc ngày hết hạn).",
        "The document lacks what it must have (issuer, type, date of issue or expiry).",
        _FOREIGN,
    ),
    "wrong_audience": (
        "Giấy tờ được cấp riêng cho nơi nhận khác. Đề nghị người dân xin bản cấp cho cơ quan này.",
        "The document was issued for another recipient only. Ask the citizen for one issued for this office.",
    ),
    "wrong_document_type": (
        "Giấy tờ hợp lệ nhưng không phải loại được yêu cầu. Đề nghị người dân chọn đúng loại giấy tờ.",
        "A good document, but not of the type that was asked for. Ask the citizen to choose the right one.",
    ),
    "certificate_malformed": _with(
        "Giấy tờ không kèm chứng thư đọc được của nơi ký nên không biết ai đã ký.",
        "The document has no readable certificate of its signer, so nobody knows who signed it.",
        _FOREIGN,
    ),
    "certificate_expired": _with(
        "Chứng thư của cơ quan ký đã hết hạn hoặc chưa có hiệu lực khi ký.",
        "The signer's certificate has expired, or was not valid when it signed.",
        ("Đề nghị người dân xin cấp lại giấy tờ.", "Ask the citizen to have the document issued again."),
    ),
    "issuer_not_trusted": _with(
        "Nơi ký không có trong danh sách cơ quan được tin cậy: có thể là giấy tờ giả.",
        "The signer is not on the list of trusted authorities: this may be a forgery.",
        _FOREIGN,
    ),
    "issuer_mismatch": _with(
        "Cơ quan ghi trên giấy tờ không phải cơ quan đã ký.",
        "The authority named on the document is not the one that signed it.",
        _FOREIGN,
    ),
    "type_not_allowed_for_issuer": _with(
        "Cơ quan này không có thẩm quyền cấp loại giấy tờ đó.",
        "This authority may not issue documents of that type.",
        _FOREIGN,
    ),
    "not_yet_valid": (
        "Giấy tờ chưa đến ngày có hiệu lực. Hãy xem ngày hiệu lực và đồng hồ của máy này.",
        "The document is not in force yet. Look at its dates and at this machine's clock.",
    ),
    "expired": (
        "Giấy tờ đã hết hạn. Đề nghị người dân xin cấp lại rồi xuất trình bản mới.",
        "The document has expired. Ask the citizen to have it issued again and show the new one.",
    ),
    "revoked": (
        "Giấy tờ đã bị cơ quan cấp thu hồi. Đề nghị người dân mở ví, lấy bản mới nhất hoặc liên hệ cơ quan cấp.",
        "The document was revoked by its issuer. Ask the citizen for the newest one in the wallet, or to "
        "contact the issuer.",
    ),
    "suspended": (
        "Giấy tờ đang bị cơ quan cấp tạm đình chỉ. Đề nghị người dân liên hệ cơ quan cấp.",
        "The document is suspended by its issuer. Ask the citizen to contact the issuer.",
    ),
    "superseded": (
        "Giấy tờ đã được thay bằng bản mới hơn. Đề nghị người dân mở ví và xuất trình bản mới nhất.",
        "A newer file has taken this document's place. Ask the citizen to open the wallet and show the newest one.",
    ),
    "status_not_understood": _with(
        "Trạng thái của giấy tờ không rõ nghĩa nên chưa thể nói là còn hiệu lực.",
        "The document's status has no known meaning, so it cannot be said to be in force.",
        _FOREIGN,
    ),
    "status_unknown": _with(
        "Không có danh sách trạng thái của cơ quan cấp nên chưa biết giấy tờ có bị thu hồi hay không.",
        "The issuer's status list is not at hand, so nobody knows whether the document was revoked.",
        _REFRESH,
    ),
    "status_list_malformed": _with(
        "Danh sách trạng thái bị hỏng.",
        "The status list is damaged.",
        _REFRESH,
    ),
    "status_list_not_trusted": _with(
        "Danh sách trạng thái không do cơ quan cấp giấy tờ ký.",
        "The status list is not signed by the document's issuer.",
        _REFRESH,
    ),
    "status_list_unreachable": _with(
        "Không liên lạc được với nơi công bố danh sách trạng thái nên chưa biết giấy tờ có bị thu hồi hay không.",
        "Where the status list is published cannot be reached, so nobody knows whether the document was revoked.",
        _REFRESH,
    ),
    "status_list_expired": _with(
        "Danh sách trạng thái đã hết hạn sử dụng, không còn căn cứ vào được.",
        "The status list has expired and may not be relied on any more.",
        _REFRESH,
    ),
    "status_list_not_yet_valid": _with(
        "Danh sách trạng thái mang thời điểm chưa tới: hãy xem đồng hồ của máy này.",
        "The status list is from the future: look at this machine's clock.",
        _REFRESH,
    ),
    "status_index_out_of_range": _with(
        "Danh sách trạng thái không có mục của giấy tờ này.",
        "The status list has no entry for this document.",
        _REFRESH,
    ),
    "key_binding_missing": _with(
        "Thiếu bằng chứng người xuất trình là chủ giấy tờ.",
        "There is no proof that who shows the document is its holder.",
        _ASK_AGAIN,
    ),
    "key_binding_unexpected": (
        "Đây là bản xuất trình dành cho nơi khác, không phải tệp giấy tờ. Đề nghị người dân tải giấy tờ từ ví.",
        "This is a presentation made for somebody else, not the document's file. Ask the citizen to download "
        "the document from the wallet.",
    ),
    "key_binding_malformed": _with(
        "Bằng chứng của người cầm giấy tờ không đọc được.",
        "The holder's proof cannot be read.",
        _ASK_AGAIN,
    ),
    "key_binding_wrong_type": _with(
        "Bằng chứng của người cầm giấy tờ không đúng loại.",
        "The holder's proof is of the wrong kind.",
        _ASK_AGAIN,
    ),
    "key_binding_algorithm_not_allowed": _with(
        "Bằng chứng của người cầm giấy tờ được ký bằng phương pháp không được chấp nhận.",
        "The holder's proof is signed in a way that is not accepted.",
        _ASK_AGAIN,
    ),
    "key_binding_signature_invalid": _with(
        "Người xuất trình không giữ khóa của chủ giấy tờ: có thể đang dùng giấy tờ của người khác.",
        "Who shows the document does not have its holder's key: it may be somebody else's.",
        _ASK_AGAIN,
    ),
    "key_binding_wrong_audience": _with(
        "Bằng chứng được tạo cho nơi khác, không phải cho cơ quan này.",
        "The proof was made for somebody else, not for this office.",
        _ASK_AGAIN,
    ),
    "key_binding_wrong_nonce": _with(
        "Bằng chứng được tạo cho một yêu cầu khác.",
        "The proof was made for another request.",
        _ASK_AGAIN,
    ),
    "key_binding_wrong_hash": _with(
        "Bằng chứng được tạo cho một giấy tờ khác, hoặc các trường đã bị thêm bớt.",
        "The proof was made for another document, or fields were added or removed.",
        _ASK_AGAIN,
    ),
    "key_binding_stale": _with(
        "Bằng chứng đã quá cũ, hoặc mang thời điểm chưa tới.",
        "The proof is too old, or from the future.",
        _ASK_AGAIN,
    ),
    "person_not_disclosed": (
        "Giấy tờ không cho thấy số định danh cá nhân. Đề nghị người dân xuất trình lại kèm trường đó; mã QR trên bản"
        " in không bao giờ có số này, khi đó cần tệp giấy tờ.",
        "The document does not show a personal ID number. Ask the citizen to show it again with that field; the QR"
        " code of a printed sheet never holds the number, so ask for the file then.",
    ),
    "wrong_person": (
        "Giấy tờ là của người khác: số định danh cá nhân không khớp. Đề nghị xuất trình giấy tờ của chính mình.",
        "The document is about another person: the personal ID number differs. Ask for the citizen's own.",
    ),
    "trust_list_malformed": (
        "Danh sách tin cậy bị hỏng. Hãy tải lại danh sách.",
        "The trust list is damaged. Get it again.",
    ),
    "trust_list_not_trusted": (
        "Danh sách tin cậy không do chứng thư gốc này ký. Hãy tải lại danh sách và xem lại chứng thư gốc.",
        "The trust list is not signed by this root. Get it again, and check which root is in use.",
    ),
    "trust_list_expired": (
        "Danh sách tin cậy đã hết hạn hoặc chưa có hiệu lực. Hãy tải danh sách mới và xem đồng hồ của máy này.",
        "The trust list has expired or is not valid yet. Get a new one, and look at this machine's clock.",
    ),
    "trust_list_rollback": (
        "Danh sách tin cậy cũ hơn bản đã dùng trước đây. Hãy tải bản mới nhất.",
        "The trust list is older than one used before. Get the newest.",
    ),
    "root_not_usable": (
        "Chứng thư gốc không dùng được hoặc đã hết hạn. Hãy lấy lại chứng thư gốc từ nơi phát hành.",
        "The root certificate is not usable or has expired. Get it again from where it is given out.",
    ),
}
