"""The clerk's desk: what was filed, why each document was accepted, and checking it again."""

from __future__ import annotations

import hashlib
import hmac

from flask import Blueprint, Response, abort, request, session
from markupsafe import Markup

from demo_client import dossiers, store
from demo_client.browser_session import renew_session
from demo_client.decision import ListsUnavailable
from demo_client.display import lines
from demo_client.models import Dossier, Evidence
from demo_client.portal import Portal

SHOWN = 200


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("clerk", __name__, url_prefix="/clerk")
    pages = portal.pages

    @blueprint.get("")
    def desk() -> Response:
        if not session.get("clerk"):
            return _sign_in_page(portal)
        with portal.db.read() as db:
            found = store.newest_dossiers(db, SHOWN)
        return pages.render("clerk.html", active_page="clerk", dossiers=found)

    @blueprint.post("/sign-in")
    def sign_in() -> Response:
        """One demo account with the configured password; a real desk would sign its officers in one by one."""
        now, address = portal.clock.now(), request.remote_addr or "unknown"
        if portal.clerk_throttle.blocked(address, now):
            page = pages.problem(429, "common.http_429")
            page.headers["Retry-After"] = str(portal.clerk_throttle.seconds_left(address, now))
            return page
        if not _is_password(portal.config.clerk_password, request.form.get("password", "")):
            portal.clerk_throttle.failed(address, now)
            return _sign_in_page(portal, wrong=True)
        portal.clerk_throttle.succeeded(address)
        renew_session(portal)
        session["clerk"] = True
        return pages.redirect("/clerk")

    @blueprint.post("/sign-out")
    def sign_out() -> Response:
        session.pop("clerk", None)
        renew_session(portal)
        return pages.redirect("/clerk")

    @blueprint.get("/dossiers/<dossier_id>")
    def dossier(dossier_id: str) -> Response:
        return _dossier_page(portal, _dossier(portal, dossier_id))

    @blueprint.post("/dossiers/<dossier_id>/check")
    def check(dossier_id: str) -> Response:
        """Verify again: `then` from the evidence as it was kept, `now` with the lists of this moment."""
        found = _dossier(portal, dossier_id)
        as_filed = request.form.get("lists") != "now"
        try:
            again = dossiers.check_again(portal.judge, found, portal.clock.now(), as_filed=as_filed)
        except ListsUnavailable:
            return pages.problem(503, "presentation.unavailable")
        return _dossier_page(portal, found, again={one.evidence.id: one for one in again}, as_filed=as_filed)

    return blueprint


def _is_password(configured: str, given: str) -> bool:
    """Both are hashed first, so that neither length nor prefix shows in the time taken."""
    hashes = (hashlib.sha256(text.encode()).digest() for text in (configured, given))
    return bool(configured) and hmac.compare_digest(*hashes)


def _sign_in_page(portal: Portal, *, wrong: bool = False) -> Response:
    return portal.pages.render(
        "clerk_sign_in.html",
        403 if wrong else 200,
        active_page="clerk",
        wrong=wrong,
        open=bool(portal.config.clerk_password),
    )


def _dossier(portal: Portal, dossier_id: str) -> Dossier:
    if not session.get("clerk"):
        abort(403)
    with portal.db.read() as db:
        found = store.dossier(db, dossier_id)
    if found is None:
        abort(404)
    return found


def _dossier_page(
    portal: Portal, found: Dossier, again: dict[int, dossiers.Again] | None = None, as_filed: bool = True
) -> Response:
    return portal.pages.render(
        "clerk_dossier.html",
        active_page="clerk",
        dossier=found,
        names={part["id"]: part["name"] for part in found.summary["components"]},
        fields={one.id: _fields(portal, one) for one in found.evidence},
        again=again or {},
        as_filed=as_filed,
    )


def _fields(portal: Portal, evidence: Evidence) -> list[tuple[str, Markup]]:
    found = portal.pages.display.fields(evidence.vct, evidence.verdict["claims"])
    return [(label, lines(text)) for label, text in found]
