"""The test citizens' documents: issued from data, idempotent, and every mistake told with its line."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from issuing_support import PROVIDER, RecordedAudit, jwt_part, trust

from idp.db import Database
from idp.documents import issuance, status, wallet
from idp.documents.document import Document, DocumentStatus
from idp.documents.issuance import Issuing
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.errors import Expired, Revoked, Suspended, VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.verify import verify
from idp.seed import documents as seed
from idp.seed import loader
from idp.seed.entries import Personas
from idp.seed.mistakes import SeedFileError

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def personas() -> Personas:
    return loader.load(None, TODAY)


def bring(db: Database, personas: Personas, issuing: Issuing, now: datetime) -> dict[str, list[Document]]:
    """Seed, and give each persona's wallet."""
    subjects = {persona.id: f"subject-{persona.id}" for persona in personas.personas}
    with db.begin() as session:
        seed.seed_documents(session, personas, subjects, issuing, now)
    with db.read() as session:
        return {name: wallet.documents_of(session, subject) for name, subject in subjects.items()}


def own_file(tmp_path: Path, text: str) -> Personas:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return loader.load(path, TODAY)


def types_of(documents: list[Document]) -> list[str]:
    return sorted(document.type.id for document in documents)


def of_type(documents: list[Document], type_id: str) -> Document:
    return next(document for document in documents if document.type.id == type_id)


def test_each_story_has_its_documents(
    db: Database, personas: Personas, issuing: Issuing, keys_dir: Path, now: datetime
) -> None:
    """Who has what, and what the verifier says of it: only those meant to be refused are."""
    wallets = bring(db, personas, issuing, now)
    everything = ["health-book", "health-insurance", "identity-document", "judicial-record-1", "judicial-record-2"]
    assert set(everything) < set(types_of(wallets["lan"]))
    assert set(everything) < set(types_of(wallets["quynh"]))
    assert wallets["minh"] == []
    assert "identity-document" not in types_of(wallets["sofia"])
    assert types_of(wallets["bao-an"]) == ["health-book", "health-insurance"]
    refused = _refused(db, wallets, issuing, keys_dir, now)
    assert refused == {
        ("phuc", "identity-document"): Expired,
        ("tuan", "health-book"): Revoked,
        ("tuan", "health-insurance"): Expired,
        ("tuan", "judicial-record-1"): Suspended,
    }


def _refused(
    db: Database, wallets: dict[str, list[Document]], issuing: Issuing, keys_dir: Path, now: datetime
) -> dict[tuple[str, str], type[VerificationError]]:
    tokens = StatusTokens(issuing.issuers, PROVIDER, keys_dir)
    with db.read() as session:
        tokens.export(session, now)
    texts = [path.read_text() for path in (keys_dir / "status").glob("*.jwt")]
    lists = StatusLists({jwt_part(text, 1)["sub"]: text for text in texts})
    trusted, found = trust(keys_dir, now), {}
    for name, documents in wallets.items():
        for document in documents:
            try:
                verify(document.sd_jwt, trust=trusted, now=now, key_binding=NO_KEY_BINDING, status=lists)
            except VerificationError as error:
                found[name, document.type.id] = type(error)
    return found


def test_the_register_fills_in_who_it_is(db: Database, personas: Personas, issuing: Issuing, now: datetime) -> None:
    """A document cannot be another person's by a slip in the data, and names come composed (NFC)."""
    wallets = bring(db, personas, issuing, now)
    people = personas.by_id()
    for name, documents in wallets.items():
        for document in documents:
            content = issuance.content_of(document)
            assert content["personal_id_number"] == people[name].personal_id_number
            assert content["full_name"] == unicodedata.normalize("NFC", people[name].full_name)
            assert content["birthdate"] == people[name].birthdate.isoformat()
    assert not unicodedata.is_normalized("NFC", people["quynh"].full_name)


def test_a_cleared_conviction_is_told_by_number_2_only(
    db: Database, personas: Personas, issuing: Issuing, now: datetime
) -> None:
    documents = bring(db, personas, issuing, now)["hung"]
    number_1 = issuance.content_of(of_type(documents, "judicial-record-1"))
    number_2 = issuance.content_of(of_type(documents, "judicial-record-2"))
    assert (number_1["criminal_status"], number_1["convictions"]) == ("không có án tích", [])
    assert "giao thông" not in of_type(documents, "judicial-record-1").sd_jwt
    assert isinstance(number_2["convictions"], list)
    assert number_2["convictions"][0]["cleared_at"] == "2017-07-20"


def test_a_live_conviction_and_ban_are_told(
    db: Database, personas: Personas, issuing: Issuing, now: datetime
) -> None:
    told = issuance.content_of(of_type(bring(db, personas, issuing, now)["thao"], "judicial-record-1"))
    assert told["criminal_status"] == "có án tích"
    assert told["business_ban"] == {"posts": "Thành lập, quản lý doanh nghiệp, hợp tác xã", "until": "2028-05-30"}


def test_one_certificate_is_too_old_for_a_procedure(
    db: Database, personas: Personas, issuing: Issuing, now: datetime
) -> None:
    """Genuine and in force, but fourteen months old: age is the portal's policy."""
    document = of_type(bring(db, personas, issuing, now)["tam"], "judicial-record-1")
    assert document.state(now) == "valid"
    assert now - document.issued_at > timedelta(days=420)


def test_seeding_again_changes_nothing(
    db: Database, personas: Personas, issuing: Issuing, audit: RecordedAudit, now: datetime
) -> None:
    """Holder keys and files stay as they are, so that what was shown stays verifiable."""
    first = bring(db, personas, issuing, now)
    recorded = len(audit.entries)
    assert bring(db, personas, issuing, now + timedelta(hours=5)) == first
    assert len(audit.entries) == recorded


def test_relative_dates_are_kept_young(db: Database, personas: Personas, issuing: Issuing, now: datetime) -> None:
    """ "Issued 30 days ago" is still about true after months of use: the journey does not rot."""
    first = of_type(bring(db, personas, issuing, now)["lan"], "judicial-record-1")
    soon = of_type(bring(db, personas, issuing, now + timedelta(days=6))["lan"], "judicial-record-1")
    later = of_type(bring(db, personas, issuing, now + timedelta(days=90))["lan"], "judicial-record-1")
    assert soon == first
    assert later.id != first.id
    assert later.issued_at - first.issued_at == timedelta(days=90)


def test_a_moved_provider_issues_anew(db: Database, personas: Personas, issuing: Issuing, now: datetime) -> None:
    """Documents name the address of their status list; after a move the old address answers nobody."""
    before = bring(db, personas, issuing, now)
    moved = Issuing(issuing.issuers, issuing.at_rest, issuing.audit, "https://id.example.vn")
    after = bring(db, personas, moved, now)
    for name, documents in after.items():
        assert types_of(documents) == types_of(before[name])
        for document in documents:
            uri = jwt_part(document.sd_jwt, 1)["status"]["status_list"]["uri"]
            assert uri.startswith("https://id.example.vn/")
    assert of_type(after["tuan"], "health-book").status is DocumentStatus.REVOKED
    assert of_type(after["tuan"], "judicial-record-1").status is DocumentStatus.SUSPENDED


def test_what_was_revoked_by_hand_stays_revoked(
    db: Database, personas: Personas, issuing: Issuing, audit: RecordedAudit, now: datetime
) -> None:
    """A restart does not undo a trainer's revocation."""
    document = of_type(bring(db, personas, issuing, now)["lan"], "health-book")
    with db.begin() as session:
        status.set_status(session, audit, document.id, DocumentStatus.REVOKED, now, "test")
    again = of_type(bring(db, personas, issuing, now)["lan"], "health-book")
    assert (again.id, again.status) == (document.id, DocumentStatus.REVOKED)


OWN_PERSON = """
[[persona]]
id = "an"
full_name = "Trịnh Hoài An"
personal_id_number = "065195009999"
sex = "female"
birthdate = 1995-01-02
password = "MoPhong@2026"
story = { vi = "Của tôi", en = "Mine" }
paper = { kind = "identity_card", number = "065195009999", issued = 2024-01-02, expires = 2035-01-02 }
permanent_address = { street_address = "Thôn 1", locality = "xã Ia Thử", region = "tỉnh Sông Ba" }
account = { level = 2 }
"""
OWN_DOCUMENT = """
[[document]]
persona = "an"
type = "health-insurance"
number = "MP-BHYT-9999"
issued_days_ago = 10
card_number = "MP 9999"
valid_from = "issued"
valid_to = "issued+364"
primary_facility = "Trạm Y tế"
benefit_level = "80%"
"""


def test_a_users_own_file_adds_documents(db: Database, issuing: Issuing, tmp_path: Path, now: datetime) -> None:
    """Dates told from the day of issue come out as dates."""
    wallets = bring(db, own_file(tmp_path, OWN_PERSON + OWN_DOCUMENT), issuing, now)
    told = issuance.content_of(wallets["an"][0])
    assert (told["valid_from"], told["valid_to"]) == ("2026-11-14", "2027-11-13")
    assert told["issuing_authority"] == "Bảo hiểm xã hội Việt Nam (MÔ PHỎNG)"
    assert len(wallets["lan"]) > 5


def test_a_users_own_document_replaces_the_built_in_one(
    db: Database, issuing: Issuing, tmp_path: Path, now: datetime
) -> None:
    """By persona, type and number; another number adds."""
    text = OWN_DOCUMENT.replace('"an"', '"lan"').replace("MP-BHYT-9999", "MP-BHYT-000101")
    wallets = bring(db, own_file(tmp_path, text), issuing, now)
    cards = [each for each in wallets["lan"] if each.type.id == "health-insurance"]
    assert [issuance.content_of(card)["card_number"] for card in cards] == ["MP 9999"]


def test_a_persona_of_the_users_file_has_that_files_documents_only(
    db: Database, issuing: Issuing, tmp_path: Path, now: datetime
) -> None:
    """Whoever makes her own Mai Lan is not given the built-in one's illnesses."""
    own = OWN_PERSON.replace('id = "an"', 'id = "lan"')
    wallets = bring(db, own_file(tmp_path, own + OWN_DOCUMENT.replace('"an"', '"lan"')), issuing, now)
    assert types_of(wallets["lan"]) == ["health-insurance"]


def test_what_is_no_longer_in_the_data_leaves_the_wallet(
    db: Database, personas: Personas, issuing: Issuing, keys_dir: Path, tmp_path: Path, now: datetime
) -> None:
    """And is revoked, so that a copy kept elsewhere is refused."""
    with_own = bring(db, own_file(tmp_path, OWN_DOCUMENT.replace('"an"', '"minh"')), issuing, now)
    without = bring(db, personas, issuing, now)
    assert without["minh"] == []
    assert _refused(db, {"minh": with_own["minh"]}, issuing, keys_dir, now) == {("minh", "health-insurance"): Revoked}


CHILD = '[[document]]\npersona = "khanh-vy"\ntype = "judicial-record-1"\nnumber = "X"\nissued_days_ago = 3\n' + (
    'signer = "x"\n'
)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (OWN_DOCUMENT.replace("health-insurance", "passport"), 4, "unknown; known are health-book"),
        (OWN_DOCUMENT.replace('number = "MP-BHYT-9999"\n', ""), 2, "'number' is missing"),
        (OWN_DOCUMENT.replace("issued_days_ago = 10\n", ""), 2, "issued_on or issued_days_ago is missing"),
        (OWN_DOCUMENT.replace("= 10", "= -1"), 6, "whole number of days"),
        (OWN_DOCUMENT.replace("= 10", '= "ten"'), 6, "whole number of days"),
        (OWN_DOCUMENT.replace("issued_days_ago = 10", "issued_on = 2030-01-01"), 2, "not come yet"),
        (OWN_DOCUMENT.replace('"80%"', "80"), 11, "benefit_level: must be text"),
        (OWN_DOCUMENT.replace("benefit_level", "benefit"), 11, "not a claim of health-insurance"),
        (OWN_DOCUMENT.replace('"issued+364"', '"soon"'), 9, "valid_to: must be a date"),
        (OWN_DOCUMENT + 'issuer = "police-ministry"\n', 2, "may not sign"),
        (OWN_DOCUMENT + 'issuer = "nobody"\n', 12, "must be one of"),
        (OWN_DOCUMENT + 'status = "lost"\n', 12, "must be one of revoked, suspended, valid"),
        (OWN_DOCUMENT + OWN_DOCUMENT, 16, "stands already in"),
        (OWN_DOCUMENT.replace('"MP 9999"', '"MP 9999"\npersonal_id_number = 5'), 8, "12 digits as text"),
        (CHILD, 1, "only from the age of 16"),
        (CHILD.replace("khanh-vy", "hung") + "[[document.convictions]]\nclearedat = 2017-07-20\n", 8, "not a claim"),
        (CHILD.replace("khanh-vy", "hung") + 'convictions = "none"\n', 7, "must be a list"),
        (CHILD.replace("khanh-vy", "hung") + "business_ban = true\n", 7, "must be a table or text"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(
    db: Database, issuing: Issuing, tmp_path: Path, now: datetime, text: str, line: int, said: str
) -> None:
    """And nothing at all is issued."""
    adapted = text.replace('persona = "an"', 'persona = "minh"')
    chosen = own_file(tmp_path, adapted)
    with pytest.raises(SeedFileError, match=said) as caught:
        bring(db, chosen, issuing, now)
    assert any(mistake.line == line and said in str(mistake) for mistake in caught.value.mistakes), caught.value
    with db.read() as session:
        assert wallet.documents_of(session, "subject-lan") == []


def test_all_mistakes_are_told_at_once(db: Database, issuing: Issuing, tmp_path: Path, now: datetime) -> None:
    text = OWN_DOCUMENT.replace('"an"', '"minh"').replace('"80%"', "80").replace("primary_facility", "facility")
    with pytest.raises(SeedFileError) as caught:
        bring(db, own_file(tmp_path, text), issuing, now)
    assert len(caught.value.mistakes) == 3
