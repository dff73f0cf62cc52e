"""The issuers' desk in the whole provider: who may issue what to whom, what is refused, and what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from issuing_steps import typed
from records_desk import Citizen, Desk, token_of
from werkzeug.test import TestResponse

from idp import pki
from idp.accounts.officers.roles import Action, allowed, office
from idp.audit import officers_store
from idp.clock import FixedClock
from idp.db import Database
from idp.documents import content, sample
from idp.documents.content_form import ContentForm, FormField, closed_up, read
from idp.documents.document_types import DocumentType, document_types
from idp.documents.sd_jwt.selecting import claims_of
from idp.seed import officers

MINH, CHILD, ISSUING = "065085000202", "065316000505", "/officer/issuing"
TAX = "tax-code"


@dataclass
class Issuer:
    """An officer of one issuer, with a person open."""

    desk: Desk

    @classmethod
    def of(cls, app: Flask, clock: FixedClock, login: str) -> Issuer:
        return cls(Desk.of(app, clock, login))

    def open(self, number: str = MINH, purpose: str = "document_issue", case: str = "21/2026/CAP") -> TestResponse:
        answer = self.desk.post(f"{ISSUING}/look-ups", ISSUING, number=number, purpose=purpose, case=case)
        self.desk.person = answer.headers.get("Location", "")
        return answer

    def issue(self, type_id: str, **more: str) -> TestResponse:
        fields = {**(filled(document_types().by_id(type_id)) if type_id in document_types().heads else {}), **more}
        return self.desk.act(f"types/{type_id}", **fields)


def filled(kind: DocumentType) -> dict[str, str]:
    return dict(typed(sample.content(kind, {})))


def test_issued_signed_and_recorded(app: Flask, db: Database, clock: FixedClock) -> None:
    """Who it is about comes from the register, whatever a form says; the officer, purpose and case are recorded."""
    officer, citizen = Issuer.of(app, clock, "thue"), Citizen.of(app, MINH)
    assert officer.open().status_code == 303
    forged = {"full_name": "Kẻ Khác", "personal_id_number": "065190000101", "issuing_authority": "Ai đó"}
    answer = officer.issue(TAX, **forged, date_of_issuance="2020-01-01")
    assert answer.status_code == 303, answer.text[-3000:]
    (document,) = citizen.documents()
    claims = claims_of(citizen.file(document))
    assert (claims["personal_id_number"], claims["date_of_issuance"]) == (MINH, "2026-11-24")
    assert claims["iss"] == "https://tax-office.vn-mock.example"
    assert not {"Kẻ Khác", "Ai đó"} & {str(value) for value in claims.values()}
    with db.read() as session:
        (entry,) = officers_store.newest(session, ["officer.document_issued"])
    assert (entry.details["purpose"], entry.details["case"]) == ("document_issue", "21/2026/CAP")
    assert entry.details["document"] == document
    revoked = officer.desk.act(f"documents/{document}", change="revoke.court_decision", confirmed="yes")
    assert revoked.status_code == 303
    again = officer.desk.act(f"documents/{document}", change="resume.verified")
    assert again.status_code == 409


def test_nobody_issues_for_another(app: Flask, db: Database, clock: FixedClock) -> None:
    """Neither another issuer's types or documents, nor what is issued on a request only, nor without the role."""
    assert app.test_client().get(ISSUING).headers["Location"] == "/officer/sign-in"
    assert Desk.of(app, clock, "can-bo").client.get(ISSUING).status_code == 403
    tax, police = Issuer.of(app, clock, "thue"), Issuer.of(app, clock, "ly-lich")
    assert tax.desk.client.get("/officer/documents").status_code == 403
    assert tax.desk.client.get("/officer/").headers["Location"] == ISSUING
    tax.open()
    police.open()
    for officer, type_id in (
        (tax, "residence"), (police, "judicial-record-1"), (police, "judicial-record-2"), (police, TAX), (tax, "no"),
    ):  # fmt: skip
        assert officer.issue(type_id).status_code == 404
        assert officer.desk.client.get(f"{officer.desk.person}/types/{type_id}").status_code == 404
    for desk, link in (("/officer/documents", "to-issuing-desk"), (ISSUING, "to-requests-desk")):
        assert f'data-testid="{link}"' in police.desk.client.get(desk).text
    assert "to-requests-desk" not in tax.desk.client.get(ISSUING).text
    assert police.issue("residence").status_code == 303
    (document,) = Citizen.of(app, MINH).documents()
    assert police.desk.act(f"documents/{document}", change="amend.record_changed").status_code == 400
    for answer in ({}, {"confirmed": "yes"}):
        assert tax.desk.act(f"documents/{document}", change="revoke.court_decision", **answer).status_code == 409
        assert police.desk.act(f"documents/{document}", change="revoke.gossip", **answer).status_code == 400
    with db.read() as session:
        assert {entry.details["action"] for entry in officers_store.newest(session, ["officer.refused"])} == {
            "issue_documents", "keep_records",
        }  # fmt: skip


def test_nothing_without_purpose_and_case(app: Flask, clock: FixedClock) -> None:
    """Nor after half an hour, in another officer's look-up, or without the session's token."""
    officer = Issuer.of(app, clock, "thue")
    unsaid = officer.open(case="")
    assert unsaid.status_code == 400
    assert f'value="{MINH}"' in unsaid.text  # nothing typed is lost
    assert '<option value="document_issue" selected>' in unsaid.text
    assert officer.open(purpose="gossip").status_code == 400
    assert officer.open(number="065000000000").status_code == 404
    officer.open()
    assert officer.desk.client.post(f"{officer.desk.person}/types/{TAX}").status_code == 400
    other = Desk.of(app, clock, "noi-vu")
    assert other.client.get(officer.desk.person).status_code == 404
    clock.instant += timedelta(minutes=31)
    late = Desk.of(app, clock, "thue").client
    token = token_of(late.get(ISSUING))
    form = {**filled(document_types().by_id(TAX)), "csrf_token": token}
    assert late.post(f"{officer.desk.person}/types/{TAX}", data=form).status_code == 404
    assert Citizen.of(app, MINH).documents() == []


def test_what_does_not_fit_is_marked_and_kept(app: Flask, clock: FixedClock) -> None:
    """One wrong field: said beside it, and nothing that was typed is lost; nothing is issued."""
    officer = Issuer.of(app, clock, "ly-lich")
    officer.open()
    wrong = {"household_members[0].birthdate": "ngày xưa", "household_members[0].full_name": "<b>"}
    page = officer.issue("residence", **wrong)
    assert page.status_code == 400
    assert 'data-testid="problem-content"' in page.text
    assert 'value="&lt;b&gt;"' in page.text
    assert page.text.count("field-wrong") >= 1
    assert 'href="#household_members[0].birthdate"' in page.text  # the summary leads to the field
    more = officer.issue("residence", more="household_members")
    assert 'name="household_members[1].full_name"' in more.text
    assert Citizen.of(app, MINH).documents() == []


@pytest.mark.parametrize("kind", list(document_types()), ids=lambda kind: kind.id)
def test_a_form_says_all_that_a_type_has(kind: DocumentType) -> None:
    """Each claim has a field, and what is typed into them reads back as the content it was."""
    said = sample.content(kind, {})
    form = ContentForm(kind, "vi", filled(kind))
    names = {name for _, fields in form.groups() for field in fields for name in _names(field)}
    assert names >= set(filled(kind)) | {claim.name for claim in kind.children(())}
    found = read(kind, filled(kind))
    content.check(kind, {**found, "date_of_issuance": "2026-03-05", "birthdate": "1990-03-14"})
    assert {name: found[name] for name in said if said[name] != []} == {
        name: value for name, value in said.items() if value != []
    }
    assert read(kind, {}).keys() <= {claim.name for claim in kind.children(()) if claim.mandatory}


def test_an_empty_entry_between_others_is_closed_up() -> None:
    """The form shows the entries as they are read: a refusal names the right one, and nothing typed is lost."""
    typed_in = {
        "a": "1",
        "l[0].x": "one",
        "l[1].x": " ",
        "l[2].x": "three",
        "l[2].deep[1].y": "in",
        "l[2].deep[0].y": "",
    }
    assert closed_up(typed_in) == {"a": "1", "l[0].x": "one", "l[1].x": "three", "l[1].deep[0].y": "in"}


def test_each_fault_is_led_to() -> None:
    """In the order of the form, with the entry's place; what only the register can mend leads nowhere."""
    kind = document_types().by_id("residence")
    typed_in = {"household_members[0].full_name": "A", "household_members[1].full_name": "B"}
    wrong = {"household_members[1].birthdate", "household_head.full_name", "full_name"}
    found = ContentForm(kind, "en", typed_in, frozenset({"full_name"}), wrong).faults()
    assert [(fault.name, fault.labels[0], fault.empty) for fault in found] == [
        ("household_head.full_name", "Head of household", True),
        ("household_members[1].birthdate", "Other members 2", True),
        ("", "Full name", False),
    ]


def test_each_demo_issuer_has_an_officer() -> None:
    """Whatever may be signed in the demo, somebody can issue there."""
    desks = {
        office(one.office).issuer
        for one in officers.load()
        if Action.ISSUE_DOCUMENTS in allowed(one.role, one.office)
    }
    assert desks >= set(pki.issuer_profiles())


def _names(field: FormField) -> set[str]:
    inner = [*field.parts, *(part for parts in field.entries for part in parts)]
    return {field.name, *(name for part in inner for name in _names(part))}
