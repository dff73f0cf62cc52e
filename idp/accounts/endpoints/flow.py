"""What the sign-in pages share: the request they serve, the way back, and the page that ends a sign-in."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, request, url_for

from idp import acr, sign_in_requests
from idp.accounts.authentication import Authentication
from idp.accounts.ports import AccountServices
from idp.accounts.sign_in import Step, next_step
from idp.accounts.states import LOCK_RULES, LockedBy, LockReason, Standing, State
from idp.sessions import BrowserSession, SignInRequest

OWN_PAGES = SignInRequest(return_to="/")


class Flow:
    """One instance for all sign-in pages; holds no state of a request."""

    def __init__(self, services: AccountServices) -> None:
        self.services, self.web = services, services.web
        self.checks = Authentication(services.db, services.hasher, services.at_rest, services.audit)

    def now(self) -> datetime:
        return self.services.clock.now()

    def asked(self) -> tuple[str | None, SignInRequest] | None:
        """The request this page serves (our own front page without an id); None where it is not this browser's."""
        request_id = request.args.get("request")
        if request_id is None:
            return None, OWN_PAGES
        browser = self.web.session()
        with self.services.db.look() as session:
            found = sign_in_requests.sign_in_request(session, browser, request_id, self.now())
        return None if found is None else (request_id, found)

    def waiting(self) -> dict[str, Any]:
        """The service that waits until she has an account, and where to go on then; nothing where none does."""
        browser = self.web.existing_session()
        if browser is None:
            return {}
        with self.services.db.read() as session:
            found = sign_in_requests.waiting_for_account(session, browser, self.now())
        if found is None:
            return {}
        request_id, asked = found
        address = url_for("accounts.sign_in", request=request_id)
        return {"waiting_service": asked.service_name or "", "waiting_url": address}

    def over(self) -> Response:
        return self.web.problem(HTTPStatus.BAD_REQUEST, "accounts.request_over")

    def go_on(self, request_id: str | None, asked: SignInRequest, browser: BrowserSession) -> Response:
        """To the next step, or back to whoever asked."""
        step = next_step(asked, browser.authentication)
        if step is Step.DONE:
            return self.web.redirect(asked.return_to)
        if step is Step.UNREACHABLE:
            return self.unreachable(asked)
        page = "accounts.second_factor" if step is Step.SECOND_FACTOR else "accounts.sign_in"
        return self.web.redirect(self.web.address(page, request=request_id))

    def unreachable(self, asked: SignInRequest) -> Response:
        """The level asked for cannot be reached here: said so, and never replaced by a lower one."""
        return self._stopped("accounts.level_unreachable", asked, unmet=True)

    def no_second_factor(self, asked: SignInRequest) -> Response:
        """The account has nothing that reaches the level: which means it would take, and where to get them."""
        if asked.acr is None or acr.satisfies(acr.LEVELS[1].urn, asked.acr):
            return self._stopped("accounts.no_second_factor", asked, unmet=True)
        ways = [
            (self.web.t("accounts.no_strong_factor.add_passkey"), url_for("passkeys.new"), "stopped-add-passkey"),
            (self.web.t("accounts.no_strong_factor.bind_phone"), url_for("phone.home"), "stopped-bind-phone"),
        ]
        return self._stopped("accounts.no_strong_factor", asked, unmet=True, ways=ways)

    def locked(self, standing: Standing, asked: SignInRequest) -> Response:
        """The secret was right, but the account cannot be used."""
        reason = standing.reason
        key = f"accounts.lock.{reason}" if reason else f"accounts.state.{standing.state}"
        rows = [(self.web.t("accounts.stopped.state"), self.web.t(f"accounts.state_word.{standing.state}"))]
        if reason and standing.state is State.LOCKED:
            rows.append((self.web.t("accounts.stopped.by"), self.web.t(f"accounts.locked_by.{standing.by}")))
            law = LOCK_RULES[reason].law.name.lower()
            rows.append((self.web.t("accounts.stopped.law"), self.web.t(f"accounts.law.{law}")))
        ways = []
        if reason is LockReason.OWN_REQUEST and standing.by is LockedBy.HOLDER:
            address = url_for("my_account.open_again", request=request.args.get("request"))
            ways.append((self.web.t("my_account.open_again.link"), address, "stopped-open-again"))
        return self._stopped(key, asked, rows=rows, since=standing.since, ways=ways)

    def _stopped(
        self,
        key: str,
        asked: SignInRequest,
        rows: list[tuple[str, str]] | None = None,
        since: datetime | None = None,
        *,
        unmet: bool = False,
        ways: list[tuple[str, str, str]] | None = None,
    ) -> Response:
        """`unmet`: whoever asked is told that it is the level that was not reached, not that she gave up."""
        texts = {part: self.web.t(f"{key}.{part}") for part in ("title", "what", "why", "todo")}
        return self.web.render(
            "accounts/stopped.html",
            HTTPStatus.FORBIDDEN,
            form_targets=asked.form_targets,
            asked=asked,
            back_to=(unmet and asked.unmet_to) or asked.cancel_to,
            rows=rows or [],
            since=since,
            ways=ways or [],
            **texts,
        )

    def wait_text(self, until: datetime | None) -> str:
        """How long to wait, in words: seconds up to a minute, else whole minutes rounded up."""
        seconds = max(1, round((until - self.now()).total_seconds())) if until else 1
        if seconds <= 60:
            return self.web.t("accounts.wait.seconds", count=seconds)
        return self.web.t("accounts.wait.minutes", count=-(-seconds // 60))

    def retry_after(self, response: Response, until: datetime | None) -> Response:
        """Retry-After (RFC 9110 10.2.3) beside 429."""
        if until is not None:
            response.headers["Retry-After"] = str(max(1, round((until - self.now()).total_seconds())))
        return response
