"""Signing in with a passkey, and stepping up with one: what the script needs, and the form that it sends.

Nobody is asked for a number, so there is nothing to tell of who has an account. The answer is posted as a form, so
that what follows (the next step, a locked account, the way back) are the pages of every other sign-in.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Protocol

from flask import Blueprint, Response, request

from idp.accounts import sign_in
from idp.accounts.authentication import Outcome, Result
from idp.accounts.endpoints.flow import Flow
from idp.accounts.passkeys.service import Asker, Passkeys, Signed
from idp.accounts.sign_in import Step
from idp.sessions import Authentication, SignInRequest


class FirstPage(Protocol):
    """The sign-in page, which is shown again with what went wrong."""

    def again(self, asked: SignInRequest, status: int, problem: str, wait: str = "") -> Response: ...


class SecondPage(Protocol):
    """The page of the second factor, likewise."""

    def again(
        self, asked: SignInRequest, present: Authentication, status: int, problem: str, wait: str = ""
    ) -> Response: ...


def register(blueprint: Blueprint, flow: Flow, passkeys: Passkeys, first: FirstPage, second: SecondPage) -> None:
    pages = PasskeySignIn(flow, passkeys, first, second)
    blueprint.add_url_rule("/sign-in/passkey/options", "passkey_options", pages.options, methods=["POST"])
    blueprint.add_url_rule("/sign-in/passkey", "passkey_sign_in", pages.submit, methods=["POST"])


class PasskeySignIn:
    def __init__(self, flow: Flow, passkeys: Passkeys, first: FirstPage, second: SecondPage) -> None:
        self.flow, self.web, self.passkeys = flow, flow.web, passkeys
        self.first, self.second = first, second

    def options(self) -> Response:
        """A new challenge for this browser session, and which passkeys will do."""
        found = self.flow.asked()
        if found is None:
            return self.web.json_problem(HTTPStatus.BAD_REQUEST, "request_over", "accounts.request_over.todo")
        present = self._stepping_up(found[1])
        subject = present.subject if present else None
        return self.web.json(self.passkeys.request_options(subject, self._asker(), self.flow.now()))

    def submit(self) -> Response:
        found = self.flow.asked()
        if found is None:
            return self.flow.over()
        request_id, asked = found
        present = self._stepping_up(asked)
        subject = present.subject if present else None
        answer = request.form.get("credential", "")
        signed = self.passkeys.sign_in(answer, subject, self._asker(), self.flow.now())
        if not signed.outcome.ok or signed.outcome.subject is None:
            return self._refused(asked, present, signed.outcome)
        if asked.subject is not None and asked.subject != signed.outcome.subject:
            return self.first.again(asked, HTTPStatus.BAD_REQUEST, "other_person")
        return self._signed_in(request_id, asked, present, signed, signed.outcome.subject)

    # --- parts ---------------------------------------------------------------------------------------
    def _signed_in(
        self, request_id: str | None, asked: SignInRequest, present: Authentication | None, signed: Signed, who: str
    ) -> Response:
        before = self.web.session().id
        if present is not None:
            authentication = sign_in.stepped_up(present, signed.amr)
        else:
            authentication = sign_in.fresh(who, signed.amr, self.flow.now())
        browser = self.web.authenticate(authentication)
        if browser.id != before and sign_in.next_step(asked, browser.authentication) is not Step.DONE:
            # Somebody else was signed in here: that session is over, and its pending requests with it.
            return self.web.ask_sign_in(asked)
        return self.flow.go_on(request_id, asked, browser)

    def _refused(self, asked: SignInRequest, present: Authentication | None, outcome: Outcome) -> Response:
        if outcome.result is Result.LOCKED and outcome.standing is not None:
            if present is not None:
                self.web.end_session()
            return self.flow.locked(outcome.standing, asked)
        if outcome.result is Result.WAIT:
            wait = self.flow.wait_text(outcome.until)
            response = self._again(asked, present, HTTPStatus.TOO_MANY_REQUESTS, "passkey_wait", wait)
            return self.flow.retry_after(response, outcome.until)
        return self._again(asked, present, HTTPStatus.BAD_REQUEST, "passkey_refused")

    def _again(
        self, asked: SignInRequest, present: Authentication | None, status: int, problem: str, wait: str = ""
    ) -> Response:
        if present is not None:
            return self.second.again(asked, present, status, problem, wait)
        return self.first.again(asked, status, problem, wait)

    def _stepping_up(self, asked: SignInRequest) -> Authentication | None:
        """Who is signed in already and lacks another factor; None where the passkey is the first.

        On the sign-in page itself (`?first=1`) it is always the first: whoever is there wants to sign in anew.
        """
        if "first" in request.args:
            return None
        browser = self.web.existing_session()
        present = browser.authentication if browser else None
        needs = present is not None and sign_in.next_step(asked, present) is Step.SECOND_FACTOR
        return present if needs else None

    def _asker(self) -> Asker:
        return Asker(self.web.session().id, self.web.client_address())
