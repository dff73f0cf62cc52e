"""The simulated phone as a REST API: `/mock/phone/...`. Not there unless enabled, and loud when it is."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from idp.accounts.ports import AccountServices
from idp.accounts.qr_sign_in.errors import QrError
from idp.accounts.qr_sign_in.service import QrSignIns
from idp.accounts.qr_sign_in.simulated_phone import Holder, SimulatedPhone
from idp.accounts.qr_sign_in.transactions import APPROVE, NOT_ME, REFUSE

OPENAPI = Path(__file__).parent.parent / "openapi.json"
HEADER = "X-Mock-Phone"
NUMBER, PASSCODE = re.compile(r"[0-9]{12}"), re.compile(r"[0-9]{6}")
STATUS_OF = {
    "malformed": HTTPStatus.BAD_REQUEST,
    "not_found": HTTPStatus.NOT_FOUND,
    "not_allowed": HTTPStatus.FORBIDDEN,
    "wrong_passcode": HTTPStatus.FORBIDDEN,
    "too_many": HTTPStatus.TOO_MANY_REQUESTS,
    "expired": HTTPStatus.GONE,
}
log = logging.getLogger("mock_vneid")


class Malformed(QrError):
    """The body is not what the API takes."""

    code = "malformed"


def create_blueprint(services: AccountServices, sign_ins: QrSignIns) -> Blueprint:
    """Says in the log, on every page and in every response that anybody here can sign in as anybody."""
    log.warning("MÔ PHỎNG / MOCK: the simulated phone is ON (IDP_MOCK_PHONE): whoever reaches this server can sign "
                "in as any test citizen. For tests only.")  # fmt: skip
    blueprint, api = Blueprint("mock_phone", __name__, url_prefix="/mock/phone"), MockPhone(services, sign_ins)
    blueprint.after_app_request(_loud)
    blueprint.app_context_processor(lambda: {"mock_phone": True})
    blueprint.add_url_rule("/openapi.json", "openapi", api.openapi, methods=["GET"])
    for name, view in {
        "scan": api.scan, "approve": api.approve, "refuse": api.refuse, "not_me": api.not_me, "expire": api.expire,
    }.items():  # fmt: skip
        blueprint.add_url_rule(f"/{name}", name, _answering(services, view), methods=["POST"])
    return blueprint


class MockPhone:
    """Bodies are JSON and must say so: no page of another site can send that unasked (CORS), and no cookie counts."""

    def __init__(self, services: AccountServices, sign_ins: QrSignIns) -> None:
        self.services, self.web, self.phone = services, services.web, SimulatedPhone(sign_ins)

    def openapi(self) -> Response:
        document = json.loads(OPENAPI.read_text(encoding="utf-8"))
        return self.web.json({**document, "servers": [{"url": self.services.config.issuer}]})

    def scan(self) -> Mapping[str, object]:
        body = _body()
        shown = self.phone.scan(_code(body), _holder(body), self.web.client_address(), self.services.clock.now())
        return {
            "state": "scanned",
            "transaction": shown.transaction_id,
            "service": shown.service_name,
            "acr": shown.acr,
            "scopes": list(shown.scopes),
            "claims": list(shown.claims),
            "browser": shown.browser,
            "address": shown.address,
            "asked_at": shown.asked_at.isoformat(),
            "choices": list(shown.choices),
            "request_hash": shown.request_hash,
            "expires_at": shown.expires_at.isoformat(),
        }

    def approve(self) -> Mapping[str, object]:
        return self._decide(APPROVE)

    def refuse(self) -> Mapping[str, object]:
        return self._decide(REFUSE)

    def not_me(self) -> Mapping[str, object]:
        return self._decide(NOT_ME)

    def expire(self) -> Mapping[str, object]:
        self.phone.expire(_code(_body()), self.services.clock.now())
        return {"state": "expired"}

    def _decide(self, decision: str) -> Mapping[str, object]:
        body = _body()
        number = body.get("number")
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            raise Malformed
        now, address = self.services.clock.now(), self.web.client_address()
        return {"state": self.phone.decide(_code(body), _holder(body), decision, number, address, now)}


def _answering(services: AccountServices, act: Callable[[], Mapping[str, object]]) -> Callable[[], Response]:
    def view() -> Response:
        try:
            return services.web.json(act())
        except QrError as error:
            status = STATUS_OF.get(error.code, HTTPStatus.CONFLICT)
            return services.web.json_problem(status, error.code, f"qr_sign_in.mock.{error.code}")

    return view


def _body() -> dict[str, Any]:
    found = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(found, dict):
        raise Malformed
    return found


def _code(body: Mapping[str, Any]) -> str:
    code = body.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= 300:
        raise Malformed
    return code


def _holder(body: Mapping[str, Any]) -> Holder:
    person, passcode = body.get("person"), body.get("passcode")
    if not isinstance(person, str) or not NUMBER.fullmatch(person):
        raise Malformed
    if passcode is not None and not (isinstance(passcode, str) and PASSCODE.fullmatch(passcode)):
        raise Malformed
    return Holder(person, passcode)


def _loud(response: Response) -> Response:
    response.headers[HEADER] = "on"
    return response
