"""Signing out of this browser."""

from __future__ import annotations

from flask import Blueprint, Response

from idp.accounts.ports import AccountServices


def register(blueprint: Blueprint, services: AccountServices) -> None:
    def sign_out() -> Response:
        browser = services.web.existing_session()
        if browser is not None and browser.authentication is not None:
            now = services.clock.now()
            with services.db.begin() as session:
                services.access.end_browser_session(session, browser.id, now)
                services.audit.record(
                    session,
                    event="signed_out",
                    subject=browser.authentication.subject,
                    client_id=None,
                    details={},
                    now=now,
                )
        services.web.end_session()
        return services.web.redirect(services.after_sign_out)

    # The header of every page has the button.
    blueprint.app_context_processor(lambda: {"sign_out_url": services.web.address("accounts.sign_out")})
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
