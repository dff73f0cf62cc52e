"""The records desk under /officer/documents: what waits, one person's requests and documents, the acts on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from idp.documents.document_types import document_types
from idp.documents.endpoints.person_desk import PersonDesk
from idp.documents.ports import DocumentServices, Officer, RequestDesk
from idp.documents.request_models import DocumentLookUpRow
from idp.documents.requests import rules, store
from idp.documents.requests.deciding import FROM


def create_blueprint(services: DocumentServices, desk: RequestDesk) -> Blueprint:
    """Every POST in it carries the token of the officer's own session."""
    blueprint, pages = (
        Blueprint(DeskPages.blueprint, __name__, url_prefix="/officer/documents"),
        DeskPages(services, desk),
    )
    add, way = blueprint.add_url_rule, "/look-ups/<look_up_id>"
    add("", "queue", pages.guarded(pages.index))
    add("/look-ups", "look_up", pages.guarded(pages.look_up), methods=["POST"])
    add(way, "person", pages.guarded(pages.person))
    add(f"{way}/requests/<request_id>", "decide", pages.guarded(pages.decide), methods=["POST"])
    add(f"{way}/documents/<document_id>", "change", pages.guarded(pages.change), methods=["POST"])
    add(f"{way}/convictions/<int:place>", "clear", pages.guarded(pages.clear), methods=["POST"])
    return desk.officers.protect(blueprint)


class DeskPages(PersonDesk):
    blueprint = "document_desk"
    changes = tuple(FROM)

    def admitted(self) -> Officer | Response:
        return self.desk.officers.admitted()

    def index(self, officer: Officer, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        """No names and no numbers here: whose request it is takes a look-up."""
        lang, now = self.services.web.language(), self.services.clock.now()
        with self.services.db.read() as session:
            rows = [
                (row, document_types().by_id(row.type_id).names[lang], self.desk.working_days.over(row.due_on, now))
                for row in store.open_requests(session)
            ]
        return self.desk.officers.render(
            "officer/document_requests.html", status, rows=rows, problem=problem, typed=request.form,
            purposes=self.desk.officers.purposes(lang),
        )  # fmt: skip

    def person(self, officer: Officer, look_up_id: str, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        web, now, lang = self.services.web, self.services.clock.now(), self.services.web.language()
        found = self.opened(officer, look_up_id)
        if found is None:
            return self.over()
        return self.render_person(
            "officer/person_documents.html", found, problem, status,
            types={one.id: one.names[lang] for one in rules.types()},
            names={one.id: one.name[lang] for one in rules.purposes()}, refusals=_refusals(web.t, lang),
            late={row.id for row in found.requests if self.desk.working_days.over(row.due_on, now)},
        )  # fmt: skip

    # --- acts ----------------------------------------------------------------------------------------
    def decide(self, officer: Officer, look_up_id: str, request_id: str) -> Response:
        def act(session: Session, found: DocumentLookUpRow) -> None:
            now = self.services.clock.now()
            if request.form.get("decision") == "issue":
                self.deciding.issue(session, officer, found, request_id, now)
            else:
                self.deciding.refuse(session, officer, found, request_id, request.form.get("reason", ""), now)

        return self.do(officer, look_up_id, act)

    def clear(self, officer: Officer, look_up_id: str, place: int) -> Response:
        def act(session: Session, found: DocumentLookUpRow) -> None:
            on = date.fromisoformat(request.form.get("on", ""))
            self.deciding.clear(session, officer, found, place, on, self.services.clock.now())

        return self.do(officer, look_up_id, act)


def _refusals(t: Callable[[str], str], lang: str) -> list[tuple[str, str]]:
    """What may be refused for, each with its law."""
    return [(key, f"{t(f'requests.refusal.{key}')} ({law[lang]})") for key, law in rules.refusals().items()]
