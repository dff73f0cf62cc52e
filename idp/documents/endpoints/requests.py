"""The holder's requests: asking for a certificate, what became of it, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.documents.document_types import document_types
from idp.documents.endpoints.wallet_gate import Visitor, guarded
from idp.documents.ports import DocumentServices, RequestDesk
from idp.documents.requests import requesting, rules, store
from idp.documents.requests.document_request import DocumentRequest
from idp.documents.requests.requesting import AlreadyOpen, NotInRegister, NotOpen, Wanted
from idp.documents.requests.rules import NotAllowed

#: How long the wallet's first page goes on telling what was decided.
TOLD_FOR = timedelta(days=14)
STATE_KINDS = {"open": "info", "issued": "valid", "refused": "refused", "withdrawn": "neutral"}


@dataclass(frozen=True)
class RequestView:
    """A request as the holder's pages show it; it outlives its transaction."""

    row: DocumentRequest
    title: str
    purpose: str
    law: str
    late: bool

    @property
    def kind(self) -> str:
        return STATE_KINDS[self.row.state]


def register(blueprint: Blueprint, services: DocumentServices, desk: RequestDesk) -> None:
    pages, add = RequestPages(desk), blueprint.add_url_rule
    every, one = "/wallet/requests", "/wallet/requests/<request_id>"
    add(every, "requests", guarded(services, pages.index))
    add(every, "request_submit", guarded(services, pages.submit), methods=["POST"])
    add(f"{every}/new", "request_new", guarded(services, pages.form))
    add(one, "request", guarded(services, pages.show))
    add(f"{one}/withdraw", "request_withdraw", guarded(services, pages.withdraw), methods=["POST"])


def told(services: DocumentServices, visitor: Visitor) -> list[RequestView]:
    """What waits, and what was decided lately: the wallet's first page says it."""
    if services.desk is None:
        return []
    since = services.clock.now() - TOLD_FOR
    found = _views(services, services.desk, visitor)
    return [one for one in found if one.row.state == "open" or _decided_after(one.row, since)]


class RequestPages:
    def __init__(self, desk: RequestDesk) -> None:
        self.desk = desk

    def index(self, services: DocumentServices, visitor: Visitor) -> Response:
        return services.web.render("documents/requests.html", requests=_views(services, self.desk, visitor))

    def form(self, services: DocumentServices, visitor: Visitor) -> Response:
        return self._form(services)

    def submit(self, services: DocumentServices, visitor: Visitor) -> Response:
        wanted = _wanted()
        if wanted is None:
            return self._form(services, "choose", status=HTTPStatus.BAD_REQUEST)
        try:
            with services.db.begin() as session:
                made = requesting.request(
                    session, self.desk, services.audit, visitor.holder.subject, wanted, services.clock.now()
                )
                request_id = made.id
        except NotAllowed as error:
            law = rules.refusals()[error.reason][services.web.language()]
            return self._form(services, error.reason, law, HTTPStatus.FORBIDDEN)
        except AlreadyOpen:
            return self._form(services, "already_open", status=HTTPStatus.CONFLICT)
        except NotInRegister:
            return self._form(services, "not_in_register", status=HTTPStatus.CONFLICT)
        return services.web.redirect(url_for("wallet.request", request_id=request_id))

    def show(self, services: DocumentServices, visitor: Visitor, request_id: str) -> Response:
        found = [one for one in _views(services, self.desk, visitor) if one.row.id == request_id]
        if not found:
            return services.web.problem(HTTPStatus.NOT_FOUND, "requests.none")
        return services.web.render("documents/request.html", found=found[0])

    def withdraw(self, services: DocumentServices, visitor: Visitor, request_id: str) -> Response:
        try:
            with services.db.begin() as session:
                requesting.withdraw(session, services.audit, visitor.holder.subject, request_id, services.clock.now())
        except NotOpen:
            return services.web.problem(HTTPStatus.NOT_FOUND, "requests.none")
        return services.web.redirect(url_for("wallet.request", request_id=request_id))

    def _form(
        self, services: DocumentServices, error: str = "", law: str = "", status: int = HTTPStatus.OK
    ) -> Response:
        lang = services.web.language()
        return services.web.render(
            "documents/request_new.html",
            status,
            types=rules.types(),
            purposes=[(one.id, one.name[lang]) for one in rules.purposes()],
            error=error,
            law=law,
            chosen=request.form,
        )


def _wanted() -> Wanted | None:
    kinds, purposes = {one.id: one for one in rules.types()}, {one.id: one for one in rules.purposes()}
    kind, purpose = kinds.get(request.form.get("type", "")), purposes.get(request.form.get("purpose", ""))
    if kind is None or purpose is None:
        return None
    return Wanted(kind, purpose, request.form.get("business_ban") == "yes")


def _views(services: DocumentServices, desk: RequestDesk, visitor: Visitor) -> list[RequestView]:
    lang, now = services.web.language(), services.clock.now()
    purposes, laws = {one.id: one.name[lang] for one in rules.purposes()}, rules.refusals()
    with services.db.read() as session:
        return [
            RequestView(
                row,
                document_types().by_id(row.type_id).names[lang],
                purposes.get(row.purpose, row.purpose),
                laws[row.reason][lang] if row.reason and row.reason in laws else "",
                row.state == "open" and desk.working_days.over(row.due_on, now),
            )
            for row in store.requests_of(session, visitor.holder.subject)
        ]


def _decided_after(row: DocumentRequest, since: datetime) -> bool:
    return row.state in ("issued", "refused") and row.decided_at is not None and row.decided_at > since
