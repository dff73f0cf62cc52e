"""What the phone's script calls: a challenge to sign, binding a key, opening a bound device."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, url_for

from idp.accounts import services as people
from idp.accounts.phone import binding, devices, proofs, store
from idp.accounts.phone.binding import Step
from idp.accounts.phone.bound_device import BoundDevice
from idp.accounts.phone.devices import CannotBind, NewDevice
from idp.accounts.phone.endpoints.common import SIX_DIGITS, Api, Phone, answers_json, body, text
from idp.accounts.phone.proofs import NewKey
from idp.accounts.phone.signed import SignedTextError
from idp.sessions import Authentication


def register(blueprint: Blueprint, phone: Phone) -> None:
    api = DeviceApi(phone)
    blueprint.add_url_rule("/api/challenge", "challenge", api.challenge, methods=["POST"])
    blueprint.add_url_rule("/api/devices", "bind_device", api.bind, methods=["POST"])
    blueprint.add_url_rule("/api/open", "open", api.open, methods=["POST"])


class DeviceApi(Api):
    @answers_json
    def challenge(self) -> Response:
        """A value to sign once in this browser session, and our time: the phone's own clock may be wrong.

        A phone that names itself learns whether it is still bound: its key is worth keeping only then.
        """
        sent = body()
        purpose, device_id = text(sent, "purpose"), sent.get("device_id")
        if purpose not in proofs.PURPOSES or not isinstance(device_id, str | None):
            return self.phone.refuse(HTTPStatus.BAD_REQUEST, "malformed")
        browser, now = self.phone.web.session(), self.phone.now()
        if device_id is not None:
            with self.phone.db.read() as session:
                if store.live(session, device_id) is None:
                    return self.phone.refuse(HTTPStatus.NOT_FOUND, "device_unknown")
        with self.phone.db.begin() as session:
            value = store.challenge(session, browser.id, purpose, now)
        return self.phone.web.json({"challenge": value, "audience": self.phone.issuer(), "now": int(now.timestamp())})

    @answers_json
    def bind(self) -> Response:
        """Bind the key that signed the challenge, where password, code and face were proven in this session."""
        phone, sent = self.phone, body()
        name, proof = devices.clean_name(text(sent, "name")), text(sent, "proof")
        present, now = phone.present(), phone.now()
        if present is None or binding.next_step(present, now) is not Step.KEY:
            return phone.refuse(HTTPStatus.FORBIDDEN, "not_proven")
        if not name:
            return phone.refuse(HTTPStatus.BAD_REQUEST, "name_missing")
        try:
            new_key = proofs.verify_new_key(proof, audience=phone.issuer(), now=now)
        except SignedTextError as error:
            return self._proof_refused(present.subject, None, error)
        if not self._use(new_key.challenge, proofs.BIND):
            return phone.refuse(HTTPStatus.BAD_REQUEST, "challenge_over")
        return self._bind(present, name, new_key)

    @answers_json
    def open(self) -> Response:
        """Sign in again on a bound device: its key first, then the passcode, or a passkey used just now."""
        phone, sent = self.phone, body()
        proof = text(sent, "proof")
        device, now = self._device(proof), phone.now()
        if device is None:
            return phone.refuse(HTTPStatus.NOT_FOUND, "device_unknown")
        try:
            challenge = proofs.verify_opening(
                device.public_jwk, proof, audience=phone.issuer(), device_id=device.id, now=now
            )
        except SignedTextError as error:
            return self._proof_refused(device.subject, device.id, error)
        if not self._use(challenge, proofs.OPEN):
            return phone.refuse(HTTPStatus.BAD_REQUEST, "challenge_over")
        present = phone.present()
        if sent.get("passkey") is True and present is not None and binding.by_passkey(present, device.subject, now):
            return self._open(device, present)
        passcode = sent.get("passcode")
        if not isinstance(passcode, str) or not SIX_DIGITS.fullmatch(passcode):
            return phone.refuse(HTTPStatus.BAD_REQUEST, "six_digits")
        outcome = phone.checks.check_passcode(device.subject, passcode, phone.web.client_address(), now)
        if not outcome.ok:
            return phone.passcode_refused(outcome)
        return self._open(device, binding.opened(device.subject, now))

    # --- parts ---------------------------------------------------------------------------------------
    def _device(self, proof: str) -> BoundDevice | None:
        try:
            device_id = proofs.named_device(proof)
        except SignedTextError:
            return None
        with self.phone.db.read() as session:
            return store.live(session, device_id)

    def _use(self, challenge: str, purpose: str) -> bool:
        with self.phone.db.begin() as session:
            return store.use_challenge(session, challenge, self.phone.web.session().id, purpose, self.phone.now())

    def _bind(self, present: Authentication, name: str, new_key: NewKey) -> Response:
        phone, now = self.phone, self.phone.now()
        browser, address = phone.web.session(), phone.web.client_address()
        method = " ".join(binding.METHODS)
        new = NewDevice(present.subject, name, new_key.jwk, method, browser.id, address)
        try:
            with phone.db.begin() as session:
                if not people.may_use(session, present.subject, now):
                    return phone.refuse(HTTPStatus.FORBIDDEN, "account_locked")
                device = devices.bind(session, phone.audit, new, now)
        except CannotBind as error:
            return phone.refuse(HTTPStatus.CONFLICT, error.code)
        phone.web.authenticate(binding.with_key(present))
        answer = {"device_id": device.id, "name": device.name, "next": url_for("phone.home")}
        return phone.web.json(answer, HTTPStatus.CREATED)

    def _open(self, device: BoundDevice, authentication: Authentication) -> Response:
        phone, now = self.phone, self.phone.now()
        browser = phone.web.authenticate(authentication)
        details = {"device": device.id, "address": phone.web.client_address()}
        with phone.db.begin() as session:
            store.used(session, device.id, browser.id, now)
            phone.audit.record(
                session, event="phone.opened", subject=device.subject, client_id=None, details=details, now=now
            )
        return phone.web.json({"next": url_for("phone.home")})

    def _proof_refused(self, subject: str, device_id: str | None, error: SignedTextError) -> Response:
        """What was wrong with the signature is for the record; the script is told that it was."""
        phone = self.phone
        details = {"device": device_id, "error": error.code, "address": phone.web.client_address()}
        with phone.db.begin() as session:
            phone.audit.record(
                session, event="phone.proof_refused", subject=subject, client_id=None, details=details,
                now=phone.now(),
            )  # fmt: skip
        return phone.refuse(HTTPStatus.BAD_REQUEST, "proof_refused")
