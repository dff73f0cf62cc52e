"""My devices, seen from any browser: a phone that is lost is removed here."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from idp.accounts.my_account.endpoints.common import Home
from idp.accounts.phone import devices, store


def register(blueprint: Blueprint, home: Home) -> None:
    def show() -> Response:
        visitor = home.enter(url_for("my_account.devices"))
        if isinstance(visitor, Response):
            return visitor
        with home.db.read() as session:
            found = store.of(session, visitor.subject)
        return home.web.render(
            "my_account/devices.html", devices=found, this=visitor.session_id, removed="removed" in request.args
        )

    def remove(device_id: str) -> Response:
        """The session it is open in ends with it: where that is this one, she is signed out."""
        visitor = home.enter(url_for("my_account.devices"))
        if isinstance(visitor, Response):
            return visitor
        address, now = home.web.client_address(), home.now()
        with home.db.begin() as session:
            device = store.live(session, device_id)
            done = devices.remove(session, home.audit, device_id, visitor.subject, address, now)
        if not done or device is None:
            return home.unknown()
        if device.session_id == visitor.session_id:
            home.web.end_session()
            return home.web.redirect("/")
        return home.web.redirect(url_for("my_account.devices", removed=1))

    blueprint.add_url_rule("/devices", "devices", show, methods=["GET"])
    blueprint.add_url_rule("/devices/<device_id>/remove", "remove_device", remove, methods=["POST"])
