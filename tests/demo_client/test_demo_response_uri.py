"""What response_uri and the return accept, and from whom (OpenID4VP 1.0 sections 8.2, 8.3, 14.2)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from portal_browser import HEALTH, LAWYER, LICENCE, World
from werkzeug.test import TestResponse

from demo_client.i18n import local_date

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def error(answer: TestResponse) -> str:
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_request"
    return str(answer.get_json()["error_description"])


def test_a_state_answers_once(citizen: World) -> None:
    """The second answer to a request is refused, whatever it holds."""
    asked = citizen.begin()
    vp_token = citizen.vp_token(asked)
    assert citizen.answer(asked, vp_token).status_code == 200
    assert "already answered" in error(citizen.answer(asked, vp_token))


@both
def test_eight_answers_at_once_keep_one(citizen: World) -> None:
    """One atomic update decides which answer counts."""
    asked = citizen.begin()
    vp_token = citizen.vp_token(asked)
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _one: citizen.answer(asked, vp_token).status_code, range(8)))
    assert statuses == [200] + [400] * 7


def test_the_operator_is_told_what_was_refused(citizen: World, caplog: pytest.LogCaptureFixture) -> None:
    """Which check failed, at which address; nothing that was sent."""
    browser = citizen.app.test_client()
    browser.post("/presentation/response", data={"vp_token": "evil", "state": "evil"})
    browser.post("/presentation/request/evil", data={"wallet_nonce": "evil evil"})
    assert [record.getMessage() for record in caplog.records if record.name == "mock_portal"] == [
        "refused: response_uri 400 invalid_request: state is missing or not one of ours",
        "refused: request_uri 400 invalid_request: wallet_nonce is not a nonce",
    ]


@pytest.mark.parametrize("state", ["", "short", "A" * 43])
def test_an_unknown_state(citizen: World, state: str) -> None:
    """OpenID4VP 14.3.2: state must belong to a recent request."""
    citizen.begin()
    form = {"vp_token": json.dumps({"a": ["b"]}), "state": state}
    assert error(citizen.app.test_client().post("/presentation/response", data=form))


def test_an_answer_after_five_minutes(citizen: World) -> None:
    """The request has expired."""
    asked = citizen.begin()
    vp_token = citizen.vp_token(asked)
    citizen.clock.instant += timedelta(minutes=5)
    assert "expired" in error(citizen.answer(asked, vp_token))


@pytest.mark.parametrize("path", [LICENCE, LAWYER, "/procedures/kinh-doanh-dich-vu-bao-ve/apply"])
def test_an_answer_in_the_clear_is_refused(citizen: World, path: str) -> None:
    """Whatever is asked for: direct_post.jwt, and an unencrypted answer neither counts nor uses the request up."""
    asked = citizen.begin(path)
    assert asked["response_mode"] == "direct_post.jwt"
    vp_token = citizen.vp_token(asked)
    form = {"vp_token": json.dumps(vp_token), "state": asked["state"]}
    assert "direct_post.jwt" in error(citizen.app.test_client().post("/presentation/response", data=form))
    assert citizen.answer(asked, vp_token).status_code == 200


def test_every_procedure_asks_for_an_encrypted_answer(citizen: World) -> None:
    """No request of the portal's invites personal data in the clear."""
    portal = citizen.app.extensions["mock_portal"]
    asking = {
        one.slug
        for one in portal.procedures.versions
        if one.documents and one.in_force(local_date(citizen.clock.now()))
    }
    assert len(asking) > 3
    modes = {citizen.begin(f"/procedures/{slug}/apply")["response_mode"] for slug in sorted(asking)}
    assert modes == {"direct_post.jwt"}


@pytest.mark.parametrize("header", [{"kid": "another"}, {"zip": "DEF"}, {"enc": "A256CBC-HS512"}])
def test_encrypted_otherwise_than_registered(citizen: World, header: dict[str, str]) -> None:
    """Our key, ECDH-ES with A128GCM or A256GCM, never compressed."""
    asked = citizen.begin()
    fields = {"vp_token": citizen.vp_token(asked), "state": asked["state"]}
    assert error(citizen.post_encrypted(asked, fields, **header))


def test_a256gcm_is_accepted(citizen: World) -> None:
    """The other content encryption that is registered."""
    asked = citizen.begin()
    fields = {"vp_token": citizen.vp_token(asked), "state": asked["state"]}
    assert citizen.post_encrypted(asked, fields, enc="A256GCM").status_code == 200


@pytest.mark.parametrize("response", ["", "a.b.c.d.e", "x" * 400_001])
def test_what_cannot_be_decrypted(citizen: World, response: str) -> None:
    """Broken, foreign or too large."""
    assert error(citizen.app.test_client().post("/presentation/response", data={"response": response}))


def test_a_large_book_is_still_read(citizen: World) -> None:
    """An encrypted answer may be larger than the library's default limit of 64 KB."""
    conditions = [{"diagnosis": "Khám định kỳ, không phát hiện bệnh lý", "place": str(n)} for n in range(700)]
    big = citizen.documents.document(HEALTH, history={"conditions": conditions})
    assert len(big) > 65_536
    assert citizen.file(health_certificate=big).status_code == 303


def test_more_than_any_answer_needs(citizen: World) -> None:
    """The body is capped before it is parsed."""
    answer = citizen.app.test_client().post("/presentation/response", data={"response": "x" * 1_300_000})
    assert answer.status_code == 413


def test_a_parameter_twice(citizen: World) -> None:
    """RFC 6749 3.1."""
    asked = citizen.begin()
    body = f"state={asked['state']}&state={asked['state']}&error=access_denied"
    answer = citizen.app.test_client().post(
        "/presentation/response", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert "more than once" in error(answer)


@pytest.mark.parametrize("vp_token", ["", "[]", "{}", "{", '"text"'])
def test_a_vp_token_that_is_no_object(citizen: World, vp_token: str) -> None:
    """A malformed answer is refused at once and does not use the request up."""
    asked = citizen.begin()
    form = {"vp_token": vp_token, "state": asked["state"]}
    assert "vp_token" in error(citizen.app.test_client().post("/presentation/response", data=form))


def test_an_error_code_that_is_none(citizen: World) -> None:
    """What a wallet sends is shown to people only where it looks like an error code."""
    asked = citizen.begin()
    form = {"error": "<script>", "state": asked["state"]}
    assert error(citizen.app.test_client().post("/presentation/response", data=form))


def test_the_response_code_of_another_browser(citizen: World) -> None:
    """Session fixation (14.2): a victim's return to a browser that began nothing files nothing."""
    asked = citizen.begin()
    answered = citizen.answer(asked, citizen.vp_token(asked))
    other = citizen.app.test_client()
    assert citizen.come_back(answered, other).status_code == 403
    citizen.sign_in(other, subject="pairwise-hoa", personal_id_number="065198000303")
    page = citizen.come_back(answered, other)
    assert page.status_code == 403
    assert "không thuộc về trình duyệt này" in page.get_data(as_text=True)
    assert citizen.count() == 0


def test_without_the_response_code_nothing_is_decided(citizen: World) -> None:
    """Whoever began a request and lured another into answering it never learns the response code."""
    asked = citizen.begin()
    citizen.answer(asked, citizen.vp_token(asked))
    from sqlalchemy import text

    with citizen.app.extensions["mock_portal"].db.read() as db:
        transaction = db.execute(text("select id from portal_transaction")).scalar()
    page = citizen.client.get(f"/presentation/{transaction}/result")
    assert "Đang chờ ví" in page.get_data(as_text=True)
    assert citizen.count() == 0


@pytest.mark.parametrize("code", ["", "wrong", "A" * 43])
def test_an_invented_response_code(citizen: World, code: str) -> None:
    """256 random bits are not guessed."""
    assert citizen.client.get(f"/presentation/return?response_code={code}").status_code == 403


def test_the_request_of_another_browser_does_not_exist(citizen: World) -> None:
    """State and outcome are for the browser that began."""
    started = citizen.post("/procedures/doi-giay-phep-lai-xe/apply", {"device": "other"})
    other = citizen.app.test_client()
    assert other.get(started.location).status_code == 404
    citizen.sign_in(other, subject="pairwise-hoa")
    assert other.get(started.location.replace("other-device", "state")).status_code == 404


def test_coming_back_too_late(citizen: World) -> None:
    """An answer nobody fetched within five minutes is dropped."""
    asked = citizen.begin()
    answered = citizen.answer(asked, citizen.vp_token(asked))
    citizen.clock.instant += timedelta(minutes=6)
    assert citizen.come_back(answered).status_code == 410
    assert citizen.count() == 0


def test_an_answered_request_is_not_fetched_again(citizen: World) -> None:
    """request_uri is closed once it has been answered."""
    asked = citizen.begin()
    citizen.answer(asked, citizen.vp_token(asked))
    assert citizen.app.test_client().get(f"/presentation/request/{asked['state']}").status_code == 404


@pytest.mark.parametrize("request_id", ["x", "A" * 43])
def test_an_unknown_request(citizen: World, request_id: str) -> None:
    """Neither guessed nor malformed identifiers find anything."""
    assert citizen.app.test_client().get(f"/presentation/request/{request_id}").status_code == 404


def test_secrets_are_stored_as_hashes(citizen: World) -> None:
    """Neither the request-id nor the response code stands in the database."""
    asked = citizen.begin()
    answered = citizen.answer(asked, citizen.vp_token(asked)).get_json()["redirect_uri"]
    with citizen.app.extensions["mock_portal"].db.read() as db:
        from sqlalchemy import text

        row = db.execute(text("select * from portal_transaction")).mappings().one()
    stored = json.dumps({name: str(value) for name, value in row.items()})
    assert asked["state"] not in stored
    assert answered.split("response_code=")[1] not in stored
