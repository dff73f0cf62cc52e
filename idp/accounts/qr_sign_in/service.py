"""QR sign-ins with what surrounds them: own transactions, the record, and the limit on guessing codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp import sessions, sign_in_requests, throttling
from idp.accounts.ports import AccountServices
from idp.accounts.qr_sign_in import codes, store, transactions
from idp.accounts.qr_sign_in.errors import Changed, NotFound, TooMany
from idp.accounts.qr_sign_in.not_me import lock_and_sign_out
from idp.accounts.qr_sign_in.store import Seen
from idp.accounts.qr_sign_in.transactions import NOT_ME, Begun, Outcome, Shown
from idp.sessions import Authentication, BrowserSession, Device, SignInRequest
from idp.throttling import Key, Policy

# Typed codes are short: few free failures (RFC 8628 5.1).
TYPED_CODE = Policy("qr-typed-code", (0, 0, 0, 5, 30, 300), timedelta(hours=1))


class QrSignIns:
    """One instance for sign-in page, phone and simulated phone. Every method is a transaction of its own."""

    def __init__(self, services: AccountServices) -> None:
        self.services, self.db, self.audit = services, services.db, services.audit

    # --- the asking page -----------------------------------------------------------------------------
    def begin(
        self, browser: BrowserSession, asked: SignInRequest, request_id: str | None, device: Device, now: datetime
    ) -> Begun:
        """A code for this browser to show. Raises Crowded."""
        with self.db.begin() as session:
            return transactions.begin(session, browser.id, asked, request_id, device, now)

    def seen(self, transaction_id: str, cookie: str) -> Seen | None:
        """How it stands, for the browser with this cookie; None for every other. Reads once and touches nothing."""
        with self.db.read() as session:
            return store.seen(session, transaction_id, sessions.secret_hash(cookie))

    def collect(self, transaction_id: str, browser: BrowserSession, now: datetime) -> Authentication | None:
        """The result, once."""
        with self.db.begin() as session:
            found = transactions.collect(session, transaction_id, browser.id, now)
            if found is not None:
                self._record(session, "qr.signed_in", found.subject, {"transaction": transaction_id}, now)
        return found

    def served(
        self, transaction_id: str, browser: BrowserSession, own_pages: SignInRequest, now: datetime
    ) -> tuple[str | None, SignInRequest] | None:
        """The request that the code was made for, whatever the address says: another one was never shown.

        `own_pages` stands for none; None where it is over, or this browser session did not begin it.
        """
        with self.db.read() as session:
            row = store.by_id(session, transaction_id)
            if row is None or row.session_id != browser.id:
                return None
            if row.request_id is None:
                return None, own_pages
            asked = sign_in_requests.sign_in_request(session, browser, row.request_id, now)
            return None if asked is None else (row.request_id, asked)

    # --- the phone -----------------------------------------------------------------------------------
    def scan(self, text: str, subject: str, device_id: str, address: str, now: datetime) -> Shown:
        """See the request that a scanned or typed code stands for. Raises a QrError."""
        code = codes.given(text, self.services.config.issuer)
        keys = (Key(TYPED_CODE, subject), throttling.address_key(address))
        guessable = codes.is_typed(code)
        if guessable:
            self._reserve(keys, now)
        try:
            with self.db.begin() as session:
                shown = transactions.scan(session, code, subject, device_id, now)
                if guessable:
                    throttling.succeed(session, *keys)
                self._record(
                    session, "qr.scanned", subject, {**_about(shown), "device": device_id, "from": address}, now
                )
        except NotFound:
            if guessable:
                self._note("qr.code_unknown", subject, {"device": device_id, "from": address}, now)
            raise
        return shown

    def decide(
        self,
        transaction_id: str,
        *,
        subject: str,
        device_id: str,
        decision: str,
        number: int | None,
        request_hash: str,
        now: datetime,
    ) -> Outcome:
        """Take a decision. Raises a QrError; what ended the request is recorded all the same."""
        with self.db.begin() as session:
            outcome = transactions.decide(
                session, transaction_id, subject=subject, device_id=device_id, decision=decision, number=number,
                request_hash=request_hash, now=now,
            )  # fmt: skip
            details: dict[str, object] = {"transaction": transaction_id, "device": device_id}
            if decision == NOT_ME:
                done = lock_and_sign_out(session, self.services.access, subject, device_id, now)
                details["sessions_ended"] = done.sessions_ended
                if done.locked:
                    self._record(session, "account.locked", subject, {"reason": "own_request", "by": "holder"}, now)
            self._record(session, f"qr.{outcome.state}", subject, details, now)
        if outcome.state == "changed":
            raise Changed
        return outcome

    def expire(self, text: str, now: datetime) -> None:
        """End a request before its time: for tests only. Raises NotFound."""
        code = codes.given(text, self.services.config.issuer)
        with self.db.begin() as session:
            row = store.by_code(session, codes.hashed(code))
            if row is None or not store.expire(session, row.id, "forced"):
                raise NotFound

    # --- parts ---------------------------------------------------------------------------------------
    def _reserve(self, keys: tuple[Key, Key], now: datetime) -> None:
        with self.db.begin() as session:
            if not throttling.reserve(session, keys, now).allowed:
                raise TooMany

    def _note(self, event: str, subject: str, details: Mapping[str, object], now: datetime) -> None:
        with self.db.begin() as session:
            self._record(session, event, subject, details, now)

    def _record(
        self, session: Session, event: str, subject: str, details: Mapping[str, object], now: datetime
    ) -> None:
        self.audit.record(session, event=event, subject=subject, client_id=None, details=details, now=now)


def _about(shown: Shown) -> dict[str, object]:
    return {
        "transaction": shown.transaction_id, "service": shown.service_name, "acr": shown.acr,
        "browser": shown.browser, "asked_from": shown.address,
    }  # fmt: skip
