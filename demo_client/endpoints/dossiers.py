"""A citizen's own dossiers and their receipts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, url_for

from demo_client import store
from demo_client.i18n import local_date
from demo_client.pages import citizen, representative
from demo_client.portal import Portal


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("dossiers", __name__, url_prefix="/dossiers")
    pages = portal.pages

    @blueprint.before_request
    def persons_alone() -> Response | None:
        """Dossiers are filed by persons; who acts for an organisation sees none of them (attack 19)."""
        acting = representative()
        return pages.for_persons(acting, "/dossiers") if acting is not None else None

    @blueprint.get("")
    def mine() -> Response:
        person = citizen()
        if person is None:
            return pages.redirect(url_for("authentication.sign_in", next="/dossiers"))
        with portal.db.read() as db:
            found = store.dossiers_of(db, person.subject)
        return pages.render(
            "dossiers.html", active_page="dossiers", dossiers=found, today=local_date(portal.clock.now())
        )

    @blueprint.get("/<dossier_id>")
    def receipt(dossier_id: str) -> Response:
        """The receipt for the file (giấy tiếp nhận hồ sơ), made to be printed as well."""
        person = citizen()
        if person is None:
            return pages.redirect(url_for("authentication.sign_in", next=f"/dossiers/{dossier_id}"))
        with portal.db.read() as db:
            found = store.dossier(db, dossier_id)
        if found is None or found.subject != person.subject:
            abort(404)
        return pages.render("receipt.html", active_page="dossiers", dossier=found)

    return blueprint
