"""Open again what its holder has locked herself: number and password, and the passcode or a one-time code.

Every other lock stays: the page says by which law (Decree 69/2024/ND-CP art. 15, Law on Identity art. 34), but only
to who has given the right password.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts import identity_number, sign_in, store
from idp.accounts.authentication import Outcome, Result
from idp.accounts.endpoints.second_factor import SIX_DIGITS
from idp.accounts.identity_number import MalformedNumber
from idp.accounts.my_account import locking
from idp.accounts.my_account.endpoints.common import Home
from idp.accounts.sign_in import Method
from idp.accounts.states import CannotUnlock, Standing, State, standing
from idp.sessions import SignInRequest


def register(blueprint: Blueprint, home: Home) -> None:
    pages = OpenAgainPages(home)
    blueprint.add_url_rule("/open-again", "open_again", pages.show, methods=["GET"])
    blueprint.add_url_rule("/open-again", "open_again_submit", pages.submit, methods=["POST"])


class OpenAgainPages:
    def __init__(self, home: Home) -> None:
        self.home, self.web, self.flow = home, home.web, home.flow

    def show(self) -> Response:
        found = self._asked()
        return self.flow.over() if found is None else self._form(found[1])

    def submit(self) -> Response:
        found = self._asked()
        if found is None:
            return self.flow.over()
        request_id, asked = found
        number, code = (request.form.get(name, "").replace(" ", "") for name in ("number", "code"))
        password = request.form.get("password", "")
        errors = self._errors(number, password, code)
        if errors:
            return self._form(asked, HTTPStatus.BAD_REQUEST, number, errors=errors)
        first = self.flow.checks.check_password(number, password, self.web.client_address(), self.home.now())
        if first.subject is None or first.result in (Result.WRONG, Result.WAIT):
            return self._refused(asked, number, first)
        if first.standing is None or first.standing.usable:
            return self._form(asked, HTTPStatus.CONFLICT, number, problem="not_locked")
        if not locking.may_open(first.standing):
            return self.flow.locked(first.standing, asked)
        return self._second(request_id, asked, number, first.subject, code)

    # --- parts ---------------------------------------------------------------------------------------
    def _second(self, request_id: str | None, asked: SignInRequest, number: str, subject: str, code: str) -> Response:
        method = self._method(subject)
        if method is None:
            return self._form(asked, HTTPStatus.FORBIDDEN, number, problem="no_second_factor")
        checks, address, now = self.flow.checks, self.web.client_address(), self.home.now()
        check = checks.check_passcode if method is Method.PASSCODE else checks.check_one_time_code
        outcome = check(subject, code, address, now, locked_too=True)
        if outcome.result is Result.WAIT:
            return self._refused(asked, number, outcome)
        if outcome.result is Result.WRONG:
            error = self.web.t("my_account.open_again.wrong_code", remaining=outcome.remaining or 0)
            return self._form(asked, HTTPStatus.BAD_REQUEST, number, errors={"code": error})
        return self._open(request_id, asked, subject, method)

    def _open(self, request_id: str | None, asked: SignInRequest, subject: str, method: Method) -> Response:
        now = self.home.now()
        try:
            with self.home.db.begin() as session:
                stands = locking.open_again(session, self.home.audit, subject, self.web.client_address(), now)
        except CannotUnlock:  # meanwhile: opened in another window, or locked by an authority
            with self.home.db.read() as session:
                account = store.account(session, subject)
                stands = standing(account, now) if account else Standing(State.CLOSED)
        if not stands.usable:
            return self.flow.locked(stands, asked)
        before = self.web.session().id
        browser = self.web.authenticate(sign_in.fresh(subject, ("pwd", method.value), now))
        if request_id is None or browser.id != before:
            return self.web.redirect(url_for("my_account.overview"))
        return self.flow.go_on(request_id, asked, browser)

    def _asked(self) -> tuple[str | None, SignInRequest] | None:
        self.web.session()
        return self.flow.asked()

    def _method(self, subject: str) -> Method | None:
        """The passcode where she has one, else the phone's code."""
        with self.home.db.read() as session:
            account = store.account(session, subject)
            has = account.authenticator if account else None
            if has is not None and has.passcode_hash:
                return Method.PASSCODE
            return Method.ONE_TIME_CODE if has is not None and has.one_time_code_seed else None

    def _errors(self, number: str, password: str, code: str) -> dict[str, str]:
        errors = {}
        try:
            identity_number.parse(number)
        except MalformedNumber as error:
            errors["number"] = self.web.t(f"accounts.number_error.{error.reason}")
        if not password:
            errors["password"] = self.web.t("accounts.sign_in.password_missing")
        if not SIX_DIGITS.fullmatch(code):
            errors["code"] = self.web.t("accounts.second_factor.six_digits")
        return errors

    def _refused(self, asked: SignInRequest, number: str, outcome: Outcome) -> Response:
        """One answer for a number nobody has and for a wrong password, as at the sign-in (attack 13)."""
        if outcome.result is not Result.WAIT:
            return self._form(asked, HTTPStatus.BAD_REQUEST, number, problem="wrong")
        wait = self.flow.wait_text(outcome.until)
        response = self._form(asked, HTTPStatus.TOO_MANY_REQUESTS, number, problem="wait", wait=wait)
        return self.flow.retry_after(response, outcome.until)

    def _form(
        self,
        asked: SignInRequest,
        status: int = HTTPStatus.OK,
        number: str = "",
        *,
        errors: dict[str, str] | None = None,
        problem: str = "",
        wait: str = "",
    ) -> Response:
        return self.web.render(
            "my_account/open_again.html", status, form_targets=asked.form_targets, asked=asked, number=number,
            request_id=request.args.get("request"), errors=errors or {}, problem=problem, wait=wait,
        )  # fmt: skip
