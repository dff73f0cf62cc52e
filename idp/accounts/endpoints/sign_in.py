"""Sign-in, first step: number and password."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from idp.accounts import identity_number, sign_in
from idp.accounts.authentication import Outcome, Result
from idp.accounts.endpoints.flow import Flow
from idp.accounts.identity_number import MalformedNumber
from idp.accounts.ports import DemoPersona
from idp.accounts.qr_sign_in.panel import Panels
from idp.accounts.sign_in import Step
from idp.sessions import BrowserSession, SignInRequest


def register(blueprint: Blueprint, flow: Flow, panels: Panels) -> SignInPages:
    pages = SignInPages(flow, panels)
    blueprint.add_url_rule("/sign-in", "sign_in", pages.show, methods=["GET"])
    blueprint.add_url_rule("/sign-in", "sign_in_submit", pages.submit, methods=["POST"])
    return pages


class SignInPages:
    def __init__(self, flow: Flow, panels: Panels) -> None:
        self.flow, self.web, self.panels = flow, flow.web, panels

    def show(self) -> Response:
        found = self.flow.asked()
        if found is None:
            return self.flow.over()
        request_id, asked = found
        browser = self.web.existing_session()
        step = sign_in.next_step(asked, browser.authentication if browser else None)
        if step is Step.UNREACHABLE:
            return self.flow.unreachable(asked)
        if browser is not None and step is not Step.PASSWORD and "again" not in request.args:
            return self.flow.go_on(request_id, asked, browser)
        persona = self._persona(request.args.get("persona"))
        hint = asked.login_hint if _well_formed(asked.login_hint) else None
        number = persona.personal_id_number if persona else hint or ""
        return self._form(asked, number, password=(persona.password or "") if persona else "")

    def submit(self) -> Response:
        found = self.flow.asked()
        if found is None:
            return self.flow.over()
        request_id, asked = found
        number, password = _without_spaces(request.form.get("number", "")), request.form.get("password", "")
        errors = self._errors(number, password)
        if errors:
            return self._form(asked, number, HTTPStatus.BAD_REQUEST, errors=errors)
        before, now = self.web.session(), self.flow.now()

        def sign_in_as(session: Session, subject: str) -> None:
            if asked.subject in (None, subject):
                self.web.authenticate_in(session, before, sign_in.with_password(subject, now))

        outcome = self.flow.checks.check_password(number, password, self.web.client_address(), now, sign_in_as)
        if outcome.result is Result.LOCKED and outcome.standing is not None:
            return self.flow.locked(outcome.standing, asked)
        if outcome.subject is None or not outcome.ok:
            return self._refused(asked, number, outcome)
        if asked.subject is not None and asked.subject != outcome.subject:
            return self._form(asked, number, HTTPStatus.BAD_REQUEST, problem="other_person")
        return self._signed_in(request_id, asked, before)

    def again(self, asked: SignInRequest, status: int, problem: str, wait: str = "") -> Response:
        """The page once more, with what went wrong on another of its ways in."""
        return self._form(asked, "", status, problem=problem, wait=wait)

    def _signed_in(self, request_id: str | None, asked: SignInRequest, before: BrowserSession) -> Response:
        browser = self.web.session()
        if browser.id != before.id and sign_in.next_step(asked, browser.authentication) is Step.SECOND_FACTOR:
            # Somebody else was signed in here: that session is over, and its pending requests with it.
            return self.web.ask_sign_in(asked)
        return self.flow.go_on(request_id, asked, browser)

    def _refused(self, asked: SignInRequest, number: str, outcome: Outcome) -> Response:
        if outcome.result is Result.WAIT:
            response = self._form(
                asked, number, HTTPStatus.TOO_MANY_REQUESTS, problem="wait", wait=self.flow.wait_text(outcome.until)
            )
            return self.flow.retry_after(response, outcome.until)
        # One answer for a number nobody has, for one without sign-in, and for a wrong password.
        return self._form(asked, number, HTTPStatus.BAD_REQUEST, problem="wrong")

    def _errors(self, number: str, password: str) -> dict[str, str]:
        errors = {}
        try:
            identity_number.parse(number)
        except MalformedNumber as error:
            errors["number"] = self.web.t(f"accounts.number_error.{error.reason}")
        if not password:
            errors["password"] = self.web.t("accounts.sign_in.password_missing")
        return errors

    def _form(
        self,
        asked: SignInRequest,
        number: str,
        status: int = HTTPStatus.OK,
        *,
        password: str = "",
        errors: dict[str, str] | None = None,
        problem: str = "",
        wait: str = "",
    ) -> Response:
        request_id = request.args.get("request")
        return self.web.render(
            "accounts/sign_in.html",
            status,
            form_targets=asked.form_targets,
            asked=asked,
            request_id=request_id,
            qr=self.panels.make(request_id, asked),
            number=number,
            password=password,
            errors=errors or {},
            problem=problem,
            wait=wait,
            two_steps=not sign_in.password_suffices(asked),
            personas=[persona for persona in self.flow.services.personas if persona.password],
        )

    def _persona(self, persona_id: str | None) -> DemoPersona | None:
        return next((each for each in self.flow.services.personas if each.id == persona_id), None)


def _without_spaces(number: str) -> str:
    """People type the number in groups."""
    return number.replace(" ", "")


def _well_formed(number: str | None) -> bool:
    try:
        identity_number.parse(number)
    except MalformedNumber:
        return False
    return True
