"""The app's front page, its devices, and what makes it installable."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.accounts.phone import devices, store
from idp.accounts.phone.endpoints.common import Here, Phone
from idp.sessions import SignInRequest

#: Web Application Manifest: sizes of the icons in idp/static/app.
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("mask-512.png", "512x512", "maskable"),
)

#: What opening the app leads on to.
THEN = ("scan", "passkey")
PASSKEYS = "/account/passkeys"


def register(blueprint: Blueprint, phone: Phone) -> None:
    pages = HomePages(phone)
    blueprint.add_url_rule("", "home", pages.home, methods=["GET"])
    blueprint.add_url_rule("/manifest.webmanifest", "manifest", pages.manifest, methods=["GET"])
    blueprint.add_url_rule("/passkey", "passkey", pages.passkey, methods=["GET"])
    blueprint.add_url_rule("/close", "close", pages.close, methods=["POST"])
    blueprint.add_url_rule("/notices", "notices_seen", pages.notices_seen, methods=["POST"])
    blueprint.add_url_rule("/devices", "devices", pages.devices, methods=["GET"])
    blueprint.add_url_rule("/devices/<device_id>/name", "rename_device", pages.rename, methods=["POST"])
    blueprint.add_url_rule("/devices/<device_id>/remove", "remove_device", pages.remove, methods=["POST"])


class HomePages:
    def __init__(self, phone: Phone) -> None:
        self.phone, self.web = phone, phone.web

    def home(self) -> Response:
        """What the open app offers; closed, the door: the passcode, or binding."""
        here = self.phone.here()
        if here is None or request.args.get("then") == "passkey":
            then = request.args.get("then", "")
            passkeys = url_for("phone.passkey") if self.phone.own_page(PASSKEYS) else ""
            return self.web.render("phone/door.html", then=then if then in THEN else "", passkeys_url=passkeys)
        minutes, now = self.phone.services.config.new_device_wait_minutes, self.phone.now()
        with self.phone.db.read() as session:
            notices = store.unseen_notices(session, here.device.id)
        waits_until = devices.waits_until(here.device, minutes, now)
        return self.web.render(
            "phone/home.html", device=here.device, notices=notices, waits_until=waits_until,
            passkeys_url=self.phone.own_page(PASSKEYS),
        )  # fmt: skip

    def manifest(self) -> Response:
        """Web Application Manifest (W3C): what makes the page installable. `id` and `scope` keep it to /app."""
        icons = [
            {
                "src": url_for("static", filename=f"app/{name}"),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for name, sizes, purpose in ICONS
        ]
        response = self.web.json(
            {
                "id": "/app", "start_url": "/app", "scope": "/app", "display": "standalone",
                "lang": self.web.language(), "name": self.web.t("phone.app.name"),
                "short_name": self.web.t("phone.app.short_name"), "description": self.web.t("phone.app.description"),
                "theme_color": "#0a4753", "background_color": "#f3f7f7", "icons": icons,
            }
        )  # fmt: skip
        response.content_type = "application/manifest+json"
        return response

    def passkey(self) -> Response:
        """Sign in with a passkey, now, and come back to be opened on this device without the passcode."""
        back = url_for("phone.home", then="passkey")
        asked = SignInRequest(return_to=back, not_before=self.phone.now(), cancel_to=url_for("phone.home"))
        return self.web.ask_sign_in(asked)

    def close(self) -> Response:
        """Close the app: the session ends, the device stays bound."""
        here = self.phone.here()
        if here is not None:
            with self.phone.db.begin() as session:
                self.phone.services.access.end_browser_session(session, here.session_id, self.phone.now())
        self.web.end_session()
        return self.web.redirect(url_for("phone.home"))

    def notices_seen(self) -> Response:
        here = self.phone.here()
        if here is not None:
            with self.phone.db.begin() as session:
                store.notices_seen(session, here.device.id, self.phone.now())
        return self.web.redirect(url_for("phone.home"))

    # --- my devices ----------------------------------------------------------------------------------
    def devices(self) -> Response:
        here = self.phone.here()
        return self.phone.to_door() if here is None else self._list(here)

    def rename(self, device_id: str) -> Response:
        here = self.phone.here()
        if here is None:
            return self.phone.to_door()
        name = devices.clean_name(request.form.get("name", ""))
        if not name:
            return self._list(here, wrong=device_id, status=HTTPStatus.BAD_REQUEST)
        with self.phone.db.begin() as session:
            known = devices.rename(session, self.phone.audit, device_id, here.subject, name, self.phone.now())
        return self._after(known)

    def remove(self, device_id: str) -> Response:
        """Remove one of her devices, this one included: then the app is closed as well."""
        here = self.phone.here()
        if here is None:
            return self.phone.to_door()
        address = self.web.client_address()
        with self.phone.db.begin() as session:
            known = devices.remove(session, self.phone.audit, device_id, here.subject, address, self.phone.now())
        if known and device_id == here.device.id:
            self.web.end_session()
            return self.web.redirect(url_for("phone.home", removed=1))
        return self._after(known)

    def _after(self, known: bool) -> Response:
        if not known:
            return self.web.problem(HTTPStatus.NOT_FOUND, "common.http_404")
        return self.web.redirect(url_for("phone.devices"))

    def _list(self, here: Here, wrong: str = "", status: int = HTTPStatus.OK) -> Response:
        with self.phone.db.read() as session:
            found = store.of(session, here.subject)
        return self.web.render("phone/devices.html", status, devices=found, device=here.device, wrong=wrong)
