"""Requests in the whole provider: a citizen asks, the records desk decides, the wallet tells, the record keeps it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from issuing_support import jwt_part
from records_desk import DESK, Citizen, Desk, issued, request_id

from idp.audit import officers_store
from idp.clock import FixedClock
from idp.db import Database
from idp.documents.sd_jwt.selecting import claims_of

HUNG, THAO, LAN = "065079000808", "065193000909", "065190000101"
TYPE_1, TYPE_2 = "judicial-record-1", "judicial-record-2"


def test_asked_issued_and_told(app: Flask, db: Database, clock: FixedClock) -> None:
    """Received on a Tuesday, due five working days later; the wallet tells that it waits, then that it is there."""
    citizen = Citizen.of(app, HUNG)
    location = citizen.request(TYPE_1).headers["Location"]
    page = citizen.get(location).text
    assert 'data-testid="request-waiting"' in page
    assert "01/12/2026" in page
    assert 'data-testid="told-open"' in citizen.get("/wallet").text
    citizen.post(f"{location}/withdraw", location)
    assert 'data-testid="request-withdrawn"' in citizen.get(location).text
    _, document, receipt = issued(app, clock, citizen, TYPE_1)
    assert 'data-testid="told-issued"' in citizen.get("/wallet").text
    claims = claims_of(citizen.file(document))
    assert claims["certificate_number"] == f"MP-{receipt}"
    assert claims["signer"] == "Ngô Thị Lịch (mô phỏng)"
    assert claims["date_of_issuance"] == "2026-11-24"
    with db.read() as session:
        found = officers_store.newest(session, ["document.request_issued", "officer.documents_read"])
    assert {(entry.details["purpose"], entry.details["case"]) for entry in found} == {("document_request", receipt)}


def test_number_1_leaks_no_cleared_conviction(app: Flask, clock: FixedClock) -> None:
    """Art. 42: Hung's is cleared. No word of it is anywhere in the file; a ban is told only because he asked."""
    citizen = Citizen.of(app, HUNG)
    _, document, _ = issued(app, clock, citizen, TYPE_1, business_ban="yes")
    file = citizen.file(document)
    claims = claims_of(file)
    assert (claims["criminal_status"], claims["convictions"]) == ("không có án tích", [])
    assert claims["business_ban"] == "không bị cấm"
    assert not {"father", "mother", "spouse"} & set(claims)
    assert "giao thông" not in str(claims)


def test_number_2_tells_everything(app: Flask, clock: FixedClock) -> None:
    """Art. 43: the cleared conviction with its clearing, parents and spouse, and a ban in any case."""
    citizen = Citizen.of(app, HUNG)
    _, document, _ = issued(app, clock, citizen, TYPE_2)
    claims = claims_of(citizen.file(document))
    assert claims["criminal_status"] == "không có án tích"
    assert [one["cleared_at"] for one in claims["convictions"]] == ["2017-07-20"]  # type: ignore[attr-defined]
    assert {"father", "mother", "spouse"} <= set(claims)
    assert claims["business_ban"] == "không bị cấm"


def test_what_nobody_may_demand_is_not_taken_in(app: Flask) -> None:
    """Law 107/2025/QH15, from 1 July 2026: No. 2 by nobody, No. 1 only where a law says so; the law is named."""
    citizen = Citizen.of(app, LAN)
    for type_id, purpose, reason in (
        (TYPE_2, "lawyer", "nobody_may_ask"),
        (TYPE_2, "by_law", "nobody_may_ask"),
        (TYPE_2, "no_law", "nobody_may_ask"),
        (TYPE_1, "no_law", "no_legal_basis"),
    ):
        page = citizen.request(type_id, purpose)
        assert page.status_code == 403
        assert f'data-testid="request-refused-{reason}"' in page.text
        assert "107/2025/QH15" in page.text
    assert 'data-testid="requests"' not in citizen.get("/wallet/requests").text


def test_one_open_request_for_each_certificate(app: Flask) -> None:
    """The other certificate may be asked for meanwhile; nonsense is not."""
    citizen = Citizen.of(app, LAN)
    assert citizen.request(TYPE_1, "lawyer").status_code == 303
    assert citizen.request(TYPE_1).status_code == 409
    assert citizen.request(TYPE_2).status_code == 303
    assert citizen.request("health-book").status_code == 400
    assert citizen.request(TYPE_1, "curiosity").status_code == 400


def test_refused_with_the_laws_reason(app: Flask, clock: FixedClock) -> None:
    """The citizen reads the reason and the law; an officer has no reasons of her own; decided is decided."""
    citizen = Citizen.of(app, LAN)
    location = citizen.request(TYPE_1).headers["Location"]
    desk, act = Desk.of(app, clock), f"requests/{request_id(location)}"
    desk.open(number=LAN)
    assert desk.act(act, decision="refuse", reason="dislike").status_code == 400
    assert desk.act(act, decision="refuse", reason="incomplete_or_forged").status_code == 303
    page = citizen.get(location).text
    assert 'data-testid="request-refused"' in page
    assert "Điều 49 khoản 3" in page
    assert 'data-testid="told-refused"' in citizen.get("/wallet").text
    for decision in ("issue", "refuse"):
        answer = desk.act(act, decision=decision, reason="not_competent")
        assert answer.status_code == 409
        assert 'data-testid="problem-not_open"' in answer.text


def test_the_law_of_the_day_of_decision_counts(app: Flask, clock: FixedClock) -> None:
    """Taken in on the last day on which No. 2 could be demanded; from the first of July it is not issued any more."""
    clock.instant = datetime(2026, 6, 30, 2, 0, tzinfo=UTC)
    citizen = Citizen.of(app, LAN)
    location = citizen.request(TYPE_2, "lawyer").headers["Location"]
    assert "14/07/2026" in citizen.get(location).text
    clock.instant += timedelta(days=1)
    desk, act = Desk.of(app, clock), f"requests/{request_id(location)}"
    desk.open(number=LAN)
    refused = desk.act(act, decision="issue")
    assert (refused.status_code, 'data-testid="problem-law_refuses"' in refused.text) == (409, True)
    assert desk.act(act, decision="refuse", reason="nobody_may_ask").status_code == 303


def test_another_persons_request_is_as_unknown_as_none(app: Flask, clock: FixedClock) -> None:
    """Neither to a citizen nor, through somebody else's look-up, to an officer."""
    location = Citizen.of(app, LAN).request(TYPE_1).headers["Location"]
    other = Citizen.of(app, HUNG)
    assert other.get(location).status_code == 404
    assert other.post(f"{location}/withdraw", "/wallet/requests/new").status_code == 404
    desk = Desk.of(app, clock)
    desk.open(number=HUNG)
    assert desk.act(f"requests/{request_id(location)}", decision="issue").status_code == 409


def test_the_desk_is_its_officers_alone(app: Flask, db: Database, clock: FixedClock) -> None:
    """Who decides on accounts does not read records, and the records officer no accounts; both are recorded."""
    assert app.test_client().get(DESK).headers["Location"] == "/officer/sign-in"
    assert Desk.of(app, clock, "can-bo").client.get(DESK).status_code == 403
    desk = Desk.of(app, clock)
    assert desk.client.get("/officer/").headers["Location"] == DESK
    assert desk.client.get("/officer/queue").status_code == 403
    assert desk.client.post(f"{DESK}/look-ups", data={"number": LAN}).status_code == 400
    with db.read() as session:
        refused = officers_store.newest(session, ["officer.refused"])
    assert {entry.details["action"] for entry in refused} == {"keep_records", "see_queue"}


def test_nothing_is_read_without_purpose_and_case(app: Flask, db: Database, clock: FixedClock) -> None:
    """Nor after half an hour, nor in another officer's look-up; an unknown number is recorded too."""
    desk = Desk.of(app, clock)
    assert desk.open(number=LAN, case="").status_code == 400
    assert desk.open(number=LAN, purpose="gossip").status_code == 400
    assert desk.open(number="065000000000").status_code == 404
    desk.open(number=LAN)
    assert "Nguyễn Thị Mai Lan" in desk.page().text
    with db.read() as session:
        read = officers_store.newest(session, ["officer.documents_read"])
    assert [entry.subject is None for entry in read] == [False, True]
    clock.instant += timedelta(minutes=31)
    desk.client = Desk.of(app, clock).client
    assert desk.page().status_code == 404


def test_suspended_restored_revoked(app: Flask, clock: FixedClock) -> None:
    """The wallet shows each at once with its reason; a revocation is final."""
    citizen = Citizen.of(app, LAN)
    desk, document, _ = issued(app, clock, citizen, TYPE_1)
    act, page = f"documents/{document}", f"/wallet/documents/{document}"
    assert desk.act(act, change="resume.verified").status_code == 409
    assert desk.act(act, change="suspend.issued_in_error").status_code == 400
    assert desk.act(act, change="suspend.under_verification").status_code == 303
    shown = citizen.get(page).text
    assert "document-warning" in shown
    assert "đang xác minh" in shown
    assert desk.act(act, change="resume.verified").status_code == 303
    assert "document-valid" in citizen.get(page).text
    asked = desk.act(act, change="revoke.forged_papers")
    assert asked.status_code == 200
    assert 'data-testid="confirm-revoke"' in asked.text
    assert "hồ sơ giả mạo" in asked.text
    assert "document-valid" in citizen.get(page).text  # nothing is done before the answer
    done = desk.act(act, change="revoke.forged_papers", confirmed="yes")
    assert done.status_code == 303
    assert "Đã thu hồi giấy tờ" in desk.client.get(done.headers["Location"]).text
    shown = citizen.get(page).text
    assert "document-refused" in shown
    assert "hồ sơ giả mạo" in shown
    told = citizen.get("/account/activity?lang=en").text
    for words in ("An officer changed a document of yours", "forged papers", "Deciding a request for a document"):
        assert words in told
    audited = Desk.of(app, clock, "kiem-tra").client.get("/officer/audit").text
    assert "hồ sơ giả mạo" in audited
    assert "forged_papers" not in audited
    for change in ("resume.verified", "amend.mistake_corrected", "suspend.holder_asks", "revoke.court_decision"):
        assert desk.act(act, change=change).status_code == 409
        assert desk.act(act, change=change, confirmed="yes").status_code == 409


def test_another_authoritys_document_is_out_of_reach(app: Flask, clock: FixedClock) -> None:
    """A hospital's health book is not the police's to revoke."""
    citizen, desk = Citizen.of(app, LAN), Desk.of(app, clock)
    book = next(one for one in citizen.documents() if "health-book" in citizen.get(f"/wallet/documents/{one}").text)
    desk.open(number=LAN)
    for answer in ({}, {"confirmed": "yes"}):
        assert desk.act(f"documents/{book}", change="revoke.court_decision", **answer).status_code == 409
    assert 'data-testid="desk-health-book"' not in desk.page().text


def test_a_cleared_conviction_makes_new_files(app: Flask, clock: FixedClock) -> None:
    """Thao's is noted as cleared: the file that told it is superseded, live view and new file agree."""
    citizen = Citizen.of(app, THAO)
    desk, old, _ = issued(app, clock, citizen, TYPE_1)
    assert claims_of(citizen.file(old))["criminal_status"] == "có án tích"
    assert 'data-testid="live-same"' in citizen.get(f"/wallet/documents/{old}").text
    assert "30/05/2028" in desk.page().text  # her business ban, which the record holds too
    for day in ("", "2027-01-01", "1999-01-01"):
        assert desk.act("convictions/0", on=day).status_code == 400
    assert desk.act("convictions/9", on="2026-11-20").status_code == 400
    assert desk.act("convictions/0", on="2026-11-20").status_code == 303
    assert desk.act("convictions/0", on="2026-11-21").status_code == 400
    shown = citizen.get(f"/wallet/documents/{old}").text
    assert "Đã có bản mới" in shown
    newer = re.search(r'/wallet/documents/([0-9a-f]{32})" data-testid="document-newer"', shown)
    assert newer
    assert old not in citizen.documents()
    claims = claims_of(citizen.file(newer[1]))
    assert (claims["criminal_status"], claims["convictions"]) == ("không có án tích", [])
    page = citizen.get(f"/wallet/documents/{newer[1]}").text
    assert 'data-testid="live-same"' in page
    assert f'/wallet/documents/{old}" data-testid="earlier-open"' in page


def test_file_and_live_view_say_which_they_are(app: Flask, clock: FixedClock, keys_dir: Path) -> None:
    """The file is of its day, the page of this minute; with the file goes a list that is new."""
    citizen = Citizen.of(app, LAN)
    clock.instant += timedelta(seconds=40)
    citizen.file(citizen.documents()[0])
    copies = [jwt_part(path.read_text(), 1)["iat"] for path in (keys_dir / "status").glob("*.jwt")]
    assert copies.count(int(clock.now().timestamp())) == 1
    page = citizen.get(f"/wallet/documents/{citizen.documents()[0]}").text
    assert "trạng thái hiện tại, lúc 24/11/2026 09:00" in page
    assert "đúng tại thời điểm đó và không tự thay đổi" in page
