"""The two codes of a transaction: one in the QR, one that a person types (RFC 8628 6.1)."""

from __future__ import annotations

import hashlib
import secrets
from urllib.parse import urlsplit

# Letters and digits that nobody mistakes for one another, without vowels: no code is a word (RFC 8628 6.1).
ALPHABET = "CDFHJKMNPQRTVWXY34679"
TYPED_LENGTH = 8  # 35 bits, for 120 seconds, a few tries an account: out of reach of guessing (RFC 8628 5.1)
SCAN_PATH = "/app/scan"


def new_code() -> str:
    """What the QR holds: 128 bits; short, so that the picture stays coarse enough for any camera."""
    return secrets.token_urlsafe(16)


def new_user_code() -> str:
    """What is typed where there is no camera."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TYPED_LENGTH))


def shown(user_code: str) -> str:
    """In two groups, as people read it out to themselves."""
    return f"{user_code[:4]}-{user_code[4:]}"


def address(issuer: str, code: str) -> str:
    """What the QR says. The code is in the fragment: no browser sends that to a server, so no log holds it."""
    return f"{issuer}{SCAN_PATH}#{code}"


def given(text: str, issuer: str) -> str:
    """The code in what was scanned, pasted or typed; empty where it is the address of somebody else."""
    text = text.strip()
    if "#" in text:
        parts = urlsplit(text)
        return parts.fragment if address(issuer, "") == f"{parts.scheme}://{parts.netloc}{parts.path}#" else ""
    typed = text.replace("-", "").replace(" ", "").upper()
    return typed if is_typed(typed) else text


def is_typed(code: str) -> bool:
    """Whether it is of the short kind, which could be guessed at."""
    return len(code) <= TYPED_LENGTH


def hashed(code: str) -> str:
    """What the database knows of a code."""
    return hashlib.sha256(code.encode()).hexdigest()
