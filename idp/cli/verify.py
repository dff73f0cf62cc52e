"""`mock-vneid verify`: the verifier's own command, with the field names this package knows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from idp.documents import type_metadata
from idp.documents.document_types import document_types
from idp.documents.pdf.reader import PdfReader
from idp.documents.verifier import command


def main(argv: Sequence[str]) -> int:
    """Exit code 0 good, 1 refused, 2 unusable input."""
    known = (json.loads(type_metadata.document_bytes(kind.vct)) for kind in document_types())
    return command.main(argv, metadata=known, readers=[PdfReader()])
