"""The officers' pages, put together under /officer."""

from __future__ import annotations

from flask import Blueprint

from idp.accounts.officers.endpoints import organisation, person, queue, sign_in
from idp.accounts.officers.endpoints.desk import Desk
from idp.accounts.ports import AccountServices


def create_blueprint(services: AccountServices) -> Blueprint:
    """One blueprint, "officer"; every POST in it carries the token of the officer's own session."""
    blueprint, desk = Blueprint("officer", __name__, url_prefix="/officer"), Desk(services)
    sign_in.register(blueprint, desk)
    queue.register(blueprint, desk)
    person.register(blueprint, desk)
    organisation.register(blueprint, desk)
    return desk.protect(blueprint)
