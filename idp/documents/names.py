"""What a type and an issuer are called, for pages outside this package that tell of documents.

A type's file is read when its name is first asked for, not at the start.
"""

from __future__ import annotations

from collections.abc import Mapping

from idp.documents.document_types import DocumentTypes, UnknownDocumentType
from idp.documents.issuers import Issuers, UnknownIssuer


class DocumentNames:
    """Names by language. None for what is not here any more, such as a type of the user's own whose file is gone."""

    def __init__(self, types: DocumentTypes, issuers: Issuers) -> None:
        self._types, self._issuers = types, issuers

    def of_type(self, vct: str) -> Mapping[str, str] | None:
        try:
            return self._types.by_vct(vct).names
        except UnknownDocumentType:
            return None

    def of_issuer(self, issuer_id: str) -> Mapping[str, str] | None:
        try:
            return self._issuers.profile(issuer_id).name
        except UnknownIssuer:
            return None
