"""Seeing and deciding a request: by the device that scanned, signed, once, with the passcode where it was idle."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from accounts_place import PASSCODE, Browser, Place
from flask import Response
from joserfc.jwk import ECKey
from soft_phone import DECISION, SoftPhone, sign

from idp import sessions
from idp.accounts.phone import store as phones
from idp.accounts.phone.endpoints.decision import code_in
from idp.accounts.qr_sign_in import codes, store
from idp.accounts.qr_sign_in.service import QrSignIns
from idp.accounts.qr_sign_in.transactions import Begun
from idp.sessions import Device, SignInRequest

SERVICE = SignInRequest("/wanted", service_name="Cổng thử", acr="urn:vn-mock:loa:2", scopes=("openid", "identity"))
CHROME = Device("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0", "192.0.2.7")


@pytest.fixture
def phone(browser: Browser) -> SoftPhone:
    found = SoftPhone(browser)
    found.bind()
    return found


@pytest.fixture
def begun(place: Place) -> Begun:
    """A computer shows a code."""
    return begin(place)


def begin(place: Place, asked: SignInRequest = SERVICE) -> Begun:
    computer = place.browser()
    computer.get("/token")
    session_id = str(computer.session()["id"])
    with place.db.read() as session:
        found = sessions.by_id(session, session_id, place.clock.now())
    assert found is not None
    return QrSignIns(place.services).begin(found, asked, None, CHROME, place.clock.now())


def scan(phone: SoftPhone, begun: Begun) -> str:
    """The request's hash, as the page has it."""
    page = phone.browser.submit("/app/scan", code=begun.code)
    assert page.status_code == 200, page.text
    return page.text.split('data-request-hash="')[1].split('"')[0]


def decide(phone: SoftPhone, signed: str, **more: str) -> Response:
    return phone.call("decide", {"decision": signed, **more})


def error(answer: Response) -> str:
    return str(answer.get_json()["error"])


def approval(phone: SoftPhone, begun: Begun, **changes: object) -> str:
    whole = {"txn": begun.transaction_id, "number": begun.number, **changes}
    return phone.decision(**whole)


def state(place: Place, begun: Begun) -> str:
    with place.db.read() as session:
        row = store.by_id(session, begun.transaction_id)
        assert row is not None
        return row.state


# --- what is shown ---------------------------------------------------------------------------------------
def test_the_phone_shows_who_where_what_and_which_level(phone: SoftPhone, begun: Begun) -> None:
    """Attack 1: client, place, device, data and level, three numbers, and a warning; nothing is picked beforehand."""
    page = phone.browser.submit("/app/scan", code=codes.address("http://localhost:5000", begun.code)).text
    for words in ("Cổng thử", "Chrome, Windows", "192.0.2.7", "Mức 2", "số định danh cá nhân", "request-warning"):
        assert words in page
    assert page.count('data-testid="request-number-') == 3
    assert " checked" not in page
    assert f'value="{begun.number}"' in page


def test_the_phone_names_each_kind_of_data(place: Place, phone: SoftPhone) -> None:
    """Scopes by what they are for, and claims that were asked for by name; nothing is shown as a code word."""
    asked = replace(SERVICE, scopes=("identity", "organisation"), claims=("nationalities",))
    begun = begin(place, asked)
    page = phone.browser.submit("/app/scan", code=codes.address("http://localhost:5000", begun.code)).text
    data = page.partition('data-testid="request-data"')[2].partition("</dd>")[0]
    assert data.count("<li>") == 3
    for words in ("số định danh cá nhân", "thay mặt cơ quan, tổ chức nào", "Quốc tịch"):
        assert words in data


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_warning_is_in_both_languages(phone: SoftPhone, begun: Begun, language: str) -> None:
    page = phone.browser.submit(f"/app/scan?lang={language}", code=begun.code).text
    assert {"vi": "Công an, ngân hàng", "en": "Police, banks"}[language] in page


def test_scanning_decides_nothing(place: Place, phone: SoftPhone, begun: Begun) -> None:
    """Attack 17: no address, however it was opened, replaces the tap."""
    phone.browser.get("/app/scan")
    scan(phone, begun)
    assert state(place, begun) == "scanned"


@pytest.mark.parametrize(
    "code",
    ["", "https://evil.example/app/scan#abcdefgh", "http://localhost:5000/app/scan?x=1#abcd", "<script>", "#", "ü"],
)
def test_what_is_not_ours_is_said_so(phone: SoftPhone, code: str) -> None:
    """A QR of another system is never opened."""
    page = phone.browser.submit("/app/scan", code=code)
    assert page.status_code == 400
    assert "scan-problem" in page.text


def test_an_unknown_and_an_expired_code(place: Place, phone: SoftPhone, begun: Begun) -> None:
    assert phone.browser.submit("/app/scan", code=secrets.token_urlsafe(16)).status_code == 404
    place.later(seconds=121)
    assert phone.browser.submit("/app/scan", code=begun.code).status_code == 410


def test_a_second_device_sees_nothing(place: Place, phone: SoftPhone, begun: Begun) -> None:
    scan(phone, begun)
    other = SoftPhone(place.browser())
    other.bind("quynh")
    assert other.browser.submit("/app/scan", code=begun.code).status_code == 410


def test_typed_codes_forgive_spaces_and_small_letters() -> None:
    assert code_in(" abcd-efgh ", "http://x") == "ABCDEFGH"
    assert code_in("http://x/app/scan#aB_c-d", "http://x") == "aB_c-d"
    assert code_in("http://x/app/scan#", "http://x") is None


# --- what is decided -------------------------------------------------------------------------------------
def test_an_approval(place: Place, phone: SoftPhone, begun: Begun) -> None:
    request_hash = scan(phone, begun)
    answer = decide(phone, approval(phone, begun, request_hash=request_hash))
    assert answer.get_json() == {"state": "approved", "next": "/app/done/approved"}
    assert state(place, begun) == "approved"
    assert phone.browser.get("/app/done/approved").status_code == 200


@pytest.mark.parametrize(("decision", "ends"), [("refuse", "refused"), ("not_me", "not_me")])
def test_refusing_needs_neither_number_nor_passcode(
    place: Place, phone: SoftPhone, begun: Begun, decision: str, ends: str
) -> None:
    """Even where the app was idle."""
    request_hash = scan(phone, begun)
    answer = decide(phone, approval(phone, begun, request_hash=request_hash, decision=decision, number=None))
    assert answer.get_json()["state"] == state(place, begun) == ends


def test_her_other_devices_hear_of_not_me(place: Place, phone: SoftPhone) -> None:
    other = SoftPhone(place.browser())
    other.bind()
    begun = begin(place)
    scan(other, begun)
    decide(other, approval(other, begun, decision="not_me", number=None))
    with place.db.read() as session:
        told = phones.unseen_notices(session, phone.device_id)
    assert {notice.event for notice in told} == {"not_me", "device_bound"}


def test_a_wrong_number_ends_it(place: Place, phone: SoftPhone, begun: Begun) -> None:
    request_hash = scan(phone, begun)
    answer = decide(phone, approval(phone, begun, request_hash=request_hash, number=begun.number + 1))
    assert answer.get_json()["state"] == "wrong_number"
    assert state(place, begun) == "refused"


def test_a_changed_request_is_not_approved(place: Place, phone: SoftPhone, begun: Begun) -> None:
    """Attack 15: what was signed is what was shown, or nothing."""
    scan(phone, begun)
    assert error(decide(phone, approval(phone, begun, request_hash="0" * 64))) == "changed"
    assert state(place, begun) == "refused"


def test_an_unsigned_decision_is_refused(place: Place, phone: SoftPhone, begun: Begun) -> None:
    request_hash = scan(phone, begun)
    head, body, _ = approval(phone, begun, request_hash=request_hash).split(".")
    assert error(decide(phone, f"{head}.{body}.")) == "decision_refused"
    assert state(place, begun) == "scanned"
    assert place.audit.events[-1]["event"] == "phone.decision_refused"


def test_another_key_is_refused(place: Place, phone: SoftPhone, begun: Begun) -> None:
    """The cookie of the phone is not its key (attack 17)."""
    request_hash = scan(phone, begun)
    thief = SoftPhone(phone.browser, ECKey.generate_key("P-256", private=True), phone.device_id)
    assert error(decide(thief, approval(thief, begun, request_hash=request_hash))) == "decision_refused"
    assert state(place, begun) == "scanned"


def test_another_device_of_hers_is_refused(place: Place, phone: SoftPhone) -> None:
    """Signed by a device that is bound, but not the one that is open here."""
    second = SoftPhone(place.browser())
    second.bind()
    text = second.decision()
    assert error(decide(phone, text)) == "decision_refused"


def test_a_decision_is_taken_once(place: Place, phone: SoftPhone, begun: Begun) -> None:
    """Replay (attack 6): the same `jti` is refused before anything else is looked at."""
    request_hash = scan(phone, begun)
    text = approval(phone, begun, request_hash=request_hash, decision="refuse", number=None)
    assert decide(phone, text).status_code == 200
    assert error(decide(phone, text)) == "decision_refused"
    assert place.audit.events[-1]["error"] == "replayed"
    again = approval(phone, begun, request_hash=request_hash)
    assert error(decide(phone, again)) == "already_decided"


@pytest.mark.parametrize(
    "changes", [{"aud": "https://evil.example"}, {"iat": 1}, {"request_hash": "x"}, {"sub": "f" * 32}]
)
def test_a_decision_for_something_else_is_refused(
    place: Place, phone: SoftPhone, begun: Begun, changes: dict[str, object]
) -> None:
    whole = {"request_hash": scan(phone, begun), **changes}
    assert error(decide(phone, approval(phone, begun, **whole))) == "decision_refused"
    assert state(place, begun) == "scanned"


def test_a_proof_is_no_decision(phone: SoftPhone, begun: Begun) -> None:
    """Types do not mix."""
    scan(phone, begun)
    assert error(decide(phone, phone.open_proof())) == "decision_refused"
    text = sign(phone.key, {"typ": "JWT", "kid": phone.device_id}, {"typ": DECISION})
    assert error(decide(phone, text)) == "decision_refused"


def test_a_closed_app_decides_nothing(place: Place, phone: SoftPhone, begun: Begun) -> None:
    request_hash = scan(phone, begun)
    phone.browser.submit("/app/close")
    answer = decide(phone, approval(phone, begun, request_hash=request_hash))
    assert (answer.status_code, error(answer)) == (403, "closed")
    assert state(place, begun) == "scanned"


def test_an_idle_app_wants_the_passcode(place: Place, phone: SoftPhone) -> None:
    """After five minutes an approval needs it; a wrong one approves nothing; a right one does, and opens the app."""
    place.later(minutes=5)
    begun = begin(place)
    request_hash = scan(phone, begun)
    for passcode, told in (("", "passcode_needed"), ("12", "six_digits"), ("000000", "passcode_wrong")):
        answer = decide(phone, approval(phone, begun, request_hash=request_hash), passcode=passcode)
        assert error(answer) == told
        assert state(place, begun) == "scanned"
    answer = decide(phone, approval(phone, begun, request_hash=request_hash), passcode=PASSCODE)
    assert answer.get_json()["state"] == "approved"


def test_a_new_device_that_must_wait_may_only_refuse(place: Place, phone: SoftPhone, begun: Begun) -> None:
    """IDP_NEW_DEVICE_WAIT_MINUTES (attack 16)."""
    object.__setattr__(place.services, "config", replace(place.services.config, new_device_wait_minutes=60))
    assert "app-waits" in phone.browser.get("/app").text
    request_hash = scan(phone, begun)
    assert error(decide(phone, approval(phone, begun, request_hash=request_hash))) == "device_waits"
    refusal = approval(phone, begun, request_hash=request_hash, decision="refuse", number=None)
    assert decide(phone, refusal).get_json()["state"] == "refused"


def test_only_known_ends_have_a_page(phone: SoftPhone) -> None:
    assert phone.browser.get("/app/done/anything").status_code == 404
    for ended in ("approved", "refused", "wrong_number", "not_me"):
        assert phone.browser.get(f"/app/done/{ended}").status_code == 200
