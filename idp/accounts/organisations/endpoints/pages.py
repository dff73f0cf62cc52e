"""My organisations: apply for an account, activate it, authorise staff and end that (Decree 69/2024 art. 12)."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp import acr
from idp.accounts.organisations import overview
from idp.accounts.organisations import staff as staff_rules
from idp.accounts.organisations.applications import Applications
from idp.accounts.organisations.endpoints.personal import personal_only
from idp.accounts.organisations.mandates import Mandate, Role
from idp.accounts.organisations.staff import Result, Staff
from idp.accounts.ports import AccountServices
from idp.sessions import SignInRequest

TWO_FACTORS = acr.LEVELS[1].urn
NUMBER = re.compile(r"[0-9]{10}(-[0-9]{3})?")
STATE_KINDS = {"active": "valid", "issued": "info", "none": "neutral", "approved": "valid", "waiting": "info"}


def create_blueprint(services: AccountServices) -> Blueprint:
    """Blueprint "organisations"; every POST carries the CSRF token."""
    blueprint, pages = Blueprint("organisations", __name__, url_prefix="/organisations"), Pages(services)
    add = blueprint.add_url_rule
    add("", "index", pages.index, methods=["GET"])
    add("/apply", "apply", pages.apply, methods=["POST"])
    add("/<number>", "organisation", pages.organisation, methods=["GET"])
    add("/<number>/activate", "activate", pages.activate, methods=["POST"])
    add("/<number>/staff", "authorise", pages.authorise, methods=["POST"])
    add("/<number>/staff/<person_id>/end", "end_staff", pages.end_staff, methods=["POST"])
    return services.web.protect(personal_only(blueprint, services.web))


class Pages:
    def __init__(self, services: AccountServices) -> None:
        self.services, self.web = services, services.web
        self.applications = Applications(services.audit, automatic=services.config.demo)
        self.staff = Staff(services.audit, services.access)

    def index(self) -> Response:
        subject = self._subject()
        return subject if isinstance(subject, Response) else self._index(subject)

    def apply(self) -> Response:
        subject, now = self._subject(), self.services.clock.now()
        if isinstance(subject, Response):
            return subject
        number = request.form.get("number", "").replace(" ", "")
        if NUMBER.fullmatch(number) is None:
            return self._index(subject, HTTPStatus.BAD_REQUEST, number=number, wrong=True)
        with self.services.db.begin() as session:
            outcome = self.applications.apply(session, subject, number, now)
        if outcome.refusal is not None:
            key = f"organisations.refused.{outcome.refusal.value}"
            return self.web.problem(HTTPStatus.FORBIDDEN, key, code=outcome.refusal.value)
        return self.web.redirect(url_for("organisations.index"))

    def activate(self, number: str) -> Response:
        subject, now = self._subject(), self.services.clock.now()
        if isinstance(subject, Response):
            return subject
        with self.services.db.begin() as session:
            done = self.applications.activate(session, subject, number, now)
        return self.web.redirect(url_for("organisations.index")) if done else self._unknown()

    def organisation(self, number: str) -> Response:
        subject = self._subject()
        return subject if isinstance(subject, Response) else self._organisation(subject, number)

    def authorise(self, number: str) -> Response:
        """The number and the name of one person; both must fit."""
        subject, now = self._subject(), self.services.clock.now()
        if isinstance(subject, Response):
            return subject
        who = request.form.get("number", "").replace(" ", ""), request.form.get("name", "")
        with self.services.db.begin() as session:
            result = self.staff.authorise(session, subject, number, who, self.web.client_address(), now)
        if result is Result.DONE:
            return self.web.redirect(url_for("organisations.organisation", number=number))
        if result is Result.NOT_ALLOWED:
            return self._unknown()
        status = HTTPStatus.TOO_MANY_REQUESTS if result is Result.WAIT else HTTPStatus.BAD_REQUEST
        return self._organisation(subject, number, status, problem=result.value, who=who)

    def end_staff(self, number: str, person_id: str) -> Response:
        subject, now = self._subject(), self.services.clock.now()
        if isinstance(subject, Response):
            return subject
        with self.services.db.begin() as session:
            result = self.staff.end(session, subject, number, person_id, now)
            still = staff_rules.mandate(session, subject, number, now)
        if result is not Result.DONE:
            return self._unknown()
        if still is None:  # she gave up her own
            return self.web.redirect(url_for("organisations.index"))
        return self.web.redirect(url_for("organisations.organisation", number=number))

    # --- parts ---------------------------------------------------------------------------------------
    def _subject(self) -> str | Response:
        """Who is here, with two factors proven; else the way to prove them."""
        present = self.web.session().authentication
        if present is None or not acr.satisfies(present.acr, TWO_FACTORS):
            here = request.path if request.method == "GET" else url_for("organisations.index")
            return self.web.ask_sign_in(SignInRequest(return_to=here, acr=TWO_FACTORS, cancel_to="/"))
        return present.subject

    def _index(self, subject: str, status: int = HTTPStatus.OK, *, number: str = "", wrong: bool = False) -> Response:
        now = self.services.clock.now()
        with self.services.db.read() as session:
            mine = overview.represented(session, subject, now)
            applied = overview.applied(session, subject)
        return self.web.render(
            "organisations/index.html",
            status,
            mine=mine,
            applied=applied,
            number=number,
            wrong=wrong,
            kinds=STATE_KINDS,
        )

    def _organisation(
        self,
        subject: str,
        number: str,
        status: int = HTTPStatus.OK,
        *,
        problem: str = "",
        who: tuple[str, str] = ("", ""),
    ) -> Response:
        now = self.services.clock.now()
        with self.services.db.read() as session:
            own: Mandate | None = staff_rules.mandate(session, subject, number, now)
            leads = own is not None and own.role == Role.LEGAL_REPRESENTATIVE
            members = overview.staff(session, number) if leads else []
            me = overview.person_id(session, subject)
        if own is None:
            return self._unknown()
        return self.web.render(
            "organisations/organisation.html",
            status,
            own=own,
            leads=leads,
            members=members,
            me=me,
            problem=problem,
            who=who,
        )

    def _unknown(self) -> Response:
        """An organisation that is not hers is as unknown as none at all."""
        return self.web.problem(HTTPStatus.NOT_FOUND, "organisations.unknown")
