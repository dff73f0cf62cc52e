"""A device is bound after password, one-time code and face, in this order, and by a key it holds (attack 16)."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place
from joserfc.jwk import ECKey
from soft_phone import PROOF, SoftPhone, sign

from idp.accounts.phone import store
from idp.accounts.phone.devices import MOST_DEVICES, clean_name


@pytest.fixture
def phone(browser: Browser) -> SoftPhone:
    return SoftPhone(browser)


def bound(place: Place, persona: str = "lan") -> list[str]:
    with place.db.read() as session:
        return [device.name for device in store.of(session, place.subjects[persona])]


def events(place: Place) -> list[object]:
    return [event["event"] for event in place.audit.events]


@pytest.mark.parametrize("page", ["/app/bind/code", "/app/bind/face", "/app/bind/key"])
def test_no_step_can_be_skipped(browser: Browser, page: str) -> None:
    """Without a password every later page leads to the first."""
    assert browser.get(page).headers["Location"] == "/app/bind"
    if page != "/app/bind/key":
        assert browser.submit(page, code="123456", face="matches").headers["Location"] == "/app/bind"


def test_a_password_alone_binds_nothing(place: Place, phone: SoftPhone) -> None:
    """Who has the password has not the phone."""
    phone.browser.sign_in("/app/bind")
    assert phone.browser.get("/app/bind/face").headers["Location"] == "/app/bind/code"
    answer = phone.call("devices", {"name": "x", "proof": phone.bind_proof()})
    assert (answer.status_code, answer.get_json()["error"]) == (403, "not_proven")
    assert bound(place) == []


def test_password_and_code_bind_nothing(place: Place, phone: SoftPhone) -> None:
    """SIM swap: whoever reads the codes is still asked for her face."""
    phone.browser.sign_in("/app/bind")
    phone.give_code()
    assert phone.browser.get("/app/bind/key").headers["Location"] == "/app/bind/face"
    assert phone.call("devices", {"name": "x", "proof": phone.bind_proof()}).status_code == 403
    assert bound(place) == []


def test_a_face_that_does_not_match_binds_nothing(place: Place, phone: SoftPhone) -> None:
    """It is recorded, and the page stays where it is."""
    phone.browser.sign_in("/app/bind")
    phone.give_code()
    answer = phone.browser.submit("/app/bind/face", face="differs")
    assert answer.status_code == 403
    assert "bind-face-refused" in answer.text
    assert "phone.face_refused" in events(place)
    assert phone.call("devices", {"name": "x", "proof": phone.bind_proof()}).status_code == 403


def test_faces_are_throttled(phone: SoftPhone) -> None:
    """Another try, and another, waits longer and longer."""
    phone.browser.sign_in("/app/bind")
    phone.give_code()
    statuses = [phone.browser.submit("/app/bind/face", face="differs").status_code for _ in range(4)]
    assert statuses == [403, 403, 403, 429]
    answer = phone.browser.submit("/app/bind/face", face="matches")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_the_steps_must_follow_soon(place: Place, phone: SoftPhone) -> None:
    """Ten minutes after the password it is asked for again."""
    phone.prove()
    place.later(minutes=11)
    assert phone.browser.get("/app/bind/key").headers["Location"] == "/app/bind"
    assert phone.call("devices", {"name": "x", "proof": phone.bind_proof()}).status_code == 403


@pytest.mark.parametrize("number", ["065190000101", "065199999999"])
def test_a_wrong_password_and_a_number_of_nobody_look_the_same(place: Place, browser: Browser, number: str) -> None:
    """Enumeration (attack 13): one wording, one status, one hash computed."""
    before = place.hasher.computed
    answer = browser.submit("/app/bind", number=number, password="wrong")
    assert answer.status_code == 400
    assert "bind-refused" in answer.text
    assert place.hasher.computed - before == 1


def test_a_number_that_cannot_be_one_is_said_so(browser: Browser) -> None:
    assert "field-wrong" in browser.submit("/app/bind", number="12", password="x").text


def test_a_locked_account_binds_nothing(browser: Browser) -> None:
    """The reason is told to whoever proved the password."""
    answer = browser.sign_in("/app/bind", "long")
    assert answer.status_code == 403
    assert "sign-in-stopped" in answer.text


@pytest.mark.parametrize("persona", ["bao-an", "khanh-vy"])
def test_a_child_binds_nothing(place: Place, browser: Browser, persona: str) -> None:
    """Under 14 a parent or guardian acts; told no more than for a wrong password."""
    assert browser.sign_in("/app/bind", persona).status_code == 400


def test_a_wrong_code_goes_no_further(phone: SoftPhone) -> None:
    phone.browser.sign_in("/app/bind")
    assert phone.browser.submit("/app/bind/code", code="000000").status_code == 400
    assert phone.browser.submit("/app/bind/code", code="12").status_code == 400
    assert phone.browser.get("/app/bind/face").headers["Location"] == "/app/bind/code"


def test_another_challenge_is_refused(place: Place, phone: SoftPhone) -> None:
    """A proof made for another session, or made twice, is worth nothing."""
    phone.prove()
    foreign = SoftPhone(place.browser(), phone.key).bind_proof()
    assert phone.call("devices", {"name": "x", "proof": foreign}).get_json()["error"] == "challenge_over"
    proof = phone.bind_proof()
    assert phone.call("devices", {"name": "x", "proof": proof}).status_code == 201
    assert phone.call("devices", {"name": "x", "proof": proof}).get_json()["error"] == "challenge_over"


def test_a_challenge_ends(place: Place, phone: SoftPhone) -> None:
    """After five minutes, though the signature is new."""
    phone.prove()
    challenge = phone.challenge("bind")["challenge"]
    later = int(place.later(minutes=5).timestamp())
    payload = {"aud": place.issuer, "purpose": "bind", "challenge": challenge, "iat": later}
    proof = sign(phone.key, {"typ": PROOF, "jwk": phone.jwk}, payload)
    assert phone.call("devices", {"name": "x", "proof": proof}).get_json()["error"] == "challenge_over"


@pytest.mark.parametrize("changes", [{"aud": "https://evil.example"}, {"iat": 1}, {"purpose": "open"}])
def test_a_proof_for_something_else_is_refused(place: Place, phone: SoftPhone, changes: dict[str, object]) -> None:
    """And recorded, with the cause; the script is told only that it was refused."""
    phone.prove()
    answer = phone.call("devices", {"name": "x", "proof": phone.bind_proof(**changes)})
    assert answer.get_json()["error"] == "proof_refused"
    assert "phone.proof_refused" in events(place)
    assert bound(place) == []


def test_a_key_of_somebody_else_cannot_be_bound(place: Place, phone: SoftPhone) -> None:
    """The proof is signed by the key that it carries."""
    phone.prove()
    other = dict(ECKey.generate_key("P-256", private=True).as_dict(private=False))
    given = phone.challenge("bind")
    payload = {"aud": place.issuer, "purpose": "bind", "challenge": given["challenge"], "iat": given["now"]}
    answer = phone.call("devices", {"name": "x", "proof": sign(phone.key, {"typ": PROOF, "jwk": other}, payload)})
    assert answer.get_json()["error"] == "proof_refused"


def test_one_key_is_bound_once(place: Place, phone: SoftPhone) -> None:
    """Not to a second account either."""
    phone.bind("lan")
    second = SoftPhone(place.browser(), phone.key)
    answer = second.bind("quynh")
    assert (answer.status_code, answer.get_json()["error"]) == (409, "key_known")


def test_five_devices_are_enough(place: Place) -> None:
    for _ in range(MOST_DEVICES):
        assert SoftPhone(place.browser()).bind().status_code == 201
    assert SoftPhone(place.browser()).bind().get_json()["error"] == "too_many"


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
def test_a_device_has_a_name(phone: SoftPhone, name: str) -> None:
    phone.prove()
    answer = phone.call("devices", {"name": name, "proof": phone.bind_proof()})
    assert answer.status_code == 400
    assert answer.get_json()["message"]


def test_binding(place: Place, phone: SoftPhone) -> None:
    """Bound, recorded, signed in on the key; the session is of the highest level."""
    answer = phone.bind(name=" Điện  thoại\nmới ")
    assert answer.status_code == 201
    assert bound(place) == ["Điện thoại mới"]
    assert "phone.device_bound" in events(place)
    session = phone.browser.session()
    assert session["amr"] == ["pwd", "otp", "face", "swk", "mfa"]
    assert session["acr"] == "urn:vn-mock:loa:3"
    assert "app-home-device" in phone.browser.get("/app").text


def test_a_level_1_account_binds_too(place: Place, phone: SoftPhone) -> None:
    """Signing in by QR is for every account that may sign in."""
    assert place.personas["hoa"].account.level == 1
    assert phone.bind("hoa").status_code == 201


def test_the_other_devices_are_told(place: Place, phone: SoftPhone) -> None:
    """On the old device, when it is next opened, until she says that she knows."""
    phone.bind(name="Máy cũ")
    SoftPhone(place.browser()).bind(name="Máy lạ")
    page = phone.browser.get("/app").text
    assert "app-notices" in page
    assert "Máy lạ" in page
    phone.browser.submit("/app/notices")
    assert "app-notices" not in phone.browser.get("/app").text


def test_names_are_one_printable_line() -> None:
    assert clean_name("  a\u202e\x00b\n c ") == "a b c"
    assert len(clean_name("x" * 200)) == 60
