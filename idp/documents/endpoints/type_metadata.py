"""Type metadata of the document types (SD-JWT VC section 5.3.2: the provider as registry)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response

from idp.documents import type_metadata
from idp.documents.document_types import UnknownDocumentType
from idp.documents.endpoints.published import publish, refuse

MAX_AGE = timedelta(hours=1)


def add(blueprint: Blueprint) -> None:
    @blueprint.get("/type-metadata/<vct>", endpoint="type_metadata")
    def type_metadata_endpoint(vct: str) -> Response:
        try:
            content = type_metadata.document_bytes(vct)
        except UnknownDocumentType:
            return refuse(HTTPStatus.NOT_FOUND, "not_found", "This registry has no such document type.")
        etag = type_metadata.integrity(vct).partition("-")[2]
        return publish(content, "application/json", etag=etag, max_age=MAX_AGE)
