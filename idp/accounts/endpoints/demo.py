"""Pages that exist in the demo only: the test citizens, and their phones."""

from __future__ import annotations

from flask import Blueprint, Response

from idp.accounts import demo_phone
from idp.accounts.applications import store as applications
from idp.accounts.ports import AccountServices


def register(blueprint: Blueprint, services: AccountServices) -> None:
    def personas() -> Response:
        return services.web.render("accounts/personas.html", personas=services.personas)

    def phone() -> Response:
        with services.db.read() as session:
            phones = demo_phone.phones(session, services.at_rest, services.clock.now())
            messages = applications.messages(session)
        return services.web.render("accounts/phone.html", phones=phones, messages=messages)

    blueprint.add_url_rule("/personas", "personas", personas)
    blueprint.add_url_rule("/demo/phone", "phone", phone)
