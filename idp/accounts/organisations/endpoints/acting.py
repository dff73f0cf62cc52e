"""POST /organisations/acting/end: the person is herself again. Nothing is asked; it is recorded."""

from __future__ import annotations

from flask import Blueprint, Response, request

from idp import mandates
from idp.accounts.organisations.endpoints.personal import local_path
from idp.accounts.ports import AccountServices


def create_blueprint(services: AccountServices) -> Blueprint:
    """Apart from the pages on organisations: these are shut while she acts, this one is the way out."""
    blueprint = Blueprint("acting", __name__)

    def end() -> Response:
        browser = services.web.existing_session()
        if browser is not None and browser.authentication is not None and mandates.acts(browser):
            with services.db.begin() as session:
                services.audit.record(
                    session,
                    event="organisation.acting_ended",
                    subject=browser.authentication.subject,
                    client_id=None,
                    details={"organisation": browser.authentication.acting_for, "reason": "own_wish"},
                    now=services.clock.now(),
                )
            services.web.act_for(None)
        return services.web.redirect(local_path(request.form.get("next", "/")))

    def context() -> dict[str, str]:
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return {"stop_acting_url": services.web.address("acting.end"), "stop_acting_next": local_path(here)}

    blueprint.app_context_processor(context)  # the header of every page has the button
    blueprint.add_url_rule("/organisations/acting/end", "end", end, methods=["POST"])
    return services.web.protect(blueprint)
