"""The portal's counter: a verdict in plain words, with or without a network, and a receipt that tells nothing."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from portal_browser import World
from portal_documents import CONTENT, HEALTH, ISSUER, LAN, RECORD, REVOKED, SUSPENDED, status_uri
from sqlalchemy import select
from werkzeug.test import TestResponse

from demo_client import store
from demo_client.models import Receipt, SeenBundle
from idp import pki, trust_bundle
from idp.documents.offline import code, receipt
from idp.documents.offline.portrait import portrait

MEDIA_TYPE = "application/verification-receipt+jwt"
on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def clerk(world: World) -> FlaskClient:
    client = world.app.test_client()
    assert world.post("/clerk/sign-in", {"password": "a clerk's password"}, client).status_code == 303
    return client


def offline_code(world: World, keys_dir: Path, **changes: object) -> str:
    issuer = pki.issuer(keys_dir, "police-ministry")
    key = issuer.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    now = int(world.clock.now().timestamp())
    claims = {
        "iss": pki.issuer_profiles()["police-ministry"].uri, "iat": now, "nbf": now, "exp": now + 90 * 86400,
        "vct": RECORD, "status": {"status_list": {"idx": 7, "uri": status_uri("police-ministry")}},
        "full_name": "Nguyễn Thị Mai Lan", "birthdate": "1990-03-14", "sex": "female",
        "date_of_issuance": "2026-11-02", "issuing_authority": "Bộ Công an (MÔ PHỎNG)", **CONTENT[RECORD], **changes,
    }  # fmt: skip
    return code.write(claims, portrait("lan"), key, bytes.fromhex(pki.key_identifier(issuer.certificate)))


def check(world: World, clerk: FlaskClient, text: str) -> str:
    answer = world.post("/clerk/counter", {"document": text}, clerk)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def verdict(page: str) -> str:
    found = re.search(r'class="verdict verdict-(\w+)"', page)
    assert found
    return found[1]


def kept_receipt(world: World, clerk: FlaskClient, page: str) -> receipt.Receipt:
    """As an auditor reads it, with the keys the portal publishes."""
    found = re.search(r'href="(/clerk/receipts/[^"]+)"[^>]*data-testid="receipt-save"', page)
    assert found
    answer = clerk.get(found[1])
    assert answer.content_type == MEDIA_TYPE
    keys = world.app.test_client().get("/receipt-keys").get_json()
    assert "d" not in keys["keys"][0]
    return receipt.read(answer.get_data(as_text=True), keys)


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


def test_nothing_of_the_document_is_kept(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """Neither in the receipt nor anywhere in the database; two receipts of one document have nothing in common."""
    text = offline_code(world, keys_dir)
    receipts = [kept_receipt(world, clerk, check(world, clerk, text)) for _ in range(2)]
    hashes = {one.content["document"]["sha256"] for one in receipts}  # type: ignore[index]
    assert len(hashes) == 2
    dump = json.dumps([dict(one.content) for one in receipts], ensure_ascii=False)
    with world.app.extensions["mock_portal"].db.read() as db:
        dump += "".join(row.token for row in db.scalars(select(Receipt)))
    for word in ("Lan", "1990", LAN, "án tích", text[:40], RECORD):
        assert word not in dump


@pytest.mark.parametrize(
    ("status", "says"), [(REVOKED, "thu hồi"), (SUSPENDED, "tạm dừng")], ids=["revoked", "suspended"]
)
def test_refused(world: World, clerk: FlaskClient, keys_dir: Path, status: int, says: str) -> None:
    """With the verifier's own reason; no field of a refused document is shown."""
    world.lists.status = status
    page = check(world, clerk, offline_code(world, keys_dir))
    assert verdict(page) == "refused"
    assert says in page
    assert "Nguyễn Thị Mai Lan" not in page
    assert kept_receipt(world, clerk, page).verdict == "refused"


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


def test_without_a_network(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """The last lists it has serve, their age is told, an old one is warned of, and past its end nothing is good."""
    text = offline_code(world, keys_dir)
    assert "vừa được tải" in clerk.get("/clerk/counter").get_data(as_text=True)
    world.lists.unreachable = True
    world.clock.instant += timedelta(minutes=40)
    assert "Không có mạng" in clerk.get("/clerk/counter").get_data(as_text=True)
    page = check(world, clerk, text)
    assert verdict(page) == "valid"
    assert "ký 40 phút trước" in page
    assert "đã lưu từ trước" in page
    world.clock.instant += timedelta(minutes=40)
    page = check(world, clerk, text)
    assert verdict(page) == "warning"
    found = kept_receipt(world, clerk, page)
    assert (found.verdict, found.content["code"]) == ("could_not", "status_list_expired")


def test_an_old_list_is_told(world: World, clerk: FlaskClient, keys_dir: Path, now: datetime) -> None:
    """Past its `ttl` it says what was so: good as of then, never simply valid, and the page says how old it is."""
    text = offline_code(world, keys_dir)
    lists = [world.lists.status_list(status_uri("police-ministry"), exp=int((now + timedelta(hours=12)).timestamp()))]
    world.lists.replaced[f"{ISSUER}/trust-bundle"] = trust_bundle.make(keys_dir, ISSUER, lists, now)
    world.clock.instant += timedelta(hours=5)
    for one in (text, world.documents.document(RECORD)):
        page = check(world, clerk, one)
        assert verdict(page) == "warning"
        assert kept_receipt(world, clerk, page).verdict == "outdated"
        assert 'data-testid="old-status-list"' in page


def test_no_lists_at_all(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """A portal that was never connected says so, and accepts nothing."""
    world.lists.unreachable = True
    assert "Chưa có danh sách nào" in clerk.get("/clerk/counter").get_data(as_text=True)
    page = check(world, clerk, offline_code(world, keys_dir))
    assert verdict(page) == "warning"
    assert kept_receipt(world, clerk, page).content["code"] == "no_lists"


def test_an_older_bundle_is_not_taken(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """Whoever answers in the provider's place with yesterday's lists brings nothing back."""
    text, before = offline_code(world, keys_dir), world.lists.bundle()
    world.clock.instant = world.lists.now = world.clock.now() + timedelta(minutes=10)
    world.lists.status = REVOKED
    assert verdict(check(world, clerk, text)) == "refused"
    world.lists.replaced[f"{ISSUER}/trust-bundle"] = before
    world.clock.instant += timedelta(minutes=1)
    assert verdict(check(world, clerk, text)) == "refused"


def test_a_bundle_of_another_root(world: World, clerk: FlaskClient, keys_dir: Path, tmp_path: Path) -> None:
    """Signed, whole and of today, by a root that is not pinned."""
    pki.init(tmp_path / "other", world.clock.now())
    world.lists.replaced[f"{ISSUER}/trust-bundle"] = trust_bundle.make(
        tmp_path / "other", ISSUER, [], world.clock.now()
    )
    page = check(world, clerk, offline_code(world, keys_dir))
    assert verdict(page) == "warning"
    assert kept_receipt(world, clerk, page).content["code"] == "trust_list_not_trusted"


def test_a_bundle_carried_by_hand(world: World, clerk: FlaskClient, keys_dir: Path, tmp_path: Path) -> None:
    """For a counter that never has a network."""
    file = tmp_path / "carried.jwt"
    file.write_text(world.lists.bundle(), encoding="ascii")
    world.app.extensions["mock_portal"].last_lists.file = file
    world.lists.unreachable = True
    assert verdict(check(world, clerk, offline_code(world, keys_dir))) == "valid"


@on_both
def test_the_newest_bundle_survives_a_restart(world: World, clerk: FlaskClient) -> None:
    """It is in the database, once for each root."""
    for _ in range(2):
        clerk.get("/clerk/counter")
        world.clock.instant = world.lists.now = world.clock.now() + timedelta(minutes=2)
    with world.app.extensions["mock_portal"].db.read() as db:
        rows = db.scalars(select(SeenBundle)).all()
    assert len(rows) == 1
    assert rows[0].made_at > world.clock.now() - timedelta(minutes=3)


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
        assert len(store.newest_receipts(db, 10)) == 1
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
            assert len(store.newest_receipts(db, 10)) == left


def test_the_page_may_use_the_camera_and_others_may_not(world: World, clerk: FlaskClient) -> None:
    assert "camera=(self)" in clerk.get("/clerk/counter").headers["Permissions-Policy"]
    assert "camera=()" in clerk.get("/clerk").headers["Permissions-Policy"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_both_languages(world: World, clerk: FlaskClient, keys_dir: Path, lang: str) -> None:
    page = world.post(f"/clerk/counter?lang={lang}", {"document": offline_code(world, keys_dir)}, clerk)
    text = page.get_data(as_text=True)
    assert {"vi": "Giấy tờ là thật", "en": "The document is genuine"}[lang] in text
    assert {"vi": "<dd>Nữ</dd>", "en": "<dd>Female</dd>"}[lang] in text
