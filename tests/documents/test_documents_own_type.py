"""A new type is one new file: nothing else is edited, and it is issued, shown, presented, verified and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from issuing_support import HOLDER, PROVIDER, RecordedAudit, jwt_part, trust
from presentation_place import Place, make_place
from relying_party import Verifier

from demo_client.background import Background, Patience
from demo_client.type_names import TypeNames
from idp import pki, trust_list, type_files
from idp.app import create_app
from idp.cli.main import main
from idp.cli.provision import provision
from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.documents import status, type_metadata, wallet
from idp.documents.document import Document, DocumentStatus
from idp.documents.document_types import document_types
from idp.documents.issuance import Issuing
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.errors import Revoked
from idp.documents.verifier.key_binding import ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.verify import verify
from idp.oauth.clients import relying_party
from idp.seed import loader
from idp.seed.documents import seed_documents
from idp.seed.entries import Personas
from idp.seed.mistakes import SeedFileError
from idp.type_files import DocumentTypeError

VCT = "urn:vn-mock:fishing-licence:1"
COMMON = "".join(
    f'[[claim]]\npath = "{path}"\nkind = "{kind}"\nlabel = {{ vi = "{vi}", en = "{en}" }}\n'
    f'group = "{group}"\nmandatory = true\nsd = "{sd}"\n\n'
    for path, kind, vi, en, group, sd in (
        ("document_number", "text", "Số giấy phép", "Licence number", "document", "never"),
        ("date_of_issuance", "date", "Ngày cấp", "Date of issue", "document", "never"),
        ("issuing_authority", "text", "Cơ quan cấp", "Issuing authority", "document", "never"),
        ("personal_id_number", "id_number", "Số định danh cá nhân", "Personal number", "person", "always"),
        ("full_name", "text", "Họ, chữ đệm và tên", "Full name", "person", "always"),
        ("birthdate", "date", "Ngày sinh", "Date of birth", "person", "always"),
    )
)
FILE = """
vct = "urn:vn-mock:fishing-licence:1"
name = { vi = "Giấy phép khai thác thủy sản", en = "Fishing licence" }
description = { vi = "Vùng và nghề được khai thác.", en = "Where and how one may fish." }
issued_by = ["fishery-office"]
category = "property"
validity_months = 60
number_claim = "document_number"

[issuer.fishery-office]
uri = "https://fishery-office.vn-mock.example"
name = { vi = "Chi cục Thủy sản (MÔ PHỎNG)", en = "Fishery Office (MOCK)" }

[groups]
document = { vi = "Giấy tờ", en = "Document" }
person = { vi = "Người được cấp", en = "Licensee" }
waters = { vi = "Vùng khai thác", en = "Waters" }

{COMMON}
[[claim]]
path = "lake"
label = { vi = "Hồ được khai thác", en = "Lake" }
sd = "always"
group = "waters"
mandatory = true

[[document]]
persona = "lan"
number = "MP-TS-1"
issued_days_ago = 30
lake = "Biển Hồ (mô phỏng)"
""".replace("{COMMON}", COMMON)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of the user's own types, with one file in it."""
    made = tmp_path / "types"
    made.mkdir()
    (made / "fishing-licence.toml").write_text(FILE, encoding="utf-8")
    yield made
    type_files.use(None)


@pytest.fixture
def place(
    folder: Path, db: Database, clock: FixedClock, issuing: Issuing, verifier: Verifier, audit: RecordedAudit,
    keys_dir: Path, now: datetime,
) -> Place:  # fmt: skip
    """The wallet as it starts with that file: the issuer has got a certificate, Lan her licence."""
    type_files.use(folder)
    pki.init(keys_dir, now)
    lan = next(one for one in loader.load(None, now.date()).personas if one.id == "lan")
    with db.begin() as session:
        seed_documents(session, Personas((lan,)), {"lan": HOLDER}, issuing, now)
    made = make_place(db, clock, issuing, verifier, audit, keys_dir)
    made.registry.parties["demo-portal"] = verifier.party(document_types=frozenset({VCT}))
    return made


def licence(place: Place) -> Document:
    with place.db.read() as session:
        return next(one for one in wallet.documents_of(session, HOLDER) if one.vct == VCT)


def lists(place: Place, keys_dir: Path, document: Document) -> StatusLists:
    uri = jwt_part(document.sd_jwt, 1)["status"]["status_list"]["uri"]
    with place.db.read() as session:
        token = StatusTokens(place.issuing.issuers, PROVIDER, keys_dir).token(
            session, "fishery-office", 1, place.clock.now()
        )
    assert token is not None
    return StatusLists({uri: token.text})


def test_one_file_is_the_whole_of_it(place: Place, keys_dir: Path, now: datetime) -> None:
    """Issued, shown in the wallet, presented over OpenID4VP, verified, and revoked."""
    document = licence(place)
    page = _unlocked(place).get("/wallet?lang=en").text
    assert 'data-testid="document-fishing-licence"' in page
    assert "Fishing licence" in page
    assert "Fishery Office (MOCK)" in page
    one = _unlocked(place).get(f"/wallet/documents/{document.id}").text
    assert "Hồ được khai thác" in one
    assert "Biển Hồ (mô phỏng)" in one

    place.verifier.answers.claims["dcql_query"] = {"credentials": [{
        "id": "licence", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]},
        "claims": [{"path": ["personal_id_number"]}, {"path": ["lake"]}],
    }]}  # fmt: skip
    browser = place.browser().open()
    assert "Giấy phép khai thác thủy sản" in browser.words
    assert "Hồ được khai thác" in browser.words
    browser.approve()
    (answer,) = browser.sent()
    (presentation,) = answer["vp_token"]["licence"]

    trusted, binding = trust(keys_dir, now), ExpectedKeyBinding("demo-portal", "n" * 43, timedelta(minutes=5))
    found = verify(
        presentation, trust=trusted, now=now, key_binding=binding, person="065190000101", vct=[VCT],
        status=lists(place, keys_dir, document),
    )  # fmt: skip
    assert found.answers.good
    assert found.claims["lake"] == "Biển Hồ (mô phỏng)"
    assert "full_name" not in found.claims
    assert found.issuer.name_en == "Fishery Office (MOCK)"

    with place.db.begin() as session:
        status.set_status(session, place.audit, document.id, DocumentStatus.REVOKED, now, "test")
    with pytest.raises(Revoked):
        verify(presentation, trust=trusted, now=now, key_binding=binding, status=lists(place, keys_dir, document))


def _unlocked(place: Place) -> FlaskClient:
    browser = place.browser()
    browser.path = "/wallet"
    browser.page = browser.client.get("/wallet/unlock").text
    browser.post("unlock", passcode="246810")
    return browser.client


def test_only_its_own_issuer_may_sign_it(place: Place) -> None:
    """And that one nothing else."""
    profiles = pki.issuer_profiles()
    assert profiles["fishery-office"].vct == frozenset({VCT})
    assert all(VCT not in profile.vct for name, profile in profiles.items() if name != "fishery-office")


def test_the_portal_and_the_verifier_have_names_for_it(
    place: Place, keys_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """From its type metadata: no word of it is theirs."""

    class Source:
        def get(self, url: str, _media_type: str) -> str:
            return type_metadata.document_bytes(url.rpartition("/")[2]).decode()

    names = TypeNames(Background(Source()), PROVIDER, place.clock, patience=Patience(glance=timedelta(minutes=1)))
    assert str(names.of_type(VCT, "vi")).startswith("Giấy phép khai thác thủy sản")
    assert names.of_field(VCT, ("lake",), "en", type_metadata.integrity(VCT)) == "Lake"

    document = licence(place)
    trust_list.current(keys_dir, PROVIDER, place.clock.now())
    lists(place, keys_dir, document)
    file = keys_dir / "licence.sd-jwt"
    file.write_text(document.sd_jwt, encoding="ascii")
    monkeypatch.setenv("IDP_KEYS_DIR", str(keys_dir))
    monkeypatch.setenv("IDP_DOCUMENT_TYPES_DIR", str(folder))
    assert main(["verify", str(file), "--lang", "en", "--at", place.clock.now().isoformat()]) == 0
    printed = capsys.readouterr().out
    assert "Fishing licence" in printed
    assert "Lake: Biển Hồ (mô phỏng)" in printed


def test_a_start_takes_it_in_and_one_without_it_leaves_it_out(
    folder: Path, tmp_path: Path, config: Config, clock: FixedClock
) -> None:
    """The portal may ask for it at once; when the file is gone, the wallet opens without it and nothing breaks."""
    own = replace(config, document_types_dir=folder)
    provision(own, clock)
    app = create_app(own, clock)
    client = app.test_client()
    assert client.get(f"/type-metadata/{VCT}").status_code == 200
    with app.extensions["mock_vneid_db"].read() as session:
        party = relying_party(session, "demo-portal")
        assert party is not None
        assert VCT in party.document_types
    served = client.get("/trust-list").text
    assert VCT in json.dumps(jwt_part(served, 1))
    provision(config, clock)
    again = create_app(config, clock)
    assert again.test_client().get(f"/type-metadata/{VCT}").status_code == 404
    for made in (app, again):
        made.extensions["mock_vneid_db"].dispose()
    assert VCT not in document_types().vcts


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["fishery-office"]', '["nobody"]', "no issuer 'nobody'"),
        (f'vct = "{VCT}"', 'vct = "urn:vn-mock:pid:1"', "another type has this name or the vct"),
        ('category = "property"', 'category = "fish"', "fishing-licence.toml.*category 'fish'; known are identity"),
        ('number_claim = "document_number"', 'number_claim = "licence"', "number_claim 'licence' is no claim"),
        ("validity_months = 60", "", "validity_days"),
        ('issued_by = ["fishery-office"]', "", "issued_by"),
        ('[groups]', '[groups', "fishing-licence.toml"),
        ('kind = "date"', 'kind = "day"', "unknown kind"),
        ('uri = "https://fishery-office.vn-mock.example"', "", "fishing-licence.toml: 'uri'"),
    ],
)  # fmt: skip
def test_a_mistake_stops_the_start_and_is_named(folder: Path, old: str, new: str, said: str) -> None:
    """At once, and not when the type is first used."""
    assert old in FILE
    (folder / "fishing-licence.toml").write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DocumentTypeError, match=said):
        _start_with(folder)


def _start_with(folder: Path) -> None:
    type_files.use(folder)
    document_types()
    pki.issuer_profiles()


def test_a_folder_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2 and the folder's name; nothing is started with half of what was asked for."""
    monkeypatch.setenv("IDP_DOCUMENT_TYPES_DIR", str(tmp_path / "nowhere"))
    assert main(["personas"]) == 2
    assert "nowhere is no folder of document types" in capsys.readouterr().err


def test_a_document_of_nobody_is_told_with_its_line(
    folder: Path, db: Database, issuing: Issuing, keys_dir: Path, now: datetime
) -> None:
    """The file of the type is a seed file as well, with the same care for mistakes."""
    wrong = FILE.replace('persona = "lan"', 'persona = "nobody"')
    (folder / "fishing-licence.toml").write_text(wrong, encoding="utf-8")
    type_files.use(folder)
    pki.init(keys_dir, now)
    line = wrong.splitlines().index('persona = "nobody"') + 1
    with db.begin() as session, pytest.raises(SeedFileError, match=rf"fishing-licence.toml:{line}: .*no persona"):
        seed_documents(session, Personas(()), {}, issuing, now)
