"""What the pages of My account share: who is here, whether she may be, and what each page shows of her."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Response, url_for

from idp import acr
from idp.accounts import means, store
from idp.accounts.endpoints.flow import OWN_PAGES, Flow
from idp.accounts.ports import AccountServices
from idp.accounts.states import standing
from idp.sessions import SignInRequest

ONE_FACTOR, TWO_FACTORS = acr.LEVELS[0].urn, acr.LEVELS[1].urn


@dataclass(frozen=True)
class Visitor:
    """The holder, in this browser session."""

    subject: str
    session_id: str


class Home:
    """One instance for all pages; holds no state of a request."""

    def __init__(self, services: AccountServices) -> None:
        self.services, self.web, self.db, self.audit = services, services.web, services.db, services.audit
        self.flow = Flow(services)

    def now(self) -> datetime:
        return self.services.clock.now()

    def enter(self, back: str, level: str = ONE_FACTOR) -> Visitor | Response:
        """The holder, signed in at this level; else the way to what is missing. `back` is a page that only reads."""
        browser = self.web.session()
        present = browser.authentication
        if present is None:
            return self.web.ask_sign_in(SignInRequest(return_to=back, acr=level, cancel_to="/"))
        with self.db.read() as session:
            account = store.account(session, present.subject)
            stands = standing(account, self.now()) if account is not None and account.person is not None else None
        if stands is None:
            return self.web.problem(HTTPStatus.FORBIDDEN, "organisations.personal")
        if not stands.usable:
            self.web.end_session()
            return self.flow.locked(stands, OWN_PAGES)
        if not acr.satisfies(present.acr, level):
            asked = SignInRequest(
                return_to=back, acr=level, subject=present.subject, cancel_to=url_for("my_account.overview")
            )
            return self.web.ask_sign_in(asked)
        return Visitor(present.subject, browser.id)

    def within_reach(self, level: str) -> str:
        """The level, or the highest below it that whoever is signed in can reach with what her account has."""
        browser = self.web.session()
        if browser.authentication is None:
            return ONE_FACTOR
        with self.db.read() as session:
            reachable = means.reachable(means.of_account(session, browser.authentication.subject))
        return level if level in reachable else ONE_FACTOR

    def unknown(self) -> Response:
        """Somebody else's is as unknown as none at all."""
        return self.web.problem(HTTPStatus.NOT_FOUND, "common.http_404")
