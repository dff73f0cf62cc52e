"""The issuers' desk under /officer/issuing: one person opened, any type of the officer's issuer issued or changed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request

from idp.documents.content import ContentError, path_text
from idp.documents.content_form import ContentForm, closed_up
from idp.documents.document_types import DocumentType
from idp.documents.endpoints.person_desk import PersonDesk
from idp.documents.issuance import CannotIssue
from idp.documents.ports import DocumentServices, Officer, RequestDesk
from idp.documents.requests.issuing import IssuerDesk, NotIssuedHere, known


def create_blueprint(services: DocumentServices, desk: RequestDesk) -> Blueprint:
    """Every POST in it carries the token of the officer's own session."""
    blueprint, pages = (
        Blueprint(IssuingPages.blueprint, __name__, url_prefix="/officer/issuing"),
        IssuingPages(services, desk),
    )
    add, way = blueprint.add_url_rule, "/look-ups/<look_up_id>"
    add("", "index", pages.guarded(pages.index))
    add("/look-ups", "look_up", pages.guarded(pages.look_up), methods=["POST"])
    add(way, "person", pages.guarded(pages.person))
    add(f"{way}/types/<type_id>", "form", pages.guarded(pages.form))
    add(f"{way}/types/<type_id>", "issue", pages.guarded(pages.issue), methods=["POST"])
    add(f"{way}/documents/<document_id>", "change", pages.guarded(pages.change), methods=["POST"])
    return desk.officers.protect(blueprint)


class IssuingPages(PersonDesk):
    blueprint = "issuing_desk"
    #: To amend is to issue anew from a record that changed, which is the records desk's.
    changes = ("suspend", "resume", "revoke")

    def __init__(self, services: DocumentServices, desk: RequestDesk) -> None:
        super().__init__(services, desk)
        self.issuing = IssuerDesk(desk, self.making)

    def admitted(self) -> Officer | Response:
        return self.desk.officers.admitted_to_issue()

    def index(self, officer: Officer, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        lang = self.services.web.language()
        return self.desk.officers.render(
            "officer/issuing.html", status, problem=problem, typed=request.form,
            purposes=self.desk.officers.purposes(lang),
            issuer=self.services.issuers.profile(officer.issuer).name[lang],
            types=[kind.names[lang] for kind in self.issuing.types(officer.issuer)],
        )  # fmt: skip

    def person(self, officer: Officer, look_up_id: str, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        lang, found = self.services.web.language(), self.opened(officer, look_up_id)
        if found is None:
            return self.over()
        return self.render_person(
            "officer/issuing_person.html", found, problem, status,
            types=[(one.id, one.names[lang]) for one in self.issuing.types(officer.issuer)],
        )  # fmt: skip

    def form(
        self, officer: Officer, look_up_id: str, type_id: str, typed: Mapping[str, str] | None = None,
        wrong: frozenset[str] = frozenset(), problem: str = "", status: int = HTTPStatus.OK,
    ) -> Response:  # fmt: skip
        web, now, typed = self.services.web, self.services.clock.now(), typed or {}
        with self.services.db.read() as session:
            row = self.look_ups.current(session, officer, look_up_id, now)
            kind = self._type(officer, type_id)
            if row is None or kind is None:
                return self.over()
            given = self.issuing.given(session, officer, row.holder, kind)
        made = ContentForm(
            kind, web.language(), typed, known(given), wrong, typed.get("more", ""),
            (web.t("wallet.value.yes"), web.t("wallet.value.no")),
        )  # fmt: skip
        return self.desk.officers.render(
            "officer/issuing_form.html", status, kind=kind, title=kind.names[web.language()], groups=made.groups(),
            faults=made.faults(), look_up_id=look_up_id, full_name=given.get("full_name", ""), problem=problem,
            more=made.more, dated=made.dated,
        )  # fmt: skip

    # --- acts ----------------------------------------------------------------------------------------
    def issue(self, officer: Officer, look_up_id: str, type_id: str) -> Response:
        typed, now = closed_up(request.form.to_dict()), self.services.clock.now()
        kind = self._type(officer, type_id)
        if kind is None:
            return self.over()
        if "more" in typed:
            return self.form(officer, look_up_id, type_id, typed)
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.current(session, officer, look_up_id, now)
                if found is None:
                    return self.over()
                self.issuing.issue(session, officer, found, kind, typed, now)
        except ContentError as error:
            wrong = frozenset(path_text(problem.path) for problem in error.problems)
            return self.form(officer, look_up_id, type_id, typed, wrong, "content", HTTPStatus.BAD_REQUEST)
        except CannotIssue:
            return self.form(officer, look_up_id, type_id, typed, problem="law", status=HTTPStatus.CONFLICT)
        return self.done(look_up_id, "issued")

    # --- parts ---------------------------------------------------------------------------------------
    def _type(self, officer: Officer, type_id: str) -> DocumentType | None:
        try:
            return self.issuing.type(officer.issuer, type_id)
        except NotIssuedHere:
            return None
