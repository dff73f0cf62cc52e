"""The services I have let in: what each has of me, and taking it back."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from idp.accounts.my_account.endpoints.common import TWO_FACTORS, Home
from idp.accounts.my_account.wording import Wording


def register(blueprint: Blueprint, home: Home) -> None:
    pages = ServicePages(home)
    blueprint.add_url_rule("/services", "services", pages.show, methods=["GET"])
    blueprint.add_url_rule("/services/<path:client_id>/withdraw", "withdraw", pages.ask, methods=["GET"])
    blueprint.add_url_rule("/services/<path:client_id>/withdraw", "withdraw_submit", pages.withdraw, methods=["POST"])


class ServicePages:
    def __init__(self, home: Home) -> None:
        self.home, self.web, self.links = home, home.web, home.services.links

    def show(self) -> Response:
        visitor = self.home.enter(url_for("my_account.services"))
        if isinstance(visitor, Response):
            return visitor
        with self.home.db.read() as session:
            found = self.links.of(session, visitor.subject, self.home.now())
        wording = Wording(self.web.catalogue, {}, self.web.language())
        return self.web.render(
            "my_account/services.html", services=found, words=wording.words, withdrawn="withdrawn" in request.args
        )

    def ask(self, client_id: str) -> Response:
        """What will happen, before it does."""
        visitor = self.home.enter(url_for("my_account.withdraw", client_id=client_id), TWO_FACTORS)
        if isinstance(visitor, Response):
            return visitor
        with self.home.db.read() as session:
            found = self.links.of(session, visitor.subject, self.home.now())
        service = next((each for each in found if each.client_id == client_id), None)
        if service is None:
            return self.home.unknown()
        return self.web.render("my_account/withdraw.html", service=service)

    def withdraw(self, client_id: str) -> Response:
        visitor = self.home.enter(url_for("my_account.withdraw", client_id=client_id), TWO_FACTORS)
        if isinstance(visitor, Response):
            return visitor
        now, details = self.home.now(), {"address": self.web.client_address()}
        with self.home.db.begin() as session:
            done = self.links.withdraw(session, visitor.subject, client_id, now)
            if done:
                self.home.audit.record(
                    session, event="oauth.consent_withdrawn", subject=visitor.subject, client_id=client_id,
                    details=details, now=now,
                )  # fmt: skip
        if not done:
            return self.home.unknown()
        return self.web.redirect(url_for("my_account.services", withdrawn=1))
