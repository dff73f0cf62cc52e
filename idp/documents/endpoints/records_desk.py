"""The records desk under /officer/documents: what waits, one person's requests and documents, the acts on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from idp.documents.content import ContentError
from idp.documents.document import Document
from idp.documents.document_types import document_types
from idp.documents.endpoints.own_document import STATE_KINDS
from idp.documents.issuance import AlreadySuperseded, CannotIssue, Issuing
from idp.documents.ports import DocumentServices, Officer, RequestDesk
from idp.documents.request_models import DocumentLookUpRow
from idp.documents.requests import rules, store
from idp.documents.requests.deciding import FROM, CannotChange, Deciding, UnknownReason
from idp.documents.requests.looking_up import LookUps, NoPurpose
from idp.documents.requests.records import NoSuchConviction
from idp.documents.requests.requesting import NotOpen
from idp.documents.requests.rules import NotAllowed
from idp.documents.status import AlreadyRevoked

Act = Callable[[Session, Officer, DocumentLookUpRow], None]
PROBLEMS: dict[type[Exception], str] = {
    NotOpen: "not_open", NotAllowed: "law_refuses", CannotChange: "cannot_change", AlreadySuperseded: "cannot_change",
    AlreadyRevoked: "cannot_change", ContentError: "register_incomplete", CannotIssue: "law_refuses",
    NoSuchConviction: "no_such_conviction", UnknownReason: "choose_reason", ValueError: "choose_reason",
}  # fmt: skip
BAD_REQUEST = frozenset({"choose_reason", "no_such_conviction"})


def create_blueprint(services: DocumentServices, desk: RequestDesk) -> Blueprint:
    """Every POST in it carries the token of the officer's own session."""
    blueprint, pages = (
        Blueprint("document_desk", __name__, url_prefix="/officer/documents"),
        DeskPages(services, desk),
    )
    add, way = blueprint.add_url_rule, "/look-ups/<look_up_id>"
    add("", "queue", pages.guarded(pages.queue))
    add("/look-ups", "look_up", pages.guarded(pages.look_up), methods=["POST"])
    add(way, "person", pages.guarded(pages.person))
    add(f"{way}/requests/<request_id>", "decide", pages.guarded(pages.decide), methods=["POST"])
    add(f"{way}/documents/<document_id>", "change", pages.guarded(pages.change), methods=["POST"])
    add(f"{way}/convictions/<int:place>", "clear", pages.guarded(pages.clear), methods=["POST"])
    return desk.officers.protect(blueprint)


class DeskPages:
    def __init__(self, services: DocumentServices, desk: RequestDesk) -> None:
        self.services, self.desk = services, desk
        self.look_ups = LookUps(desk, services.audit)
        issuing = Issuing(services.issuers, services.at_rest, services.audit, services.config.issuer)
        self.deciding = Deciding(desk, issuing)

    def guarded(self, view: Callable[..., Response]) -> Callable[..., Response]:
        """Only for officers of this desk."""

        @wraps(view)
        def entered(**values: Any) -> Response:
            officer = self.desk.officers.admitted()
            return officer if isinstance(officer, Response) else view(officer, **values)

        return entered

    def queue(self, officer: Officer, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        """No names and no numbers here: whose request it is takes a look-up."""
        lang, now = self.services.web.language(), self.services.clock.now()
        with self.services.db.read() as session:
            rows = [
                (row, document_types().by_id(row.type_id).names[lang], self.desk.working_days.over(row.due_on, now))
                for row in store.open_requests(session)
            ]
        return self.desk.officers.render(
            "officer/document_requests.html", status, rows=rows, problem=problem,
            purposes=self.desk.officers.purposes(lang),
        )  # fmt: skip

    def look_up(self, officer: Officer) -> Response:
        number, receipt = request.form.get("number", "").replace(" ", "")[:20], request.form.get("receipt", "")[:24]
        told = (request.form.get("purpose", ""), request.form.get("case", "")[:60])
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.open(session, officer, number, receipt, told, self.services.clock.now())
        except NoPurpose:
            return self.queue(officer, "no_purpose", HTTPStatus.BAD_REQUEST)
        if found is None:
            return self.queue(officer, "nobody", HTTPStatus.NOT_FOUND)
        return self.services.web.redirect(url_for("document_desk.person", look_up_id=found))

    def person(self, officer: Officer, look_up_id: str, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        web, now, lang = self.services.web, self.services.clock.now(), self.services.web.language()
        with self.services.db.begin() as session:  # each read is recorded
            found = self.look_ups.read(session, officer, look_up_id, now)
        if found is None:
            return self._over()
        names = {one.id: one.name[lang] for one in rules.purposes()}
        return self.desk.officers.render(
            "officer/person_documents.html", status, found=found, problem=problem, done=request.args.get("done", ""),
            documents=[(one, one.type.names[lang], one.state(now), _acts(one, web.t)) for one in found.documents],
            state_kinds=STATE_KINDS, types={one.id: one.names[lang] for one in rules.types()}, names=names,
            refusals=_refusals(web.t, lang),
            late={row.id for row in found.requests if self.desk.working_days.over(row.due_on, now)},
            purpose=dict(self.desk.officers.purposes(lang)).get(found.purpose, found.purpose),
        )  # fmt: skip

    # --- acts ----------------------------------------------------------------------------------------
    def decide(self, officer: Officer, look_up_id: str, request_id: str) -> Response:
        def act(session: Session, officer: Officer, found: DocumentLookUpRow) -> None:
            now = self.services.clock.now()
            if request.form.get("decision") == "issue":
                self.deciding.issue(session, officer, found, request_id, now)
            else:
                self.deciding.refuse(session, officer, found, request_id, request.form.get("reason", ""), now)

        return self._do(officer, look_up_id, act)

    def change(self, officer: Officer, look_up_id: str, document_id: str) -> Response:
        def act(session: Session, officer: Officer, found: DocumentLookUpRow) -> None:
            name, _, reason = request.form.get("change", "").partition(".")
            now = self.services.clock.now()
            self.deciding.change(session, officer, found, document_id, name, reason, now)

        return self._do(officer, look_up_id, act)

    def clear(self, officer: Officer, look_up_id: str, place: int) -> Response:
        def act(session: Session, officer: Officer, found: DocumentLookUpRow) -> None:
            on = date.fromisoformat(request.form.get("on", ""))
            self.deciding.clear(session, officer, found, place, on, self.services.clock.now())

        return self._do(officer, look_up_id, act)

    def _do(self, officer: Officer, look_up_id: str, act: Act) -> Response:
        """One thing, to the person of a look-up that still lasts."""
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.current(session, officer, look_up_id, self.services.clock.now())
                if found is None:
                    return self._over()
                act(session, officer, found)
        except tuple(PROBLEMS) as error:
            problem = next(word for kind, word in PROBLEMS.items() if isinstance(error, kind))
            status = HTTPStatus.BAD_REQUEST if problem in BAD_REQUEST else HTTPStatus.CONFLICT
            return self.person(officer, look_up_id, problem, status)
        return self.services.web.redirect(url_for("document_desk.person", look_up_id=look_up_id, done="1"))

    def _over(self) -> Response:
        return self.services.web.problem(HTTPStatus.NOT_FOUND, "officer.look_up_over")


def _refusals(t: Callable[[str], str], lang: str) -> list[tuple[str, str]]:
    """What may be refused for, each with its law."""
    return [(key, f"{t(f'requests.refusal.{key}')} ({law[lang]})") for key, law in rules.refusals().items()]


def _acts(document: Document, t: Callable[[str], str]) -> list[tuple[str, str]]:
    """What may be done to a document in its state, each with its reason."""
    return [
        (f"{act}.{reason}", f"{t(f'requests.act.{act}')}: {t(f'requests.reason.{reason}')}")
        for act, states in FROM.items()
        if document.status in states
        for reason in rules.reasons(act)
    ]
