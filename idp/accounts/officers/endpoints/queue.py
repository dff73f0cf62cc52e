"""The applications that wait, opening a person, requests for a second officer, and the auditor's view."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts.applications import deadlines
from idp.accounts.applications import store as applications
from idp.accounts.my_account.wording import Wording
from idp.accounts.officers import roles, store
from idp.accounts.officers.acts import Acts, FourEyes
from idp.accounts.officers.endpoints.desk import Desk
from idp.accounts.officers.looking_up import LookUps, NoPurpose
from idp.accounts.officers.organisations import OrganisationLookUps, queued
from idp.accounts.officers.roles import Action
from idp.accounts.officers.signing_in import Present
from idp.accounts.organisations.applications import Applications
from idp.accounts.organisations.endpoints.pages import NUMBER
from idp.accounts.organisations.ports import OfficerQueue
from idp.accounts.states import CannotLock, CannotUnlock

AUDITED = (
    "officer.signed_in", "officer.sign_in_refused", "officer.looked_up", "officer.refused", "officer.lock_asked",
    "officer.unlock_asked", "officer.lock_request_refused", "officer.unlock_request_refused", "account.locked",
    "account.unlocked", "application.approved", "application.refused", "activation.code_sent",
    "officer.organisation_looked_up", "organisation.application_approved", "organisation.application_refused",
    "client.registered", "client.changed", "client.secret_renewed", "client.disabled", "client.enabled",
    "client.removed", "client.token_made", "client.token_ended", "officer.documents_read", "officer.document_changed",
    "officer.document_issued",
    "document.request_issued", "document.request_refused", "judicial_record.cleared",
)  # fmt: skip
SHOWN = 200


def register(blueprint: Blueprint, desk: Desk) -> None:
    pages = QueuePages(desk)
    see, look = desk.needs(Action.SEE_QUEUE), desk.needs(Action.LOOK_UP)
    decide, audit = desk.needs(Action.DECIDE_AUTHORITY_LOCK), desk.needs(Action.READ_AUDIT)
    blueprint.add_url_rule("/queue", "queue", see(pages.queue), methods=["GET"])
    blueprint.add_url_rule("/look-up", "look_up", look(pages.form), methods=["GET"])
    blueprint.add_url_rule("/look-up", "look_up_submit", look(pages.look_up), methods=["POST"])
    blueprint.add_url_rule("/requests/<request_id>", "decide_request", decide(pages.decide), methods=["POST"])
    blueprint.add_url_rule("/audit", "audit", audit(pages.audit), methods=["GET"])


class QueuePages:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.look_ups, self.acts = desk, LookUps(desk.services), Acts(desk.services)
        self.organisations = OrganisationLookUps(desk.services)
        self.waiting: OfficerQueue = Applications(desk.services.audit, automatic=False)

    def queue(self, officer: Present, error: str = "", status: int = HTTPStatus.OK) -> Response:
        """No names and no numbers here: whose application it is takes a look-up."""
        now = self.desk.now()
        with self.desk.db.read() as session:
            rows = [(row, deadlines.overdue(row.due_on, now)) for row in applications.open_applications(session)]
            organisations = queued(session, self.waiting, now)
            requests = store.open_requests(session)
            names = store.names(session)
        return self.desk.render(
            "officer/queue.html", status, rows=rows, organisations=organisations, requests=requests, names=names,
            error=error, purposes=self._purposes(),
        )  # fmt: skip

    def form(self, officer: Present) -> Response:
        return self._form()

    def look_up(self, officer: Present) -> Response:
        number, receipt = request.form.get("number", "").replace(" ", "")[:20], request.form.get("receipt", "")[:24]
        application = request.form.get("application", "")[:32]
        told = (request.form.get("purpose", ""), request.form.get("case", "")[:60])
        now = self.desk.now()
        try:
            with self.desk.db.begin() as session:
                of_organisation = bool(application) or NUMBER.fullmatch(number) is not None
                if application:
                    found = self.organisations.open_by_application(session, officer, application, *told, now)
                elif of_organisation:
                    found = self.organisations.open_by_number(session, officer, number, *told, now)
                elif receipt:
                    found = self.look_ups.open_by_receipt(session, officer, receipt, *told, now)
                else:
                    found = self.look_ups.open_by_number(session, officer, number, *told, now)
        except NoPurpose:
            return self._form(number, "no_purpose", HTTPStatus.BAD_REQUEST)
        if found is None:
            return self._form(number, "nobody", HTTPStatus.NOT_FOUND)
        page = "officer.organisation" if of_organisation else "officer.person"
        return self.desk.web.redirect(url_for(page, look_up_id=found))

    def decide(self, officer: Present, request_id: str) -> Response:
        approve = request.form.get("decision") == "approve"
        try:
            with self.desk.db.begin() as session:
                self.acts.decide(session, officer, request_id, approve, self.desk.now())
        except FourEyes:
            return self.queue(officer, "four_eyes", HTTPStatus.CONFLICT)
        except (CannotLock, CannotUnlock):
            return self.queue(officer, "not_now", HTTPStatus.CONFLICT)
        return self.desk.web.redirect(url_for("officer.queue"))

    def audit(self, officer: Present) -> Response:
        """Read only, and without anybody's name: the auditor watches officers, not citizens."""
        with self.desk.db.read() as session:
            entries = self.desk.services.trail.newest(session, AUDITED, SHOWN)
            names = store.names(session)
        words = Wording(self.desk.web.catalogue, {}, self.desk.web.language()).words
        return self.desk.render(
            "officer/audit.html", entries=entries, names=names, purposes=roles.purposes(), words=words
        )

    def _form(self, number: str = "", error: str = "", status: int = HTTPStatus.OK) -> Response:
        return self.desk.render(
            "officer/look_up.html", status, number=number, error=error, typed=request.form,
            purposes=self._purposes(),
        )  # fmt: skip

    def _purposes(self) -> list[tuple[str, str]]:
        lang = self.desk.web.language()
        return [(key, name[lang]) for key, name in roles.purposes().items()]
