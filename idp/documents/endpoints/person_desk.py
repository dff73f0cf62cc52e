"""What the records desk and the issuers' desk have in common: one person opened, and her documents changed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from idp.documents.content import ContentError
from idp.documents.document import Document
from idp.documents.endpoints.own_document import STATE_KINDS
from idp.documents.issuance import AlreadySuperseded, CannotIssue, Issuing
from idp.documents.ports import DocumentServices, Officer, RequestDesk
from idp.documents.request_models import DocumentLookUpRow
from idp.documents.requests import rules
from idp.documents.requests.deciding import FROM, CannotChange, Deciding, UnknownReason
from idp.documents.requests.looking_up import HolderView, LookUps, NoPurpose
from idp.documents.requests.records import NoSuchConviction
from idp.documents.requests.requesting import NotOpen
from idp.documents.requests.rules import NotAllowed
from idp.documents.status import AlreadyRevoked

Act = Callable[[Session, DocumentLookUpRow], object]
PROBLEMS: dict[type[Exception], str] = {
    NotOpen: "not_open", NotAllowed: "law_refuses", CannotChange: "cannot_change", AlreadySuperseded: "cannot_change",
    AlreadyRevoked: "cannot_change", ContentError: "register_incomplete", CannotIssue: "law_refuses",
    NoSuchConviction: "no_such_conviction", UnknownReason: "choose_reason", ValueError: "choose_reason",
}  # fmt: skip
BAD_REQUEST = frozenset({"choose_reason", "no_such_conviction"})
FINAL = frozenset({"revoke"})  # what cannot be taken back is asked about once more (WCAG 2.2, 3.3.4)


class PersonDesk(ABC):
    """`blueprint` is the desk's own name in addresses; `changes` are the acts it makes on a document."""

    blueprint: ClassVar[str]
    changes: ClassVar[tuple[str, ...]]

    def __init__(self, services: DocumentServices, desk: RequestDesk) -> None:
        self.services, self.desk = services, desk
        self.look_ups = LookUps(desk, services.audit)
        self.making = Issuing(services.issuers, services.at_rest, services.audit, services.config.issuer)
        self.deciding = Deciding(desk, self.making)

    @abstractmethod
    def admitted(self) -> Officer | Response:
        """The officer, or what anybody else is answered."""

    @abstractmethod
    def index(self, officer: Officer, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        """Where a person is opened."""

    @abstractmethod
    def person(self, officer: Officer, look_up_id: str, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        """The person of a look-up."""

    def guarded(self, view: Callable[..., Response]) -> Callable[..., Response]:
        """Only for officers of this desk."""

        @wraps(view)
        def entered(**values: Any) -> Response:
            officer = self.admitted()
            return officer if isinstance(officer, Response) else view(officer, **values)

        return entered

    def look_up(self, officer: Officer) -> Response:
        """By a person's number, or by the receipt of her request."""
        number, receipt = request.form.get("number", "").replace(" ", "")[:20], request.form.get("receipt", "")[:24]
        told = (request.form.get("purpose", ""), request.form.get("case", "")[:60])
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.open(session, officer, number, receipt, told, self.services.clock.now())
        except NoPurpose:
            return self.index(officer, "no_purpose", HTTPStatus.BAD_REQUEST)
        if found is None:
            return self.index(officer, "nobody", HTTPStatus.NOT_FOUND)
        return self.services.web.redirect(url_for(f"{self.blueprint}.person", look_up_id=found))

    def opened(self, officer: Officer, look_up_id: str) -> HolderView | None:
        """The person as read now: each read is recorded."""
        with self.services.db.begin() as session:
            return self.look_ups.read(session, officer, look_up_id, self.services.clock.now())

    def render_person(self, template: str, found: HolderView, problem: str, status: int, **more: object) -> Response:
        now, lang = self.services.clock.now(), self.services.web.language()
        return self.desk.officers.render(
            template, status, found=found, problem=problem, done=self._did(), desk=self.blueprint,
            documents=[(one, one.type.names[lang], one.state(now), self._acts(one)) for one in found.documents],
            state_kinds=STATE_KINDS,
            purpose=dict(self.desk.officers.purposes(lang)).get(found.purpose, found.purpose), **more,
        )  # fmt: skip

    def change(self, officer: Officer, look_up_id: str, document_id: str) -> Response:
        """One act on one of her documents, for one of the law's reasons."""
        name, _, reason = request.form.get("change", "").partition(".")
        if name in FINAL and "confirmed" not in request.form:
            return self._ask(officer, look_up_id, document_id, name, reason)

        def act(session: Session, found: DocumentLookUpRow) -> None:
            if name not in self.changes:
                raise UnknownReason(name)
            self.deciding.change(session, officer, found, document_id, name, reason, self.services.clock.now())

        return self.do(officer, look_up_id, act, name)

    def _ask(self, officer: Officer, look_up_id: str, document_id: str, act: str, reason: str) -> Response:
        """Whether it is meant; what would be refused is refused here."""
        if reason not in rules.reasons(act):
            return self.person(officer, look_up_id, "choose_reason", HTTPStatus.BAD_REQUEST)
        found = self.opened(officer, look_up_id)
        if found is None:
            return self.over()
        document = next((one for one in found.documents if one.id == document_id), None)
        if document is None or document.status not in FROM[act]:
            return self.person(officer, look_up_id, "cannot_change", HTTPStatus.CONFLICT)
        return self.desk.officers.render(
            "officer/confirm_change.html", HTTPStatus.OK, found=found, document=document, act=act, reason=reason,
            title=document.type.names[self.services.web.language()], desk=self.blueprint,
        )  # fmt: skip

    def do(self, officer: Officer, look_up_id: str, act: Act, what: str = "done") -> Response:
        """One thing, to the person of a look-up that still lasts; the page then says `what` was done."""
        try:
            with self.services.db.begin() as session:
                found = self.look_ups.current(session, officer, look_up_id, self.services.clock.now())
                if found is None:
                    return self.over()
                act(session, found)
        except tuple(PROBLEMS) as error:
            problem = next(word for kind, word in PROBLEMS.items() if isinstance(error, kind))
            status = HTTPStatus.BAD_REQUEST if problem in BAD_REQUEST else HTTPStatus.CONFLICT
            return self.person(officer, look_up_id, problem, status)
        return self.done(look_up_id, what)

    def done(self, look_up_id: str, what: str) -> Response:
        return self.services.web.redirect(url_for(f"{self.blueprint}.person", look_up_id=look_up_id, done=what))

    def _did(self) -> str:
        """In words, what the address says was done."""
        did, t = request.args.get("done", ""), self.services.web.t
        if did in FROM:
            return t(f"requests.did.{did}")
        return t("issuing.done") if did == "issued" else t("officer.person.done") if did else ""

    def over(self) -> Response:
        return self.services.web.problem(HTTPStatus.NOT_FOUND, "officer.look_up_over")

    def _acts(self, document: Document) -> list[tuple[str, str]]:
        """What may be done to a document in its state, each with its reason."""
        t = self.services.web.t
        return [
            (f"{act}.{reason}", f"{t(f'requests.act.{act}')}: {t(f'requests.reason.{reason}')}")
            for act in self.changes
            if document.status in FROM[act]
            for reason in rules.reasons(act)
        ]
