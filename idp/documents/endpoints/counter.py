"""Showing at a counter: the holder chooses and gets a QR code; the clerk opens its address, takes, and sees.

Opening the address shows only a button, so that neither a link preview nor a scanner's own fetch uses it up.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from idp.documents import counter, qr_code
from idp.documents.asking_rules import VIETNAM, AskingRule, rules
from idp.documents.counter import NotShowable, Taken
from idp.documents.counter_check import check
from idp.documents.document import Document
from idp.documents.document_types import document_types
from idp.documents.endpoints.not_in_force import Act, not_in_force
from idp.documents.endpoints.own_document import attachment, own_document, renew_list
from idp.documents.endpoints.wallet_gate import Visitor, enter, guarded
from idp.documents.fields import labelled
from idp.documents.ports import DocumentServices
from idp.documents.verifier.document import thaw
from idp.documents.verifier.messages import word
from idp.documents.verifier.outcome import Outcome
from idp.i18n import LANGUAGES

ANSWER_KINDS = {
    "yes": "valid",
    "no": "refused",
    "not_checked": "warning",
    "not_proven": "warning",
    "outdated": "warning",
}
VERDICT_KINDS = {"accepted": "valid", "not_fully_checked": "warning", "status_outdated": "warning"}


def register(blueprint: Blueprint, services: DocumentServices) -> None:
    add, form = blueprint.add_url_rule, "/wallet/documents/<document_id>/show"
    add(form, "show", guarded(services, choose))
    add(form, "show_submit", guarded(services, make), methods=["POST"])
    add(f"{form}/<token>", "show_code", guarded(services, code))
    add(f"{form}/<token>/state", "show_state", lambda document_id, token: state(services, token))
    add("/counter/<token>", "counter", lambda token: look(services, token))
    add("/counter/<token>", "counter_take", lambda token: take(services, token), methods=["POST"])
    add("/counter/<token>/file", "counter_file", lambda token: file(services, token))


# --- the holder ------------------------------------------------------------------------------------------
def choose(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    seconds = int(counter.LIFETIME.total_seconds())
    return choosing(services, visitor, document_id, "show", "documents/counter_choose.html", seconds=seconds)


def choosing(
    services: DocumentServices, visitor: Visitor, document_id: str, act: Act, template: str, **more: Any
) -> Response:
    """The page on which she chooses what of her document is shown."""
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    now, lang = services.clock.now(), services.web.language()
    if found.state(now) != "valid":
        return not_in_force(services, found, act)
    return services.web.render(
        template,
        document=found,
        title=found.type.names[lang],
        always=_always(found, lang),
        choices=[(claim.name, claim.labels[lang]) for claim in counter.choices(found)],
        obligatory=[claim.labels[lang] for claim in counter.choices(found) if claim.mandatory],
        rule=_asking_rule(found, now),
        **more,
    )


def make(services: DocumentServices, visitor: Visitor, document_id: str) -> Response:
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    chosen, now = frozenset(request.form.getlist("field")), services.clock.now()
    try:
        with services.db.begin() as session:
            token = counter.show(session, services.at_rest, services.config.issuer, found, chosen, now)
    except NotShowable:
        return not_in_force(services, found, "show")
    return services.web.redirect(url_for("wallet.show_code", document_id=found.id, token=token))


def code(services: DocumentServices, visitor: Visitor, document_id: str, token: str) -> Response:
    found = own_document(services, visitor, document_id)
    if isinstance(found, Response):
        return found
    with services.db.read() as session:
        now_state = counter.state(session, token, services.clock.now(), visitor.holder.subject)
        until = counter.expires_at(session, token)
    if now_state == "unknown":
        return services.web.problem(HTTPStatus.NOT_FOUND, "wallet.counter_unknown")
    address = counter.address(services.config.issuer, token)
    return services.web.render(
        "documents/counter_code.html",
        document=found,
        title=found.type.names[services.web.language()],
        state=now_state,
        address=address,
        picture=qr_code.data_url(address) if now_state == "waiting" else "",
        seconds=_seconds(until, services.clock.now()),
        state_url=url_for("wallet.show_state", document_id=found.id, token=token),
    )


def state(services: DocumentServices, token: str) -> Response:
    """For the script on the QR page. It needs no open wallet, and asking does not keep the wallet open."""
    found = enter(services)
    if isinstance(found, Response):
        return _json(HTTPStatus.FORBIDDEN, "unknown")
    with services.db.read() as session:
        return _json(HTTPStatus.OK, counter.state(session, token, services.clock.now(), found.holder.subject))


def _asking_rule(document: Document, now: datetime) -> AskingRule | None:
    """The law by which nobody may ask for it. She may still show it of her own will, and is told so first."""
    today = now.astimezone(VIETNAM).date()
    return next((rule for rule in rules() if rule.vct == document.vct and rule.since <= today), None)


def _always(document: Document, lang: str) -> list[str]:
    """Labels of what is shown whatever she chooses: who she is, and what the issuer never lets out."""
    fixed = [claim for claim in document.type.claims if len(claim.path) == 1 and claim.sd == "never"]
    return [document.type.label((name,), lang) for name in (*counter.ALWAYS, *(claim.name for claim in fixed))]


def _seconds(until: datetime | None, now: datetime) -> int:
    return max(0, int((until - now).total_seconds())) if until is not None else 0


def _json(status: int, word_of_state: str) -> Response:
    response = jsonify(state=word_of_state)
    response.status_code = status
    return response


# --- the clerk -------------------------------------------------------------------------------------------
def look(services: DocumentServices, token: str) -> Response:
    now = services.clock.now()
    with services.db.read() as session:
        found = counter.state(session, token, now)
        mine = counter.taken(session, token, _reader(services), now)
    if mine is not None:
        return _verdict(services, token, mine)
    if found == "waiting":
        return services.web.render("documents/counter_take.html", token=token)
    status = HTTPStatus.NOT_FOUND if found == "unknown" else HTTPStatus.GONE
    return services.web.problem(status, f"wallet.counter_{found}")


def take(services: DocumentServices, token: str) -> Response:
    """One reader; whoever else presses the button finds that it has been taken."""
    party = {lang: services.web.catalogue.text("wallet.history.counter", lang) for lang in LANGUAGES}
    with services.db.begin() as session:
        counter.take(session, services.audit, token, _reader(services), party, services.clock.now())
    return services.web.redirect(url_for("wallet.counter", token=token))


def file(services: DocumentServices, token: str) -> Response:
    with services.db.read() as session:
        mine = counter.taken(session, token, _reader(services), services.clock.now())
        if mine is not None:
            renew_list(services, session, mine.document_id)
    if mine is None:
        return services.web.problem(HTTPStatus.GONE, "wallet.counter_taken")
    return attachment(mine.presentation, _file_name(mine))


def _reader(services: DocumentServices) -> str:
    """The clerk needs no account: her browser session is enough to give her, and her alone, what she took."""
    found = services.web.existing_session()
    return found.id if found is not None else ""


def _verdict(services: DocumentServices, token: str, mine: Taken) -> Response:
    now, lang = services.clock.now(), services.web.language()
    with services.db.read() as session:
        outcome = check(session, services.config, services.status_tokens, mine, token, now)
    document = outcome.document
    kind = document_types().by_vct(document.vct) if document is not None else None
    claims = thaw(document.claims) if document is not None else None
    return services.web.render(
        "documents/counter_verdict.html",
        outcome=outcome,
        kind=VERDICT_KINDS.get(outcome.verdict, "refused"),
        sentence=outcome.sentence("vi" if lang == "vi" else "en"),
        rows=_answers(services, outcome, lang),
        title=kind.names[lang] if kind is not None else "",
        issuer=_issuer(outcome, lang),
        groups=labelled(kind, claims, lang) if kind is not None and isinstance(claims, dict) else (),
        token=token,
        file_name=_file_name(mine),
        audience=counter.address(services.config.issuer, token),
        taken_at=mine.taken_at,
        kept_minutes=int(counter.KEPT.total_seconds() // 60),
    )


def _answers(services: DocumentServices, outcome: Outcome, lang: str) -> list[tuple[str, str, str, str]]:
    """The four answers. The fourth is about who showed it; whom it is about, the clerk compares herself."""
    language, rows = "vi" if lang == "vi" else "en", []
    for name in ("intact", "trusted", "in_force", "holder"):
        answer = getattr(outcome.answers, name).value
        kind = ANSWER_KINDS.get(answer, "info")
        said = services.web.t(f"wallet.counter.answer_{answer}")
        rows.append((word(f"question.{name}", language), kind, said, services.web.t(f"wallet.counter.why_{name}")))  # type: ignore[arg-type]
    return rows


def _issuer(outcome: Outcome, lang: str) -> str:
    if outcome.document is None:
        return ""
    issuer = outcome.document.issuer
    return issuer.name_vi if lang == "vi" else issuer.name_en


def _file_name(mine: Taken) -> str:
    return f"counter-{mine.taken_at:%Y%m%d-%H%M%S}.sd-jwt"
