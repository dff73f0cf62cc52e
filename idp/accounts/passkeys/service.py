"""Passkeys with what surrounds them: challenges, counting, the record. Every method has transactions of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from idp import throttling
from idp.accounts import store as accounts
from idp.accounts.authentication import Outcome, Result, may_sign_in
from idp.accounts.passkeys import store
from idp.accounts.passkeys.info import PasskeyInfo
from idp.accounts.passkeys.models import Passkey
from idp.accounts.passkeys.terms import NewPasskey, Refused, RelyingParty
from idp.accounts.states import Standing, standing
from idp.audit.port import Audit
from idp.config import Config
from idp.db import Database
from idp.throttling import Key, Policy

MOST = 10
REGISTER, AUTHENTICATE = "register", "authenticate"
# By browser session, and by address as everything else; nobody is named, so no account can be locked out by others.
POLICY = Policy("passkey", (*(0 for _ in range(5)), 5, 30, 300), timedelta(hours=1))


class TooMany(Exception):
    """The account has as many passkeys as it may have."""


@dataclass(frozen=True)
class Asker:
    """Which browser session asks, and from where."""

    session_id: str
    address: str


@dataclass(frozen=True)
class Signed:
    """How an answer was taken; `amr` where it was good."""

    outcome: Outcome
    amr: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passkeys:
    """One instance for all pages."""

    db: Database
    config: Config
    audit: Audit

    @property
    def party(self) -> RelyingParty:
        return RelyingParty.of_issuer(self.config.issuer)

    # --- registering ---------------------------------------------------------------------------------
    def creation_options(self, subject: str, name: str, rp_name: str, asker: Asker, now: datetime) -> dict[str, Any]:
        """What the browser needs to make one. Raises TooMany."""
        from idp.accounts.passkeys import ceremony  # loads the library

        with self.db.begin() as session:
            known = store.of(session, subject)
            if len(known) >= MOST:
                raise TooMany
            challenge = self._challenge(session, REGISTER, asker, now)
        return ceremony.creation_options(self.party, subject, name, rp_name, known, challenge)

    def register(self, subject: str, name: str, answer: str, asker: Asker, now: datetime) -> None:
        """Keep the passkey that the browser made. Raises Refused, TooMany."""
        try:
            new = self._registered(answer, asker, now)
            self._keep(subject, name, new, asker, now)
        except Refused as error:
            self._note("passkey.registration_refused", subject, {"error": error.code, "address": asker.address}, now)
            raise

    # --- signing in ----------------------------------------------------------------------------------
    def request_options(self, subject: str | None, asker: Asker, now: datetime) -> dict[str, Any]:
        """What the browser needs to use one: any it has, or one of `subject`, who is known already."""
        from idp.accounts.passkeys import ceremony  # loads the library

        with self.db.begin() as session:
            known = store.of(session, subject) if subject else []
            challenge = self._challenge(session, AUTHENTICATE, asker, now)
        return ceremony.request_options(self.party, known, challenge)

    def sign_in(self, answer: str, subject: str | None, asker: Asker, now: datetime) -> Signed:
        """Whose answer it is; with `subject`, hers alone. Why one is refused is recorded, and not told."""
        keys = (Key(POLICY, asker.session_id), throttling.address_key(asker.address))
        with self.db.begin() as session:
            attempt = throttling.reserve(session, keys, now)
        if not attempt.allowed:
            return Signed(Outcome(Result.WAIT, until=attempt.until))
        try:
            signed = self._signed(answer, subject, asker, now)
        except Refused as error:
            details: dict[str, object] = {"error": error.code, "address": asker.address}
            self._note("passkey.refused", error.subject, details, now)
            return Signed(Outcome(Result.WRONG))
        with self.db.begin() as session:
            throttling.succeed(session, *keys)
        return signed

    # --- parts ---------------------------------------------------------------------------------------
    def _challenge(self, session: Session, purpose: str, asker: Asker, now: datetime) -> bytes:
        value = secrets.token_bytes(32)
        store.keep_challenge(session, value, asker.session_id, purpose, now)
        return value

    def _use(self, client_data: bytes, purpose: str, asker: Asker, now: datetime) -> bytes:
        """The challenge, used up whatever becomes of the answer. Raises Refused."""
        from idp.accounts.passkeys import ceremony  # loads the library

        challenge = ceremony.challenge_of(client_data)
        with self.db.begin() as session:
            if not store.use_challenge(session, challenge, asker.session_id, purpose, now):
                raise Refused("challenge")
        return challenge

    def _registered(self, answer: str, asker: Asker, now: datetime) -> NewPasskey:
        from idp.accounts.passkeys import ceremony  # loads the library

        credential = ceremony.read_registration(answer)
        challenge = self._use(credential.response.client_data_json, REGISTER, asker, now)
        return ceremony.verify_registration(credential, self.party, challenge)

    def _keep(self, subject: str, name: str, new: NewPasskey, asker: Asker, now: datetime) -> None:
        row = Passkey(
            id=secrets.token_hex(16), subject=subject, name=name, created_at=now,
            **{**new.__dict__, "transports": list(new.transports)},
        )  # fmt: skip
        with self.db.begin() as session:
            if len(store.of(session, subject)) >= MOST:
                raise TooMany
            if not store.keep(session, row):
                raise Refused("credential_known")
            details = {"passkey": row.id, "name": name, "aaguid": new.aaguid, "address": asker.address}
            self.audit.record(
                session, event="passkey.registered", subject=subject, client_id=None, details=details, now=now
            )

    def _signed(self, answer: str, subject: str | None, asker: Asker, now: datetime) -> Signed:
        from idp.accounts.passkeys import ceremony  # loads the library

        credential = ceremony.read_assertion(answer)
        challenge = self._use(credential.response.client_data_json, AUTHENTICATE, asker, now)
        with self.db.read() as session:
            known = store.by_credential(session, credential.id)
            account = accounts.account(session, known.subject) if known else None
            stands = standing(account, now) if account else None
            old_enough = account is not None and may_sign_in(account, now)
        if known is None or stands is None or not old_enough:
            raise Refused("unknown")
        if subject is not None and subject != known.subject:
            raise Refused("other_person", known.subject)
        try:
            proof = ceremony.verify_assertion(credential, self.party, challenge, known, named=subject is not None)
        except Refused as error:
            raise Refused(error.code, known.subject) from error
        with self.db.begin() as session:
            if not store.used(session, known.id, (known.sign_count, proof.sign_count), proof.backed_up, now):
                raise Refused("sign_count", known.subject)  # another use of it came in between
            self._record_success(session, known, stands, now)
        result = Result.OK if stands.usable else Result.LOCKED
        return Signed(Outcome(result, known.subject, standing=stands), ceremony.methods(known.backup_eligible))

    def _record_success(self, session: Session, known: PasskeyInfo, stands: Standing, now: datetime) -> None:
        event = "authentication_succeeded" if stands.usable else "authentication_of_unusable_account"
        details = {
            "method": "passkey", "passkey": known.id, "state": stands.state.value,
            "reason": stands.reason and stands.reason.value,
        }  # fmt: skip
        self.audit.record(session, event=event, subject=known.subject, client_id=None, details=details, now=now)

    def _note(self, event: str, subject: str | None, details: dict[str, object], now: datetime) -> None:
        with self.db.begin() as session:
            self.audit.record(session, event=event, subject=subject, client_id=None, details=details, now=now)
