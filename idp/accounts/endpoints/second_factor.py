"""Sign-in, second step: whichever of her other means the person picks, of those that reach the level asked for.

What the session has proven is never asked again, and what would not reach the level is not offered.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp import acr
from idp.accounts import demo_phone, means, sign_in, store
from idp.accounts.authentication import Outcome, Result
from idp.accounts.endpoints.flow import Flow
from idp.accounts.means import Means
from idp.accounts.qr_sign_in.panel import Panels
from idp.accounts.services import display_name
from idp.accounts.sign_in import Method, Step
from idp.sessions import Authentication, SignInRequest

SIX_DIGITS = re.compile(r"[0-9]{6}")
TYPED = {Means.PASSCODE: Method.PASSCODE, Means.ONE_TIME_CODE: Method.ONE_TIME_CODE}
#: As the page's address and its form call them: a typed one by its `amr` value.
NAMES = {Means.PASSCODE: "pin", Means.ONE_TIME_CODE: "otp", Means.PASSKEY: "passkey", Means.PHONE: "phone"}


def register(blueprint: Blueprint, flow: Flow, panels: Panels) -> SecondFactorPages:
    pages = SecondFactorPages(flow, panels)
    blueprint.add_url_rule("/sign-in/second-factor", "second_factor", pages.show, methods=["GET"])
    blueprint.add_url_rule("/sign-in/second-factor", "second_factor_submit", pages.submit, methods=["POST"])
    return pages


class SecondFactorPages:
    def __init__(self, flow: Flow, panels: Panels) -> None:
        self.flow, self.web, self.panels = flow, flow.web, panels

    def show(self) -> Response:
        found = self._due()
        if isinstance(found, Response):
            return found
        asked, present = found
        return self._form(asked, present, _named(request.args.get("method")))

    def submit(self) -> Response:
        found = self._due()
        if isinstance(found, Response):
            return found
        asked, present = found
        chosen = _named(request.form.get("method"))
        method = TYPED.get(chosen) if chosen else None
        if chosen is None or method is None or chosen not in self._offered(asked, present):
            return self._form(asked, present, None, HTTPStatus.BAD_REQUEST)
        code = request.form.get("code", "").replace(" ", "")
        if not SIX_DIGITS.fullmatch(code):
            error = self.web.t("accounts.second_factor.six_digits")
            return self._form(asked, present, chosen, HTTPStatus.BAD_REQUEST, error)
        outcome = self._check(method, present.subject, code)
        if outcome.result is Result.LOCKED and outcome.standing is not None:
            self.web.end_session()
            return self.flow.locked(outcome.standing, asked)
        if not outcome.ok:
            return self._refused(asked, present, chosen, outcome)
        browser = self.web.authenticate(sign_in.with_second_factor(present, method))
        return self.flow.go_on(request.args.get("request"), asked, browser)

    def again(
        self, asked: SignInRequest, present: Authentication, status: int, problem: str, wait: str = ""
    ) -> Response:
        """The page once more, with what went wrong with a passkey."""
        return self._form(asked, present, Means.PASSKEY, status, problem=problem, wait=wait)

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

    def _offered(self, asked: SignInRequest, present: Authentication) -> tuple[Means, ...]:
        """What lifts the session to the first level, of those that will do, that she can reach."""
        services = self.flow.services
        with services.db.read() as session:
            has = means.of_account(session, present.subject, simulated_phone=services.config.mock_phone)
        for level in (asked.acr or "", *asked.acr_else):
            if acr.satisfies(present.acr, level):
                break
            if found := means.missing(has, present.amr, level):
                return found
        return ()

    def _check(self, method: Method, subject: str, code: str) -> Outcome:
        checks = self.flow.checks
        check = checks.check_passcode if method is Method.PASSCODE else checks.check_one_time_code
        return check(subject, code, self.web.client_address(), self.flow.now())

    def _refused(self, asked: SignInRequest, present: Authentication, chosen: Means, outcome: Outcome) -> Response:
        if outcome.result is Result.WAIT:
            error = self.web.t("accounts.second_factor.wait", wait=self.flow.wait_text(outcome.until))
            response = self._form(asked, present, chosen, HTTPStatus.TOO_MANY_REQUESTS, error)
            return self.flow.retry_after(response, outcome.until)
        key = "wrong_passcode" if chosen is Means.PASSCODE else "wrong_code"
        error = self.web.t(f"accounts.second_factor.{key}", remaining=outcome.remaining or 0)
        return self._form(asked, present, chosen, HTTPStatus.BAD_REQUEST, error)

    def _form(
        self,
        asked: SignInRequest,
        present: Authentication,
        chosen: Means | None,
        status: int = HTTPStatus.OK,
        error: str = "",
        *,
        problem: str = "",
        wait: str = "",
    ) -> Response:
        services, request_id = self.flow.services, request.args.get("request")
        offered = self._offered(asked, present)
        without = sign_in.without_more(asked, present)
        if not offered:
            return self.web.redirect(without) if without else self.flow.no_second_factor(asked)
        shown = chosen if chosen in offered else offered[0]
        with services.db.read() as session:
            account = store.account(session, present.subject)
            name = display_name(session, present.subject)
            phone = demo_phone.code_of(account, services.at_rest, self.flow.now()) if account else None
        others = [
            (NAMES[other], url_for("accounts.second_factor", request=request_id, method=NAMES[other]))
            for other in offered
            if other is not shown
        ]
        return self.web.render(
            "accounts/second_factor.html",
            status,
            form_targets=asked.form_targets,
            asked=asked,
            request_id=request_id,
            without=without,
            method=NAMES[shown],
            others=others,
            qr=self.panels.make(request_id, asked) if shown is Means.PHONE else None,
            name=name,
            error=error,
            problem=problem,
            wait=wait,
            phone=phone if services.config.demo and shown is Means.ONE_TIME_CODE else None,
        )


def _named(name: str | None) -> Means | None:
    return next((one for one, known in NAMES.items() if known == name), None)
