"""The whole way: signed in, documents shown, dossier filed, receipt in hand."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from portal_browser import HEALTH, LAWYER, LICENCE, World, code_of

from demo_client import store

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@both
def test_a_health_book_replaces_the_last_paper(citizen: World) -> None:
    """Four of four papers are replaced, and the receipt says so with all answers good."""
    before = citizen.count()
    receipt = citizen.client.get(citizen.file().location).get_data(as_text=True)
    assert "Thành phần thay được bản giấy: 4 trên 4" in receipt
    assert receipt.count("answer-valid") == 4
    assert "Hồ sơ đã được tiếp nhận" in receipt
    assert citizen.count() == before + 1


@both
def test_a_criminal_record_certificate_replaces_paper(citizen: World) -> None:
    """Without the optional health certificate one paper is left to bring; with it none."""
    first = citizen.client.get(citizen.file(LAWYER).location).get_data(as_text=True)
    assert "4 trên 5" in first
    whole = citizen.file(LAWYER, health_certificate=citizen.documents.document(HEALTH))
    assert "5 trên 5" in citizen.client.get(whole.location).get_data(as_text=True)


def test_the_receipt_in_english(citizen: World) -> None:
    """The same receipt reads in the other language, remembered by cookie."""
    receipt = citizen.client.get(f"{citizen.file().location}?lang=en").get_data(as_text=True)
    assert "Paper components replaced: 4 of 4" in receipt
    assert "Trusted source" in receipt
    assert "My dossiers" in citizen.client.get("/dossiers").get_data(as_text=True)


def test_the_request_asks_what_the_law_lets_it_ask(citizen: World) -> None:
    """The number is always asked for, health data only encrypted, and the procedure is named."""
    asked = citizen.begin()
    credential = asked["dcql_query"]["credentials"][0]
    assert credential["claims"][0] == {"path": ["personal_id_number"]}
    assert asked["response_mode"] == "direct_post.jwt"
    assert asked["procedure"]["vi"] == "Đổi giấy phép lái xe"
    assert (asked["client_id"], asked["aud"]) == ("demo-portal", "http://localhost:5000/wallet")
    assert "client_metadata" not in asked
    assert "redirect_uri" not in asked


def test_the_wallet_nonce_goes_into_the_request(citizen: World) -> None:
    """OpenID4VP 5.10: a posted wallet_nonce comes back in the signed object, each time the one sent."""
    started = citizen.post(LICENCE, {"device": "this"})
    from portal_browser import request_uri

    uri = request_uri(started.location)
    assert citizen.fetch(uri, wallet_nonce="abc")["wallet_nonce"] == "abc"
    assert citizen.fetch(uri, wallet_nonce="def")["wallet_nonce"] == "def"
    assert citizen.app.test_client().post(uri, data={"wallet_nonce": "<b>"}).status_code == 400


def test_each_request_has_its_own_nonce_and_state(citizen: World) -> None:
    """OpenID4VP 5.2: fresh for every request."""
    first, second = citizen.begin(), citizen.begin()
    assert first["nonce"] != second["nonce"]
    assert first["state"] != second["state"]


def test_another_device_answers_and_this_one_goes_on(citizen: World) -> None:
    """The code's page waits; the wallet is told no redirect; the result files the dossier once."""
    started = citizen.post(LICENCE, {"device": "other"})
    page = citizen.client.get(started.location).get_data(as_text=True)
    assert "data:image/svg+xml;base64," in page
    base = started.location.removesuffix("/other-device")
    assert citizen.client.get(f"{base}/state").get_json() == {"state": "pending"}
    address = page.split('data-testid="wallet-address">')[1].split("<")[0].replace("&amp;", "&")
    from portal_browser import request_uri

    asked = citizen.fetch(request_uri(address))
    assert citizen.answer(asked, citizen.vp_token(asked)).get_json() == {}
    assert citizen.client.get(f"{base}/state").get_json() == {"state": "answered"}
    assert citizen.client.get(f"{base}/result").location.startswith("/dossiers/")
    assert citizen.count() == 1


def test_a_code_on_a_screen_is_fetched_within_two_minutes(citizen: World) -> None:
    """RFC 10027: whoever photographs the code comes too late."""
    started = citizen.post(LICENCE, {"device": "other"})
    page = citizen.client.get(started.location).get_data(as_text=True)
    address = page.split('data-testid="wallet-address">')[1].split("<")[0].replace("&amp;", "&")
    from portal_browser import request_uri

    citizen.clock.instant += timedelta(minutes=2)
    assert citizen.app.test_client().get(request_uri(address)).status_code == 404


@both
def test_loading_the_return_again_files_one_dossier(citizen: World) -> None:
    """Back button and reload lead to the same receipt."""
    before = citizen.count()
    asked = citizen.begin()
    answered = citizen.answer(asked, citizen.vp_token(asked))
    first, second = citizen.come_back(answered), citizen.come_back(answered)
    assert first.location == second.location
    assert citizen.count() == before + 1


@both
def test_eight_returns_at_once_file_one_dossier(citizen: World) -> None:
    """The transaction is claimed by one of them; the others find or await its outcome."""
    before = citizen.count()
    asked = citizen.begin()
    answered = citizen.answer(asked, citizen.vp_token(asked))
    path = answered.get_json()["redirect_uri"].removeprefix("http://localhost:5001")
    cookie = citizen.client.get_cookie("mock_portal_session_5001")
    assert cookie

    def come_back(_number: int) -> int:
        browser = citizen.app.test_client()
        browser.set_cookie("mock_portal_session_5001", cookie.value)
        return browser.get(path).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(come_back, range(8)))
    assert statuses <= {200, 303}
    assert citizen.count() == before + 1


def test_filing_on_paper_twice_makes_one_dossier(citizen: World) -> None:
    """The form carries its own identifier, so pressing twice changes nothing."""
    page = citizen.client.get(LICENCE).get_data(as_text=True)
    application = page.split('name="application" value="')[1].split('"')[0]
    first = citizen.post(LICENCE, {"device": "none", "application": application})
    second = citizen.post(LICENCE, {"device": "none", "application": application})
    assert first.location == second.location
    receipt = citizen.client.get(citizen.client.get(first.location).location).get_data(as_text=True)
    assert "3 trên 4" in receipt
    assert citizen.count() == 1


def test_a_live_conviction_is_received_for_the_clerk(citizen: World) -> None:
    """The portal decides no such case itself: the dossier is in, marked for a person to weigh."""
    convicted = citizen.documents.document(
        "urn:vn-mock:judicial-record-1:1", criminal_status="có án tích", convictions=[{"offence": "x"}]
    )
    receipt = citizen.client.get(citizen.file(LAWYER, judicial_record=convicted).location).get_data(as_text=True)
    assert "cần cán bộ xem xét" in receipt


def test_the_evidence_is_kept_as_it_was(citizen: World) -> None:
    """Presentation, trust list, status list, time, versions: what an auditor needs to decide again."""
    location = citizen.file().location
    with citizen.app.extensions["mock_portal"].db.read() as db:
        dossier = store.dossier(db, location.rsplit("/", 1)[1])
    assert dossier is not None
    kept = dossier.evidence[0]
    assert kept.presentation.count("~") > 2
    assert kept.trust_list.count(".") == kept.status_list.count(".") == 2
    assert kept.verified_at == citizen.clock.now()
    assert kept.trust_list_version >= 1
    assert kept.verdict["answers"] == dict.fromkeys(("intact", "trusted", "in_force", "holder", "person"), "yes")
    assert "personal_id_number" in json.dumps(kept.verdict["claims"])


def test_nothing_of_an_answer_stays_in_the_transaction(citizen: World) -> None:
    """After the decision the answer itself is forgotten; the dossier has what it needs."""
    citizen.file()
    refused = citizen.file(health_certificate=citizen.documents.document(HEALTH, person="065198000303"))
    assert code_of(refused) == "wrong_person"
    with citizen.app.extensions["mock_portal"].db.read() as db:
        from sqlalchemy import text

        left = db.execute(text("select count(*) from portal_transaction where vp_token is not null")).scalar()
    assert left == 0
