"""`mock-vneid documents revoke`. Revoke a document: final, and seen by whoever checks within a minute."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from idp.cli import document_life
from idp.cli.document_life import add_arguments
from idp.config import Config

if TYPE_CHECKING:
    from idp.cli.issuing import Place
    from idp.documents.models import DocumentRow

__all__ = ["add_arguments", "run"]


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError."""
    return document_life.run(args, config, _act)


def _act(place: Place, row: DocumentRow, args: argparse.Namespace) -> str:
    from idp.documents.document import DocumentStatus

    return document_life.set_status(place, row, args, DocumentStatus.REVOKED)
