"""The pages and the API of the phone, put together under /app."""

from __future__ import annotations

from flask import Blueprint

from idp.accounts.phone.endpoints import activity, api, bind, decision, home
from idp.accounts.phone.endpoints.common import Phone
from idp.accounts.phone.ports import QrSignIn
from idp.accounts.ports import AccountServices


def create_blueprint(services: AccountServices, qr: QrSignIn) -> Blueprint:
    """One blueprint, "phone"; every POST in it carries the CSRF token."""
    blueprint, phone = Blueprint("phone", __name__, url_prefix="/app"), Phone(services)
    home.register(blueprint, phone)
    activity.register(blueprint, phone)
    bind.register(blueprint, phone)
    api.register(blueprint, phone)
    decision.register(blueprint, phone, qr)
    return services.web.protect(blueprint)
