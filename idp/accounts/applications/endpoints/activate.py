"""Activating an issued account, in three steps: code, secrets, phone."""

from __future__ import annotations

import re
from http import HTTPStatus

import pyotp
from flask import Blueprint, Response, request, url_for

from idp.accounts import names
from idp.accounts.applications.activation import Activation, At, Failed, Opened, Problem
from idp.accounts.endpoints.flow import Flow
from idp.accounts.qr_sign_in import picture

SIX_DIGITS = re.compile(r"[0-9]{6}")
STATUS = {Problem.WAIT: HTTPStatus.TOO_MANY_REQUESTS, Problem.EXPIRED: HTTPStatus.FORBIDDEN}


def register(blueprint: Blueprint, flow: Flow) -> None:
    pages = ActivatePages(flow)
    blueprint.add_url_rule("/activate", "activate", pages.show, methods=["GET"])
    blueprint.add_url_rule("/activate", "activate_submit", pages.submit, methods=["POST"])
    blueprint.add_url_rule("/activate/<ticket>/secrets", "secrets", pages.secrets, methods=["GET", "POST"])
    blueprint.add_url_rule("/activate/<ticket>/phone", "phone", pages.phone, methods=["GET", "POST"])
    blueprint.add_url_rule("/activate/done", "done", pages.done, methods=["GET"])


class ActivatePages:
    def __init__(self, flow: Flow) -> None:
        self.flow, self.web, self.services = flow, flow.web, flow.services
        self.activation = Activation(flow.services)

    def show(self) -> Response:
        return self._code_form()

    def submit(self) -> Response:
        number = request.form.get("number", "").replace(" ", "")[:20]
        code = request.form.get("code", "")[:40]
        answer = self.activation.open(number, code, self.web.client_address(), self.flow.now())
        if isinstance(answer, Opened):
            return self.web.redirect(url_for("applications.secrets", ticket=answer.ticket))
        status = STATUS.get(answer.problem, HTTPStatus.BAD_REQUEST)
        return self._wait(self._code_form(number, answer, status), answer)

    def secrets(self, ticket: str) -> Response:
        at = self.activation.at(ticket, self.flow.now())
        if at is None:
            return self._over()
        if request.method == "GET":
            return self._secrets_form(ticket, {})
        password, passcode = request.form.get("password", ""), request.form.get("passcode", "")
        errors = {}
        if password != request.form.get("password_again", ""):
            errors["password_again"] = self.web.t("applications.secrets.not_equal")
        if passcode != request.form.get("passcode_again", ""):
            errors["passcode_again"] = self.web.t("applications.secrets.not_equal")
        if errors:
            return self._secrets_form(ticket, errors, HTTPStatus.BAD_REQUEST)
        weak = self.activation.set_secrets(ticket, password, passcode, self.flow.now())
        if isinstance(weak, Failed):
            return self._over()
        if weak:
            errors = {name: self.web.t(f"applications.weak.{problem}") for name, problem in weak.items()}
            return self._secrets_form(ticket, errors, HTTPStatus.BAD_REQUEST)
        return self.web.redirect(url_for("applications.phone", ticket=ticket))

    def phone(self, ticket: str) -> Response:
        now = self.flow.now()
        at = self.activation.at(ticket, now)
        if at is None:
            return self._over()
        if not at.secrets_set:
            return self.web.redirect(url_for("applications.secrets", ticket=ticket))
        if request.method == "GET":
            return self._phone_form(ticket, at)
        code = request.form.get("code", "").replace(" ", "")
        if not SIX_DIGITS.fullmatch(code):
            return self._phone_form(ticket, at, self.web.t("accounts.second_factor.six_digits"), 400)
        failed = self.activation.finish(ticket, code, self.web.client_address(), now)
        if failed is None:
            return self.web.redirect(url_for("applications.done"))
        if failed.problem is Problem.OVER:
            return self._over()
        return self._wait(self._phone_form(ticket, at, self._text(failed), STATUS.get(failed.problem, 400)), failed)

    def done(self) -> Response:
        return self.web.render("applications/done.html", **self.flow.waiting())

    # --- parts ---------------------------------------------------------------------------------------
    def _over(self) -> Response:
        return self.web.problem(HTTPStatus.BAD_REQUEST, "applications.activation_over")

    def _text(self, failed: Failed) -> str:
        if failed.problem is Problem.WAIT:
            return self.web.t("applications.activate.wait", wait=self.flow.wait_text(failed.until))
        return self.web.t("applications.phone.wrong")

    def _wait(self, response: Response, failed: Failed) -> Response:
        return self.flow.retry_after(response, failed.until)

    def _code_form(self, number: str = "", failed: Failed | None = None, status: int = HTTPStatus.OK) -> Response:
        wait = self.flow.wait_text(failed.until) if failed and failed.until else ""
        problem = failed.problem.value if failed else ""
        return self.web.render("applications/activate.html", status, number=number, problem=problem, wait=wait)

    def _secrets_form(self, ticket: str, errors: dict[str, str], status: int = HTTPStatus.OK) -> Response:
        return self.web.render("applications/secrets.html", status, ticket=ticket, errors=errors)

    def _phone_form(self, ticket: str, at: At, error: str = "", status: int = HTTPStatus.OK) -> Response:
        uri = pyotp.TOTP(at.seed).provisioning_uri(
            name=names.nfc(at.about.full_name), issuer_name="mock-vneid (MÔ PHỎNG / MOCK)"
        )
        return self.web.render(
            "applications/phone.html", status, ticket=ticket, error=error, seed=at.seed,
            picture=picture.data_url(uri), demo=self.services.config.demo, code=self._demo_code(at),
        )  # fmt: skip

    def _demo_code(self, at: At) -> str:
        """The phone of the demo takes the seed in by itself."""
        if not self.services.config.demo:
            return ""
        return str(pyotp.TOTP(at.seed).at(self.flow.now()))
