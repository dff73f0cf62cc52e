"""Lock my account now: what happens is said first, and a secret is asked again before it does."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts import store
from idp.accounts.authentication import Outcome, Result
from idp.accounts.endpoints.flow import OWN_PAGES
from idp.accounts.endpoints.second_factor import SIX_DIGITS
from idp.accounts.my_account import locking
from idp.accounts.my_account.endpoints.common import TWO_FACTORS, Home, Visitor
from idp.accounts.states import CannotLock, standing

PASSCODE, PASSWORD = "passcode", "password"


@dataclass(frozen=True)
class Secrets:
    """By what the holder can confirm; `number` is what her password goes with."""

    number: str
    methods: tuple[str, ...]


def register(blueprint: Blueprint, home: Home) -> None:
    pages = LockPages(home)
    blueprint.add_url_rule("/lock", "lock", pages.show, methods=["GET"])
    blueprint.add_url_rule("/lock", "lock_submit", pages.submit, methods=["POST"])
    blueprint.add_url_rule("/locked", "locked", pages.locked, methods=["GET"])


class LockPages:
    def __init__(self, home: Home) -> None:
        self.home, self.web, self.checks = home, home.web, home.flow.checks

    def show(self) -> Response:
        visitor = self._enter()
        return visitor if isinstance(visitor, Response) else self._form(visitor)

    def submit(self) -> Response:
        visitor = self._enter()
        if isinstance(visitor, Response):
            return visitor
        secret, method = request.form.get("secret", ""), _method(request.form.get("with"))
        if method == PASSCODE:
            secret = secret.replace(" ", "")
            if not SIX_DIGITS.fullmatch(secret):
                return self._form(visitor, HTTPStatus.BAD_REQUEST, self.web.t("my_account.lock.six_digits"))
        elif not secret:
            return self._form(visitor, HTTPStatus.BAD_REQUEST, self.web.t("my_account.lock.password_missing"))
        outcome = self._check(visitor, method, secret)
        if outcome.result is Result.LOCKED and outcome.standing is not None:  # in another window, meanwhile
            self.web.end_session()
            return self.home.flow.locked(outcome.standing, OWN_PAGES)
        return self._lock(visitor) if outcome.ok else self._refused(visitor, method, outcome)

    def locked(self) -> Response:
        """It is done; nobody is signed in any more, so this page knows of nobody."""
        return self.web.render("my_account/locked.html")

    # --- parts ---------------------------------------------------------------------------------------
    def _enter(self) -> Visitor | Response:
        """Two factors, unless the account has one alone: it must not be shut out of its own lock."""
        return self.home.enter(url_for("my_account.lock"), self.home.within_reach(TWO_FACTORS))

    def _check(self, visitor: Visitor, method: str, secret: str) -> Outcome:
        address, now = self.web.client_address(), self.home.now()
        if method == PASSCODE:
            return self.checks.check_passcode(visitor.subject, secret, address, now)
        return self.checks.check_password(self._secrets(visitor).number, secret, address, now)

    def _lock(self, visitor: Visitor) -> Response:
        services, now = self.home.services, self.home.now()
        try:
            with self.home.db.begin() as session:
                locking.lock(
                    session, services.access, services.audit, visitor.subject, self.web.client_address(), now
                )
        except CannotLock:
            return self._locked_already(visitor)
        self.web.end_session()
        return self.web.redirect(url_for("my_account.locked"))

    def _locked_already(self, visitor: Visitor) -> Response:
        with self.home.db.read() as session:
            account = store.account(session, visitor.subject)
            stands = standing(account, self.home.now()) if account else None
        self.web.end_session()
        return self.home.flow.locked(stands, OWN_PAGES) if stands else self.home.unknown()

    def _refused(self, visitor: Visitor, method: str, outcome: Outcome) -> Response:
        if outcome.result is Result.WAIT:
            error = self.web.t("accounts.second_factor.wait", wait=self.home.flow.wait_text(outcome.until))
            response = self._form(visitor, HTTPStatus.TOO_MANY_REQUESTS, error)
            return self.home.flow.retry_after(response, outcome.until)
        error = self.web.t(f"my_account.lock.wrong_{method}", remaining=outcome.remaining or 0)
        return self._form(visitor, HTTPStatus.BAD_REQUEST, error)

    def _form(self, visitor: Visitor, status: int = HTTPStatus.OK, error: str = "") -> Response:
        methods = self._secrets(visitor).methods
        method = _method(request.form.get("with") or request.args.get("with"))
        method = method if method in methods else methods[0]
        other = next((each for each in methods if each != method), "")
        return self.web.render("my_account/lock.html", status, method=method, other=other, error=error)

    def _secrets(self, visitor: Visitor) -> Secrets:
        with self.home.db.read() as session:
            account = store.account(session, visitor.subject)
            number = account.person.personal_id_number if account and account.person else ""
            has = account.authenticator if account else None
            methods = (PASSCODE, PASSWORD) if has and has.passcode_hash else (PASSWORD,)
        return Secrets(number, methods)


def _method(value: str | None) -> str:
    return PASSWORD if value == PASSWORD else PASSCODE
