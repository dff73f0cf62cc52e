"""The last things that happened to the account, on the phone; the whole of it is in My account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from idp.accounts.phone.endpoints.common import Phone

SHOWN = 20
EVENTS = (
    "authentication_succeeded", "authentication_failed", "authentication_of_unusable_account", "signed_out",
    "phone.device_bound", "phone.device_renamed", "phone.device_removed", "phone.opened",
    "phone.face_matched", "phone.face_refused", "phone.proof_refused", "phone.decision_refused",
    "qr.scanned", "qr.approved", "qr.refused", "qr.wrong_number", "qr.changed", "qr.not_me", "qr.signed_in",
    "account.locked",
)  # fmt: skip
ALL = "/account/activity"


@dataclass(frozen=True)
class Line:
    """One event in words; `note` is where from, where that is known."""

    at: datetime
    text: str
    note: str


def register(blueprint: Blueprint, phone: Phone) -> None:
    def activity() -> Response:
        here = phone.here()
        if here is None:
            return phone.to_door()
        with phone.db.read() as session:
            found = phone.services.history.entries_of(session, here.subject, EVENTS, SHOWN)
        lines = [
            Line(each.at, phone.web.t(f"phone.event.{_key(each.event)}"), str(each.details.get("address", "")))
            for each in found
        ]
        return phone.web.render("phone/activity.html", device=here.device, entries=lines, all_url=phone.own_page(ALL))

    blueprint.add_url_rule("/activity", "activity", activity, methods=["GET"])


def _key(event: str) -> str:
    return event.replace(".", "_")
