"""My devices: listed, renamed and removed by their holder alone; what is removed signs nothing any more."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place
from soft_phone import SoftPhone

from idp.accounts.phone import devices, store
from idp.accounts.phone.endpoints.activity import EVENTS
from idp.audit.store import AuditEntry


@pytest.fixture
def phone(browser: Browser) -> SoftPhone:
    found = SoftPhone(browser)
    found.bind(name="Máy một")
    return found


@pytest.fixture
def second(place: Place) -> SoftPhone:
    found = SoftPhone(place.browser())
    found.bind(name="Máy hai")
    return found


@pytest.fixture
def stranger(place: Place) -> SoftPhone:
    found = SoftPhone(place.browser())
    found.bind("quynh", name="Máy của Quỳnh")
    return found


def names(place: Place, persona: str = "lan") -> set[str]:
    with place.db.read() as session:
        return {device.name for device in store.of(session, place.subjects[persona])}


@pytest.mark.parametrize("what", ["remove", "name"])
def test_somebody_elses_device_is_out_of_reach(
    place: Place, phone: SoftPhone, stranger: SoftPhone, what: str
) -> None:
    """404, as for a device that is not there; nothing is changed."""
    answer = phone.browser.submit(f"/app/devices/{stranger.device_id}/{what}", name="Của tôi")
    nobody = phone.browser.submit(f"/app/devices/{'0' * 32}/{what}", name="Của tôi")
    assert answer.status_code == nobody.status_code == 404
    assert names(place, "quynh") == {"Máy của Quỳnh"}
    assert "app-home-device" in stranger.browser.get("/app").text


@pytest.mark.parametrize("what", ["remove", "name"])
def test_a_form_of_another_site_changes_nothing(place: Place, phone: SoftPhone, what: str) -> None:
    """CSRF."""
    answer = phone.browser.client.post(f"/app/devices/{phone.device_id}/{what}", data={"name": "x"})
    assert answer.status_code == 400
    assert names(place) == {"Máy một"}


def test_a_closed_app_changes_nothing(place: Place, phone: SoftPhone) -> None:
    phone.browser.submit("/app/close")
    for what in ("remove", "name"):
        answer = phone.browser.submit(f"/app/devices/{phone.device_id}/{what}", name="x")
        assert answer.headers["Location"] == "/app"
    assert names(place) == {"Máy một"}


def test_the_list_shows_hers_and_marks_this_one(phone: SoftPhone, second: SoftPhone, stranger: SoftPhone) -> None:
    page = phone.browser.get("/app/devices").text
    assert "Máy một" in page
    assert "Máy hai" in page
    assert "Máy của Quỳnh" not in page
    assert page.count("data-remove-this") == 1


def test_renaming(place: Place, phone: SoftPhone) -> None:
    phone.browser.submit(f"/app/devices/{phone.device_id}/name", name="Máy <b>mới</b>")
    assert names(place) == {"Máy <b>mới</b>"}
    assert place.audit.events[-1]["event"] == "phone.device_renamed"
    assert "<b>mới" not in phone.browser.get("/app/devices").text
    assert phone.browser.submit(f"/app/devices/{phone.device_id}/name", name=" ").status_code == 400


def test_a_removed_device_is_out_at_once(place: Place, phone: SoftPhone, second: SoftPhone) -> None:
    """Its session ends, its key opens nothing, the others are told, and it is recorded."""
    phone.browser.submit(f"/app/devices/{second.device_id}/remove")
    assert names(place) == {"Máy một"}
    assert second.browser.session()["subject"] is None
    assert second.open().get_json()["error"] == "device_unknown"
    asked = {"purpose": "open", "device_id": second.device_id}
    assert second.call("challenge", asked).get_json()["error"] == "device_unknown"
    assert phone.call("challenge", {**asked, "device_id": phone.device_id}).status_code == 200
    assert second.call("decide", {"decision": second.decision()}).get_json()["error"] == "closed"
    assert "Máy hai" in phone.browser.get("/app").text
    assert place.audit.events[-1]["event"] == "phone.device_removed"
    again = phone.browser.submit(f"/app/devices/{second.device_id}/remove")
    assert again.status_code == 404


def test_removing_the_device_in_use_closes_the_app(place: Place, phone: SoftPhone) -> None:
    answer = phone.browser.submit(f"/app/devices/{phone.device_id}/remove")
    assert answer.headers["Location"] == "/app?removed=1"
    assert phone.browser.session()["subject"] is None
    assert names(place) == set()


def test_a_device_is_removed_once(place: Place, phone: SoftPhone) -> None:
    """One UPDATE decides."""
    with place.db.begin() as session:
        args = (session, phone.device_id, place.subjects["lan"], place.clock.now())
        assert [store.remove(*args), store.remove(*args)] == [True, False]


def test_fresh_for_five_minutes(place: Place, phone: SoftPhone) -> None:
    with place.db.read() as session:
        device = store.live(session, phone.device_id)
    assert device is not None
    at = device.last_used_at
    assert devices.fresh(device, at)
    assert not devices.fresh(device, at + devices.FRESH)


def test_a_new_device_waits_where_the_operator_says_so(place: Place, phone: SoftPhone) -> None:
    """0 minutes in the sandbox: nobody waits."""
    with place.db.read() as session:
        device = store.live(session, phone.device_id)
    assert device is not None
    assert devices.waits_until(device, 0, device.bound_at) is None
    until = devices.waits_until(device, 60, device.bound_at)
    assert until is not None
    assert devices.waits_until(device, 60, until) is None


def test_activity_shows_what_happened(place: Place, phone: SoftPhone) -> None:
    """The log's last twenty; each event that is asked for has its words in both languages."""
    asked: list[tuple[str, int]] = []

    class Log:
        def entries_of(self, session: object, subject: str, events: tuple[str, ...], limit: int) -> list[AuditEntry]:
            asked.append((subject, limit))
            at = place.clock.now()
            return [AuditEntry(1, at, event, subject, None, {"address": "192.0.2.9"}) for event in events]

    object.__setattr__(place.services, "history", Log())
    for language in ("vi", "en"):
        page = phone.browser.get(f"/app/activity?lang={language}").text
        assert page.count("192.0.2.9") == len(EVENTS)
    assert asked == [(place.subjects["lan"], 20)] * 2
