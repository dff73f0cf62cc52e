"""Seeing a sign-in request on the phone, and deciding it: nothing is decided without a tap and a signature."""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for

from idp import acr
from idp.accounts.phone import decisions, devices, store
from idp.accounts.phone.decisions import APPROVE, NOT_ME, SignedDecision
from idp.accounts.phone.endpoints.common import (
    SIX_DIGITS,
    Api,
    Here,
    Phone,
    answers_json,
    body,
    text,
)
from idp.accounts.phone.ports import QrSignIn, Refusal, Shown
from idp.accounts.phone.signed import SignedTextError

SCAN_PATH = "/app/scan"
CAMERA = "camera=(self), geolocation=(), microphone=()"
CODE = re.compile(r"[A-Za-z0-9_-]{4,128}")
#: Scopes that have words of their own in the catalogue.
SCOPES = ("openid", "identity", "profile", "address", "phone", "email", "organisation", "offline_access",
          "vnconnect_compat")  # fmt: skip
STATES = ("approved", "refused", "wrong_number", "not_me")
#: A request that cannot be seen or decided any more is gone (RFC 9110 15.5.11).
STATUS_OF = {
    "not_found": HTTPStatus.NOT_FOUND,
    "not_allowed": HTTPStatus.FORBIDDEN,
    "too_many": HTTPStatus.TOO_MANY_REQUESTS,
}


def register(blueprint: Blueprint, phone: Phone, qr: QrSignIn) -> None:
    pages = DecisionPages(phone, qr)
    blueprint.add_url_rule("/scan", "scan", pages.scan, methods=["GET"])
    blueprint.add_url_rule("/scan", "show_request", pages.show, methods=["POST"])
    blueprint.add_url_rule("/api/decide", "decide", pages.decide, methods=["POST"])
    blueprint.add_url_rule("/done/<state>", "done", pages.done, methods=["GET"])


class DecisionPages(Api):
    def __init__(self, phone: Phone, qr: QrSignIn) -> None:
        super().__init__(phone)
        self.qr, self.web = qr, phone.web

    def scan(self) -> Response:
        """Camera, picture or typed code. A code in the address's fragment reaches no server log."""
        here = self.phone.here()
        return self._scanner(here) if here else self.phone.to_door()

    def show(self) -> Response:
        """The request that the code stands for: who asks, from where, for what."""
        here = self.phone.here()
        if here is None:
            return self.phone.to_door()
        code = code_in(request.form.get("code", ""), self.phone.issuer())
        if code is None:
            return self._scanner(here, "not_ours", HTTPStatus.BAD_REQUEST)
        now = self.phone.now()
        fresh = devices.fresh(here.device, now)
        try:
            shown = self.qr.scan(
                code, subject=here.subject, device_id=here.device.id, address=self.web.client_address(), now=now
            )
        except Refusal as error:
            return self._scanner(here, error.code, STATUS_OF.get(error.code, HTTPStatus.GONE))
        if fresh:
            self._used(here)
        return self._request_page(here, shown, fresh)

    @answers_json
    def decide(self) -> Response:
        """Take a signed decision. An approval needs the passcode too where the device was idle."""
        sent = body()
        signed, passcode = text(sent, "decision"), sent.get("passcode")
        here, now = self.phone.here(), self.phone.now()
        if here is None:
            return self.phone.refuse(HTTPStatus.FORBIDDEN, "closed")
        try:
            decision = decisions.verify_decision(
                here.device.public_jwk, signed, audience=self.phone.issuer(), device_id=here.device.id, now=now
            )
        except SignedTextError as error:
            return self._not_accepted(here, error.code)
        refused = self._may_approve(here, passcode) if decision.decision == APPROVE else None
        return refused or self._take(here, decision, signed)

    def done(self, state: str) -> Response:
        """How it ended, in words; the computer has gone on by itself."""
        if state not in STATES:
            return self.web.problem(HTTPStatus.NOT_FOUND, "common.http_404")
        return self.web.render("phone/done.html", state=state)

    # --- parts ---------------------------------------------------------------------------------------
    def _may_approve(self, here: Here, passcode: object) -> Response | None:
        """None where the device may approve: long enough bound, and in use or opened again by the passcode."""
        phone, now = self.phone, self.phone.now()
        until = devices.waits_until(here.device, phone.services.config.new_device_wait_minutes, now)
        if until is not None:
            return phone.refuse(HTTPStatus.FORBIDDEN, "device_waits", wait=phone.flow.wait_text(until))
        if devices.fresh(here.device, now):
            return None
        if passcode is None or passcode == "":
            return phone.refuse(HTTPStatus.FORBIDDEN, "passcode_needed")
        if not isinstance(passcode, str) or not SIX_DIGITS.fullmatch(passcode):
            return phone.refuse(HTTPStatus.BAD_REQUEST, "six_digits")
        outcome = phone.checks.check_passcode(here.subject, passcode, phone.web.client_address(), now)
        return None if outcome.ok else phone.passcode_refused(outcome)

    def _take(self, here: Here, decision: SignedDecision, signed: str) -> Response:
        """File it first: what a device signed is evidence, whatever comes of it."""
        txn, now = decision.transaction_id, self.phone.now()
        with self.phone.db.begin() as session:
            if store.live(session, here.device.id) is None:
                return self.phone.refuse(HTTPStatus.FORBIDDEN, "closed")  # removed this very moment
            new = store.keep_decision(session, here.device.id, decision.jti, txn, signed, now)
        if not new:
            return self._not_accepted(here, "replayed")
        try:
            outcome = self.qr.decide(
                txn, subject=here.subject, device_id=here.device.id, decision=decision.decision,
                number=decision.number, request_hash=decision.request_hash, now=now,
            )  # fmt: skip
        except Refusal as error:
            status = STATUS_OF.get(error.code, HTTPStatus.CONFLICT)
            message = self.web.t(f"phone.refusal.{error.code}")
            return self.web.json({"error": error.code, "message": message}, status)
        if decision.decision == APPROVE:
            self._used(here)
        if outcome.state == NOT_ME:
            with self.phone.db.begin() as session:
                devices.tell_not_me(session, here.device, self.web.client_address(), now)
        return self.web.json({"state": outcome.state, "next": url_for("phone.done", state=outcome.state)})

    def _used(self, here: Here) -> None:
        with self.phone.db.begin() as session:
            store.used(session, here.device.id, here.session_id, self.phone.now())

    def _not_accepted(self, here: Here, code: str) -> Response:
        """What was wrong with the signature is for the record."""
        details = {"device": here.device.id, "error": code, "address": self.web.client_address()}
        with self.phone.db.begin() as session:
            self.phone.audit.record(
                session, event="phone.decision_refused", subject=here.subject, client_id=None, details=details,
                now=self.phone.now(),
            )  # fmt: skip
        return self.phone.refuse(HTTPStatus.BAD_REQUEST, "decision_refused")

    def _request_page(self, here: Here, shown: Shown, fresh: bool) -> Response:
        minutes, now = self.phone.services.config.new_device_wait_minutes, self.phone.now()
        level = acr.level_of(shown.acr) if shown.acr else None
        return self.web.render(
            "phone/request.html",
            shown=shown,
            fresh=fresh,
            device=here.device,
            now=int(now.timestamp()),
            audience=self.phone.issuer(),
            level=level.number if level else None,
            data=self._data(shown),
            seconds_left=max(0, int((shown.expires_at - now).total_seconds())),
            waits_until=devices.waits_until(here.device, minutes, now),
        )

    def _data(self, shown: Shown) -> list[str]:
        """In words, a line each: scopes by what they are for, then what is asked for by name."""
        scopes = [self.web.t(f"oauth.scope.{name}") if name in SCOPES else name for name in shown.scopes]
        return [*scopes, *(self.web.t(f"oauth.claim.{name}") for name in shown.claims)]

    def _scanner(self, here: Here, problem: str = "", status: int = HTTPStatus.OK) -> Response:
        response = self.web.render(
            "phone/scan.html",
            status,
            problem=problem,
            prefix=f"{self.phone.issuer()}{SCAN_PATH}#",
            device=here.device,
        )
        response.headers["Permissions-Policy"] = CAMERA
        return response


def code_in(given: str, issuer: str) -> str | None:
    """The code of a QR of ours (`issuer`/app/scan#code), or one that was typed; None for anything else."""
    given = given.strip()
    if ":" in given:
        parts, own = urlsplit(given), urlsplit(issuer)
        ours = (parts.scheme, parts.netloc, parts.path) == (own.scheme, own.netloc, SCAN_PATH)
        given = parts.fragment if ours and not parts.query else ""
    elif len(given) <= 16:
        given = given.replace(" ", "").replace("-", "").upper()
    return given if CODE.fullmatch(given) else None
