"""A passkey as a value that may leave the transaction it was read in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.accounts.passkeys.models import Passkey


@dataclass(frozen=True)
class PasskeyInfo:
    """One passkey of an account. `synced`: its key may be on several of the person's devices."""

    id: str
    subject: str
    credential_id: str
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    name: str
    aaguid: str
    transports: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None

    @property
    def synced(self) -> bool:
        return self.backup_eligible


def info(row: Passkey) -> PasskeyInfo:
    return PasskeyInfo(
        id=row.id, subject=row.subject, credential_id=row.credential_id, public_key=row.public_key,
        sign_count=row.sign_count, backup_eligible=row.backup_eligible, name=row.name, aaguid=row.aaguid,
        transports=tuple(row.transports), created_at=row.created_at, last_used_at=row.last_used_at,
    )  # fmt: skip
