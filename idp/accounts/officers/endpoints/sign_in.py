"""Officers sign in and out."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts import one_time_codes
from idp.accounts.officers import store
from idp.accounts.officers.endpoints.desk import Desk
from idp.accounts.officers.roles import Action, allowed, office
from idp.accounts.officers.roles import role as role_of
from idp.accounts.officers.signing_in import Refused, purpose


def register(blueprint: Blueprint, desk: Desk) -> None:
    def show() -> Response:
        desk.anonymous()
        return desk.render("officer/sign_in.html", login="", wait="", wrong=False, demo=_demo_codes(desk))

    def submit() -> Response:
        login = request.form.get("login", "").strip()[:40]
        code = request.form.get("code", "").replace(" ", "")[:6]
        password = request.form.get("password", "")[:200]
        before = desk.anonymous()
        answer = desk.sessions.sign_in(before, login, password, code, desk.web.client_address(), desk.now())
        if isinstance(answer, Refused):
            wait = desk.flow.wait_text(answer.until) if answer.until else ""
            status = HTTPStatus.TOO_MANY_REQUESTS if wait else HTTPStatus.BAD_REQUEST
            page = desk.render(
                "officer/sign_in.html", status, login=login, wait=wait, wrong=not wait, demo=_demo_codes(desk)
            )
            return desk.flow.retry_after(page, answer.until)
        desk.keep(answer)
        return desk.web.redirect(url_for("officer.home"))

    def sign_out() -> Response:
        found = desk.present()
        if found is not None:
            desk.sessions.end(found, desk.now())
        desk.forget()
        return desk.web.redirect(url_for("officer.sign_in"))

    def home() -> Response:
        found = desk.present()
        if found is None or found.officer_id is None:
            return desk.web.redirect(url_for("officer.sign_in"))
        return desk.web.redirect(url_for(_home(allowed(found.role, found.office))))

    blueprint.add_url_rule("/", "home", home, methods=["GET"])
    blueprint.add_url_rule("/sign-in", "sign_in", show, methods=["GET"])
    blueprint.add_url_rule("/sign-in", "sign_in_submit", submit, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def _home(may: frozenset[Action]) -> str:
    """Where an officer begins; these pages belong to the packages whose affairs they are."""
    begins = {
        Action.MANAGE_CLIENTS: "registry.index",
        Action.KEEP_RECORDS: "document_desk.queue",
        Action.ISSUE_DOCUMENTS: "issuing_desk.index",
        Action.SEE_QUEUE: "officer.queue",
    }
    return next((page for action, page in begins.items() if action in may), "officer.audit")


def _demo_codes(desk: Desk) -> list[tuple[str, str, str]]:
    """In the demo the officers' phones lie on the table: login, role and code of each."""
    if not desk.services.config.demo:
        return []
    now, lang, at_rest = desk.now(), desk.web.language(), desk.services.at_rest
    with desk.db.read() as session:
        officers = store.everybody(session)
        found = [
            (row.login, row.role, row.office, at_rest.open(row.code_seed, purpose(row.login)).decode())
            for row in officers
        ]
    return [
        (login, f"{role_of(role).name[lang]}, {office(place).name[lang]}", one_time_codes.current(seed, now).code)
        for login, role, place, seed in found
    ]
