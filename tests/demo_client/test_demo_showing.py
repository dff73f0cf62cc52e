"""Showing a document of any type: what is asked, by whom, what the page tells and for how long."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from portal_browser import HEALTH, World, request_uri
from portal_showing import ASK, NAME, ask, asked, checks, kept, kept_receipt, show

from demo_client import askable, showing
from demo_client.dcql import query_for
from idp.documents import dcql, dcql_matching
from idp.documents.offline import readers
from idp.documents.offline.type_data import TypeData
from idp.type_files import heads

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
NUMBER_2 = "urn:vn-mock:judicial-record-2:1"


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
