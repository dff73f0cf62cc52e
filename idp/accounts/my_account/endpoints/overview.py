"""The front page of My account: what the register says, how to reach her, and the way to everything else."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from idp import sessions
from idp.accounts.my_account import profile
from idp.accounts.my_account.endpoints.common import Home
from idp.accounts.passkeys import store as passkeys
from idp.accounts.phone import store as phones


def register(blueprint: Blueprint, home: Home) -> None:
    def overview() -> Response:
        visitor = home.enter(url_for("my_account.overview"))
        if isinstance(visitor, Response):
            return visitor
        now = home.now()
        with home.db.read() as session:
            person = profile.of(session, visitor.subject, now)
            counts = {
                "devices": len(phones.of(session, visitor.subject)),
                "passkeys": len(passkeys.of(session, visitor.subject)),
                "sessions": len(sessions.of(session, visitor.subject, now)),
                "services": len(home.services.links.of(session, visitor.subject, now)),
            }
        return home.web.render("my_account/overview.html", person=person, counts=counts)

    blueprint.add_url_rule("", "overview", overview, methods=["GET"])
