"""Proof that a device holds its key: a fresh challenge of ours, signed (`mock-device-proof+jwt`).

For binding, the header carries the public key itself (as in DPoP, RFC 9449 4.2); afterwards it names the device.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp.accounts.phone import signed
from idp.accounts.phone.signed import Malformed, WrongDevice

TYPE = "mock-device-proof+jwt"
BIND, OPEN = PURPOSES = ("bind", "open")


@dataclass(frozen=True)
class NewKey:
    """A key whose holder has just signed `challenge`."""

    jwk: Mapping[str, Any]
    challenge: str


def named_device(text: str) -> str:
    """The device that an unverified proof names: only good for finding its key. Raises Malformed."""
    kid = signed.read_header(text).get("kid")
    if not isinstance(kid, str):
        raise Malformed("kid must name the device")
    return kid


def verify_new_key(text: str, *, audience: str, now: datetime) -> NewKey:
    """The key in the header, proven to be at hand. Raises a SignedTextError."""
    jwk = signed.public_key(signed.read_header(text).get("jwk"))
    return NewKey(jwk, _challenge(text, jwk, BIND, audience, now))


def verify_opening(jwk: Mapping[str, Any], text: str, *, audience: str, device_id: str, now: datetime) -> str:
    """The challenge that this device signed to be opened. Raises a SignedTextError."""
    if named_device(text) != device_id:
        raise WrongDevice("kid must name the device whose key signs")
    return _challenge(text, jwk, OPEN, audience, now)


def _challenge(text: str, jwk: Mapping[str, Any], purpose: str, audience: str, now: datetime) -> str:
    found = signed.verify(text, jwk, typ=TYPE, audience=audience, now=now)
    if found.text("purpose") != purpose:
        raise Malformed(f"signed for another purpose than {purpose}")
    return found.text("challenge")
