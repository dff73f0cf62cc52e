"""Sign-in, second step: passcode or one-time code, whichever the person picks."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts import demo_phone, sign_in, store
from idp.accounts.authentication import Outcome, Result
from idp.accounts.endpoints.flow import Flow
from idp.accounts.models import Account
from idp.accounts.services import display_name
from idp.accounts.sign_in import Method, Step
from idp.sessions import Authentication, SignInRequest

SIX_DIGITS = re.compile(r"[0-9]{6}")


def register(blueprint: Blueprint, flow: Flow) -> None:
    pages = SecondFactorPages(flow)
    blueprint.add_url_rule("/sign-in/second-factor", "second_factor", pages.show, methods=["GET"])
    blueprint.add_url_rule("/sign-in/second-factor", "second_factor_submit", pages.submit, methods=["POST"])


class SecondFactorPages:
    def __init__(self, flow: Flow) -> None:
        self.flow, self.web = flow, flow.web

    def show(self) -> Response:
        found = self._due()
        if isinstance(found, Response):
            return found
        asked, present = found
        return self._form(asked, present, _method(request.args.get("method")))

    def submit(self) -> Response:
        found = self._due()
        if isinstance(found, Response):
            return found
        asked, present = found
        method = _method(request.form.get("method"))
        code = request.form.get("code", "").replace(" ", "")
        if not SIX_DIGITS.fullmatch(code):
            error = self.web.t("accounts.second_factor.six_digits")
            return self._form(asked, present, method, HTTPStatus.BAD_REQUEST, error)
        outcome = self._check(method, present.subject, code)
        if outcome.result is Result.LOCKED and outcome.standing is not None:
            self.web.end_session()
            return self.flow.locked(outcome.standing, asked)
        if not outcome.ok:
            return self._refused(asked, present, method, outcome)
        browser = self.web.authenticate(sign_in.with_second_factor(present, method))
        return self.flow.go_on(request.args.get("request"), asked, browser)

    def _due(self) -> Response | tuple[SignInRequest, Authentication]:
        """The request and the session, where the second factor is what is missing; else where to go instead."""
        found = self.flow.asked()
        if found is None:
            return self.flow.over()
        request_id, asked = found
        browser = self.web.session()
        present = browser.authentication
        if present is None or sign_in.next_step(asked, present) is not Step.SECOND_FACTOR:
            return self.flow.go_on(request_id, asked, browser)
        return asked, present

    def _check(self, method: Method, subject: str, code: str) -> Outcome:
        checks = self.flow.checks
        check = checks.check_passcode if method is Method.PASSCODE else checks.check_one_time_code
        return check(subject, code, self.web.client_address(), self.flow.now())

    def _refused(self, asked: SignInRequest, present: Authentication, method: Method, outcome: Outcome) -> Response:
        if outcome.result is Result.WAIT:
            error = self.web.t("accounts.second_factor.wait", wait=self.flow.wait_text(outcome.until))
            response = self._form(asked, present, method, HTTPStatus.TOO_MANY_REQUESTS, error)
            return self.flow.retry_after(response, outcome.until)
        key = "wrong_passcode" if method is Method.PASSCODE else "wrong_code"
        error = self.web.t(f"accounts.second_factor.{key}", remaining=outcome.remaining or 0)
        return self._form(asked, present, method, HTTPStatus.BAD_REQUEST, error)

    def _form(
        self,
        asked: SignInRequest,
        present: Authentication,
        method: Method,
        status: int = HTTPStatus.OK,
        error: str = "",
    ) -> Response:
        services = self.flow.services
        with services.db.read() as session:
            account = store.account(session, present.subject)
            methods = _methods(account)
            name = display_name(session, present.subject)
            phone = demo_phone.code_of(account, services.at_rest, self.flow.now()) if account else None
        if not methods:
            return self.flow.no_second_factor(asked)
        method = method if method in methods else methods[0]
        request_id = request.args.get("request")
        others = [other for other in methods if other is not method]
        return self.web.render(
            "accounts/second_factor.html",
            status,
            form_targets=asked.form_targets,
            asked=asked,
            request_id=request_id,
            method=method.value,
            other_url=url_for("accounts.second_factor", request=request_id, method=others[0].value) if others else "",
            name=name,
            error=error,
            phone=phone if services.config.demo else None,
        )


def _methods(account: Account | None) -> list[Method]:
    secrets = account.authenticator if account else None
    found = [Method.PASSCODE] if secrets and secrets.passcode_hash else []
    return [*found, Method.ONE_TIME_CODE] if secrets and secrets.one_time_code_seed else found


def _method(value: str | None) -> Method:
    return Method.ONE_TIME_CODE if value == Method.ONE_TIME_CODE else Method.PASSCODE
