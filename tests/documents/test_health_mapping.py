"""docs/documents.md says which field of a health record goes where; here that is held to what the code reads."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from health_support import FACILITIES, PUBLISHED, data, issue_all, published
from issuing_support import PROVIDER, RecordedAudit

from idp.db import Database
from idp.documents.document_types import document_types, parse_path
from idp.documents.health import ips_reading, ips_writing
from idp.documents.health.insurance_mapping import MAP, TABLES
from idp.documents.issuance import Issuing
from idp.documents.issuers import Issuers
from idp.encryption import AtRest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")


def part(name: str) -> str:
    return PAGE.partition(f"<!-- {name} -->")[2].partition("<!-- end -->")[0]


def rows(name: str) -> list[tuple[str, str]]:
    return re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", part(name), flags=re.MULTILINE)


def test_the_insurance_table() -> None:
    """Row for row the code's own, in its order of precedence."""
    assert rows("xml") == list(MAP.items())
    assert {path.partition(".")[0] for path in MAP} <= TABLES.keys()


@pytest.mark.parametrize("name", ["fhir", "xml"])
def test_every_field_is_one_of_ours(name: str) -> None:
    for _path, field in rows(name):
        kind = document_types().by_id("health-encounter" if field.startswith("encounter.") else "health-book")
        assert kind.claim(parse_path(field.removeprefix("encounter."))) is not None, field


def test_the_fhir_table(db: Database, keys_dir: Path, at_rest: AtRest, now: datetime) -> None:
    """Nothing is read that the page does not name, and it names nothing that is not read."""
    issuing = Issuing(Issuers(keys_dir), at_rest, RecordedAudit(), PROVIDER)
    with db.begin() as session:
        exported = ips_writing.write(issue_all(session, issuing, now), issuing.issuers.profiles, now).text
    read: set[str] = set()
    for summary in (exported.encode(), *(data(published(name)) for name in PUBLISHED)):
        read |= ips_reading.read_with_paths(summary, FACILITIES)[1]
    mapped, tied = {path for path, _field in rows("fhir")}, set(re.findall(r"`([^`]+)`", part("ties")))
    assert not mapped & tied
    assert {path for path in read if "." in path} == mapped | tied


def test_the_hospitals_of_the_page() -> None:
    listed = re.findall(r"^\| `(hospital-[a-z-]+)` \| (\d{5}) \|", PAGE, flags=re.MULTILINE)
    assert dict(listed) == {one.id: one.facility for one in FACILITIES.profiles.values() if one.facility}
