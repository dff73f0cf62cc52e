"""Issuing documents as SD-JWT VC: what is signed, by whom, and what is refused."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from issuing_support import CONTENT, HOLDER, NUMBER, TYPES, RecordedAudit, jwt_part, new_document, verified

from idp import pki
from idp.db import Database
from idp.documents import issuance, type_metadata, wallet
from idp.documents.content import ContentError
from idp.documents.document import Document
from idp.documents.document_types import document_types
from idp.documents.issuance import CannotIssue, Issuing, NewDocument
from idp.documents.issuers import MayNotSign, UnknownIssuer
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.selecting import claims_of, disclosable_paths, present
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import TypeNotAllowedForIssuer


def test_the_verifier_accepts_every_type(db: Database, issuing: Issuing, keys_dir: Path, now: datetime) -> None:
    """Intact, trusted, in force, about the right person; the holder is not proven by a file."""
    for type_id in TYPES:
        with db.begin() as session:
            document = issuance.issue(session, issuing, new_document(type_id), now)
            found = verified(session, issuing, keys_dir, document.sd_jwt, now)
        answers = found.answers
        assert (answers.intact, answers.trusted, answers.in_force, answers.person) == (Answer.YES,) * 4, type_id
        assert answers.holder is Answer.NOT_PROVEN
        assert found.vct == document.vct
        assert found.claims["personal_id_number"] == NUMBER
        assert found.issuer.uri == pki.issuer_profiles()[CONTENT[type_id][0]].uri


def test_what_stands_in_the_signed_part(db: Database, issuing: Issuing, now: datetime) -> None:
    """SD-JWT VC 2.2: typ, x5c without the root, iss, dates, vct with its integrity, cnf, status."""
    for document in _one_of_each(db, issuing, now):
        _check_signed_part(document)


def _one_of_each(db: Database, issuing: Issuing, now: datetime) -> list[Document]:
    with db.begin() as session:
        return [issuance.issue(session, issuing, new_document(type_id), now) for type_id in TYPES]


def _check_signed_part(document: Document) -> None:
    header, payload = jwt_part(document.sd_jwt, 0), jwt_part(document.sd_jwt, 1)
    assert (header["typ"], header["alg"]) == ("dc+sd-jwt", "ES256")
    assert len(header["x5c"]) == 1
    assert payload["iss"] == pki.issuer_profiles()[CONTENT[document.type.id][0]].uri
    assert payload["vct"] == document.type.vct
    assert payload["vct#integrity"] == type_metadata.integrity(document.vct)
    assert payload["iat"] == payload["nbf"] < payload["exp"]
    assert payload["cnf"]["jwk"].keys() == {"kty", "crv", "x", "y"}
    assert payload["status"]["status_list"]["uri"].startswith("http://localhost:5000/status-lists/")
    assert payload["_sd_alg"] == "sha-256"
    # who the holder is stands in Disclosures only
    assert not {"personal_id_number", "full_name", "birthdate", "sex"} & payload.keys()


def test_claims_are_disclosable_as_the_type_says(db: Database, issuing: Issuing, now: datetime) -> None:
    """`sd: always` is hidden by itself, `sd: never` always shows; nothing inside a claim hides by itself."""
    for document in _one_of_each(db, issuing, now):
        kind, claims = document.type, claims_of(document.sd_jwt)
        expected = {path for path in kind.disclosable if path[0] in claims}
        assert set(disclosable_paths(document.sd_jwt)) == expected, kind.id
        always = {claim.name for claim in kind.claims if claim.sd == "never" and len(claim.path) == 1}
        assert always & claims.keys() <= jwt_part(document.sd_jwt, 1).keys(), kind.id


@pytest.mark.parametrize("type_id", ["judicial-record-1", "judicial-record-2"])
@pytest.mark.parametrize("claim", ["criminal_status", "convictions", "business_ban", "date_of_issuance"])
def test_a_judicial_record_cannot_be_shown_without_what_decides(
    db: Database, issuing: Issuing, now: datetime, type_id: str, claim: str
) -> None:
    """Selective disclosure must not let a holder hide a conviction."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document(type_id), now)
    shown = claims_of(present(document.sd_jwt, []))
    assert claim in shown
    assert "full_name" not in shown


def test_allergies_and_history_come_together_or_not_at_all(db: Database, issuing: Issuing, now: datetime) -> None:
    """The history group is one Disclosure: asking for a part of it brings the whole."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-book"), now)
    for part in ("allergies", "conditions", "immunizations"):
        shown = claims_of(present(document.sd_jwt, [("history", part)]))["history"]
        assert isinstance(shown, dict)
        assert shown.keys() == {"allergies", "conditions", "immunizations"}
    assert "history" not in claims_of(present(document.sd_jwt, [("full_name",)]))


def test_an_absent_claim_does_not_show(db: Database, issuing: Issuing, now: datetime) -> None:
    """As many digests whatever is there (RFC 9901 10.4): nobody learns that a spouse or guardian is named."""
    with db.begin() as session:
        without = issuance.issue(session, issuing, new_document("judicial-record-2"), now)
        named = issuance.issue(session, issuing, new_document("judicial-record-2", spouse="Phạm Văn Mẫu"), now)
    counts = [len(jwt_part(each.sd_jwt, 1)["_sd"]) for each in (without, named)]
    assert counts == [len(named.type.disclosable)] * 2


def test_dates_are_whole_days_in_vietnam(db: Database, issuing: Issuing, now: datetime) -> None:
    """`iat` tells the day of issue and no instant; the file is good until the end of its last day."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-insurance", date(2026, 11, 2)), now)
    assert document.issued_at == datetime(2026, 11, 1, 17, tzinfo=UTC)
    assert document.expires_at == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert claims_of(document.sd_jwt)["date_of_issuance"] == "2026-11-02"
    assert document.state(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)) == "valid"
    assert document.state(datetime(2026, 12, 31, 17, tzinfo=UTC)) == "expired"


def test_names_are_signed_composed(db: Database, issuing: Issuing, now: datetime) -> None:
    """The register may hold decomposed Unicode; documents carry NFC."""
    composed = "Công Tằng Tôn Nữ"
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-book", full_name=decomposed), now)
    assert claims_of(document.sd_jwt)["full_name"] == composed


def test_an_id_number_keeps_its_leading_zero(db: Database, issuing: Issuing, now: datetime) -> None:
    """Text from register to file."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("identity-document"), now)
    assert claims_of(document.sd_jwt)["personal_id_number"] == "065190000101"


@pytest.mark.parametrize(
    ("type_id", "issuer_id"),
    [
        ("identity-document", "hospital-song-ba"),
        ("judicial-record-1", "social-insurance"),
        ("health-book", "police-ministry"),
        ("health-encounter", "social-insurance"),
        ("health-insurance", "hospital-bien-ho"),
    ],
)
def test_an_issuer_signs_its_own_types_only(
    db: Database, issuing: Issuing, now: datetime, type_id: str, issuer_id: str
) -> None:
    """The provider asks the issuer that answers for the type; another is refused and nothing is stored."""
    wrong = new_document(type_id)
    with pytest.raises(MayNotSign, match=issuer_id), db.begin() as session:
        issuance.issue(session, issuing, NewDocument(**{**wrong.__dict__, "issuer_id": issuer_id}), now)
    with db.read() as session:
        assert wallet.documents_of(session, HOLDER) == []


def test_the_provider_itself_is_no_issuer(db: Database, issuing: Issuing, now: datetime) -> None:
    wrong = NewDocument(**{**new_document("health-book").__dict__, "issuer_id": "provider"})
    with pytest.raises(UnknownIssuer), db.begin() as session:
        issuance.issue(session, issuing, wrong, now)


def test_a_genuine_signature_of_the_wrong_issuer_is_refused_by_the_verifier(
    db: Database, issuing: Issuing, keys_dir: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hospital that signs a criminal record certificate all the same: valid signature, no authority."""
    wrong = NewDocument(**{**new_document("judicial-record-1").__dict__, "issuer_id": "hospital-song-ba"})
    credentials = issuing.issuers.credentials
    monkeypatch.setattr(issuing.issuers, "signing_credentials", lambda issuer_id, _vct: credentials(issuer_id))
    with db.begin() as session:
        document = issuance.issue(session, issuing, wrong, now)
        with pytest.raises(TypeNotAllowedForIssuer):
            verified(session, issuing, keys_dir, document.sd_jwt, now)


def test_a_judicial_record_is_for_those_of_sixteen(db: Database, issuing: Issuing, now: datetime) -> None:
    """Law on Judicial Records: the right begins at the age of 16, on the birthday."""
    for birthdate, allowed in (("2010-11-02", True), ("2010-11-03", False)):
        new = new_document("judicial-record-1", birthdate=birthdate)
        with db.begin() as session:
            if allowed:
                issuance.issue(session, issuing, new, now)
            else:
                with pytest.raises(CannotIssue, match="16"):
                    issuance.issue(session, issuing, new, now)


def test_a_document_is_not_issued_ahead_of_its_day(db: Database, issuing: Issuing, now: datetime) -> None:
    tomorrow = now.date() + timedelta(days=1)
    with pytest.raises(CannotIssue, match="not come yet"), db.begin() as session:
        issuance.issue(session, issuing, new_document("health-book", tomorrow), now)


@pytest.mark.parametrize("technical", sorted(issuance.TECHNICAL))
def test_content_cannot_set_what_issuing_sets(db: Database, issuing: Issuing, now: datetime, technical: str) -> None:
    """Data with an `exp` or a `cnf` of its own is refused, not merged."""
    with pytest.raises(ContentError, match=technical), db.begin() as session:
        issuance.issue(session, issuing, new_document("health-book", **{technical: "x"}), now)


def test_issuing_is_recorded_without_what_the_document_says(
    db: Database, issuing: Issuing, audit: RecordedAudit, now: datetime
) -> None:
    """Who, what type, by whom; never the content."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-book"), now)
    assert audit.entries == [
        {
            "event": "document.issued",
            "subject": HOLDER,
            "client_id": None,
            "details": {"document": document.id, "vct": document.vct, "issuer": "hospital-song-ba"},
            "now": now,
        }
    ]


def test_every_type_has_an_issuer(issuing: Issuing) -> None:
    """No type that nobody may sign, and no authority for a type that does not exist."""
    signed = {vct for profile in issuing.issuers.profiles.values() for vct in profile.vct}
    assert signed == {kind.vct for kind in document_types()}


def test_the_file_is_one_line_that_the_codec_reads(db: Database, issuing: Issuing, now: datetime) -> None:
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-book"), now)
    assert parse(document.sd_jwt).key_binding_jwt is None
    assert document.sd_jwt.isascii()
    assert "\n" not in document.sd_jwt
