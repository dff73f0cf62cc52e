"""The portal's counter: a verdict in plain words, and a receipt that tells nothing."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from portal_browser import World
from portal_counter import check, kept_receipt, offline_code, verdict
from portal_documents import HEALTH, ISSUER, LAN, RECORD, REVOKED, SUSPENDED
from sqlalchemy import select
from werkzeug.test import TestResponse

from demo_client import store
from demo_client.counter import CLERK
from demo_client.models import Receipt
from idp.documents.sd_jwt.jws import parse_jws

on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def test_only_for_clerks(world: World) -> None:
    """Neither the page nor a check nor a receipt is anybody's."""
    assert world.client.get("/clerk/counter").location == "/clerk"
    assert world.post("/clerk/counter", {"document": "x"}).status_code == 403
    assert world.client.get(f"/clerk/receipts/{'a' * 43}").location == "/clerk"


@on_both
def test_good_documents(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """A code and a file: genuine, in force, and what is not proven said at once; the receipt holds for an auditor."""
    for text in (offline_code(world, keys_dir), world.documents.document(HEALTH)):
        page = check(world, clerk, text)
        assert verdict(page) == "valid"
        assert 'data-testid="not-proven"' in page
        assert page.count("answer-valid") == 3
        assert "Nguyễn Thị Mai Lan" in page
        found = kept_receipt(world, clerk, page)
        assert (found.verdict, found.issuer) == ("good", "http://localhost:5001")
        assert found.is_of(text)
        assert not found.is_of(text + "~")
        assert found.content["policy"]["holder"] == "not_proven"  # type: ignore[index]
        lists = found.content["lists"]
        assert isinstance(lists, dict)
        assert lists["trust_list"]["version"] == 1
        assert lists["status_list"]["uri"].startswith(ISSUER)


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_slip_of_the_hand_is_no_check(world: World, clerk: FlaskClient, text: str) -> None:
    """The page says what to do, and no receipt is made of nothing."""
    answer = world.post("/clerk/counter", {"document": text}, clerk)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'data-testid="counter-problem"' in page
    assert "Hãy mở máy ảnh" in page
    with world.app.extensions["mock_portal"].db.read() as db:
        assert store.newest_receipts(db, CLERK, 10) == []


def test_nothing_of_the_document_is_kept(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """Neither in the receipt nor anywhere in the database; two receipts of one document have nothing in common.
    No word is looked for that chance could write."""
    text = offline_code(world, keys_dir)
    receipts = [kept_receipt(world, clerk, check(world, clerk, text)) for _ in range(2)]
    hashes = {one.content["document"]["sha256"] for one in receipts}  # type: ignore[index]
    assert len(hashes) == 2
    dump = json.dumps([dict(one.content) for one in receipts], ensure_ascii=False)
    with world.app.extensions["mock_portal"].db.read() as db:
        tokens = [row.token for row in db.scalars(select(Receipt))]
    dump += json.dumps([parse_jws(token).payload for token in tokens], ensure_ascii=False)
    for word in ("Mai Lan", "1990-03-14", "19900314", LAN, "án tích", text[:40], RECORD):
        assert word not in dump


@pytest.mark.parametrize(
    ("status", "says"), [(REVOKED, "thu hồi"), (SUSPENDED, "tạm dừng")], ids=["revoked", "suspended"]
)
def test_refused(world: World, clerk: FlaskClient, keys_dir: Path, status: int, says: str) -> None:
    """With the verifier's own reason; no field of a refused document is shown. The receipt names the list it rests
    on, page and receipt its age, and neither the place in it."""
    world.lists.status = status
    for text in (offline_code(world, keys_dir), world.documents.document(HEALTH)):
        page = check(world, clerk, text)
        assert verdict(page) == "refused"
        assert says in page
        assert "Nguyễn Thị Mai Lan" not in page
        found = kept_receipt(world, clerk, page)
        assert found.verdict == "refused"
        assert "Danh sách trạng thái</dt><dd>không có" not in re.sub(r"\s*\n\s*", "", page)
        lists = found.content["lists"]
        assert isinstance(lists, dict)
        named = lists["status_list"]
        assert named["uri"].startswith(ISSUER)
        assert named.keys() == {"uri", "sha256", "issued_at", "expires_at"}
        assert named["issued_at"] == world.clock.now().isoformat()


def test_a_receipt_rests_on_no_list_where_none_said_anything(
    world: World, clerk: FlaskClient, keys_dir: Path
) -> None:
    """Refused before a list was asked: expired. A list that was asked and is nobody's word is not named either."""
    old = offline_code(world, keys_dir, exp=int(world.clock.now().timestamp()) - 3600)
    beyond = offline_code(world, keys_dir, status={"status_list": {"idx": 7, "uri": "https://other.example/1"}})
    for text in (old, beyond):
        lists = kept_receipt(world, clerk, check(world, clerk, text)).content["lists"]
        assert isinstance(lists, dict)
        assert lists["status_list"] is None


def test_edited_expired_and_strange(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """Refused is what was looked at and is wrong; what could not be looked at is not accepted either."""
    good = world.documents.document(HEALTH)
    at = good.index(".") + 30
    edited = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
    old = offline_code(world, keys_dir, exp=int(world.clock.now().timestamp()) - 3600)
    cases = {edited: "refused", old: "refused", "HELLO WORLD": "warning", "no document": "warning"}
    for text, expected in cases.items():
        page = check(world, clerk, text)
        assert verdict(page) == expected
        assert 'data-testid="not-proven"' not in page


@pytest.mark.parametrize("kind", ["code", "file"])
def test_what_breaks_the_rules_of_its_type(world: World, clerk: FlaskClient, keys_dir: Path, kind: str) -> None:
    """A field that every document of the type has is not there: genuine and in force, and refused."""
    lacking = {"criminal_status": None}
    text = offline_code(world, keys_dir, **lacking) if kind == "code" else world.documents.document(RECORD, **lacking)
    page = check(world, clerk, text)
    found = kept_receipt(world, clerk, page)
    assert (verdict(page), found.verdict, found.content["code"]) == ("refused", "refused", "missing_claim")


def test_the_issuer_stands_there_once(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """Who issued a document is who signed it; where the document names another, both are told apart."""
    page = check(world, clerk, offline_code(world, keys_dir))
    assert (page.count("Cơ quan cấp<"), page.count("Cơ quan ký số")) == (1, 0)
    page = check(world, clerk, offline_code(world, keys_dir, issuing_authority="Công an xã (MÔ PHỎNG)"))
    assert (page.count("Cơ quan cấp<"), page.count("Cơ quan ký số")) == (1, 1)
    assert "Công an xã" in page


@pytest.mark.parametrize(("lang", "name"), [("vi", "Cán bộ một cửa"), ("en", "Clerk")])
def test_a_clerk_is_not_asked_to_sign_in(world: World, clerk: FlaskClient, lang: str, name: str) -> None:
    """On every page the head says who she is, and her way out ends her own session."""
    for path in ("/clerk", "/clerk/counter", "/"):
        page = clerk.get(f"{path}?lang={lang}").get_data(as_text=True)
        assert 'data-testid="sign-in"' not in page
        assert f'<span class="signed-in-name">{name}</span>' in page
        assert re.search(r'action="/clerk/sign-out" class="sign-out"', page)
    assert world.post("/clerk/sign-out", {}, clerk).location == "/clerk"
    assert 'data-testid="sign-in"' in clerk.get("/clerk").get_data(as_text=True)


def upload(world: World, clerk: FlaskClient, data: bytes, name: str) -> TestResponse:
    fields = {"csrf_token": world.token(clerk), "file": (io.BytesIO(data), name)}
    return clerk.post("/clerk/counter", data=fields, content_type="multipart/form-data")


def test_files_by_their_content(world: World, clerk: FlaskClient) -> None:
    """Whatever the name says; what nobody here can read is told, and no receipt is made of it."""
    document = world.documents.document(HEALTH).encode()
    assert verdict(upload(world, clerk, document, "picture.png").get_data(as_text=True)) == "valid"
    blank = b"\x89PNG\r\n\x1a\n" + bytes(50)
    answer = upload(world, clerk, blank, "x.sd-jwt")
    assert answer.status_code == 422
    assert "mã QR" in answer.get_data(as_text=True)
    with world.app.extensions["mock_portal"].db.read() as db:
        assert len(store.newest_receipts(db, CLERK, 10)) == 1
    page = upload(world, clerk, b"%PDF-1.7 ...", "x.sd-jwt").get_data(as_text=True)
    assert verdict(page) == "refused"
    assert "PDF" in page


def test_receipts_are_kept_five_years(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """And not longer: the next check after that clears them away."""
    text = offline_code(world, keys_dir)
    check(world, clerk, text)
    for days, left in ((1825, 2), (6, 2)):
        world.clock.instant += timedelta(days=days)
        check(world, clerk, text)
        with world.app.extensions["mock_portal"].db.read() as db:
            assert len(store.newest_receipts(db, CLERK, 10)) == left


def test_the_page_may_use_the_camera_and_others_may_not(world: World, clerk: FlaskClient) -> None:
    assert "camera=(self)" in clerk.get("/clerk/counter").headers["Permissions-Policy"]
    assert "camera=()" in clerk.get("/clerk").headers["Permissions-Policy"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_both_languages(world: World, clerk: FlaskClient, keys_dir: Path, lang: str) -> None:
    page = world.post(f"/clerk/counter?lang={lang}", {"document": offline_code(world, keys_dir)}, clerk)
    text = page.get_data(as_text=True)
    assert {"vi": "Giấy tờ là thật", "en": "The document is genuine"}[lang] in text
    assert {"vi": "<dd>Nữ</dd>", "en": "<dd>Female</dd>"}[lang] in text
