"""Showing a document of any type: every way in which nothing, or nothing good, comes, and what the page says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from portal_browser import HEALTH, RECORD, World, code_of
from portal_documents import REVOKED, SUSPENDED
from portal_showing import asked, checks, kept, kept_receipt, show

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
OTHER = "065198000303"


def test_refused_by_the_citizen_or_not_in_the_wallet(citizen: World) -> None:
    """access_denied tells the portal neither which (OpenID4VP 15.9); any other code is told as what it is."""
    for code, words in (("access_denied", "Không có giấy tờ nào được trình"), ("invalid_request", "Ví không xử lý")):
        request = asked(citizen)
        form = {"error": code, "state": request["state"]}
        page = citizen.come_back(citizen.app.test_client().post("/presentation/response", data=form))
        assert words in page.get_data(as_text=True)
        assert code_of(page) == code
        assert "/show-document/ask?type=" in page.get_data(as_text=True)
    assert kept(citizen, "count(receipt_id)") == 0


# What each of the six questions is answered with.
REFUSALS = {
    "wrong_person": ["valid", "valid", "valid", "neutral", "refused", "valid"],
    "revoked": ["valid", "valid", "valid", "refused", "valid", "valid"],
    "suspended": ["valid", "valid", "valid", "refused", "valid", "valid"],
    "expired": ["valid", "valid", "refused", "neutral", "neutral", "neutral"],
    "type_not_allowed_for_issuer": ["valid", "refused", "neutral", "neutral", "neutral", "neutral"],
}


@both
@pytest.mark.parametrize("code", REFUSALS)
def test_a_document_that_is_not_good(citizen: World, code: str) -> None:
    """What the page says of each of the six, the reason, a receipt that says refused; nothing of the document."""
    request = asked(citizen, RECORD)
    past = int((citizen.clock.now() - timedelta(days=1)).timestamp())
    changes: dict[str, Any] = {
        "wrong_person": {"person": OTHER}, "expired": {"exp": past},
        "type_not_allowed_for_issuer": {"signer": "hospital-song-ba"},
    }.get(code, {})  # fmt: skip
    answered = citizen.answer(
        request, citizen.vp_token(request, document=citizen.documents.document(RECORD, **changes))
    )
    citizen.lists.status = {"revoked": REVOKED, "suspended": SUSPENDED}.get(code, 0)  # after she had answered
    page = citizen.come_back(answered)
    assert code_of(page) == code
    assert checks(page) == REFUSALS[code]
    signed = kept_receipt(citizen, page)
    assert (signed.verdict, signed.content["code"]) == ("refused", code)
    assert "MOCK-1" not in page.get_data(as_text=True)
    assert (kept(citizen, "count(shown)"), kept(citizen, "count(vp_token)")) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"nonce": "of-another-request"}, "key_binding_wrong_nonce"), ({"audience": "x"}, "key_binding_wrong_audience")],
)
def test_a_replayed_answer(citizen: World, changed: dict[str, str], code: str) -> None:
    """A presentation that was made for another request or another portal proves nothing here."""
    citizen.changed = dict(changed)
    page = show(citizen)
    assert code_of(page) == code
    assert checks(page)[-1] == "refused"


def test_the_same_answer_twice(citizen: World) -> None:
    """A request is answered once; and what one person was asked for another one's request does not take."""
    first = asked(citizen)
    vp_token = citizen.vp_token(first)
    assert citizen.answer(first, vp_token).status_code == 200
    assert citizen.answer(first, vp_token).status_code == 400
    second = asked(citizen)
    assert code_of(citizen.come_back(citizen.answer(second, vp_token))) == "key_binding_wrong_nonce"


def test_another_browser_comes_back(citizen: World) -> None:
    """Session fixation: the page says that this browser did not begin."""
    request = asked(citizen)
    answered, other = citizen.answer(request, citizen.vp_token(request)), citizen.app.test_client()
    citizen.sign_in(other, subject="pairwise-hoa", personal_id_number=OTHER)
    page = citizen.come_back(answered, other)
    assert page.status_code == 403
    assert "không thuộc về trình duyệt này" in page.get_data(as_text=True)


def test_an_answer_that_came_back_too_late(citizen: World) -> None:
    """Five minutes: nothing is checked, nothing is told, and it can be begun again."""
    request = asked(citizen)
    answered = citizen.answer(request, citizen.vp_token(request))
    citizen.clock.instant += timedelta(minutes=5)
    page = citizen.come_back(answered)
    assert page.status_code == 410
    assert "Yêu cầu đã hết hạn" in page.get_data(as_text=True)
    assert 'data-testid="start-again"' in page.get_data(as_text=True)


def test_fewer_fields_than_asked_and_another_type(citizen: World) -> None:
    """OpenID4VP 8.6: the portal looks itself whether its query was satisfied."""
    request = asked(citizen)
    credential = {"claims": [{"path": ["personal_id_number"]}]}
    sent = citizen.present(citizen.documents.document(HEALTH), credential, request)
    assert code_of(citizen.come_back(citizen.answer(request, {"document": [sent]}))) == "claims_missing"
    assert code_of(show(citizen, citizen.documents.document(RECORD))) == "wrong_document_type"
    request = asked(citizen)
    page = citizen.come_back(citizen.answer(request, {"document": ["a~", "b~"]}))
    assert code_of(page) == "response_malformed"
    assert kept_receipt(citizen, page).content["document"] is None


def test_what_cannot_be_checked_is_no_verdict(citizen: World) -> None:
    """Lists out of reach: try again. A status that stands nowhere we look: could not be checked, never good."""
    request = asked(citizen)
    answered = citizen.answer(request, citizen.vp_token(request))
    citizen.lists.unreachable = True
    assert 'data-testid="try-again"' in citizen.come_back(answered).get_data(as_text=True)
    citizen.lists.unreachable = False
    assert checks(citizen.come_back(answered)) == ["valid"] * 6
    page = show(citizen, citizen.documents.document(HEALTH, status=None))
    assert code_of(page) == "status_not_checked"
    assert 'class="verdict verdict-warning"' in page.get_data(as_text=True)
    assert kept_receipt(citizen, page).verdict == "could_not"
