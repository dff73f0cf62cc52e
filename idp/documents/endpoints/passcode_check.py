"""The passcode, at the wallet's door and at consent: one throttled try, and what to say where it was not right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil

from flask import Response, request

from idp.documents.ports import DocumentServices, PasscodeVerdict

PASSCODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Complaint:
    """What stands beside the field, the page's HTTP status, and how many seconds to wait where that is the matter."""

    text: str
    status: int
    wait: int | None = None

    def on(self, page: Response) -> Response:
        """The page with Retry-After (RFC 6585 4) where she has to wait."""
        if self.wait is not None:
            page.headers["Retry-After"] = str(self.wait)
        return page


def complaint(services: DocumentServices, subject: str, texts: str = "presentation.passcode") -> Complaint | None:
    """None where the form's passcode is right, else what to say: `texts`.six_digits, .wrong, .wait or .locked.

    No transaction may be open: the try is committed on its own.
    """
    given, web = request.form.get("passcode", ""), services.web
    if PASSCODE.fullmatch(given) is None:
        return Complaint(web.t(f"{texts}.six_digits"), HTTPStatus.UNPROCESSABLE_ENTITY)
    now = services.clock.now()
    outcome = services.holders.check_passcode(subject, given, web.client_address(), now)
    if outcome.verdict is PasscodeVerdict.OK:
        return None
    if outcome.verdict is PasscodeVerdict.WRONG:
        wrong = web.t(f"{texts}.wrong", remaining=outcome.remaining)
        return Complaint(wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
    if outcome.verdict is PasscodeVerdict.LOCKED:
        return Complaint(web.t(f"{texts}.locked"), HTTPStatus.FORBIDDEN)
    seconds = max(1, ceil(((outcome.until or now) - now).total_seconds()))
    wait = web.t(f"{texts}.wait", minutes=ceil(seconds / 60))
    return Complaint(wait, HTTPStatus.TOO_MANY_REQUESTS, seconds)
