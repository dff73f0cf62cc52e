"""Applying for a procedure: what will happen, then the request to the wallet."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask import session as flask_session
from sqlalchemy.exc import IntegrityError

from demo_client import presentations, store
from demo_client.citizen import Citizen, acr_for
from demo_client.conclusion import file_without_documents
from demo_client.i18n import local_date
from demo_client.pages import citizen, representative
from demo_client.portal import Portal, browser_secret, know_browser
from demo_client.procedures.model import Procedure
from demo_client.request_object import wallet_url
from demo_client.secret_values import is_token, new_token


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("application", __name__)

    @blueprint.get("/procedures/<slug>/apply")
    def review(slug: str) -> Response:
        """Who applies, for what, what will be asked of the wallet and what is left to bring."""
        procedure = _procedure(portal, slug)
        person = _may_apply(portal, procedure)
        if isinstance(person, Response):
            return person
        know_browser()
        return portal.pages.render("apply.html", procedure=procedure, person=person, application=new_token())

    @blueprint.post("/procedures/<slug>/apply")
    def apply(slug: str) -> Response:
        procedure = _procedure(portal, slug)
        person = _may_apply(portal, procedure)
        if isinstance(person, Response):
            return person
        device = request.form.get("device")
        if device == "none":
            return _without_documents(portal, procedure, person)
        if device not in ("this", "other") or not procedure.documents:
            abort(400)
        return ask_wallet(portal, procedure, person, other_device=device == "other")

    return blueprint


def _procedure(portal: Portal, slug: str) -> Procedure:
    """Applications go by the law of today, whatever day the catalogue was looked at."""
    found = portal.procedures.find(slug, local_date(portal.clock.now()))
    if found is None:
        abort(404)
    return found


def _may_apply(portal: Portal, procedure: Procedure) -> Citizen | Response:
    here = url_for("application.review", slug=procedure.slug)
    elsewhere = (portal.pages.t("procedure.back"), url_for("procedures.procedure", slug=procedure.slug))
    return admitted(portal, procedure.level, here, elsewhere)


def admitted(portal: Portal, level: int, here: str, elsewhere: tuple[str, str]) -> Citizen | Response:
    """The person, where her account and her sign-in reach this level; else what to show.

    All of this is for persons: an organisation has neither level nor documents of its own. `here` is where she goes
    on once she has signed in; `elsewhere`, a link's words and address, is what is left to whoever cannot.
    """
    person, acting = citizen(), representative()
    if acting is not None:
        return portal.pages.for_persons(acting, here, level)
    if person is not None and person.identity_level < level:
        return portal.pages.render("level_too_low.html", 403, level=level, person=person, elsewhere=elsewhere)
    if person is None or not person.reaches(acr_for(level)) or not person.fresh(portal.clock.now()):
        return portal.pages.redirect(url_for("authentication.sign_in", level=level, next=here))
    return person


def ask_wallet(portal: Portal, procedure: Procedure, person: Citizen, *, other_device: bool) -> Response:
    """Make the request, and lead to the wallet or to the code that another device scans."""
    with portal.db.begin() as session:
        begun = presentations.begin(session, person, procedure, browser_secret(), other_device, portal.clock.now())
    if not other_device:
        return portal.pages.redirect(wallet_url(portal.config, begun.request_id))
    # The table keeps only the request-id's hash; the page with the code needs it once more.
    flask_session["shown_code"] = {"transaction": begun.transaction.id, "request_id": begun.request_id}
    return portal.pages.redirect(url_for("presentation.other_device", transaction_id=begun.transaction.id))


def _without_documents(portal: Portal, procedure: Procedure, person: Citizen) -> Response:
    """File at once. The form's own identifier makes a second press find the first dossier."""
    application = request.form.get("application", "")
    if not is_token(application):
        abort(400)
    for last in (False, False, True):
        try:
            _file(portal, procedure, person, application)
            break
        except IntegrityError:  # another press was first, at the request or at the dossier: what it made is there now
            if last:
                raise
    return portal.pages.redirect(url_for("presentation.result", transaction_id=application))


def _file(portal: Portal, procedure: Procedure, person: Citizen, application: str) -> None:
    with portal.db.begin() as session:
        known = store.transaction(session, application)
        if known is not None and not presentations.belongs(known, browser_secret(), person):
            abort(404)
        if known is None:
            begun = presentations.begin(session, person, procedure, browser_secret(), False, portal.clock.now())
            known = begun.transaction
            known.id = application
    file_without_documents(portal, known, procedure)
