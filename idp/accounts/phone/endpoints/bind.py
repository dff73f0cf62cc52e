"""Binding this device, a page for each proof: number and password, one-time code, face (SIMULATED), key."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts import demo_phone, identity_number, sign_in, store
from idp.accounts.authentication import Result
from idp.accounts.identity_number import MalformedNumber
from idp.accounts.phone import binding, user_agents
from idp.accounts.phone.binding import Step
from idp.accounts.phone.endpoints.common import BACK_TO_APP, SIX_DIGITS, Phone
from idp.sessions import Authentication


def register(blueprint: Blueprint, phone: Phone) -> None:
    pages = BindPages(phone)
    blueprint.add_url_rule("/bind", "bind", pages.password, methods=["GET"])
    blueprint.add_url_rule("/bind", "bind_submit", pages.give_password, methods=["POST"])
    blueprint.add_url_rule("/bind/code", "bind_code", pages.code, methods=["GET"])
    blueprint.add_url_rule("/bind/code", "bind_code_submit", pages.give_code, methods=["POST"])
    blueprint.add_url_rule("/bind/face", "bind_face", pages.face, methods=["GET"])
    blueprint.add_url_rule("/bind/face", "bind_face_submit", pages.show_face, methods=["POST"])
    blueprint.add_url_rule("/bind/key", "bind_key", pages.key, methods=["GET"])


class BindPages:
    def __init__(self, phone: Phone) -> None:
        self.phone, self.web, self.flow = phone, phone.web, phone.flow
        self.faces = binding.FaceCheck(phone.db, phone.audit)

    # --- number and password -------------------------------------------------------------------------
    def password(self) -> Response:
        """Always shown where it is asked for: whoever comes back here wants to begin anew."""
        wanted = request.args.get("persona")
        persona = next((each for each in self.phone.services.personas if each.id == wanted), None)
        number = persona.personal_id_number if persona else ""
        return self._password_form(number, password=(persona.password or "") if persona else "")

    def give_password(self) -> Response:
        number, password = request.form.get("number", "").replace(" ", ""), request.form.get("password", "")
        try:
            identity_number.parse(number)
        except MalformedNumber as error:
            text = self.web.t(f"accounts.number_error.{error.reason}")
            return self._password_form(number, HTTPStatus.BAD_REQUEST, number_error=text)
        now = self.phone.now()
        outcome = self.phone.checks.check_password(number, password, self.web.client_address(), now)
        if outcome.result is Result.LOCKED and outcome.standing is not None:
            return self.flow.locked(outcome.standing, BACK_TO_APP)
        if outcome.result is Result.WAIT:
            wait = self.flow.wait_text(outcome.until)
            response = self._password_form(number, HTTPStatus.TOO_MANY_REQUESTS, wait=wait)
            return self.flow.retry_after(response, outcome.until)
        if outcome.subject is None or not outcome.ok:
            # One answer for a number nobody has, for one without sign-in, and for a wrong password.
            return self._password_form(number, HTTPStatus.BAD_REQUEST, wrong=True)
        self.web.authenticate(sign_in.with_password(outcome.subject, now))
        return self._to(Step.CODE)

    # --- one-time code -------------------------------------------------------------------------------
    def code(self) -> Response:
        present = self._due(Step.CODE)
        return present if isinstance(present, Response) else self._code_form(present)

    def give_code(self) -> Response:
        present = self._due(Step.CODE)
        if isinstance(present, Response):
            return present
        code = request.form.get("code", "").replace(" ", "")
        if not SIX_DIGITS.fullmatch(code):
            text = self.web.t("accounts.second_factor.six_digits")
            return self._code_form(present, HTTPStatus.BAD_REQUEST, text)
        address, now = self.web.client_address(), self.phone.now()
        outcome = self.phone.checks.check_one_time_code(present.subject, code, address, now)
        if outcome.result is Result.LOCKED and outcome.standing is not None:
            self.web.end_session()
            return self.flow.locked(outcome.standing, BACK_TO_APP)
        if outcome.result is Result.WAIT:
            text = self.web.t("accounts.second_factor.wait", wait=self.flow.wait_text(outcome.until))
            response = self._code_form(present, HTTPStatus.TOO_MANY_REQUESTS, text)
            return self.flow.retry_after(response, outcome.until)
        if not outcome.ok:
            text = self.web.t("accounts.second_factor.wrong_code", remaining=outcome.remaining or 0)
            return self._code_form(present, HTTPStatus.BAD_REQUEST, text)
        self.web.authenticate(binding.with_code(present))
        return self._to(Step.FACE)

    # --- face and key --------------------------------------------------------------------------------
    def face(self) -> Response:
        present = self._due(Step.FACE)
        return present if isinstance(present, Response) else self.web.render("phone/bind_face.html")

    def show_face(self) -> Response:
        present = self._due(Step.FACE)
        if isinstance(present, Response):
            return present
        matches = request.form.get("face") == "matches"
        attempt = self.faces.compare(present.subject, matches, self.web.client_address(), self.phone.now())
        if not attempt.allowed:
            wait = self.flow.wait_text(attempt.until)
            response = self.web.render("phone/bind_face.html", HTTPStatus.TOO_MANY_REQUESTS, wait=wait)
            return self.flow.retry_after(response, attempt.until)
        if not matches:
            return self.web.render("phone/bind_face.html", HTTPStatus.FORBIDDEN, refused=True)
        self.web.authenticate(binding.with_face(present))
        return self._to(Step.KEY)

    def key(self) -> Response:
        present = self._due(Step.KEY)
        if isinstance(present, Response):
            return present
        name = user_agents.device_name(request.headers.get("User-Agent", ""), self.web.language())
        minutes = self.phone.services.config.new_device_wait_minutes
        return self.web.render("phone/bind_key.html", name=name, wait_minutes=minutes)

    # --- parts ---------------------------------------------------------------------------------------
    def _due(self, step: Step) -> Response | Authentication:
        """Who is binding, where `step` is what is missing; else to the page of what is."""
        present = self.phone.present()
        due = binding.next_step(present, self.phone.now())
        return present if present is not None and due is step else self._to(due)

    def _to(self, step: Step) -> Response:
        return self.web.redirect(url_for(f"phone.{step.value}"))

    def _password_form(
        self,
        number: str,
        status: int = HTTPStatus.OK,
        *,
        password: str = "",
        number_error: str = "",
        wait: str = "",
        wrong: bool = False,
    ) -> Response:
        return self.web.render(
            "phone/bind.html",
            status,
            number=number,
            password=password,
            number_error=number_error,
            wait=wait,
            wrong=wrong,
            personas=[persona for persona in self.phone.services.personas if persona.password],
        )

    def _code_form(self, present: Authentication, status: int = HTTPStatus.OK, error: str = "") -> Response:
        services = self.phone.services
        with services.db.read() as session:
            account = store.account(session, present.subject)
            code = demo_phone.code_of(account, services.at_rest, self.phone.now()) if account else None
        has_codes = code is not None
        shown = code if services.config.demo else None
        return self.web.render("phone/bind_code.html", status, error=error, has_codes=has_codes, phone=shown)
