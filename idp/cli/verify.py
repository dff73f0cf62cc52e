"""`mock-vneid verify`: the verifier's own command, with the field names this package knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from idp import type_files
from idp.config import ConfigError, load
from idp.documents import type_metadata
from idp.documents.document_types import document_types
from idp.documents.verifier import command


def main(argv: Sequence[str]) -> int:
    """Exit code 0 good, 1 refused, 2 unusable input."""
    type_files.use(_own_types())
    known = (json.loads(type_metadata.document_bytes(kind.vct)) for kind in document_types())
    return command.main(argv, metadata=known)


def _own_types() -> Path | None:
    """The folder of the user's own types, whose names are wanted too; a verdict depends on no setting."""
    try:
        folder = load().document_types_dir
    except ConfigError:
        return None
    return folder if folder is not None and folder.is_dir() else None
