"""The holder's document as a signed PDF: she chooses the fields, and gets the file.

Nothing is ticked beforehand. A certificate is often of use with all that its form must have, or whole, so that each
of these is one choice, without a script.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from idp.documents import counter
from idp.documents.counter import NotShowable
from idp.documents.document import Document
from idp.documents.endpoints.counter import choosing
from idp.documents.endpoints.not_in_force import not_in_force
from idp.documents.endpoints.own_document import attachment, file_name, own_document, renew_list
from idp.documents.endpoints.wallet_gate import Visitor, guarded
from idp.documents.ports import DocumentServices

MEDIA_TYPE = "application/pdf"


def register(blueprint: Blueprint, services: DocumentServices) -> None:
    add, path = blueprint.add_url_rule, "/wallet/documents/<document_id>/pdf"
    add(path, "pdf", guarded(services, choose))
    add(path, "pdf_submit", guarded(services, make), methods=["POST"])


def choose(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    return choosing(services, visitor, document_id, "pdf", "documents/signed_pdf.html")


def make(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    """Signed now and for her, never before: nothing is kept."""
    from idp.documents.pdf import printing

    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    chosen, now = _chosen(found), services.clock.now()
    try:
        printed = printing.make_pdf(services.issuers, services.config.keys_dir, found, chosen, now)
    except NotShowable:
        return not_in_force(services, found, "pdf")
    with services.db.begin() as session:
        printing.record(session, services.audit, found, printed, now)
        renew_list(services, session, found.id)
    return attachment(printed.pdf, file_name(found, "pdf"), MEDIA_TYPE)


def _chosen(document: Document) -> frozenset[str]:
    """The fields she ticked, and with them those of the extent she chose; any other word for it adds nothing."""
    extent, choices = request.form.get("extent"), counter.choices(document)
    added = (claim.name for claim in choices if extent == "all" or (extent == "form" and claim.mandatory))
    return frozenset((*request.form.getlist("field"), *added))
