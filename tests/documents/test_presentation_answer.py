"""What is sent when she agrees: presentations that verify, for this client and request, of only what was chosen."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from issuing_support import NUMBER, jwt_part, trust
from presentation_place import Place
from relying_party import CREDENTIAL, ENCRYPTION, SIGNING, kb_payload

from idp.documents import direct_post
from idp.documents.direct_post import NoEncryptionKey, ReturnAddress
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import (
    KeyBindingMissing,
    KeyBindingWrongAudience,
    KeyBindingWrongNonce,
    VerificationError,
)
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.verify import verify

NONCE, CLIENT = "n" * 43, "demo-portal"
EXPECTED = ExpectedKeyBinding(CLIENT, NONCE, timedelta(minutes=5))
RECORD = {
    "id": "record",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": ["urn:vn-mock:judicial-record-1:1"]},
    "claims": [{"path": ["personal_id_number"]}],
}


def given(place: Place, **fields: str | list[str]) -> dict[str, Any]:
    """What arrives when a holder with these documents agrees."""
    browser = place.browser().open().approve(**fields)
    assert browser.status == 303, browser.words
    return browser.sent()[-1]


def verified(
    place: Place, keys_dir: Path, text: str, binding: ExpectedKeyBinding | NoKeyBinding = EXPECTED
) -> VerifiedDocument:
    uri = jwt_part(text, 1)["status"]["status_list"]["uri"]
    issuer_id, number = uri.rsplit("/", 2)[1:]
    with place.db.read() as session:
        token = place.services.status_tokens.token(session, issuer_id, int(number), place.clock.now())
    assert token is not None
    lists, now = StatusLists({uri: token.text}), place.clock.now()
    return verify(text, trust=trust(keys_dir, now), now=now, key_binding=binding, person=NUMBER, status=lists)


def test_a_presentation_verifies(place: Place, keys_dir: Path) -> None:
    """By the verifier library, with every question asked and answered yes (8.6)."""
    place.issue()
    (text,) = given(place)["vp_token"]["book"]
    document = verified(place, keys_dir, text)
    assert document.answers.good
    assert document.answers.holder == document.answers.person == "yes"
    assert document.claims["full_name"] == "Nguyễn Thị Mai Lan"


def test_only_what_was_asked_is_disclosed(place: Place, keys_dir: Path) -> None:
    """15.4: two disclosures, and what the document cannot hide."""
    place.issue()
    (text,) = given(place)["vp_token"]["book"]
    assert text.count("~") == 3
    told = set(verified(place, keys_dir, text).claims)
    assert {"personal_id_number", "full_name", "document_number"} <= told
    assert told.isdisjoint({"birthdate", "sex", "history", "insurance_number"})


def test_without_claims_nothing_is_disclosed(place: Place) -> None:
    """6.4.1."""
    place.issue()
    bare = {name: value for name, value in CREDENTIAL.items() if name != "claims"}
    place.verifier.answers.claims = {"dcql_query": {"credentials": [bare]}}
    (text,) = given(place)["vp_token"]["book"]
    assert text.count("~") == 1


def test_the_proof_is_for_this_client_and_request(place: Place, keys_dir: Path) -> None:
    """B.3.6, 14.2, 14.10: `aud` is the whole client_id, `nonce` the request's, made now, of these disclosures."""
    place.issue()
    (text,) = given(place)["vp_token"]["book"]
    claims = kb_payload(text)
    assert set(claims) == {"iat", "aud", "nonce", "sd_hash"}
    assert (claims["aud"], claims["nonce"]) == (CLIENT, NONCE)
    assert claims["iat"] == int(place.clock.now().timestamp())
    assert jwt_part(text.rpartition("~")[2], 0) == {"alg": "ES256", "typ": "kb+jwt"}


@pytest.mark.parametrize(
    ("audience", "nonce", "error"),
    [
        ("other-portal", NONCE, KeyBindingWrongAudience),
        (CLIENT, "m" * 43, KeyBindingWrongNonce),
    ],
)
def test_elsewhere_it_proves_nothing(
    place: Place, keys_dir: Path, audience: str, nonce: str, error: type[VerificationError]
) -> None:
    """14.2: replayed to another client, or in another transaction."""
    place.issue()
    (text,) = given(place)["vp_token"]["book"]
    with pytest.raises(error):
        verified(place, keys_dir, text, ExpectedKeyBinding(audience, nonce, timedelta(minutes=5)))


def test_disclosures_cannot_be_dropped_afterwards(place: Place, keys_dir: Path) -> None:
    """`sd_hash` covers what was disclosed."""
    place.issue()
    (text,) = given(place)["vp_token"]["book"]
    document, _, rest = text.partition("~")
    with pytest.raises(VerificationError) as caught:
        verified(place, keys_dir, f"{document}~{rest.partition('~')[2]}")
    assert type(caught.value).__name__ == "KeyBindingWrongHash"


def test_without_holder_binding_no_proof_is_given_away(place: Place, keys_dir: Path) -> None:
    """5.3, 6.1: a bare SD-JWT; it says nothing about who shows it."""
    place.issue()
    unbound = {**CREDENTIAL, "require_cryptographic_holder_binding": False}
    place.verifier.answers.claims = {"dcql_query": {"credentials": [unbound]}}
    (text,) = given(place)["vp_token"]["book"]
    assert text.endswith("~")
    assert verified(place, keys_dir, text, NO_KEY_BINDING).answers.holder == "not_proven"
    with pytest.raises(KeyBindingMissing):
        verified(place, keys_dir, text)


def test_the_form(place: Place) -> None:
    """8.2: `vp_token` as JSON text and `state`; nothing else."""
    place.issue()
    given(place)
    (form,) = place.verifier.answers.received
    assert set(form) == {"vp_token", "state"}
    assert form["state"] == "state-1"
    assert list(json.loads(form["vp_token"])) == ["book"]


def test_without_state_none_is_returned(place: Place) -> None:
    """It is the client's to give (5.2)."""
    place.issue()
    place.verifier.answers.claims = {"state": None}
    given(place)
    assert set(place.verifier.answers.received[0]) == {"vp_token"}


def test_an_array_for_each_query(place: Place, keys_dir: Path) -> None:
    """8.1: by id, one presentation each; every one with a proof by its own document's key."""
    place.issue()
    place.issue("judicial-record-1")
    place.verifier.answers.claims = {"dcql_query": {"credentials": [CREDENTIAL, RECORD]}}
    token = given(place)["vp_token"]
    assert {name: len(texts) for name, texts in token.items()} == {"book": 1, "record": 1}
    documents = [verified(place, keys_dir, texts[0]) for texts in token.values()]
    assert {document.vct for document in documents} == {
        "urn:vn-mock:health-book:1", "urn:vn-mock:judicial-record-1:1",
    }  # fmt: skip
    keys = [str(document.claims["cnf"]) for document in documents]
    assert keys[0] != keys[1]


def test_one_document_may_answer_two_queries(place: Place) -> None:
    """Each with the claims that it asks for."""
    place.issue()
    again = {**CREDENTIAL, "id": "again", "claims": [{"path": ["sex"]}]}
    place.verifier.answers.claims = {"dcql_query": {"credentials": [CREDENTIAL, again]}}
    token = given(place)["vp_token"]
    told = {name: set(claims_of(texts[0].rpartition("~")[0] + "~")) for name, texts in token.items()}
    assert "sex" in told["again"]
    assert "sex" not in told["book"]
    assert "full_name" not in told["again"]


def test_several_presentations_of_one_query(place: Place, keys_dir: Path) -> None:
    """8.1 `multiple`."""
    books = [place.issue(), place.issue(document_number="MP-20", issued_on=date(2026, 10, 1))]
    place.verifier.answers.claims = {"dcql_query": {"credentials": [{**CREDENTIAL, "multiple": True}]}}
    texts = given(place, **{"document-book": [book.id for book in books]})["vp_token"]["book"]
    numbers = {verified(place, keys_dir, text).claims["document_number"] for text in texts}
    assert numbers == {"MP-2", "MP-20"}


def test_what_decides_always_goes_along(place: Place) -> None:
    """A criminal record cannot be shown without its status, whatever was asked for."""
    place.issue("judicial-record-1")
    place.verifier.answers.claims = {"dcql_query": {"credentials": [RECORD]}}
    (text,) = given(place)["vp_token"]["record"]
    told = claims_of(text.rpartition("~")[0] + "~")
    assert {"criminal_status", "convictions", "business_ban"} <= set(told)


def test_an_encrypted_answer(place: Place, keys_dir: Path) -> None:
    """8.3, 8.3.1: `response` alone; `alg`, `enc` and `kid` as registered; members inside as they would be outside."""
    place.issue()
    place.verifier.answers.claims = {"response_mode": "direct_post.jwt"}
    told = given(place)
    assert set(place.verifier.answers.received[0]) == {"response"}
    assert set(told) == {"vp_token", "state"}
    assert verified(place, keys_dir, told["vp_token"]["book"][0]).answers.good
    header = jwt_part(place.verifier.answers.received[0]["response"], 0)
    assert (header["alg"], header["enc"], header["kid"]) == ("ECDH-ES", "A128GCM", "e1")
    assert "zip" not in header


def test_documents_never_go_unencrypted_where_encryption_was_asked_for(place: Place) -> None:
    """8.3.1 lets an error go plainly, and nothing else."""
    address = ReturnAddress(f"{place.verifier.url}/response", "direct_post.jwt", "state-1")
    party = place.verifier.party(jwks={"keys": [SIGNING.as_dict(private=False)]})
    with pytest.raises(NoEncryptionKey):
        direct_post.form({"vp_token": {"book": ["x~"]}}, address, party)
    assert direct_post.form({"error": "access_denied"}, address, party) == {
        "error": "access_denied", "state": "state-1",
    }  # fmt: skip


def test_the_key_to_encrypt_to_is_the_one_for_encryption(place: Place) -> None:
    """8.3: `use` absent or enc; without `kid` none is named."""
    place.issue()
    bare = {name: value for name, value in ENCRYPTION.as_dict(private=False).items() if name not in ("use", "kid")}
    keys = {"keys": [SIGNING.as_dict(private=False), {**bare, "crv": "P-999"}, bare]}
    place.registry.parties[CLIENT] = place.verifier.party(jwks=keys)
    place.verifier.answers.claims = {"response_mode": "direct_post.jwt"}
    browser = place.browser().open().approve()
    assert browser.status == 303
    assert "kid" not in jwt_part(place.verifier.answers.received[0]["response"], 0)
