"""A real browser with Chromium's virtual authenticator, and what a person does with it on the pages."""

from __future__ import annotations

from typing import Any

from journey import Citizen, fill, give_password, give_second_factor, press, see
from live import Demo
from playwright.sync_api import CDPSession, Page

PLATFORM = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class VirtualAuthenticator:
    """Of one page (Chrome DevTools Protocol, domain WebAuthn)."""

    def __init__(self, page: Page, **options: Any) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**PLATFORM, **options}})
        self.id = {"authenticatorId": made["authenticatorId"]}

    def verify_user(self, verified: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {**self.id, "isUserVerified": verified})

    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cdp.send("WebAuthn.getCredentials", self.id)["credentials"]
        return found

    def put(self, credential: dict[str, Any], **changes: Any) -> None:
        """A copy of a credential, for example a clone with an older counter."""
        self.cdp.send("WebAuthn.addCredential", {**self.id, "credential": {**credential, **changes}})

    def clear(self) -> None:
        self.cdp.send("WebAuthn.clearCredentials", self.id)


def add_passkey(page: Page, demo: Demo, citizen: Citizen, name: str = "Máy của tôi", language: str = "vi") -> None:
    """Signed out before; ends on the list with the new passkey."""
    page.goto(f"{demo.issuer}/account/passkeys?lang={language}")
    give_password(page, citizen)
    give_second_factor(page, citizen)
    press(page, "passkey-add")
    fill(page, "passkey-name", name)
    press(page, "passkey-make")
    see(page, "passkey-added")


def sign_in_by_passkey(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.issuer}/sign-in")
    press(page, "sign-in-passkey")
