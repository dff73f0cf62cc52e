"""One-time codes of 6 digits (TOTP, RFC 6238): SHA-1, 30 seconds, one step of tolerance either way."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp

from idp.encryption import AtRest

PERIOD_SECONDS = 30
TOLERANCE_STEPS = 1
MIN_SEED_BYTES = 16


class UnusableSeed(ValueError):
    """Not base32, or shorter than 128 bits (RFC 4226 section 4 R6)."""


@dataclass(frozen=True)
class CurrentCode:
    """What the phone shows now, and until when the phone shows it."""

    code: str
    seconds_left: int
    until: datetime


def purpose(subject: str) -> str:
    """What a sealed seed is bound to: a seed moved to another account does not open."""
    return f"one-time-code-seed:{subject}"


def seal(at_rest: AtRest, subject: str, seed: str) -> bytes:
    """The seed as it is stored. Raises UnusableSeed."""
    check_seed(seed)
    return at_rest.seal(seed.encode(), purpose(subject))


def unseal(at_rest: AtRest, subject: str, sealed: bytes) -> str:
    """The base32 seed. Raises idp.encryption.DecryptionError."""
    return at_rest.open(sealed, purpose(subject)).decode()


def check_seed(seed: str) -> None:
    """Raises UnusableSeed."""
    try:
        raw = base64.b32decode(seed)
    except (binascii.Error, ValueError) as error:
        raise UnusableSeed("the seed is base32: letters A-Z and digits 2-7") from error
    if len(raw) < MIN_SEED_BYTES:
        raise UnusableSeed(f"the seed holds {len(raw)} bytes, {MIN_SEED_BYTES} is the least")


def new_seed() -> str:
    """A random seed of 160 bits."""
    return str(pyotp.random_base32(32))


def matching_step(seed: str, code: str, now: datetime) -> int | None:
    """The time step that `code` belongs to, among those tolerated at `now`, or None."""
    generator = pyotp.TOTP(seed)
    found = None
    for step in _tolerated(now):
        # All are computed and compared in constant time, whichever fits.
        if hmac.compare_digest(str(generator.generate_otp(step)).encode(), code.encode()):
            found = step
    return found


def current(seed: str, now: datetime) -> CurrentCode:
    """The code of this moment."""
    step = _step(now)
    ends = (step + 1) * PERIOD_SECONDS
    left = ends - int(now.timestamp())
    return CurrentCode(str(pyotp.TOTP(seed).generate_otp(step)), left, datetime.fromtimestamp(ends, UTC))


def _step(now: datetime) -> int:
    return int(now.timestamp()) // PERIOD_SECONDS


def _tolerated(now: datetime) -> range:
    return range(_step(now) - TOLERANCE_STEPS, _step(now) + TOLERANCE_STEPS + 1)
