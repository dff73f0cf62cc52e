"""One person, opened by a look-up: what she has, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.accounts import store as accounts
from idp.accounts.applications import deadlines
from idp.accounts.applications.refusals import BY_OFFICER, Refusal
from idp.accounts.levels import HolderKind
from idp.accounts.officers import roles
from idp.accounts.officers.acts import Acts, FourEyes, GroundStands, reasons_for
from idp.accounts.officers.counter import (
    CHECKS,
    AlreadyDecided,
    ChecksMissing,
    Counter,
    LawRefuses,
    NothingOpen,
    NotUsable,
    OtherPolice,
)  # fmt: skip
from idp.accounts.officers.endpoints.desk import Desk
from idp.accounts.officers.looking_up import LookUps
from idp.accounts.officers.models import OfficerLookUp
from idp.accounts.officers.roles import Action
from idp.accounts.officers.signing_in import Present
from idp.accounts.states import CannotLock, CannotUnlock, LockReason

Act = Callable[[Session, Present, OfficerLookUp, str], None]
PROBLEMS: dict[type[Exception], str] = {
    AlreadyDecided: "already_decided", ChecksMissing: "checks_missing", NothingOpen: "nothing_open",
    NotUsable: "not_usable", CannotLock: "cannot_lock", GroundStands: "ground_stands", CannotUnlock: "cannot_unlock",
    FourEyes: "four_eyes", OtherPolice: "other_police", IntegrityError: "already_asked", ValueError: "choose_reason",
}  # fmt: skip


def register(blueprint: Blueprint, desk: Desk) -> None:
    pages = PersonPages(desk)
    blueprint.add_url_rule("/people/<look_up_id>", "person", desk.needs(Action.LOOK_UP)(pages.show), methods=["GET"])
    acts = {
        "level-1": (Action.DECIDE_LEVEL_1, pages.level_1), "level-2": (Action.RAISE_LEVEL_2, pages.level_2),
        "receive-level-2": (Action.RAISE_LEVEL_2, pages.receive_level_2), "lock": (Action.LOCK, pages.lock),
        "unlock": (Action.UNLOCK, pages.unlock), "ask": (Action.ASK_AUTHORITY_LOCK, pages.ask),
        "code": (Action.SEND_CODE, pages.code),
    }  # fmt: skip
    for name, (action, act) in acts.items():
        view = desk.needs(action)(pages.doing(act))
        blueprint.add_url_rule(f"/people/<look_up_id>/{name}", name.replace("-", "_"), view, methods=["POST"])


class PersonPages:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.look_ups = desk, LookUps(desk.services)
        self.acts, self.counter = Acts(desk.services), Counter(desk.services)

    def show(self, officer: Present, look_up_id: str) -> Response:
        return self._page(officer, look_up_id, done=request.args.get("done", ""))

    def doing(self, act: Act) -> Callable[..., Response]:
        """A page that does one thing to the person of a look-up that still lasts."""

        def done(officer: Present, look_up_id: str) -> Response:
            try:
                with self.desk.db.begin() as session:
                    found = self.look_ups.current(session, officer, look_up_id, self.desk.now())
                    if found is None:
                        return self._over()
                    account = accounts.account_of_person(session, found.person_id)
                    act(session, officer, found, account.subject if account else "")
            except LawRefuses as error:
                law = self.desk.web.t(f"applications.refusal.{error.reason}.why")
                return self._page(officer, look_up_id, problem="law", law=law, status=HTTPStatus.CONFLICT)
            except tuple(PROBLEMS) as error:
                problem = next(word for kind, word in PROBLEMS.items() if isinstance(error, kind))
                status = (
                    HTTPStatus.BAD_REQUEST if problem in ("checks_missing", "choose_reason") else HTTPStatus.CONFLICT
                )
                return self._page(officer, look_up_id, problem=problem, status=status)
            return self.desk.web.redirect(url_for("officer.person", look_up_id=look_up_id, done="1"))

        return done

    # --- acts ----------------------------------------------------------------------------------------
    def level_1(self, session: Session, officer: Present, found: OfficerLookUp, subject: str) -> None:
        self._decide(session, officer, found, 1)

    def level_2(self, session: Session, officer: Present, found: OfficerLookUp, subject: str) -> None:
        self._decide(session, officer, found, 2)

    def receive_level_2(self, session: Session, officer: Present, found: OfficerLookUp, subject: str) -> None:
        self.counter.receive_level_2(session, officer, found, self.desk.now())

    def lock(self, session: Session, officer: Present, found: OfficerLookUp, subject: str) -> None:
        self.acts.lock(session, officer, found, subject, LockReason(request.form.get("reason", "")), self.desk.now())

    def unlock(self, session: Session, officer: Present, found: OfficerLookUp, subject: str) -> None:
        self.acts.unlock(session, officer, found, subject, self.desk.now())

    def ask(self, session: Session, officer: Present, found: OfficerLookUp, subject: str) -> None:
        self.acts.ask(session, officer, found, subject, self.desk.now())

    def code(self, session: Session, officer: Present, found: OfficerLookUp, subject: str) -> None:
        self.counter.send_code(session, officer, found, self.desk.now())

    # --- parts ---------------------------------------------------------------------------------------
    def _decide(self, session: Session, officer: Present, found: OfficerLookUp, level: int) -> None:
        if request.form.get("decision") == "approve":
            checks = frozenset(request.form.getlist("check"))
            self.counter.approve(session, officer, found, level, checks, self.desk.now())
            return
        reason = Refusal(request.form.get("reason", ""))
        if reason not in BY_OFFICER:
            raise ValueError(reason)
        self.counter.refuse(session, officer, found, level, reason, self.desk.now())

    def _page(
        self, officer: Present, look_up_id: str, problem: str = "", law: str = "", done: str = "",
        status: int = HTTPStatus.OK,
    ) -> Response:  # fmt: skip
        now, web = self.desk.now(), self.desk.web
        with self.desk.db.begin() as session:  # each read is recorded
            person = self.look_ups.read(session, officer, look_up_id, now)
        if person is None:
            return self._over()
        lock_reasons = [(reason.value, web.t(f"officer.reason.{reason}")) for reason in reasons_for(person.kind)]
        refusals = [(reason.value, web.t(f"applications.refusal.{reason}.title")) for reason in BY_OFFICER]
        own = HolderKind(person.kind) in roles.office(officer.office).holders
        late = [row.id for row in (person.level_1, person.level_2) if row and deadlines.overdue(row.due_on, now)]
        return self.desk.render(
            "officer/person.html", status, person=person, problem=problem, law=law, done=done, late=late, own=own,
            lock_reasons=lock_reasons, refusals=refusals, checks=CHECKS,
            purpose=roles.purposes()[person.purpose][web.language()],
        )  # fmt: skip

    def _over(self) -> Response:
        return self.desk.web.problem(HTTPStatus.NOT_FOUND, "officer.look_up_over")
