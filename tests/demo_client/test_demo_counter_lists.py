"""The counter's lists: how old they are and what that means, without a network, and never back to older ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from portal_browser import World
from portal_counter import check, kept_receipt, offline_code, verdict
from portal_documents import ISSUER, RECORD, REVOKED, status_uri
from sqlalchemy import select

from demo_client.models import SeenBundle
from idp import pki, trust_bundle
from idp.documents import type_metadata

on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def test_without_a_network(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """The last lists it has serve, their age is told, an old one is warned of, and past its end nothing is good."""
    text = offline_code(world, keys_dir)
    assert "vừa được tải" in clerk.get("/clerk/counter").get_data(as_text=True)
    world.lists.unreachable = True
    world.clock.instant += timedelta(minutes=40)
    assert "Chưa tải được danh sách mới" in clerk.get("/clerk/counter").get_data(as_text=True)
    page = check(world, clerk, text)
    assert verdict(page) == "valid"
    assert "ký 40 phút trước" in page
    assert "đã lưu từ trước" in page
    world.clock.instant += timedelta(minutes=40)
    page = check(world, clerk, text)
    assert verdict(page) == "warning"
    found = kept_receipt(world, clerk, page)
    assert (found.verdict, found.content["code"]) == ("could_not", "status_list_expired")


@pytest.mark.parametrize("kind", ["code", "file"])
def test_an_old_list_is_told(world: World, clerk: FlaskClient, keys_dir: Path, now: datetime, kind: str) -> None:
    """Past its `ttl` it says "as far as was known then", on the page and in the receipt, of code and file alike;
    past the policy's age the page warns of it; past its `exp` it says nothing."""
    made = {"code": offline_code(world, keys_dir), "file": world.documents.document(RECORD)}
    lists = [world.lists.status_list(status_uri("police-ministry"), exp=int((now + timedelta(hours=12)).timestamp()))]
    world.lists.replaced[f"{ISSUER}/trust-bundle"] = trust_bundle.make(keys_dir, ISSUER, lists, now)
    expected = (
        (timedelta(minutes=59), "valid", "good", None, False),
        (timedelta(hours=2), "warning", "outdated", "status_outdated", False),
        (timedelta(hours=5), "warning", "outdated", "status_outdated", True),
        (timedelta(hours=13), "warning", "could_not", "status_list_expired", False),
    )
    for later, shown, told, code_, warned in expected:
        world.clock.instant = now + later
        page = check(world, clerk, made[kind])
        found = kept_receipt(world, clerk, page)
        assert (verdict(page), found.verdict, found.content["code"]) == (shown, told, code_)
        assert ('data-testid="old-status-list"' in page) is warned
        answers = found.content["answers"]
        assert isinstance(answers, dict)
        in_force = {"good": "yes", "outdated": "outdated", "could_not": "not_checked"}[told]
        assert answers["in_force"] == in_force


def test_a_bundle_of_this_moment_counts_from_when_it_came(
    world: World, clerk: FlaskClient, keys_dir: Path, now: datetime
) -> None:
    """Its lists were signed up to a `ttl` before (13.7); without a network it is good for that `ttl`, and no longer;
    a list that was past its `ttl` when it came is none of this moment, whoever sends it."""
    text, minute = offline_code(world, keys_dir), timedelta(seconds=60)
    signed = {"iat": int((now - timedelta(seconds=59)).timestamp()), "ttl": 60}
    lists = [world.lists.status_list(status_uri("police-ministry"), **signed)]
    world.lists.replaced[f"{ISSUER}/trust-bundle"] = trust_bundle.make(keys_dir, ISSUER, lists, now)
    clerk.get("/clerk/counter")
    world.lists.unreachable = True
    for later, shown in ((timedelta(seconds=29), "valid"), (minute, "valid"), (minute * 1.1, "warning")):
        world.clock.instant = now + later
        assert verdict(check(world, clerk, text)) == shown
    world.lists.unreachable = False
    world.clock.instant = now + timedelta(minutes=3)
    assert verdict(check(world, clerk, text)) == "warning"


def test_no_list_for_this_document(world: World, clerk: FlaskClient, keys_dir: Path, now: datetime) -> None:
    """The bundle has another authority's list only: not good, whatever else is right."""
    lists = [world.lists.status_list(status_uri("hospital-song-ba"))]
    world.lists.replaced[f"{ISSUER}/trust-bundle"] = trust_bundle.make(keys_dir, ISSUER, lists, now)
    page = check(world, clerk, offline_code(world, keys_dir))
    found = kept_receipt(world, clerk, page)
    assert (verdict(page), found.verdict, found.content["code"]) == ("warning", "could_not", "status_unknown")


def test_no_lists_at_all(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """A portal that was never connected says so, and accepts nothing."""
    world.lists.unreachable = True
    assert "Chưa có danh sách nào" in clerk.get("/clerk/counter").get_data(as_text=True)
    page = check(world, clerk, offline_code(world, keys_dir))
    assert verdict(page) == "warning"
    assert kept_receipt(world, clerk, page).content["code"] == "no_lists"


def test_names_without_a_network(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """Type, fields and coded values are called as always: their names came with the lists."""
    text, card = (
        offline_code(world, keys_dir),
        world.documents.document(RECORD, **{"vct#integrity": type_metadata.integrity(RECORD)}),
    )
    clerk.get("/clerk/counter")
    world.lists.unreachable = True
    for lang, told in (
        ("vi", ("Phiếu lý lịch tư pháp số 1", "<dt>Tình trạng án tích</dt>", "<dd>Nữ</dd>")),
        ("en", ("Criminal record certificate No. 1", "<dt>Criminal record status</dt>", "<dd>Female</dd>")),
    ):
        for document in (text, card):
            page = world.post(f"/clerk/counter?lang={lang}", {"document": document}, clerk).get_data(as_text=True)
            assert [word for word in told if word not in page] == []


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
