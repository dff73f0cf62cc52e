"""Showing a document of any type: choose it and its fields, then the request to the wallet, and the receipt after."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, request, url_for

from demo_client import askable, presentations, showing, store
from demo_client.askable import AskableType
from demo_client.citizen import Citizen
from demo_client.dcql import query_for
from demo_client.endpoints.application import admitted, ask_wallet
from demo_client.i18n import local_date
from demo_client.last_lists import NoLists
from demo_client.pages import citizen
from demo_client.portal import Portal, browser_secret, know_browser
from idp.documents.offline.receipt import TYPE

LEVEL = 2  # of the account and of the sign-in: nobody else has a wallet


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("showing", __name__, url_prefix="/show-document")
    pages = portal.pages

    @blueprint.get("")
    def types() -> Response:
        """Every type that there is, signed for by the root; which of them the law keeps us from asking for."""
        now = portal.clock.now()
        try:
            found = askable.every(portal.last_lists.glance(now).bundle.types, pages.language())
        except NoLists:
            return pages.problem(503, "showing.no_types")
        return pages.render("showing_types.html", active_page="showing", types=found, today=local_date(now))

    @blueprint.get("/ask")
    def review() -> Response:
        """What is asked for, in words and as it is sent."""
        entered = _entered(portal, request.args.get("type", ""))
        if isinstance(entered, Response):
            return entered
        kind, person = entered
        know_browser()
        least = showing.purpose(kind.need(askable.OBLIGATORY))
        return pages.render(
            "showing_ask.html",
            active_page="showing",
            kind=kind,
            person=person,
            query=json.dumps(query_for(least), indent=2, ensure_ascii=False),
        )

    @blueprint.post("/ask")
    def ask() -> Response:
        entered, device = _entered(portal, request.form.get("type", "")), request.form.get("device")
        if isinstance(entered, Response):
            return entered
        kind, person = entered
        if device not in ("this", "other"):
            abort(400)
        try:
            need = kind.need(request.form.get("fields", ""), request.form.getlist("claim"))
        except ValueError:
            abort(400)
        return ask_wallet(portal, showing.purpose(need), person, other_device=device == "other")

    @blueprint.get("/<transaction_id>/receipt")
    def receipt(transaction_id: str) -> Response:
        """Hers, as long as the outcome itself can be looked at; the portal keeps it longer, for auditors."""
        with portal.db.read() as db:
            found = store.transaction(db, transaction_id)
            kept = store.receipt(db, found.receipt_id or "") if found is not None else None
        if found is None or kept is None or not presentations.belongs(found, browser_secret(), citizen()):
            abort(404)
        answer = Response(kept.token, content_type=f"application/{TYPE}")
        answer.headers["Content-Disposition"] = f'attachment; filename="{kept.number}.receipt"'
        return answer

    return blueprint


def _type(portal: Portal, vct: str) -> AskableType | Response:
    """A type that may be asked for today; else the page that says why not."""
    now = portal.clock.now()
    try:
        kind = askable.find(portal.last_lists.types(vct, now), vct)
    except NoLists:
        return portal.pages.problem(503, "showing.no_types")
    if kind is None:
        return portal.pages.problem(404, "showing.unknown_type")
    forbidden, lang = kind.forbidden(local_date(now)), portal.pages.language()
    if forbidden is None:
        return kind
    words = {"document": kind.name.in_language(lang), "law": forbidden.law.in_language(lang)}
    return portal.pages.problem(403, "showing.forbidden", **words)


def _entered(portal: Portal, vct: str) -> tuple[AskableType, Citizen] | Response:
    """The type, and the person who may be asked for it; else the page to show."""
    kind = _type(portal, vct)
    if isinstance(kind, Response):
        return kind
    here, elsewhere = url_for("showing.review", type=vct), (portal.pages.t("showing.title"), url_for("showing.types"))
    person = admitted(portal, LEVEL, here, elsewhere)
    return person if isinstance(person, Response) else (kind, person)
