"""What came of showing a document: verdict, checks, what was received and what was not; or why nothing came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, url_for
from markupsafe import Markup

from demo_client import askable, showing, store
from demo_client.display import Row, lines
from demo_client.last_lists import NoLists
from demo_client.models import Receipt, Transaction
from demo_client.portal import Portal
from demo_client.refusals import group_of, kind_of

#: In the order in which they are asked; the last but one is about the person, the last about her key.
CHECKS = ("intact", "trusted", "dates", "not_revoked", "person", "holder")
TAKEN_BACK = {"revoked", "suspended", "superseded"}


def page(portal: Portal, transaction: Transaction, state: str) -> Response:
    """Of a transaction that is over."""
    if state in ("shown", "refused"):
        return _verdict(portal, transaction)
    code = transaction.outcome_code or ""
    key = state if state != "declined" or code in ("", "access_denied") else "error"
    return portal.pages.render(
        "showing_ended.html",
        410 if state == "expired" else 200,
        active_page="showing",
        key=f"showing.{key}",
        code=code,
        vct=showing.asked(transaction).vct,
        again=_start_again(transaction),
    )


def form_of(transaction: Transaction) -> list[tuple[str, str]]:
    """The form that asks for the same again."""
    need = showing.asked(transaction)
    if need.preferred:
        return [("type", need.vct), ("fields", askable.ALL)]
    return [("type", need.vct), ("fields", askable.CHOSEN), *(("claim", path[0]) for path in need.claims[1:])]


def _start_again(transaction: Transaction) -> str:
    return url_for("showing.review", type=showing.asked(transaction).vct)


def _verdict(portal: Portal, transaction: Transaction) -> Response:
    now, code = portal.clock.now(), transaction.outcome_code
    told, verdict = showing.still_told(transaction, now), showing.verdict_of(code)
    with portal.db.read() as db:
        kept = store.receipt(db, transaction.receipt_id or "")
    return portal.pages.render(
        "showing_verdict.html",
        active_page="showing",
        transaction=transaction,
        vct=showing.asked(transaction).vct,
        verdict=verdict,
        kind={"good": "valid", "refused": "refused"}.get(verdict, "warning"),
        group=group_of(code or ""),
        code=code,
        checks=_checks(portal, transaction),
        told=told,
        fields=_fields(portal, told) if told else [],
        withheld=_withheld(portal, told, now) if told else [],
        receipt=kept,
        steps=_steps(transaction, kept),
        query=json.dumps(transaction.query, indent=2, ensure_ascii=False),
        again=_start_again(transaction),
    )


def _checks(portal: Portal, transaction: Transaction) -> list[Row]:
    """Six questions where a dossier's page has four: dates and status apart, the person and her key apart."""
    t, given = portal.pages.t, _answers(transaction)
    if not given:
        return []
    return [
        (
            t(f"showing.check.{one}"),
            kind_of(given[one]),
            t(f"answers.word_{given[one]}"),
            t(f"showing.check.{one}_note"),
        )
        for one in CHECKS
    ]


def _answers(transaction: Transaction) -> dict[str, str]:
    """The verifier has one answer for dates and status; which of them it was about, the code tells."""
    found = {name: str(answer) for name, answer in (transaction.answers or {}).items()}
    if not found:
        return {}
    group, in_force = group_of(transaction.outcome_code or ""), found.pop("in_force", "not_checked")
    about_status = group in TAKEN_BACK or "status" in group or in_force in ("yes", "outdated")
    # The dates are looked at before the holder is, and the status after.
    passed = about_status or found.get("holder", "not_checked") != "not_checked"
    dates = "yes" if passed else in_force
    status = in_force if about_status else "not_checked"
    every = {**dict.fromkeys(CHECKS, "not_checked"), **found, "dates": dates, "not_revoked": status}
    return {one: every[one] for one in CHECKS}


def _fields(portal: Portal, told: Mapping[str, Any]) -> list[tuple[str, Markup]]:
    return [(label, lines(text)) for label, text in portal.pages.display.fields(told["vct"], told["claims"])]


def _withheld(portal: Portal, told: Mapping[str, Any], now: datetime) -> list[str]:
    """What the type has and did not come. Whether her document holds it, nobody can tell from what was sent."""
    try:
        kind = askable.find(portal.last_lists.types(told["vct"], now), told["vct"])
    except NoLists:
        return []
    missing = [one for one in kind.fields if one.name not in told["claims"]] if kind is not None else []
    return [one.label.in_language(portal.pages.language()) for one in missing]


def _steps(transaction: Transaction, kept: Receipt | None) -> list[tuple[str, datetime | None]]:
    """How it went, for whoever builds one."""
    decided = kept.issued_at if kept is not None else None
    return [
        ("requested", transaction.created_at),
        ("fetched", None),
        ("answered", transaction.answered_at),
        ("returned", None),
        ("decided", decided),
    ]
