"""The wallet's pages: what the holder has, one document in full, its file, and where she has shown what."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Blueprint, Response, request, url_for

from idp.documents import history as history_of_use
from idp.documents import wallet
from idp.documents.card import card_facts
from idp.documents.document import Document
from idp.documents.endpoints import counter, health, printing, requests, signed_pdf, unlock
from idp.documents.endpoints.own_document import (
    STATE_KINDS,
    attachment,
    file_name,
    issuer_name,
    last_instant,
    own_document,
    renew_list,
    status_reason,
)
from idp.documents.endpoints.wallet_gate import Visitor, guarded
from idp.documents.fields import labelled
from idp.documents.health.facilities import BOOK, ENCOUNTER
from idp.documents.ports import DocumentServices
from idp.documents.requests import records
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.shelves import chosen, shelves
from idp.documents.technical import technical

#: What the page of the health book shows together.
HEALTH = frozenset({BOOK, ENCOUNTER})


def create_blueprint(services: DocumentServices) -> Blueprint:
    """Every POST in it carries the CSRF token, the clerk's and the checker's too."""
    blueprint = Blueprint("wallet", __name__)
    add = blueprint.add_url_rule
    add("/wallet", "index", guarded(services, index))
    add("/wallet/history", "history", guarded(services, history))
    add("/wallet/documents/<document_id>", "document", guarded(services, document))
    add("/wallet/documents/<document_id>/download", "download", guarded(services, download))
    add("/wallet/unlock", "unlock", guarded(services, unlock.ask, passcode=False))
    add("/wallet/unlock", "unlock_submit", guarded(services, unlock.submit, passcode=False), methods=["POST"])
    add("/wallet/lock", "lock", guarded(services, unlock.lock, passcode=False), methods=["POST"])
    counter.register(blueprint, services)
    if services.desk is not None:
        requests.register(blueprint, services, services.desk)
    health.register(blueprint, services)
    printing.register(blueprint, services)
    signed_pdf.register(blueprint, services)
    return services.web.protect(blueprint)


def index(services: DocumentServices, visitor: Visitor) -> Response:
    now, lang = services.clock.now(), services.web.language()
    with services.db.read() as session:
        found = shelves(wallet.documents_of(session, visitor.holder.subject), lang)
    shown = chosen(found, request.args.get("category", ""))

    def card(one: Document) -> tuple[str, str, str]:
        return one.type.names[lang], issuer_name(services, one, lang), one.state(now)

    return services.web.render(
        "documents/wallet.html",
        shelves=found,
        shown=shown,
        total=sum(len(shelf.documents) for shelf in found),
        card=card,
        facts=lambda one: card_facts(one, lang),
        state_kinds=STATE_KINDS,
        holder=visitor.holder,
        last_instant=last_instant,
        requests=requests.told(services, visitor),
        may_request=services.desk is not None,
        has_health_book=any(one.vct in HEALTH for shelf in found for one in shelf.documents),
    )


def document(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    lang, now = services.web.language(), services.clock.now()
    state = found.state(now)
    with services.db.read() as session:
        live, earlier = records.live(session, found, now), wallet.earlier(session, found)
        newer = wallet.newest(session, found)
    return services.web.render(
        "documents/document.html",
        document=found,
        title=found.type.names[lang],
        issuer=issuer_name(services, found, lang),
        holder=visitor.holder,
        state=state,
        state_kind=STATE_KINDS[state],
        groups=labelled(found.type, claims_of(found.sd_jwt), lang),
        live=live,
        live_groups=labelled(found.type, live.claims, lang) if live is not None else (),
        earlier=earlier,
        newer=newer,
        now=now,
        reason=status_reason(services, found.status_reason),
        technical=technical(found.sd_jwt),
        file_name=file_name(found),
        of_health_book=found.vct in HEALTH,
        last_instant=last_instant,
    )


def download(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    """The whole document as issued: a bare SD-JWT, which a verifier takes without a key binding."""
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    now = services.clock.now()
    with services.db.begin() as session:
        services.audit.record(
            session, event="document.downloaded", subject=visitor.holder.subject, client_id=None,
            details={"document": found.id, "vct": found.vct, "issuer": found.issuer_id}, now=now,
        )  # fmt: skip
        renew_list(services, session, found.id)
    return attachment(found.sd_jwt, file_name(found))


def history(services: DocumentServices, visitor: Visitor) -> Response:
    before = request.args.get("before", "")
    with services.db.read() as session:
        entries = history_of_use.entries(
            session, services.types, visitor.holder.subject, services.web.language(),
            int(before) if re.fullmatch(r"[0-9]{1,9}", before) else None,
        )  # fmt: skip
    full = len(entries) == history_of_use.PAGE
    older = url_for("wallet.history", before=entries[-1].id) if full else None
    return services.web.render(
        "documents/history.html", entries=entries, older=older, first=not before, explain=_reason(services)
    )


def _reason(services: DocumentServices) -> Callable[[str], str]:
    """An error code in words, or the code itself where the catalogue has none for it."""
    web = services.web

    def reason(code: str) -> str:
        key = f"wallet.history.reason.{code}"
        return web.t(key) if key in web.catalogue.messages else code

    return reason
