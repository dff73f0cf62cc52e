"""Concluding a transaction: decide once, then file the dossier, show the document, or keep the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from demo_client import dossiers, presentations, showing, store
from demo_client.decision import Accepted, Expected, Refused
from demo_client.models import Transaction
from demo_client.portal import Portal
from demo_client.procedures.model import Procedure


def conclude(portal: Portal, transaction: Transaction) -> None:
    """Decide on an answered transaction. Only the first caller does; the others find the outcome.

    Raises ListsUnavailable, after which it may be tried again. Nothing is fetched inside a database transaction.
    """
    now = portal.clock.now()
    if presentations.state(transaction, now) != "answered":
        return
    with portal.db.begin() as session:
        if not store.claim(session, transaction.id, now):
            return
    try:
        _decide(portal, transaction, procedure_of(portal, transaction))
    except BaseException:
        with portal.db.begin() as session:
            store.release(session, transaction.id)
        raise


def procedure_of(portal: Portal, transaction: Transaction) -> Procedure:
    """The procedure as it was in force when the request was made, or what stands for one."""
    if showing.is_one(transaction):
        return showing.purpose(showing.asked(transaction))
    found = portal.procedures.find(transaction.procedure, transaction.procedure_date)
    if found is None:
        raise LookupError(f"{transaction.procedure} is not in the catalogue any more")
    return found


def _decide(portal: Portal, transaction: Transaction, procedure: Procedure) -> None:
    if transaction.vp_token is None:
        code = transaction.outcome_code or "access_denied"
        with portal.db.begin() as session:
            store.conclude(session, transaction.id, presentations.outcome(code, declined=True))
        return
    now = portal.clock.now()
    expected = Expected(
        query=transaction.query,
        needs=procedure.documents,
        nonce=transaction.nonce,
        person=transaction.personal_id_number,
    )
    with portal.db.read() as session:
        newest_seen = store.highest_trust_list(session, portal.judge.root_fingerprint)
    try:
        accepted = portal.judge.decide(transaction.vp_token, expected, now, newest_seen)
    except Refused as refused:
        _refuse(portal, transaction, refused, now)
        return
    _take(portal, transaction, procedure, accepted, now)


def _refuse(portal: Portal, transaction: Transaction, refused: Refused, now: datetime) -> None:
    if not showing.is_one(transaction):
        with portal.db.begin() as session:
            store.conclude(session, transaction.id, presentations.outcome(refused.code, refused.answers))
        return
    by = showing.used(portal.judge, transaction.vp_token, now)
    with portal.db.begin() as session:
        made = showing.keep_receipt(session, refused.code, refused.answers, by, portal.keys, portal.config.url, now)
        store.conclude(session, transaction.id, showing.refused(refused, made.id))


def _take(
    portal: Portal, transaction: Transaction, procedure: Procedure, accepted: Sequence[Accepted], now: datetime
) -> None:
    """File the dossier; or, where none is filed, keep what its page tells for a while."""
    if not showing.is_one(transaction):
        with portal.db.begin() as session:
            dossiers.file(session, transaction, procedure, accepted, portal.judge, now)
            store.conclude(session, transaction.id, {"outcome": "filed", "outcome_code": None})
        return
    (one,) = accepted  # the query asks for one, and the judge took nothing else
    by, answers = showing.used_for(one), asdict(one.document.answers)
    with portal.db.begin() as session:
        made = showing.keep_receipt(session, None, answers, by, portal.keys, portal.config.url, now)
        store.conclude(session, transaction.id, showing.good(one, made.id, now))


def file_without_documents(portal: Portal, transaction: Transaction, procedure: Procedure) -> None:
    """File a dossier whose papers, where it has any left, the citizen will bring."""
    now = portal.clock.now()
    with portal.db.begin() as session:
        dossiers.file(session, transaction, procedure, (), portal.judge, now)
        store.conclude(session, transaction.id, {"outcome": "filed", "outcome_code": None})
