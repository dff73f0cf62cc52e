"""My devices seen from a computer: a lost phone is removed by its holder alone, and is out at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from accounts_place import Browser, Place
from soft_phone import SoftPhone

from idp.accounts.phone import devices, store


@pytest.fixture
def phone(place: Place) -> SoftPhone:
    found = SoftPhone(place.browser())
    found.bind(name="Máy bị mất")
    return found


@pytest.fixture
def computer(place: Place, browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def live(place: Place, device_id: str) -> bool:
    with place.db.read() as session:
        return store.live(session, device_id) is not None


def test_somebody_elses_device_is_out_of_reach(place: Place, computer: Browser) -> None:
    """404, as for one that is not there; nothing is changed, and nothing of it is shown."""
    stranger = SoftPhone(place.browser())
    stranger.bind("quynh", name="Máy của Quỳnh")
    for device_id in (stranger.device_id, "0" * 32):
        assert computer.submit(f"/account/devices/{device_id}/remove").status_code == 404
    assert live(place, stranger.device_id)
    assert "Máy của Quỳnh" not in computer.get("/account/devices").text
    assert stranger.browser.session()["subject"] is not None


def test_without_the_token_nothing_is_removed(place: Place, phone: SoftPhone, computer: Browser) -> None:
    """CSRF."""
    assert computer.client.post(f"/account/devices/{phone.device_id}/remove").status_code == 400
    assert live(place, phone.device_id)


def test_a_lost_phone_is_out_at_once(place: Place, phone: SoftPhone, computer: Browser) -> None:
    """Its session ends, its key opens nothing, it is recorded; the computer stays signed in."""
    assert "Máy bị mất" in computer.get("/account/devices").text
    answer = computer.submit(f"/account/devices/{phone.device_id}/remove")
    assert answer.headers["Location"] == "/account/devices?removed=1"
    assert phone.browser.session()["subject"] is None
    assert phone.open().get_json()["error"] == "device_unknown"
    assert "phone.device_removed" in [event["event"] for event in place.audit.events]
    assert 'data-testid="my-device-bind"' in computer.get("/account/devices").text
    assert computer.submit(f"/account/devices/{phone.device_id}/remove").status_code == 404


def test_removing_the_one_it_is_open_on_signs_out(place: Place, phone: SoftPhone) -> None:
    """The app's own browser may do it here too."""
    answer = phone.browser.submit(f"/account/devices/{phone.device_id}/remove")
    assert answer.headers["Location"] == "/"
    assert phone.browser.session()["subject"] is None
    assert not live(place, phone.device_id)


def test_eight_at_once_remove_it_once(place: Place, phone: SoftPhone) -> None:
    """One UPDATE decides; one record."""

    def remove(_: int) -> bool:
        with place.db.begin() as session:
            return devices.remove(session, place.audit, phone.device_id, place.subjects["lan"], "", place.clock.now())

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(remove, range(8))) == [False] * 7 + [True]
    assert [event["event"] for event in place.audit.events].count("phone.device_removed") == 1
