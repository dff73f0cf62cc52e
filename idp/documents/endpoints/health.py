"""The health book in the wallet: visits by every hospital, and the patient summary (HL7 IPS) to take along."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response

from idp.documents import wallet
from idp.documents.endpoints.own_document import STATE_KINDS, attachment, issuer_name, last_instant
from idp.documents.endpoints.wallet_gate import Visitor, guarded
from idp.documents.health import exporting, ips_writing, overview
from idp.documents.health.errors import NothingToExport
from idp.documents.ports import DocumentServices


def register(blueprint: Blueprint, services: DocumentServices) -> None:
    add = blueprint.add_url_rule
    add("/wallet/health", "health", guarded(services, page))
    add("/wallet/health/summary", "health_summary", guarded(services, summary))


def page(services: DocumentServices, visitor: Visitor) -> Response:
    now, lang = services.clock.now(), services.web.language()
    with services.db.read() as session:
        found = overview.of(wallet.documents_of(session, visitor.holder.subject), now)
    return services.web.render(
        "documents/health.html",
        found=found,
        holder=visitor.holder,
        state_kinds=STATE_KINDS,
        state_of=lambda document: document.state(now),
        issuer_of=lambda document: issuer_name(services, document, lang),
        title_of=lambda document: document.type.names[lang],
        last_instant=last_instant,
    )


def summary(services: DocumentServices, visitor: Visitor) -> Response:
    """The summary as a file, on record like every document that leaves the wallet."""
    subject, now = visitor.holder.subject, services.clock.now()
    try:
        with services.db.begin() as session:
            made = exporting.export(session, services.issuers, services.audit, subject, now)
    except NothingToExport:
        return services.web.problem(HTTPStatus.NOT_FOUND, "health.no_book")
    number = re.sub(r"[^A-Za-z0-9-]+", "-", made.number).strip("-")
    response = attachment(made.text, f"patient-summary-{number}.json")
    response.content_type = ips_writing.MEDIA_TYPE
    return response
