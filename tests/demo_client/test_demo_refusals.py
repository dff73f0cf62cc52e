"""Every way in which what the wallet sent is not accepted: nothing is filed, and the page says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from portal_browser import HEALTH, LAWYER, LICENCE, RECORD, World, code_of
from portal_documents import REVOKED, SUSPENDED, status_uri

OTHER = "065198000303"


def refused(world: World, page: object, code: str) -> None:
    assert code_of(page) == code  # type: ignore[arg-type]
    assert 'data-testid="verdict"' in page.get_data(as_text=True)  # type: ignore[attr-defined]
    assert world.count() == 0


def test_another_persons_document(citizen: World) -> None:
    """The number must be that of the person signed in."""
    refused(
        citizen, citizen.file(health_certificate=citizen.documents.document(HEALTH, person=OTHER)), "wrong_person"
    )


def test_an_expired_document(citizen: World) -> None:
    """`exp` has passed."""
    expired = citizen.documents.document(HEALTH, exp=int((citizen.clock.now() - timedelta(days=1)).timestamp()))
    refused(citizen, citizen.file(health_certificate=expired), "expired")


def test_a_document_edited_by_one_character(citizen: World) -> None:
    """One changed character breaks the signature."""
    document = citizen.documents.document(HEALTH)
    place = document.index(".") + 40
    edited = document[:place] + ("A" if document[place] != "A" else "B") + document[place + 1 :]
    asked = citizen.begin()
    good = citizen.vp_token(asked, health_certificate=document)
    sent = good["health_certificate"][0].replace(document.split("~")[0], edited.split("~")[0])
    page = citizen.come_back(citizen.answer(asked, {"health_certificate": [sent]}))
    assert code_of(page) in ("signature_invalid", "malformed")
    assert "đã bị sửa đổi" in page.get_data(as_text=True)
    assert citizen.count() == 0


@pytest.mark.parametrize(("status", "code"), [(REVOKED, "revoked"), (SUSPENDED, "suspended")])
def test_what_the_issuer_took_back(citizen: World, status: int, code: str) -> None:
    """The status list decides, whatever the document says of itself; it stays intact and trusted."""
    citizen.lists.status = status
    page = citizen.file()
    refused(citizen, page, code)
    assert page.get_data(as_text=True).count("answer-valid") >= 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"audience": "other-portal"}, "key_binding_wrong_audience"),
        ({"nonce": "another-nonce"}, "key_binding_wrong_nonce"),
    ],
)
def test_a_presentation_for_somebody_else_or_another_time(citizen: World, changed: dict[str, str], code: str) -> None:
    """OpenID4VP 14.1: audience and nonce are ours and this request's."""
    citizen.changed = dict(changed)
    refused(citizen, citizen.file(), code)


def test_a_stale_proof(citizen: World) -> None:
    """The proof of possession was made more than five minutes ago."""
    citizen.changed = {"at": citizen.clock.now() - timedelta(minutes=7)}
    refused(citizen, citizen.file(), "key_binding_stale")


def test_no_proof_of_possession(citizen: World) -> None:
    """A copied document without key binding is not a presentation."""
    asked = citizen.begin()
    sent = citizen.vp_token(asked)["health_certificate"][0].rsplit("~", 1)[0] + "~"
    refused(citizen, citizen.come_back(citizen.answer(asked, {"health_certificate": [sent]})), "key_binding_missing")


@pytest.mark.parametrize("age", [181, 400])
def test_a_certificate_too_old_for_the_procedure(citizen: World, age: int) -> None:
    """Genuine and in force, but the procedure takes only recent ones."""
    refused(citizen, citizen.file(LAWYER, judicial_record=citizen.documents.document(RECORD, age=age)), "too_old")


def test_a_certificate_exactly_old_enough(citizen: World) -> None:
    """On the last day it is still taken."""
    page = citizen.file(LAWYER, judicial_record=citizen.documents.document(RECORD, age=180))
    assert page.status_code == 303


def test_a_document_without_its_date(citizen: World) -> None:
    """Where age matters, a document that does not tell it is not taken."""
    for date, code in ((None, "missing_claim"), ("soon", "claims_missing")):
        undated = citizen.documents.document(RECORD, date_of_issuance=date)
        refused(citizen, citizen.file(LAWYER, judicial_record=undated), code)


def test_another_kind_of_document(citizen: World) -> None:
    """A good document of a type that was not asked for."""
    refused(citizen, citizen.file(health_certificate=citizen.documents.document(RECORD)), "wrong_document_type")


def test_an_issuer_that_may_not_sign_this_type(citizen: World) -> None:
    """A hospital signs no criminal record certificate."""
    forged = citizen.documents.document(RECORD, signer="hospital-song-ba")
    refused(citizen, citizen.file(LAWYER, judicial_record=forged), "type_not_allowed_for_issuer")


def test_fields_that_were_asked_for_are_there(citizen: World) -> None:
    """OpenID4VP 8.6: the portal checks that its query was satisfied and trusts no wallet to have done so."""
    asked = citizen.begin()
    credential = {"claims": [{"path": ["personal_id_number"]}, {"path": ["full_name"]}]}
    sent = citizen.present(citizen.documents.document(HEALTH), credential, asked)
    page = citizen.come_back(citizen.answer(asked, {"health_certificate": [sent]}))
    refused(citizen, page, "claims_missing")


def test_the_number_is_never_left_out(citizen: World) -> None:
    """A document that hides whose it is cannot be the right person's."""
    asked = citizen.begin()
    credential = {"claims": [{"path": ["full_name"]}, {"path": ["birthdate"]}, {"path": ["history"]}]}
    sent = citizen.present(citizen.documents.document(HEALTH), credential, asked)
    page = citizen.come_back(citizen.answer(asked, {"health_certificate": [sent]}))
    refused(citizen, page, "person_not_disclosed")


def test_a_required_document_left_out(citizen: World) -> None:
    """Only what the query calls optional may be missing."""
    asked = citizen.begin(LAWYER)
    optional = citizen.vp_token(asked, health_certificate=citizen.documents.document(HEALTH))
    del optional["judicial_record"]
    page = citizen.come_back(citizen.answer(asked, optional))
    refused(citizen, page, "credential_missing")


def test_a_document_nobody_asked_for(citizen: World) -> None:
    """An entry without a query is refused, not ignored."""
    asked = citizen.begin()
    more = {**citizen.vp_token(asked), "extra": ["x~"]}
    refused(citizen, citizen.come_back(citizen.answer(asked, more)), "credential_not_asked")


@pytest.mark.parametrize("value", [[], ["a~", "b~"], "a~", [1]])
def test_exactly_one_presentation(citizen: World, value: object) -> None:
    """OpenID4VP 8.1: an array of one, since `multiple` was not set."""
    asked = citizen.begin()
    page = citizen.come_back(citizen.answer(asked, {"health_certificate": value}))
    refused(citizen, page, "response_malformed")


def test_a_document_whose_status_stands_elsewhere(citizen: World) -> None:
    """We fetch from the configured provider only; what cannot be checked is never good."""
    foreign = {"status_list": {"idx": 7, "uri": "http://evil.example/status-lists/x/1"}}
    page = citizen.file(health_certificate=citizen.documents.document(HEALTH, status=foreign))
    refused(citizen, page, "status_not_checked")
    assert not any("evil" in url for url in citizen.lists.asked)


def test_a_document_without_status(citizen: World) -> None:
    """Every document of these issuers has one."""
    refused(
        citizen,
        citizen.file(health_certificate=citizen.documents.document(HEALTH, status=None)),
        "status_not_checked",
    )


def test_a_stale_status_list(citizen: World) -> None:
    """An expired list says nothing about today."""
    uri = status_uri("hospital-song-ba")
    past = int((citizen.clock.now() - timedelta(hours=2)).timestamp())
    citizen.lists.replaced[uri] = citizen.lists.status_list(uri, iat=past - 3600, exp=past)
    refused(citizen, citizen.file(), "status_list_expired")


def test_a_list_is_asked_for_again_after_its_ttl(citizen: World) -> None:
    """However short it is: a copy past its `ttl` decides nothing, neither for nor against."""
    uri = status_uri("hospital-song-ba")
    citizen.lists.replaced[uri] = citizen.lists.status_list(uri, ttl=5)
    assert citizen.file().status_code == 303
    citizen.clock.instant += timedelta(seconds=6)
    citizen.lists.replaced[uri] = citizen.lists.status_list(uri, ttl=5, iat=int(citizen.clock.now().timestamp()))
    assert citizen.file().status_code == 303
    assert citizen.lists.asked.count(uri) == 2


def test_an_older_trust_list_than_one_seen(citizen: World) -> None:
    """Whoever serves an old list could bring back an issuer that was struck off."""
    from idp import trust_list

    url = "http://localhost:5000/trust-list"
    old = citizen.lists.get(url, "")
    later = citizen.clock.now() + timedelta(days=5)
    citizen.lists.replaced[url] = trust_list.current(citizen.documents.keys_dir, "http://localhost:5000", later)
    citizen.clock.instant = citizen.lists.now = citizen.documents.now = later
    citizen.sign_in()
    assert citizen.file().status_code == 303
    citizen.lists.replaced[url] = old
    citizen.clock.instant += timedelta(seconds=61)
    assert code_of(citizen.file()) == "trust_list_rollback"
    assert citizen.count() == 1


def test_lists_that_cannot_be_fetched_are_no_verdict(citizen: World) -> None:
    """The answer waits; trying again once the provider is back files the dossier."""
    citizen.lists.unreachable = True
    asked = citizen.begin()
    answered = citizen.answer(asked, citizen.vp_token(asked))
    page = citizen.come_back(answered)
    assert page.status_code == 503
    assert 'data-testid="try-again"' in page.get_data(as_text=True)
    citizen.lists.unreachable = False
    assert citizen.come_back(answered).status_code == 303
    assert citizen.count() == 1


def test_a_kept_list_serves_while_the_provider_is_away(citizen: World) -> None:
    """Until it expires: the evidence tells when it was fetched."""
    citizen.file()
    citizen.lists.unreachable = True
    citizen.clock.instant += timedelta(minutes=2)
    assert citizen.file().status_code == 303


def test_refused_by_the_citizen(citizen: World) -> None:
    """access_denied: nothing was shown, and the page does not guess why."""
    asked = citizen.begin()
    form = {"error": "access_denied", "state": asked["state"]}
    answered = citizen.app.test_client().post("/presentation/response", data=form)
    page = citizen.come_back(answered).get_data(as_text=True)
    assert "Không có giấy tờ nào được trình" in page
    assert citizen.count() == 0


def test_a_refusal_is_shown_again_on_reload(citizen: World) -> None:
    """The verdict stays; it is not decided twice."""
    document = citizen.documents.document(HEALTH, person=OTHER)
    asked = citizen.begin(LICENCE)
    answered = citizen.answer(asked, citizen.vp_token(asked, health_certificate=document))
    assert code_of(citizen.come_back(answered)) == code_of(citizen.come_back(answered)) == "wrong_person"
