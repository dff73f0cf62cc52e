"""The pages of the accounts package, put together."""

from __future__ import annotations

from flask import Blueprint

from idp.accounts.applications.blueprint import create_blueprint as applications_blueprint
from idp.accounts.endpoints import demo, second_factor, sign_in, sign_out
from idp.accounts.endpoints.flow import Flow
from idp.accounts.my_account.blueprint import create_blueprint as my_account_blueprint
from idp.accounts.officers.blueprint import create_blueprint as officer_blueprint
from idp.accounts.organisations.endpoints import acting
from idp.accounts.organisations.endpoints import pages as organisation_pages
from idp.accounts.organisations.endpoints.personal import personal_only
from idp.accounts.passkeys.endpoints import sign_in as passkey_sign_in
from idp.accounts.passkeys.endpoints.manage import create_blueprint as passkey_blueprint
from idp.accounts.passkeys.service import Passkeys
from idp.accounts.phone.blueprint import create_blueprint as phone_blueprint
from idp.accounts.ports import AccountServices
from idp.accounts.qr_sign_in.endpoints import mock_phone
from idp.accounts.qr_sign_in.endpoints import pages as qr_pages
from idp.accounts.qr_sign_in.panel import Panels
from idp.accounts.qr_sign_in.phone_port import OnThePhone
from idp.accounts.qr_sign_in.service import QrSignIns


def create_blueprints(services: AccountServices) -> list[Blueprint]:
    """Blueprints "accounts", "phone" and "passkeys"; every POST carries the CSRF token.

    Demo pages exist only in the demo. The simulated phone exists only where it was asked for; it knows no browser
    session, and so no such token.
    """
    blueprint = Blueprint("accounts", __name__)
    flow, qr_sign_ins = Flow(services), QrSignIns(services)
    panels, passkeys = Panels(qr_sign_ins), Passkeys(services.db, services.config, services.audit)
    first = sign_in.register(blueprint, flow, panels)
    qr_pages.register(blueprint, flow, qr_sign_ins)
    second = second_factor.register(blueprint, flow, panels)
    passkey_sign_in.register(blueprint, flow, passkeys, first, second)
    sign_out.register(blueprint, services)
    if services.config.demo:
        demo.register(blueprint, services)
    blueprints = [
        services.web.protect(blueprint),
        personal_only(phone_blueprint(services, OnThePhone(qr_sign_ins)), services.web),
    ]
    blueprints.append(passkey_blueprint(services, passkeys))
    blueprints.append(personal_only(my_account_blueprint(services), services.web))
    blueprints += [acting.create_blueprint(services), organisation_pages.create_blueprint(services)]
    blueprints += [applications_blueprint(services), officer_blueprint(services)]
    if services.config.mock_phone:
        blueprints.append(mock_phone.create_blueprint(services, qr_sign_ins))
    return blueprints
