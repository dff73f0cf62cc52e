"""The catalogue: all procedures in force on a day, and one of them in full."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, request

from demo_client.i18n import local_date, plain
from demo_client.portal import Portal
from demo_client.procedures.model import Procedure


def create_blueprint(portal: Portal) -> Blueprint:
    blueprint = Blueprint("procedures", __name__)

    @blueprint.get("/")
    def home() -> Response:
        """Search by words and by sector, as the law stands on the day of `at`."""
        today = local_date(portal.clock.now())
        day = _day(request.args.get("at"), today)
        words, sector = request.args.get("q", "").strip()[:100], request.args.get("sector", "")
        every = portal.procedures.on(day)
        found = [one for one in every if sector in ("", one.sector) and _matches(one, words)]
        return portal.pages.render(
            "home.html",
            active_page="procedures",
            sectors=portal.procedures.sectors,
            sector_options=[("", portal.pages.t("catalogue.every_sector"))]
            + [(one.id, one.name.in_language(portal.pages.language())) for one in portal.procedures.sectors],
            procedures=found,
            total=len(every),
            words=words,
            sector=sector,
            day=day,
            today=today,
        )

    @blueprint.get("/procedures/<slug>")
    def procedure(slug: str) -> Response:
        """One procedure: components, what replaces them, fee, days, legal basis, and how the law changed."""
        today = local_date(portal.clock.now())
        day = _day(request.args.get("at"), today)
        history = portal.procedures.history(slug)
        if not history:
            abort(404)
        return portal.pages.render(
            "procedure.html",
            active_page="procedures",
            procedure=portal.procedures.find(slug, day),
            history=history,
            sector=next(one for one in portal.procedures.sectors if one.id == history[0].sector),
            day=day,
            today=today,
        )

    return blueprint


def _day(text: str | None, today: date) -> date:
    """The day asked for; today where it is missing or no date."""
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        return today


def _matches(procedure: Procedure, words: str) -> bool:
    text = plain(f"{procedure.name.vi} {procedure.name.en} {procedure.national_code or ''}")
    return all(word in text for word in plain(words).split())
