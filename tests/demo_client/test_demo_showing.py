"""Showing a document of any type: what is asked, what the page tells and for how long, and every refusal."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from portal_browser import HEALTH, RECORD, World, code_of, request_uri
from portal_documents import REVOKED, SUSPENDED
from sqlalchemy import text
from werkzeug.test import TestResponse

from demo_client import askable, showing
from demo_client.dcql import query_for
from idp.documents import dcql, dcql_matching
from idp.documents.offline import readers, receipt
from idp.documents.offline.type_data import TypeData
from idp.type_files import heads

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
NUMBER_2 = "urn:vn-mock:judicial-record-2:1"
ASK = "/show-document/ask"
NAME = ["full_name", "birthdate"]
OTHER = "065198000303"


def ask(world: World, vct: str = HEALTH, device: str = "this", **form: Any) -> TestResponse:
    return world.post(ASK, {"type": vct, "device": device, **({"fields": "chosen", "claim": NAME} | form)})


def asked(world: World, vct: str = HEALTH, **form: Any) -> dict[str, Any]:
    started = ask(world, vct, **form)
    assert started.status_code == 303, started.get_data(as_text=True)
    return world.fetch(request_uri(started.location))


def show(world: World, document: str | None = None, vct: str = HEALTH, **form: Any) -> TestResponse:
    request = asked(world, vct, **form)
    held = document or world.documents.document(vct)
    return world.come_back(world.answer(request, world.vp_token(request, document=held)))


def checks(page: TestResponse) -> list[str]:
    """The word of each of the six, by colour."""
    return re.findall(r'class="answer answer-(\w+)"', page.get_data(as_text=True))


def kept(world: World, column: str) -> Any:
    with world.app.extensions["mock_portal"].db.read() as db:
        return db.execute(text(f"select {column} from portal_transaction")).scalar()


def kept_receipt(world: World, page: TestResponse, client: FlaskClient | None = None) -> receipt.Receipt:
    found = re.search(r'href="([^"]+)"[^>]*data-testid="receipt-save"', page.get_data(as_text=True))
    assert found
    answer = (client or world.client).get(found[1])
    assert answer.status_code == 200
    return receipt.read(answer.get_data(as_text=True), world.client.get("/receipt-keys").get_json())


# --- what is asked ---------------------------------------------------------------------------------------
def test_every_type_of_the_bundle_is_there(world: World) -> None:
    """Without signing in; the one that the law keeps to its holder is named, with the law, and is no link."""
    page = world.client.get("/show-document").get_data(as_text=True)
    assert {*re.findall(r'data-testid="type-([^"]+)"', page)} == {head.vct for head in heads().values()}
    assert page.count('href="/show-document/ask?type=') == len(heads()) - 1
    assert "107/2025/QH15" in page


def test_our_list_of_what_nobody_may_ask_for_is_the_laws() -> None:
    """As the types' own files have it: day and law."""
    told = {head.vct: head.not_to_be_asked for head in heads().values() if head.not_to_be_asked}
    ours = {
        vct: {"from": one.since, "law": {"vi": one.law.vi, "en": one.law.en}}
        for vct, one in askable.FORBIDDEN.items()
    }
    assert ours == told


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_type_can_be_asked_for(citizen: World, lang: str) -> None:
    """The page of each one, with its own fields; three choices of how much, and a query that is valid."""
    types = TypeData.read(_published(citizen))
    for kind in askable.every(types, lang):
        page = citizen.client.get(ASK, query_string={"type": kind.vct, "lang": lang})
        assert page.status_code == (403 if kind.vct == NUMBER_2 else 200), kind.vct
        if kind.vct == NUMBER_2:
            continue
        words = page.get_data(as_text=True)
        assert {*re.findall(r'name="claim" value="([^"]+)"', words)} == {one.name for one in kind.selectable}
        assert json.loads(html.unescape(re.findall(r'data-testid="query">([^<]+)<', words)[0]))["credentials"]
        _asked_of_a_wallet(kind)


def _asked_of_a_wallet(kind: askable.AskableType) -> None:
    """By the wallet's own reading: all of it where the document has all, else what every such document has."""
    query = dcql.parse(query_for(showing.purpose(kind.need(askable.ALL))))
    least: dict[str, object] = {one.name: "x" for one in kind.fields if one.mandatory or not one.hidden}
    for claims, options in ((least, 1), ({one.name: "x" for one in kind.fields}, 2)):
        held = dcql_matching.Candidate("one", kind.vct, claims, frozenset(), key_bound=True)
        (match,) = dcql_matching.find(query, [held]).matches["document"]
        every_one_mandatory = len(least) == len(kind.fields)
        assert len(match.options) == (1 if every_one_mandatory else options)
        assert ("personal_id_number",) in match.options[0].places


def _published(world: World) -> list[str]:
    bundle = world.app.extensions["mock_portal"].last_lists.current(world.clock.now())
    return list(bundle.bundle.types.texts.values())


@pytest.mark.parametrize(
    ("form", "claims"),
    [
        ({"fields": "obligatory"}, ["personal_id_number", *NAME, "sex", "history"]),
        ({"fields": "chosen", "claim": ["birthdate"]}, ["personal_id_number", "birthdate"]),
        ({"fields": "chosen", "claim": []}, ["personal_id_number"]),
    ],
)
def test_what_is_asked_is_what_was_chosen(citizen: World, form: dict[str, Any], claims: list[str]) -> None:
    """The number always, encrypted, signed, by a nonce of its own; the purpose says that nothing is filed."""
    request = asked(citizen, **form)
    (credential,) = request["dcql_query"]["credentials"]
    assert sorted(one["path"][0] for one in credential["claims"]) == sorted(claims)
    assert credential["claims"][0] == {"path": ["personal_id_number"]}
    assert credential["meta"] == {"vct_values": [HEALTH]}
    assert request["response_mode"] == "direct_post.jwt"
    assert request["procedure"]["en"].startswith("Showing a document")
    assert request["procedure"]["legal_basis"] == ""
    assert request["nonce"] != asked(citizen, **form)["nonce"]


def test_every_field_is_asked_with_the_obligatory_ones_as_alternative(citizen: World) -> None:
    """OpenID4VP 6.4.1: a document that lacks one optional field would otherwise not be shown at all."""
    (credential,) = asked(citizen, fields="all")["dcql_query"]["credentials"]
    most, least = credential["claim_sets"]
    assert most == [one["id"] for one in credential["claims"]]
    assert set(least) < set(most)
    assert len(least) == 5


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"fields": ""}, 400),
        ({"fields": "everything"}, 400),
        ({"claim": ["no_such_field"]}, 400),
        ({"claim": ["document_number"]}, 400),  # never hidden, so never asked for
        ({"device": "none"}, 400),
        ({"type": "urn:vn-mock:no-such-type:1"}, 404),
        ({"type": NUMBER_2}, 403),
    ],
)
def test_what_cannot_be_asked(citizen: World, form: dict[str, Any], status: int) -> None:
    """Neither what is no choice of the page, nor what the law forbids: no request is made."""
    data = {"type": HEALTH, "device": "this", "fields": "chosen", "claim": NAME, **form}
    assert citizen.post(ASK, data).status_code == status
    assert kept(citizen, "count(*)") == 0


def test_before_the_law_was_in_force_number_2_could_be_asked(citizen: World) -> None:
    """Law as of a day, as in the catalogue of procedures."""
    kind = askable.find(TypeData.read(_published(citizen)), NUMBER_2)
    assert kind is not None
    since = askable.FORBIDDEN[NUMBER_2].since
    assert kind.forbidden(since) is not None
    assert kind.forbidden(since - timedelta(days=1)) is None


def test_who_is_not_signed_in_is_sent_to_sign_in(world: World) -> None:
    """With two factors, and back to the type she had chosen."""
    way = world.client.get(ASK, query_string={"type": HEALTH})
    assert way.status_code == 303
    assert way.location.startswith("/auth/sign-in?level=2&next=/show-document/ask?type%3D")


@pytest.mark.parametrize(
    ("account", "status", "words"),
    [({"identity_level": 1}, 403, 'data-testid="level-too-low"'), ({"acr": "urn:vn-mock:loa:1"}, 303, "sign-in")],
)
def test_who_may_not_show(world: World, account: dict[str, Any], status: int, words: str) -> None:
    """An account that has no wallet is told so; one factor alone is asked for the other."""
    world.sign_in(**account)
    answer = ask(world)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert kept(world, "count(*)") == 0


def test_without_the_bundle_there_is_no_list(world: World) -> None:
    """Which types there are is the root's word."""
    world.lists.unreachable = True
    page = world.client.get("/show-document")
    assert page.status_code == 503
    assert "Chưa có danh sách loại giấy tờ" in page.get_data(as_text=True)


# --- what is told ----------------------------------------------------------------------------------------
@both
def test_a_good_document(citizen: World) -> None:
    """Six times yes, what came, what did not, a receipt of exactly this presentation; no dossier."""
    before, page = citizen.count(), show(citizen)
    words = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Giấy tờ là thật, đang còn hiệu lực và là của bạn" in words
    assert checks(page) == ["valid"] * 6
    received, withheld = (
        words.split(f'data-testid="{one}"')[1].split("</section>")[0] for one in ("received", "withheld")
    )
    assert "Nguyễn Thị Mai Lan" in received
    assert "MOCK-2" in received
    assert "Bệnh viện Đa khoa Sông Ba" in received
    assert "Tiền sử" in withheld
    assert "Ngày sinh" not in withheld
    assert citizen.count() == before
    presentation = html.unescape(re.findall(r'data-testid="presentation">([^<]+)<', words)[0])
    signed = kept_receipt(citizen, page)
    assert signed.verdict == "good"
    assert signed.is_of(readers.read(presentation.encode()).text)  # as `verify --receipt` reads a file
    assert signed.content["policy"]["holder"] == "key_binding"  # type: ignore[index]
    said = json.dumps(signed.content, ensure_ascii=False)
    assert not [one for one in ("Nguyễn", "1990", "065190000101", "MOCK-2") if one in said]


def test_the_page_in_english_and_again(citizen: World) -> None:
    """Loading it again, or in the other language, decides nothing anew and has the same receipt."""
    request = asked(citizen)
    answered = citizen.answer(request, citizen.vp_token(request))
    first = citizen.come_back(answered)
    citizen.client.get("/?lang=en")
    again = citizen.come_back(answered)
    assert "The document is genuine, in force and yours" in again.get_data(as_text=True)
    assert kept_receipt(citizen, first).number == kept_receipt(citizen, again).number


@both
def test_the_contents_are_gone_after_ten_minutes(citizen: World) -> None:
    """From the page at once, from the database with the next request of anybody's; verdict and receipt stay a day."""
    request = asked(citizen)
    answered = citizen.answer(request, citizen.vp_token(request))
    citizen.come_back(answered)
    citizen.clock.instant += timedelta(minutes=10)
    page = citizen.come_back(answered)
    words = page.get_data(as_text=True)
    assert 'data-testid="content-gone"' in words
    assert not [one for one in ("MOCK-2", "Bệnh viện", 'data-testid="presentation"') if one in words]
    assert checks(page) == ["valid"] * 6
    assert kept_receipt(citizen, page).verdict == "good"
    ask(citizen)
    assert kept(citizen, "count(shown)") == 0
    citizen.clock.instant += timedelta(days=1, minutes=5)
    citizen.sign_in()
    ask(citizen)
    assert kept(citizen, "count(*)") == 1


def test_a_receipt_is_hers_alone(clerk: FlaskClient, citizen: World) -> None:
    """In another browser it does not exist; the clerk's list has what the desk checked only."""
    page = show(citizen).get_data(as_text=True)
    address = re.findall(r'href="(/show-document/[^"]+/receipt)"', page)[0]
    other = citizen.app.test_client()
    assert other.get(address).status_code == 404
    citizen.sign_in(other, subject="pairwise-hoa")
    assert other.get(address).status_code == 404
    assert citizen.client.get("/show-document/nothing/receipt").status_code == 404
    assert 'data-testid="counter-receipts"' not in clerk.get("/clerk/counter").get_data(as_text=True)


def test_from_another_device(citizen: World) -> None:
    """The code's page waits, asks for the same again where the code ran out, and goes on to the verdict."""
    started = ask(citizen, device="other")
    page = citizen.client.get(started.location).get_data(as_text=True)
    assert f'action="{ASK}"' in page
    assert re.findall(r'type="hidden" name="claim" value="(\w+)"', page) == NAME
    address = page.split('data-testid="wallet-address">')[1].split("<")[0].replace("&amp;", "&")
    request = citizen.fetch(request_uri(address))
    assert citizen.answer(request, citizen.vp_token(request)).get_json() == {}
    result = citizen.client.get(started.location.replace("other-device", "result"))
    assert checks(result) == ["valid"] * 6
    everything = citizen.client.get(ask(citizen, device="other", fields="all").location).get_data(as_text=True)
    assert 'type="hidden" name="fields" value="all"' in everything


# --- every refusal ---------------------------------------------------------------------------------------
def test_refused_by_the_citizen_or_not_in_the_wallet(citizen: World) -> None:
    """access_denied tells the portal neither which (OpenID4VP 15.9); any other code is told as what it is."""
    for code, words in (("access_denied", "Không có giấy tờ nào được trình"), ("invalid_request", "Ví không xử lý")):
        request = asked(citizen)
        form = {"error": code, "state": request["state"]}
        page = citizen.come_back(citizen.app.test_client().post("/presentation/response", data=form))
        assert words in page.get_data(as_text=True)
        assert code_of(page) == code
        assert "/show-document/ask?type=" in page.get_data(as_text=True)
    assert kept(citizen, "count(receipt_id)") == 0


REFUSALS = {
    "wrong_person": (2, ["valid", "valid", "valid", "neutral", "refused", "valid"]),
    "revoked": (0, ["valid", "valid", "valid", "refused", "valid", "valid"]),
    "suspended": (0, ["valid", "valid", "valid", "refused", "valid", "valid"]),
    "expired": (1, ["valid", "valid", "refused", "neutral", "neutral", "neutral"]),
    "type_not_allowed_for_issuer": (1, ["valid", "refused", "neutral", "neutral", "neutral", "neutral"]),
}


@both
@pytest.mark.parametrize("code", REFUSALS)
def test_a_document_that_is_not_good(citizen: World, code: str) -> None:
    """What the page says of each of the six, the reason, a receipt that says refused; nothing of the document."""
    request = asked(citizen, RECORD)
    past = int((citizen.clock.now() - timedelta(days=1)).timestamp())
    changes: dict[str, Any] = {
        "wrong_person": {"person": OTHER}, "expired": {"exp": past},
        "type_not_allowed_for_issuer": {"signer": "hospital-song-ba"},
    }.get(code, {})  # fmt: skip
    answered = citizen.answer(
        request, citizen.vp_token(request, document=citizen.documents.document(RECORD, **changes))
    )
    citizen.lists.status = {"revoked": REVOKED, "suspended": SUSPENDED}.get(code, 0)  # after she had answered
    page = citizen.come_back(answered)
    assert code_of(page) == code
    assert checks(page) == REFUSALS[code][1]
    signed = kept_receipt(citizen, page)
    assert (signed.verdict, signed.content["code"]) == ("refused", code)
    assert "MOCK-1" not in page.get_data(as_text=True)
    assert (kept(citizen, "count(shown)"), kept(citizen, "count(vp_token)")) == (0, 0)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"nonce": "of-another-request"}, "key_binding_wrong_nonce"), ({"audience": "x"}, "key_binding_wrong_audience")],
)
def test_a_replayed_answer(citizen: World, changed: dict[str, str], code: str) -> None:
    """A presentation that was made for another request or another portal proves nothing here."""
    citizen.changed = dict(changed)
    page = show(citizen)
    assert code_of(page) == code
    assert checks(page)[-1] == "refused"


def test_the_same_answer_twice(citizen: World) -> None:
    """A request is answered once; and what one person was asked for another one's request does not take."""
    first = asked(citizen)
    vp_token = citizen.vp_token(first)
    assert citizen.answer(first, vp_token).status_code == 200
    assert citizen.answer(first, vp_token).status_code == 400
    second = asked(citizen)
    assert code_of(citizen.come_back(citizen.answer(second, vp_token))) == "key_binding_wrong_nonce"


def test_another_browser_comes_back(citizen: World) -> None:
    """Session fixation: the page says that this browser did not begin."""
    request = asked(citizen)
    answered, other = citizen.answer(request, citizen.vp_token(request)), citizen.app.test_client()
    citizen.sign_in(other, subject="pairwise-hoa", personal_id_number=OTHER)
    page = citizen.come_back(answered, other)
    assert page.status_code == 403
    assert "không thuộc về trình duyệt này" in page.get_data(as_text=True)


def test_an_answer_that_came_back_too_late(citizen: World) -> None:
    """Five minutes: nothing is checked, nothing is told, and it can be begun again."""
    request = asked(citizen)
    answered = citizen.answer(request, citizen.vp_token(request))
    citizen.clock.instant += timedelta(minutes=5)
    page = citizen.come_back(answered)
    assert page.status_code == 410
    assert "Yêu cầu đã hết hạn" in page.get_data(as_text=True)
    assert 'data-testid="start-again"' in page.get_data(as_text=True)


def test_fewer_fields_than_asked_and_another_type(citizen: World) -> None:
    """OpenID4VP 8.6: the portal looks itself whether its query was satisfied."""
    request = asked(citizen)
    credential = {"claims": [{"path": ["personal_id_number"]}]}
    sent = citizen.present(citizen.documents.document(HEALTH), credential, request)
    assert code_of(citizen.come_back(citizen.answer(request, {"document": [sent]}))) == "claims_missing"
    assert code_of(show(citizen, citizen.documents.document(RECORD))) == "wrong_document_type"
    request = asked(citizen)
    page = citizen.come_back(citizen.answer(request, {"document": ["a~", "b~"]}))
    assert code_of(page) == "response_malformed"
    assert kept_receipt(citizen, page).content["document"] is None


def test_what_cannot_be_checked_is_no_verdict(citizen: World) -> None:
    """Lists out of reach: try again. A status that stands nowhere we look: could not be checked, never good."""
    request = asked(citizen)
    answered = citizen.answer(request, citizen.vp_token(request))
    citizen.lists.unreachable = True
    assert 'data-testid="try-again"' in citizen.come_back(answered).get_data(as_text=True)
    citizen.lists.unreachable = False
    assert checks(citizen.come_back(answered)) == ["valid"] * 6
    page = show(citizen, citizen.documents.document(HEALTH, status=None))
    assert code_of(page) == "status_not_checked"
    assert 'class="verdict verdict-warning"' in page.get_data(as_text=True)
    assert kept_receipt(citizen, page).verdict == "could_not"
