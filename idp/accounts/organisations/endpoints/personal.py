"""Pages about the person herself are shut while she acts for an organisation (attack 19), and the way back."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from idp import mandates
from idp.web import Web


def personal_only(blueprint: Blueprint, web: Web) -> Blueprint:
    """Refuse every page of this blueprint to a session in which somebody acts for an organisation."""

    def refuse() -> Response | None:
        if not mandates.acts(web.existing_session()):
            return None
        if request.is_json or "/api/" in request.path:
            return web.json_problem(HTTPStatus.FORBIDDEN, "acting_for_organisation", "organisations.personal.todo")
        return web.problem(HTTPStatus.FORBIDDEN, "organisations.personal", code="acting_for_organisation")

    blueprint.before_request(refuse)
    return blueprint


def local_path(text: str) -> str:
    """A path of this server to go back to; anything else leads to the front page."""
    safe = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if safe and all(ord(sign) > 32 for sign in text) else "/"
