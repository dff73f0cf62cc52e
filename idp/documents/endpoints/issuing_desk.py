"""The issuers' desk under /officer/issuing: one person opened, any type of the officer's issuer issued or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for

from idp.documents.content import ContentError, path_text
from idp.documents.content_form import ContentForm
from idp.documents.document_types import DocumentType
from idp.documents.endpoints.own_document import STATE_KINDS
from idp.documents.issuance import CannotIssue, Issuing
from idp.documents.ports import DocumentServices, Officer, RequestDesk
from idp.documents.requests import rules
from idp.documents.requests.deciding import FROM, CannotChange, Deciding, UnknownReason
from idp.documents.requests.issuing import IssuerDesk, NotIssuedHere, known
from idp.documents.requests.looking_up import LookUps, NoPurpose
from idp.documents.status import AlreadyRevoked

#: To amend is to issue anew from a record that changed, which is the records desk's.
CHANGES = ("suspend", "resume", "revoke")


def create_blueprint(services: DocumentServices, desk: RequestDesk) -> Blueprint:
    """Every POST in it carries the token of the officer's own session."""
    blueprint, pages = (
        Blueprint("issuing_desk", __name__, url_prefix="/officer/issuing"),
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


class IssuingPages:
    def __init__(self, services: DocumentServices, desk: RequestDesk) -> None:
        self.services, self.desk = services, desk
        self.look_ups = LookUps(desk, services.audit)
        issuing = Issuing(services.issuers, services.at_rest, services.audit, services.config.issuer)
        self.deciding, self.issuing = Deciding(desk, issuing), IssuerDesk(desk, issuing)

    def guarded(self, view: Callable[..., Response]) -> Callable[..., Response]:
        """Only for officers of an issuer."""

        @wraps(view)
        def entered(**values: Any) -> Response:
            officer = self.desk.officers.admitted_to_issue()
            return officer if isinstance(officer, Response) else view(officer, **values)

        return entered

    def index(self, officer: Officer, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        lang = self.services.web.language()
        return self.desk.officers.render(
            "officer/issuing.html", status, problem=problem, purposes=self.desk.officers.purposes(lang),
            issuer=self.services.issuers.profile(officer.issuer).name[lang],
            types=[kind.names[lang] for kind in self.issuing.types(officer.issuer)],
        )  # fmt: skip

    def look_up(self, officer: Officer) -> Response:
        number = request.form.get("number", "").replace(" ", "")[:20]
        told = (request.form.get("purpose", ""), request.form.get("case", "")[:60])
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.open(session, officer, number, "", told, self.services.clock.now())
        except NoPurpose:
            return self.index(officer, "no_purpose", HTTPStatus.BAD_REQUEST)
        if found is None:
            return self.index(officer, "nobody", HTTPStatus.NOT_FOUND)
        return self.services.web.redirect(url_for("issuing_desk.person", look_up_id=found))

    def person(self, officer: Officer, look_up_id: str, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        now, lang = self.services.clock.now(), self.services.web.language()
        with self.services.db.begin() as session:  # each read is recorded
            found = self.look_ups.read(session, officer, look_up_id, now)
        if found is None:
            return self._over()
        return self.desk.officers.render(
            "officer/issuing_person.html", status, found=found, problem=problem, done=request.args.get("done", ""),
            documents=[
                (one, one.type.names[lang], one.state(now), self._acts(one.status)) for one in found.documents
            ],
            state_kinds=STATE_KINDS, types=[(one.id, one.names[lang]) for one in self.issuing.types(officer.issuer)],
            purpose=dict(self.desk.officers.purposes(lang)).get(found.purpose, found.purpose),
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
                return self._over()
            given = self.issuing.given(session, officer, row.holder, kind)
        made = ContentForm(
            kind, web.language(), typed, known(given), wrong, typed.get("more", ""),
            (web.t("wallet.value.yes"), web.t("wallet.value.no")),
        )  # fmt: skip
        return self.desk.officers.render(
            "officer/issuing_form.html", status, kind=kind, title=kind.names[web.language()], groups=made.groups(),
            look_up_id=look_up_id, full_name=given.get("full_name", ""), problem=problem,
        )  # fmt: skip

    # --- acts ----------------------------------------------------------------------------------------
    def issue(self, officer: Officer, look_up_id: str, type_id: str) -> Response:
        typed, now, kind = request.form.to_dict(), self.services.clock.now(), self._type(officer, type_id)
        if kind is None:
            return self._over()
        if "more" in typed:
            return self.form(officer, look_up_id, type_id, typed)
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.current(session, officer, look_up_id, now)
                if found is None:
                    return self._over()
                self.issuing.issue(session, officer, found, kind, typed, now)
        except ContentError as error:
            wrong = frozenset(path_text(problem.path) for problem in error.problems)
            return self.form(officer, look_up_id, type_id, typed, wrong, "content", HTTPStatus.BAD_REQUEST)
        except CannotIssue:
            return self.form(officer, look_up_id, type_id, typed, problem="law", status=HTTPStatus.CONFLICT)
        return self._done(look_up_id, "issued")

    def change(self, officer: Officer, look_up_id: str, document_id: str) -> Response:
        name, _, reason = request.form.get("change", "").partition(".")
        now = self.services.clock.now()
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.current(session, officer, look_up_id, now)
                if found is None:
                    return self._over()
                if name not in CHANGES:
                    raise UnknownReason
                self.deciding.change(session, officer, found, document_id, name, reason, now)
        except UnknownReason:
            return self.person(officer, look_up_id, "choose_reason", HTTPStatus.BAD_REQUEST)
        except (CannotChange, AlreadyRevoked):
            return self.person(officer, look_up_id, "cannot_change", HTTPStatus.CONFLICT)
        return self._done(look_up_id, "changed")

    # --- parts ---------------------------------------------------------------------------------------
    def _type(self, officer: Officer, type_id: str) -> DocumentType | None:
        try:
            return self.issuing.type(officer.issuer, type_id)
        except NotIssuedHere:
            return None

    def _acts(self, status: object) -> list[tuple[str, str]]:
        t = self.services.web.t
        return [
            (f"{act}.{reason}", f"{t(f'requests.act.{act}')}: {t(f'requests.reason.{reason}')}")
            for act in CHANGES
            if status in FROM[act]
            for reason in rules.reasons(act)
        ]

    def _done(self, look_up_id: str, what: str) -> Response:
        return self.services.web.redirect(url_for("issuing_desk.person", look_up_id=look_up_id, done=what))

    def _over(self) -> Response:
        return self.services.web.problem(HTTPStatus.NOT_FOUND, "officer.look_up_over")
