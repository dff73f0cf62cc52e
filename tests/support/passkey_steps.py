"""What a browser with a passkey does on the accounts' pages, without a browser."""

from __future__ import annotations

from typing import Any

from accounts_place import PASSCODE, Browser
from flask import Response
from soft_authenticator import SoftAuthenticator

LOA2 = "urn:vn-mock:loa:2"


def with_two_factors(browser: Browser, persona: str = "lan", **asked: object) -> None:
    """Sign in with password and passcode."""
    second = browser.sign_in(browser.ask(acr=LOA2, **asked), persona=persona).headers["Location"]
    assert browser.submit(second, method="pin", code=PASSCODE).status_code == 303


def options(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.submit(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def register(browser: Browser, key: SoftAuthenticator, name: str = "Điện thoại thử") -> Response:
    """Add a passkey; two factors are proven already."""
    made = key.create(options(browser, "/account/passkeys/options"))
    return browser.submit("/account/passkeys/new", name=name, credential=made)


def registered(browser: Browser, persona: str = "lan", **changes: Any) -> SoftAuthenticator:
    """Sign in with two factors, and add a passkey."""
    with_two_factors(browser, persona)
    key = SoftAuthenticator(**changes)
    assert register(browser, key).status_code == 303
    return key


def page(address: str, path: str, *, first: bool = True) -> str:
    """The address of a passkey endpoint for the sign-in request of `address`."""
    query = address.split("?")[1] if "?" in address else ""
    return f"{path}?{query}{'&first=1' if first else ''}"


def sign_in(
    browser: Browser, key: SoftAuthenticator, address: str = "/sign-in", *, first: bool = True, **changes: str
) -> Response:
    """Press the button: fetch the options, sign, send the form."""
    asked = options(browser, page(address, "/sign-in/passkey/options", first=first))
    path = page(address, "/sign-in/passkey", first=first)
    return browser.submit(path, credential=key.get(asked, **changes))
