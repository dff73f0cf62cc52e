"""The clerk's desk: who may enter, what is shown, and checking a decision again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from portal_browser import HEALTH, LAWYER, World
from portal_documents import RECORD, REVOKED


@pytest.fixture
def clerk(citizen: World) -> FlaskClient:
    """A clerk at another browser."""
    client = citizen.app.test_client()
    assert citizen.post("/clerk/sign-in", {"password": "a clerk's password"}, client).status_code == 303
    return client


def dossier_path(world: World) -> str:
    return f"/clerk/dossiers/{world.file().location.rsplit('/', 1)[1]}"


def test_the_desk_is_closed_to_others(citizen: World) -> None:
    """A citizen is no clerk, and a dossier's address opens nothing."""
    path = dossier_path(citizen)
    assert 'data-testid="clerk-password"' in citizen.client.get("/clerk").get_data(as_text=True)
    assert citizen.client.get(path).status_code == 403
    assert citizen.post(f"{path}/check", {"lists": "now"}).status_code == 403


@pytest.mark.parametrize("password", ["", "wrong", "a clerk's passwor", "A clerk's password"])
def test_a_wrong_password(world: World, password: str) -> None:
    """The page says so and stays closed."""
    assert world.post("/clerk/sign-in", {"password": password}).status_code == 403
    assert 'data-testid="clerk-password"' in world.client.get("/clerk").get_data(as_text=True)


def test_guessing_is_slowed_down(world: World) -> None:
    """After five wrong passwords even the right one waits five minutes."""
    for _ in range(5):
        refused = world.post("/clerk/sign-in", {"password": "wrong"}).get_data(as_text=True)
    assert "<title>Lỗi: " in refused  # and the first thing of the page, in focus, leads to the field
    assert 'autofocus data-testid="error-summary"' in refused.split("<h1>")[0]
    assert '<a href="#password">' in refused.split("<h1>")[0]
    answer = world.post("/clerk/sign-in", {"password": "a clerk's password"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    world.clock.instant += timedelta(minutes=5)
    assert world.post("/clerk/sign-in", {"password": "a clerk's password"}).status_code == 303


def test_without_a_configured_password_the_desk_stays_closed(world: World) -> None:
    """An empty setting is no password."""
    from demo_client.endpoints.clerk import _is_password

    assert not _is_password("", "")


def test_entering_and_leaving(citizen: World, clerk: FlaskClient) -> None:
    """A new session identifier on entering; gone on leaving."""
    assert "Chưa có hồ sơ nào" in clerk.get("/clerk").get_data(as_text=True)
    page = clerk.get("/clerk").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    clerk.post("/clerk/sign-out", data={"csrf_token": token})
    assert 'data-testid="clerk-password"' in clerk.get("/clerk").get_data(as_text=True)


def test_a_dossier_with_its_verdict(citizen: World, clerk: FlaskClient) -> None:
    """Verdict first, four answers, fields by name, the technical part folded."""
    path = dossier_path(citizen)
    assert 'data-testid="clerk-dossier-1"' in clerk.get("/clerk").get_data(as_text=True)
    page = clerk.get(path).get_data(as_text=True)
    assert "Mọi giấy tờ điện tử đã được kiểm tra và chấp nhận" in page
    assert page.count("answer-valid") == 4
    assert "<dt>Họ, chữ đệm và tên</dt>" in page
    assert "Dị ứng" in page
    assert 'data-testid="technical-health_certificate"' in page
    assert "phiên bản" in page


def test_a_phone_reads_each_dossier_as_a_card(citizen: World, clerk: FlaskClient) -> None:
    """Below the width of a table each cell says its column's name itself, and stays a cell to whoever hears it."""
    dossier_path(citizen)
    table = clerk.get("/clerk").get_data(as_text=True).split("<table")[1].split("</table>")[0]
    columns = re.findall(r'role="columnheader">([^<]+)</th>', table)
    assert len(columns) == 7
    assert re.findall(r'role="cell" data-label="([^"]+)"', table) == columns
    assert table.count("<td") == 7


def test_lists_have_a_line_each_and_no_markup(citizen: World, clerk: FlaskClient) -> None:
    """What a document says is text, whatever it looks like."""
    allergies = [{"allergen": "<b>Penicillin</b>"}, {"allergen": "Tôm"}]
    document = citizen.documents.document(HEALTH, history={"allergies": allergies})
    location = citizen.file(health_certificate=document).location
    page = clerk.get(f"/clerk/dossiers/{location.rsplit('/', 1)[1]}").get_data(as_text=True)
    assert "<li>Dị nguyên: &lt;b&gt;Penicillin&lt;/b&gt;</li><li>Dị nguyên: Tôm" in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_checked_again_it_is_still_good(citizen: World, clerk: FlaskClient, lang: str) -> None:
    """From the evidence, and by the lists of now."""
    path = dossier_path(citizen)
    for lists in ("then", "now"):
        page = citizen.post(f"{path}/check?lang={lang}", {"lists": lists}, clerk).get_data(as_text=True)
        assert "verdict verdict-valid" in page.split('data-testid="evidence-health_certificate"')[1]


def test_revoked_after_filing(citizen: World, clerk: FlaskClient) -> None:
    """Today's lists tell it; the evidence still gives the decision of its day."""
    path = dossier_path(citizen)
    citizen.lists.status = REVOKED
    citizen.clock.instant = citizen.lists.now = citizen.clock.now() + timedelta(minutes=1)
    now = citizen.post(f"{path}/check", {"lists": "now"}, clerk).get_data(as_text=True)
    assert "Không còn hợp lệ theo danh sách hiện tại" in now
    then = citizen.post(f"{path}/check", {"lists": "then"}, clerk).get_data(as_text=True)
    assert "Bằng chứng đã lưu cho đúng kết quả lúc tiếp nhận" in then


def test_the_evidence_outlives_the_provider(citizen: World, clerk: FlaskClient) -> None:
    """Days later, with the provider gone, the decision can still be reproduced."""
    path = dossier_path(citizen)
    citizen.clock.instant += timedelta(days=400)
    citizen.lists.unreachable = True
    page = citizen.post(f"{path}/check", {"lists": "then"}, clerk).get_data(as_text=True)
    assert "Bằng chứng đã lưu cho đúng kết quả lúc tiếp nhận" in page
    assert citizen.post(f"{path}/check", {"lists": "now"}, clerk).status_code == 503


def test_tampered_evidence(citizen: World, clerk: FlaskClient) -> None:
    """Whoever changes a kept document in the database is found out."""
    path = dossier_path(citizen)
    from sqlalchemy import text

    with citizen.app.extensions["mock_portal"].db.begin() as db:
        db.execute(text("update portal_dossier set personal_id_number = '065198000303'"))
    page = citizen.post(f"{path}/check", {"lists": "then"}, clerk).get_data(as_text=True)
    assert "Bằng chứng đã lưu không còn cho kết quả lúc tiếp nhận" in page


def test_a_conviction_is_for_the_clerk_to_weigh(citizen: World, clerk: FlaskClient) -> None:
    """Marked in the list and on top of the dossier."""
    convicted = citizen.documents.document(RECORD, criminal_status="có án tích")
    location = citizen.file(LAWYER, judicial_record=convicted).location
    assert "Cán bộ xem xét" in clerk.get("/clerk").get_data(as_text=True)
    page = clerk.get(f"/clerk/dossiers/{location.rsplit('/', 1)[1]}").get_data(as_text=True)
    assert "Cần cán bộ xem xét nội dung giấy tờ" in page
    assert "có án tích" in page
