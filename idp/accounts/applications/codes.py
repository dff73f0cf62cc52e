"""Receipt numbers, activation codes and tickets: random, and stored as hashes where they open something."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from idp.accounts.levels import legal_day

#: Without vowels and look-alikes, as RFC 8628 6.1 advises for what people type.
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"
CODE_LENGTH = 10


def new_receipt(now: datetime) -> str:
    """Day and ten random signs: who has it may see how the application stands, so it must not be guessed."""
    return f"MP-{legal_day(now):%Y%m%d}-{_random()}"


def new_code() -> str:
    """An activation code in two groups."""
    code = _random()
    return f"{code[:5]}-{code[5:]}"


def new_ticket() -> str:
    return secrets.token_urlsafe(32)


def code_hash(code: str) -> str:
    """Of the code as typed: groups, spaces and case make no difference."""
    return hashed(re.sub(r"[\s-]", "", code).upper())


def hashed(value: str) -> str:
    """What the database knows of a random value."""
    return hashlib.sha256(value.encode()).hexdigest()


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
