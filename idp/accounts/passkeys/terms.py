"""What the ceremonies of passkeys take and give; apart, since the library that they stand on loads slowly."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


class Refused(Exception):
    """The answer is not accepted; `code` says why, for the record, and `subject` whose passkey it names.

    Whoever sent it is told neither.
    """

    def __init__(self, code: str, subject: str | None = None) -> None:
        super().__init__(code)
        self.code, self.subject = code, subject


@dataclass(frozen=True)
class RelyingParty:
    """Who asks: `id` is the issuer's host, `origin` where its pages are. Both are compared exactly (13.4.9)."""

    id: str
    origin: str

    @classmethod
    def of_issuer(cls, issuer: str) -> RelyingParty:
        parts = urlsplit(issuer)
        host = (parts.hostname or "").lower()
        usual = {"https": 443, "http": 80}.get(parts.scheme)
        port = f":{parts.port}" if parts.port not in (None, usual) else ""
        return cls(host, f"{parts.scheme}://{host}{port}")


@dataclass(frozen=True)
class NewPasskey:
    """A registration that is good."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    aaguid: str
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True)
class Proof:
    """An answer that is good: the new counter, and whether the key is backed up now."""

    sign_count: int
    backed_up: bool
