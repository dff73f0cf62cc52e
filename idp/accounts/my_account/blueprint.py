"""The pages of My account, put together under /account."""

from __future__ import annotations

from flask import Blueprint

from idp.accounts.my_account.endpoints import activity, devices, lock, open_again, overview, services, sessions
from idp.accounts.my_account.endpoints.common import Home
from idp.accounts.ports import AccountServices


def create_blueprint(made_of: AccountServices) -> Blueprint:
    """Blueprint "my_account"; every POST in it carries the CSRF token, every page's header leads to it."""
    blueprint, home = Blueprint("my_account", __name__, url_prefix="/account"), Home(made_of)
    for part in (overview, devices, sessions, services, activity, lock, open_again):
        part.register(blueprint, home)
    blueprint.app_context_processor(lambda: {"account_url": made_of.web.address("my_account.overview")})
    return made_of.web.protect(blueprint)
