"""Copies of the status lists in the key folder, for the command that checks without a network."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from idp import key_files
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.sd_jwt.jws import parse_jws

log = logging.getLogger("mock_vneid")


@dataclass(frozen=True)
class StatusCopies:
    """One file for each list."""

    keys_dir: Path

    def put(self, issuer_id: str, number: int, text: str) -> None:
        """Put a token where the command finds it. Made anew each minute, it need not survive a power cut."""
        path = self._path(issuer_id, number)
        try:
            key_files.write(path, text.encode("ascii"), key_files.PUBLIC, durable=False)
        except OSError as error:  # publishing goes on where the folder cannot be written
            log.warning("cannot copy a status list to %s: %s", path, error.strerror)

    def stands(
        self, issuer_id: str, number: int, claims: Mapping[str, object], x5c: Sequence[str], until: datetime
    ) -> bool:
        """Whether the copy says what is so, is signed under this certificate and lives until then."""
        try:
            copy = parse_jws(self._path(issuer_id, number).read_text("ascii"))
            expires = datetime.fromtimestamp(int(str(copy.payload["exp"])), UTC)
        except (OSError, ValueError, KeyError, OverflowError, SdJwtError):
            return False
        same = all(copy.payload.get(name) == value for name, value in claims.items())
        return same and copy.header.get("x5c") == list(x5c) and until <= expires

    def _path(self, issuer_id: str, number: int) -> Path:
        name = issuer_id if number == 1 else f"{issuer_id}-{number}"
        return self.keys_dir / "status" / f"{name}.jwt"
