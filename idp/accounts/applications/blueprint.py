"""The pages of applying for an account and activating it."""

from __future__ import annotations

from flask import Blueprint

from idp.accounts.applications.endpoints import activate, register
from idp.accounts.endpoints.flow import Flow
from idp.accounts.ports import AccountServices


def create_blueprint(services: AccountServices) -> Blueprint:
    """One blueprint, "applications"; every POST in it carries the CSRF token."""
    blueprint, flow = Blueprint("applications", __name__), Flow(services)
    register.register(blueprint, flow)
    activate.register(blueprint, flow)
    return services.web.protect(blueprint)
