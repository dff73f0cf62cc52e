"""One organisation, opened by a look-up: the application that waits, and its account's locks."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.accounts import store as accounts
from idp.accounts.applications import deadlines
from idp.accounts.levels import HolderKind
from idp.accounts.officers import roles
from idp.accounts.officers.acts import Acts, FourEyes, GroundStands, reasons_for
from idp.accounts.officers.counter import NothingOpen
from idp.accounts.officers.endpoints.desk import Desk
from idp.accounts.officers.models import OfficerOrganisationLookUp
from idp.accounts.officers.organisations import OrganisationLookUps
from idp.accounts.officers.roles import Action
from idp.accounts.officers.signing_in import Present
from idp.accounts.organisations import store as organisations
from idp.accounts.organisations.applications import BY_OFFICER, AlreadyDecided, Applications, Refusal
from idp.accounts.organisations.ports import OfficerQueue
from idp.accounts.states import CannotLock, CannotUnlock, LockReason

#: What the law refused whatever the officer said; None where the act was done.
Act = Callable[[Session, Present, OfficerOrganisationLookUp], Refusal | None]
PROBLEMS: dict[type[Exception], str] = {
    AlreadyDecided: "already_decided", NothingOpen: "nothing_open", CannotLock: "cannot_lock",
    GroundStands: "ground_stands", CannotUnlock: "cannot_unlock", FourEyes: "four_eyes",
    IntegrityError: "already_asked", ValueError: "choose_reason",
}  # fmt: skip


def register(blueprint: Blueprint, desk: Desk) -> None:
    pages, way = OrganisationPages(desk), "/organisations/<look_up_id>"
    blueprint.add_url_rule(way, "organisation", desk.needs(Action.LOOK_UP)(pages.show), methods=["GET"])
    acts = {
        "decide": (Action.DECIDE_ORGANISATION, pages.decide), "lock": (Action.LOCK, pages.lock),
        "unlock": (Action.UNLOCK, pages.unlock), "ask": (Action.ASK_AUTHORITY_LOCK, pages.ask),
    }  # fmt: skip
    for name, (action, act) in acts.items():
        view = desk.needs(action)(pages.doing(act))
        blueprint.add_url_rule(f"{way}/{name}", f"organisation_{name}", view, methods=["POST"])


class OrganisationPages:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.look_ups, self.acts = desk, OrganisationLookUps(desk.services), Acts(desk.services)
        self.queue: OfficerQueue = Applications(desk.services.audit, automatic=False)

    def show(self, officer: Present, look_up_id: str) -> Response:
        return self._page(officer, look_up_id, done=request.args.get("done", ""))

    def doing(self, act: Act) -> Callable[..., Response]:
        """A page that does one thing to the organisation of a look-up that still lasts."""

        def done(officer: Present, look_up_id: str) -> Response:
            try:
                with self.desk.db.begin() as session:
                    found = self.look_ups.current(session, officer, look_up_id, self.desk.now())
                    if found is None:
                        return self._over()
                    refusal = act(session, officer, found)
            except tuple(PROBLEMS) as error:
                problem = next(word for kind, word in PROBLEMS.items() if isinstance(error, kind))
                wrong = problem == "choose_reason"
                status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.CONFLICT
                return self._page(officer, look_up_id, problem=problem, status=status)
            if refusal is not None:
                return self._page(
                    officer, look_up_id, problem="law_refused", law=refusal.value, status=HTTPStatus.CONFLICT
                )
            return self.desk.web.redirect(url_for("officer.organisation", look_up_id=look_up_id, done="1"))

        return done

    # --- acts ----------------------------------------------------------------------------------------
    def decide(self, session: Session, officer: Present, found: OfficerOrganisationLookUp) -> Refusal | None:
        """The application that the page showed, and no later one. An approval is measured by the law again."""
        row = organisations.application(session, request.form.get("application", ""))
        if row is None or row.organisation_id != found.organisation_id:
            raise NothingOpen
        by, now = officer.officer_id or "", self.desk.now()
        if request.form.get("decision") == "approve":
            return self.queue.decide(session, row.id, by, now).refusal
        reason = Refusal(request.form.get("reason", ""))
        if reason not in BY_OFFICER:
            raise ValueError(reason)
        self.queue.decide(session, row.id, by, now, reason)
        return None

    def lock(self, session: Session, officer: Present, found: OfficerOrganisationLookUp) -> None:
        reason = LockReason(request.form.get("reason", ""))
        self.acts.lock(session, officer, found, _subject(session, found), reason, self.desk.now())

    def unlock(self, session: Session, officer: Present, found: OfficerOrganisationLookUp) -> None:
        self.acts.unlock(session, officer, found, _subject(session, found), self.desk.now())

    def ask(self, session: Session, officer: Present, found: OfficerOrganisationLookUp) -> None:
        self.acts.ask(session, officer, found, _subject(session, found), self.desk.now())

    # --- parts ---------------------------------------------------------------------------------------
    def _page(
        self, officer: Present, look_up_id: str, problem: str = "", law: str = "", done: str = "",
        status: int = HTTPStatus.OK,
    ) -> Response:  # fmt: skip
        now, web = self.desk.now(), self.desk.web
        with self.desk.db.begin() as session:  # each read is recorded
            found = self.look_ups.read(session, officer, look_up_id, now)
        if found is None:
            return self._over()
        lock_reasons = [
            (reason.value, web.t(f"officer.reason.{reason}")) for reason in reasons_for(HolderKind.ORGANISATION)
        ]
        refusals = [(reason.value, web.t(f"officer.organisation_refusal.{reason}")) for reason in BY_OFFICER]
        return self.desk.render(
            "officer/organisation.html", status, found=found, problem=problem, done=done, lock_reasons=lock_reasons,
            law=web.t(f"officer.organisation_refusal.{law}") if law else "", refusals=refusals,
            late=found.application is not None and deadlines.overdue(found.application.due_on, now),
            purpose=roles.purposes()[found.purpose][web.language()],
        )  # fmt: skip

    def _over(self) -> Response:
        return self.desk.web.problem(HTTPStatus.NOT_FOUND, "officer.look_up_over")


def _subject(session: Session, found: OfficerOrganisationLookUp) -> str:
    account = accounts.account_of_organisation(session, found.organisation_id)
    return account.subject if account else ""
