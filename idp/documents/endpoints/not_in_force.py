"""What the holder reads where her document is not in force: what happened to it, and what to do now."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from flask import Response, url_for

from idp.documents import wallet
from idp.documents.document import Document
from idp.documents.endpoints.own_document import issuer_name, last_instant, status_reason
from idp.documents.ports import DocumentServices
from idp.i18n import format_date

Act = Literal["show", "pdf", "print"]
TEXTS = "wallet.not_in_force"


def not_in_force(services: DocumentServices, document: Document, act: Act) -> Response:
    """Nothing was made of it. `act` is what she wanted."""
    web, state, lang = services.web, document.state(services.clock.now()), services.web.language()
    values = {
        "issuer": issuer_name(services, document, lang),
        "day": format_date(last_instant(document), lang),
        "none": web.t(f"{TEXTS}.none_{act}"),
    }
    reason = status_reason(services, document.status_reason)
    why = [web.t(f"{TEXTS}.why_{act}"), *([web.t("wallet.kept.reason", reason=reason)] if reason else [])]
    return web.render(
        "error.html",
        HTTPStatus.CONFLICT,
        status=int(HTTPStatus.CONFLICT),
        title=web.t(f"{TEXTS}.title_{act}"),
        what=web.t(f"{TEXTS}.{state}.what", **values),
        why=" ".join(why),
        todo=web.t(f"{TEXTS}.{state}.todo", **values),
        links=_links(services, document),
    )


def _links(services: DocumentServices, document: Document) -> list[tuple[str, str, str]]:
    with services.db.read() as session:
        newer = wallet.newest(session, document) if document.superseded_by else None
    to_newer = [(services.web.t("wallet.kept.newer"), newer, "not-in-force-newer")] if newer else []
    links = [*to_newer, (services.web.t(f"{TEXTS}.document"), document.id, "not-in-force-document")]
    return [(label, url_for("wallet.document", document_id=one), testid) for label, one, testid in links]
