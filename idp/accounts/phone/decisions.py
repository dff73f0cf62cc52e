"""A decision that a bound device signed: who decides what about which request, as it was shown.

Type `mock-decision+jwt`; `request_hash` ties it to what was on the screen (domain: what you see is what you sign).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from idp.accounts.phone import signed
from idp.accounts.phone.signed import Malformed, WrongDevice

TYPE = "mock-decision+jwt"
APPROVE, REFUSE, NOT_ME = DECISIONS = ("approve", "refuse", "not_me")
SHA256_HEX = re.compile(r"[0-9a-f]{64}")
JTI = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class SignedDecision:
    """What the device's key vouches for. `number` is the one picked on the phone; only an approval has one."""

    device_id: str
    transaction_id: str
    decision: str
    request_hash: str
    number: int | None
    issued_at: datetime
    jti: str


def verify_decision(
    device_jwk: Mapping[str, Any], text: str, *, audience: str, device_id: str, now: datetime
) -> SignedDecision:
    """Raises a SignedTextError. That the `jti` is new is for the caller to decide, in its transaction."""
    found = signed.verify(text, device_jwk, typ=TYPE, audience=audience, now=now)
    if found.header.get("kid") != device_id or found.payload.get("sub") != device_id:
        raise WrongDevice("kid and sub must both name the device whose key signs")
    decision, request_hash, jti = found.text("decision"), found.text("request_hash"), found.text("jti")
    if decision not in DECISIONS:
        raise Malformed(f"decision must be one of {', '.join(DECISIONS)}")
    if not SHA256_HEX.fullmatch(request_hash) or not JTI.fullmatch(jti):
        raise Malformed("request_hash must be a SHA-256 in hexadecimal, jti 16 to 64 letters and digits")
    return SignedDecision(
        device_id=device_id,
        transaction_id=found.text("txn", 64),
        decision=decision,
        request_hash=request_hash,
        number=_number(found.payload, decision),
        issued_at=datetime.fromtimestamp(found.payload["iat"], UTC),
        jti=jti,
    )


def _number(payload: Mapping[str, Any], decision: str) -> int | None:
    number = payload.get("number")
    if decision != APPROVE:
        return None
    if isinstance(number, bool) or not isinstance(number, int):
        raise Malformed("an approval bears the number that was picked")
    return number
