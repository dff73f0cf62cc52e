"""Why a request cannot be seen or decided on a phone; `code` is what the phone is told."""

from __future__ import annotations

from datetime import datetime


class QrError(Exception):
    """Base of the refusals."""

    code = "not_found"


class NotFound(QrError):
    """No such transaction; or not for this device."""


class Expired(QrError):
    """More than 120 seconds old, or ended early."""

    code = "expired"


class AlreadyScanned(QrError):
    """Another device took it."""

    code = "already_scanned"


class AlreadyDecided(QrError):
    """It has its outcome."""

    code = "already_decided"


class NotAllowed(QrError):
    """This account cannot be used: locked, not active, a child's, or not the one that is waited for."""

    code = "not_allowed"


class Changed(QrError):
    """The decision is about something else than what is asked; the request is over."""

    code = "changed"


class Crowded(Exception):
    """So many codes wait at this address that no more are made until one of them ends."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many codes at one address")
        self.until = until


class TooMany(QrError):
    """Too many codes were tried."""

    code = "too_many"
