"""Printing: the holder makes a sheet of a document; whoever is handed it looks it up without an account."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request, url_for

from idp.documents import paper_check, qr_code
from idp.documents import printing as sheets
from idp.documents.document import Document
from idp.documents.endpoints.not_in_force import not_in_force
from idp.documents.endpoints.own_document import STATE_KINDS, issuer_name, last_instant, own_document, renew_list
from idp.documents.endpoints.wallet_gate import Visitor, guarded
from idp.documents.offline.portrait import portrait
from idp.documents.paper_check import Facts
from idp.documents.ports import DocumentServices
from idp.documents.printing import NotPrintable
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.told import told_by_code

FIELDS = ("sheet_code", "full_name", "birthdate", "sex", "number")


def register(blueprint: Blueprint, services: DocumentServices) -> None:
    add, form = blueprint.add_url_rule, "/wallet/documents/<document_id>/print"
    add(form, "print_form", guarded(services, ask))
    add(form, "print_make", guarded(services, make), methods=["POST"])
    add(f"{form}/<sheet_code>", "print_sheet", guarded(services, sheet))
    add("/check", "check", lambda: check_form(services))
    add("/check", "check_submit", lambda: check(services), methods=["POST"])


# --- the holder ------------------------------------------------------------------------------------------
def ask(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    try:
        sheets.offline_code(services.issuers, found, services.clock.now())
    except NotPrintable as refused:
        return _not_printable(services, found, refused)
    lang = services.web.language()
    return services.web.render(
        "documents/print_form.html",
        document=found,
        title=found.type.names[lang],
        shown=[claim.labels[lang] for claim in told_by_code(found.type, claims_of(found.sd_jwt))],
    )


def make(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    try:
        with services.db.begin() as session:
            code = sheets.print_sheet(session, services.issuers, services.audit, found, services.clock.now())
            renew_list(services, session, found.id)
    except NotPrintable as refused:
        return _not_printable(services, found, refused)
    return services.web.redirect(url_for("wallet.print_sheet", document_id=found.id, sheet_code=code))


def sheet(services: DocumentServices, visitor: Visitor, document_id: str, sheet_code: str) -> Response:
    """The sheet as it was made: loading the page again signs the same again, of the same time."""
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    with services.db.read() as session:
        made_at = sheets.printed_at(session, found, sheet_code)
    if made_at is None:
        return services.web.problem(HTTPStatus.NOT_FOUND, "printing.unknown")
    try:
        sheets.check_printable(found, services.clock.now())
        text = sheets.offline_code(services.issuers, found, made_at)
    except NotPrintable as refused:
        return _not_printable(services, found, refused)
    lang, claims = services.web.language(), claims_of(found.sd_jwt)
    return services.web.render(
        "documents/print_sheet.html",
        document=found,
        title=found.type.names[lang],
        both_titles=found.type.names,
        issuer=issuer_name(services, found, lang),
        claims=claims,
        portrait=qr_code.png_data_url(portrait(found.holder)),
        picture=qr_code.offline_data_url(text),
        text=text,
        made_at=made_at,
        sheet_code=sheets.grouped(sheet_code),
        check_address=f"{services.config.issuer}/check",
        last_instant=last_instant,
    )


def _not_printable(services: DocumentServices, document: Document, refused: NotPrintable) -> Response:
    if refused.reason == "state":
        return not_in_force(services, document, "print")
    return services.web.problem(HTTPStatus.CONFLICT, f"printing.not_{refused.reason}")


# --- whoever is handed a sheet ---------------------------------------------------------------------------
def check_form(services: DocumentServices) -> Response:
    return services.web.render("documents/check.html", asked=None, found=None, typed={})


def check(services: DocumentServices) -> Response:
    """One answer to everything that does not match, made in the same way and in as many questions."""
    facts = Facts(*(request.form.get(name, "") for name in FIELDS))
    now, address = services.clock.now(), services.web.client_address()
    with services.db.begin() as session:
        attempt = paper_check.may_ask(session, facts, address, now)
    if not attempt.allowed:
        page = services.web.problem(HTTPStatus.TOO_MANY_REQUESTS, "printing.wait")
        if attempt.until is not None:
            page.headers["Retry-After"] = str(max(1, int((attempt.until - now).total_seconds())))
        return page
    with services.db.begin() as session:
        found = paper_check.look_up(session, services.audit, facts, address, now)
    return _answer(services, found, {name: request.form.get(name, "") for name in FIELDS if found is None})


def _answer(services: DocumentServices, found: Document | None, typed: dict[str, str]) -> Response:
    """What was typed stays where it is to be looked at again."""
    lang, now = services.web.language(), services.clock.now()
    state = found.state(now) if found is not None else ""
    return services.web.render(
        "documents/check.html",
        asked=now,
        found=found,
        typed=typed,
        state=state,
        kind=STATE_KINDS.get(state, "refused"),
        title=found.type.names[lang] if found is not None else "",
        issuer=issuer_name(services, found, lang) if found is not None else "",
    )
