"""My activity: mine alone, five years of it, found by what the page shows, taken along as harmless files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from account_home import Citizen, citizen, events_of, service
from flask import Flask

import idp
from idp.accounts.my_account import activity
from idp.accounts.my_account.activity import PAGE, BadPeriod, folded, kept_since, kind_of, read_filter
from idp.accounts.my_account.export import BYTE_ORDER_MARK, harmless
from idp.accounts.my_account.wording import Wording
from idp.accounts.officers import roles
from idp.audit import events
from idp.audit.store import AuditLog
from idp.clock import FixedClock
from idp.i18n import Catalogue

LOOK_UP = {"officer": "o1", "role": "registration", "purpose": "complaint", "case": "HS-2026/0042"}


@pytest.fixture
def lan(app: Flask) -> Citizen:
    return citizen(app).sign_in()


def note(someone: Citizen, event: str, at: datetime, details: Mapping[str, object], count: int = 1) -> None:
    with someone.db.begin() as session:
        for _ in range(count):
            AuditLog(b"k" * 32).record(
                session, event=event, subject=someone.subject, client_id=None, details=details, now=at
            )


def found(someone: Citizen, query: str = "") -> list[str]:
    """Kinds of the lines on the page."""
    page = someone.get(f"/account/activity?{query}")
    assert page.status_code == 200, page.text
    return re.findall(r'<li data-testid="activity-([a-z-]+)"', page.text)


def test_nobody_elses(app: Flask, clock: FixedClock, lan: Citizen) -> None:
    """Not on the page, and in neither file."""
    minh = citizen(app, "minh").sign_in()
    note(minh, "phone.device_bound", clock.now(), {"name": "Máy của Minh"})
    for path in ("/account/activity", "/account/activity/export.csv", "/account/activity/export.json"):
        assert "Máy của Minh" not in lan.get(path).text
        assert "Máy của Minh" in minh.get(path).text


@pytest.mark.parametrize(("lang", "words"), [("vi", "Giải quyết khiếu nại"), ("en", "Complaint of the holder")])
def test_each_look_up_by_an_officer_is_shown(clock: FixedClock, lan: Citizen, lang: str, words: str) -> None:
    """Attack 18: with its purpose and its case number; what is for the operator alone is not."""
    note(lan, "officer.looked_up", clock.now(), {**LOOK_UP, "person": "internal-id"})
    page = lan.get(f"/account/activity?lang={lang}").text
    line = page.split('data-testid="activity-look-up"')[1].split("</li>")[0]
    assert words in line
    assert "HS-2026/0042" in line
    assert "internal-id" not in page
    assert found(lan, "kind=look_up") == ["look-up"]


class Names:
    """What the wallet calls its documents."""

    def of_type(self, vct: str) -> Mapping[str, str] | None:
        return {"vi": f"Giấy {vct[-1]}", "en": f"Paper {vct[-1]}"} if vct.startswith("urn:") else None

    def of_issuer(self, issuer_id: str) -> Mapping[str, str] | None:
        return {"vi": "Bệnh viện", "en": "Hospital"} if issuer_id == "h" else None


#: What the record holds of an event, and what is told of it in English: which document, and nothing from it.
DOCUMENTS: list[tuple[dict[str, object], list[tuple[str, str]]]] = [
    ({"document": "id", "vct": "urn:1", "issuer": "h"}, [("Document", "Paper 1"), ("Issued by", "Hospital")]),
    ({"vct": "urn:1", "issuer": "gone"}, [("Document", "Paper 1")]),
    ({"vct": "gone"}, []),
    ({"issuer": "h"}, []),
    ({"documents": [{"vct": "urn:1", "fields": [["sex"]]}, {"vct": "urn:2"}, {"vct": "urn:1"}, {"vct": "asked"}]},
     [("Document", "Paper 1; Paper 2")]),
    ({"documents": 3, "format": "ips"}, [("Format", "ips")]),
    ({"documents": "x"}, []),
    ({"vct": "urn:1", "status": "revoked", "reason": "issued_in_error"},
     [("Document", "Paper 1"), ("State since", "Revoked"), ("Reason", "issued in error")]),
    ({"vct": "urn:1", "change": "amend", "reason": "her own words"},
     [("Document", "Paper 1"), ("What was done", "Issue anew"), ("Reason", "her own words")]),
]  # fmt: skip


def told(lang: str, details: dict[str, object]) -> list[tuple[str, str]]:
    catalogue = Catalogue.load(Path(idp.__file__).parent / "translations")
    wording = Wording(catalogue, {"document.status": {"vi": "a", "en": "b"}}, lang, {}, Names())
    event = SimpleNamespace(id=1, at=datetime.now(UTC), event="document.status", client_id=None, details=details)
    return [(fact.label, fact.value) for fact in wording.line(event, "document", {}).facts]


def test_which_document_an_entry_is_about() -> None:
    """By its type and issuer, each once; none of its fields, and nothing of a type that nobody here knows."""
    for details, words in DOCUMENTS:
        assert told("en", details) == words
    assert told("vi", DOCUMENTS[0][0]) == [("Giấy tờ", "Giấy 1"), ("Cơ quan cấp", "Bệnh viện")]


def test_search_finds_what_is_shown(clock: FixedClock, lan: Citizen) -> None:
    """Words of the page, without marks and in any case; %, _ and \\ stand for themselves."""
    note(lan, "phone.device_bound", clock.now(), {"name": "Máy Đỏ 100%"})
    note(lan, "officer.looked_up", clock.now(), LOOK_UP)
    assert found(lan, "q=may+do") == ["device"]
    assert found(lan, "q=MÁY+ĐỎ&kind=device") == ["device"]
    assert found(lan, "q=hs-2026/0042") == ["look-up"]
    assert found(lan, "q=100%25") == ["device"]
    for nothing in ("q=100_", "q=%25%25", "q=khong-co-gi", "q=may+do&kind=look_up", "q=%5C"):
        assert found(lan, nothing) == [], nothing
    assert "&lt;script&gt;" in lan.get("/account/activity?q=<script>").text


def test_a_service_is_found_by_its_name(app: Flask, clock: FixedClock, lan: Citizen) -> None:
    service(app, clock).link(lan)
    assert "service" in found(lan, "q=dich+vu+rp")


def test_the_period_counts_both_days_in(clock: FixedClock, lan: Citizen) -> None:
    """Days are Vietnam's: 23:30 there is another day in UTC."""
    late = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)
    note(lan, "officer.looked_up", late, LOOK_UP)
    assert found(lan, "since=2026-11-10&until=2026-11-10") == ["look-up"]
    assert found(lan, "until=2026-11-09") == []
    assert "look-up" not in found(lan, "since=2026-11-11")


def test_nothing_older_than_five_years(clock: FixedClock, lan: Citizen) -> None:
    """Decree 69 art. 28; a longer period asked for shows no more."""
    note(lan, "officer.looked_up", clock.now() - timedelta(days=5 * 366), LOOK_UP)
    assert "look-up" not in found(lan, "since=2001-01-01")
    assert kept_since(datetime(2028, 2, 29, tzinfo=UTC)).isoformat() == "2023-02-28"


@pytest.mark.parametrize(
    "wrong", ["since=gestern", "until=2026-13-01", "since=2026-02-01&until=2026-01-01", "since=0001-01-01"]
)
def test_a_period_that_is_none_is_said(lan: Citizen, wrong: str) -> None:
    answer = lan.get(f"/account/activity?{wrong}")
    assert answer.status_code == 400
    assert "field-error" in answer.text
    assert lan.get(f"/account/activity/export.csv?{wrong}").status_code == 400


def test_paging_shows_everything_once(clock: FixedClock, lan: Citizen) -> None:
    """Page by page, the search kept; an end that is said."""
    note(lan, "officer.looked_up", clock.now(), LOOK_UP, count=2 * PAGE + 1)
    path, sizes = "/account/activity?kind=look_up", []
    while path:
        page = lan.get(path).text
        sizes.append(page.count('<li data-testid="activity-look-up"'))
        older = re.search(r'href="([^"]+)" data-testid="activity-older"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert sizes == [PAGE, PAGE, 1]
    for before in ("1", "0", "-1", "x", "9" * 30, "²"):
        assert lan.get(f"/account/activity?before={before}").status_code == 200


def test_reading_goes_on_beyond_one_batch(clock: FixedClock, lan: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "BATCH", 3)
    note(lan, "phone.device_bound", clock.now(), {"name": "Máy cũ"})
    note(lan, "officer.looked_up", clock.now(), LOOK_UP, count=7)
    assert found(lan, "q=may+cu") == ["device"]
    assert len(found(lan, "kind=look_up")) == 7


# --- files -----------------------------------------------------------------------------------------------
def test_csv_is_no_formula(clock: FixedClock, lan: Citizen) -> None:
    """A spreadsheet reads the Vietnamese letters (BOM), and runs nothing that somebody wrote into a name."""
    note(lan, "phone.device_bound", clock.now(), {"name": '=HYPERLINK("http://x"), "a'})
    answer = lan.get("/account/activity/export.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mock-vneid-activity.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.reader(io.StringIO(answer.text[1:], newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any("HYPERLINK" in cell for row in rows for cell in row)
    assert all(row[-1] == "MÔ PHỎNG / MOCK" for row in rows[1:])


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "|x"])
def test_cells_that_look_like_a_formula_are_text(cell: str) -> None:
    """OWASP, CSV Injection."""
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"a{cell}") == f"a{cell}"


def test_json_has_the_same(clock: FixedClock, lan: Citizen) -> None:
    """The filter holds, the instants carry their zone, and the export itself is recorded."""
    note(lan, "officer.looked_up", clock.now(), LOOK_UP)
    body = json.loads(lan.get("/account/activity/export.json?kind=look_up&lang=en").text)
    (entry,) = body["entries"]
    assert entry["at"] == "2026-11-24T09:00:00+07:00"
    assert entry["details"]["case"] == "HS-2026/0042"
    assert body["mock"] == "MÔ PHỎNG / MOCK"
    assert events_of(lan)[0] == ("account.activity_exported", {"format": "json", "address": "127.0.0.1"})
    assert lan.get("/account/activity/export?kind=look_up").text.count("kind=look_up") >= 2


def test_an_export_is_no_download_for_one_factor(app: Flask) -> None:
    """After the missing factor comes the page, with the filter as it was: a download would leave her nowhere."""
    lan = citizen(app).sign_in(level=1)
    asked = lan.get("/account/activity/export.csv?kind=account").headers["Location"]
    assert lan.give_passcode(asked).headers["Location"] == "/account/activity/export?kind=account"


# --- words -----------------------------------------------------------------------------------------------
def test_every_event_that_a_holder_sees_has_a_kind() -> None:
    """A look-up is never among anything else."""
    kinds = {event: kind_of(event) for event in events.seen_by("holder")}
    assert set(kinds.values()) <= set(activity.kinds())
    assert kinds["officer.looked_up"] == "look_up"
    assert kinds["oauth.consent_withdrawn"] == "service"


def test_every_purpose_is_told_in_words(clock: FixedClock, lan: Citizen) -> None:
    for purpose, names in roles.purposes().items():
        note(lan, "officer.looked_up", clock.now(), {**LOOK_UP, "purpose": purpose})
        assert names["vi"] in lan.get("/account/activity").text


def test_the_filter_as_typed() -> None:
    wanted = read_filter("  x " + "y" * 200, "nonsense", "", "2026-01-31")
    assert (len(wanted.text), wanted.kind, str(wanted.until)) == (100, "", "2026-01-31")
    with pytest.raises(BadPeriod):
        read_filter("", "", "31/01/2026", "")
    assert folded("Đăng NHẬP") == "dang nhap"


def test_the_end_of_time(lan: Citizen) -> None:
    """The last day that there is has no day after it."""
    assert found(lan, "until=9999-12-31")


def test_details_are_text(lan: Citizen, clock: FixedClock) -> None:
    note(lan, "phone.device_bound", clock.now(), {"name": "<b>x</b>", "count": 3, "reason": None, "state": {"a": 1}})
    page = lan.get("/account/activity").text
    assert "&lt;b&gt;x&lt;/b&gt;" in page
