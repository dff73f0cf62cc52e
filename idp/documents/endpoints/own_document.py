"""What the pages about one document of the holder share: finding it, its words, its file."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response
from sqlalchemy.orm import Session

from idp.documents import store, wallet
from idp.documents.document import Document
from idp.documents.endpoints.wallet_gate import Visitor
from idp.documents.ports import DocumentServices

MEDIA_TYPE = "application/dc+sd-jwt"
#: The kind (colour and sign) of each state; the word comes from the catalogue.
STATE_KINDS = {
    "valid": "valid",
    "expired": "warning",
    "suspended": "warning",
    "revoked": "refused",
    "superseded": "warning",
}


def own_document(services: DocumentServices, visitor: Visitor, document_id: str) -> Document | Response:
    """A document of this holder; of anybody else's nothing is said."""
    with services.db.read() as session:
        found = wallet.document(session, visitor.holder.subject, document_id)
    return found or services.web.problem(HTTPStatus.NOT_FOUND, "wallet.no_document")


def renew_list(services: DocumentServices, session: Session, document_id: str) -> None:
    """A file goes out: the command that checks it finds a copy of its list with the whole `ttl` before it."""
    row = store.document(session, document_id)
    if row is not None:
        services.status_tokens.renew(session, row.issuer_id, row.status_list, services.clock.now())


def issuer_name(services: DocumentServices, document: Document, lang: str) -> str:
    return services.issuers.profile(document.issuer_id).name[lang]


def status_reason(services: DocumentServices, reason: str | None) -> str:
    """Why the issuer changed the status: the desk's reasons have words, a command's reason is its own."""
    key = f"requests.reason.{reason}"
    return services.web.t(key) if key in services.web.catalogue.messages else reason or ""


def last_instant(document: Document) -> datetime:
    """The end of the last day on which it is good; `expires_at` itself is the first instant after it."""
    return document.expires_at - timedelta(seconds=1)


def file_name(document: Document, ending: str = "sd-jwt") -> str:
    """Type and number, in letters that every file system takes."""
    number = re.sub(r"[^A-Za-z0-9-]+", "-", document.document_number).strip("-")
    return f"{document.type.id}-{number}.{ending}"


def attachment(content: str | bytes, name: str, media_type: str = MEDIA_TYPE) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
