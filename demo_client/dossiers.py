"""Dossiers: filing one with the evidence of its decision, receipts, checking again, and forgetting in time."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from demo_client import store, working_days
from demo_client.decision import MAX_AGE, Accepted, Judge, Refused, examine, verifier_name, why_not_good
from demo_client.i18n import local_date
from demo_client.lists import Fetched
from demo_client.models import Dossier, Evidence, Transaction
from demo_client.procedures.model import DocumentNeed, Means, Procedure
from demo_client.secret_values import new_token
from idp.documents.verifier.key_binding import ExpectedKeyBinding

# Without 0/O and 1/I, since people read receipt numbers aloud.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def file(
    session: Session,
    transaction: Transaction,
    procedure: Procedure,
    accepted: Sequence[Accepted],
    judge: Judge,
    now: datetime,
) -> Dossier:
    """One dossier for a transaction; a second call gives back the first one's."""
    known = store.dossier_of_transaction(session, transaction.id)
    if known is not None:
        return known
    today = local_date(now)
    components = _components(procedure, {one.component for one in accepted})
    made = Dossier(
        id=new_token(),
        transaction_id=transaction.id,
        receipt_number=_receipt_number(today),
        subject=transaction.subject,
        personal_id_number=transaction.personal_id_number,
        full_name=transaction.full_name,
        identity_level=transaction.identity_level,
        acr=transaction.acr,
        procedure=procedure.slug,
        procedure_date=transaction.procedure_date,
        summary=_summary(procedure, components),
        papers_total=len(components),
        papers_replaced=sum(part["means"] != Means.PAPER for part in components),
        needs_review=any(one.needs_review for one in accepted),
        filed_at=now,
        due_on=working_days.after(today, procedure.days),
        retain_until=today + timedelta(days=procedure.retention_days),
        evidence=[_evidence(one, transaction, judge, now) for one in accepted],
    )
    session.add(made)
    return made


def _receipt_number(today: date) -> str:
    """SB for Sông Ba, the day, and eight random signs: numbers tell nobody how many dossiers there are."""
    signs = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"SB-{today:%y%m%d}-{signs[:4]}-{signs[4:]}"


def _components(procedure: Procedure, replaced: set[str]) -> list[dict[str, Any]]:
    """Each paper of the dossier with what stood in for it this time."""
    parts = []
    for part in procedure.components:
        shown = part.means is not Means.DOCUMENT or part.id in replaced
        means = part.means if shown else Means.PAPER
        parts.append({"id": part.id, "name": asdict(part.name), "means": means.value})
    return parts


def _summary(procedure: Procedure, components: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": asdict(procedure.name),
        "authority": asdict(procedure.authority),
        "legal_basis": [asdict(one) for one in procedure.legal_basis],
        "national_code": procedure.national_code,
        "fee": procedure.fee,
        "days": procedure.days,
        "retention_days": procedure.retention_days,
        "components": components,
    }


def _evidence(one: Accepted, transaction: Transaction, judge: Judge, now: datetime) -> Evidence:
    return Evidence(
        component=one.component,
        vct=one.document.vct,
        presentation=one.presentation,
        audience=judge.audience,
        nonce=transaction.nonce,
        trust_list=one.trust_list.token,
        trust_list_version=one.document.trust_list_version,
        trust_list_fetched_at=one.trust_list.fetched_at,
        root_fingerprint=judge.root_fingerprint,
        status_uri=one.status_uri,
        status_list=one.status_list.token,
        status_fetched_at=one.status_list.fetched_at,
        verdict=one.verdict,
        verifier=verifier_name(),
        verified_at=now,
    )


@dataclass(frozen=True)
class Again:
    """What checking a document again gave: `code` is None where it is good."""

    evidence: Evidence
    code: str | None
    answers: Mapping[str, str]


def check_again(judge: Judge, dossier: Dossier, now: datetime, *, as_filed: bool) -> list[Again]:
    """Verify every document of a dossier again: from the evidence as it was, or with the lists of today.

    The first shows that the decision can be reproduced from what was kept; the second, whether a document has
    been revoked or has expired since. Raises ListsUnavailable in the second case.
    """
    return [_again(judge, dossier, one, one.verified_at if as_filed else now, as_filed) for one in dossier.evidence]


def _again(judge: Judge, dossier: Dossier, kept: Evidence, at: datetime, as_filed: bool) -> Again:
    trust_list = Fetched(kept.trust_list, kept.trust_list_fetched_at) if as_filed else judge.lists.trust_list(at)
    status = (
        Fetched(kept.status_list, kept.status_fetched_at)
        if as_filed
        else judge.lists.status_list(kept.status_uri, at)
    )
    # The proof of possession was made for the day of filing; today it is only as old as the dossier.
    binding = ExpectedKeyBinding(kept.audience, kept.nonce, at - kept.verified_at + MAX_AGE)
    need = DocumentNeed(kept.vct, (), None, True, {})
    person = dossier.personal_id_number
    metadata = kept.verdict.get("type_metadata") if as_filed else judge.type_metadata(kept.vct, at)
    try:
        trust = judge.trust(trust_list, at)
        found = examine(
            kept.presentation, trust, status, kept.status_uri, binding, need, person, metadata, at, kept.component
        )
    except Refused as refused:
        return Again(kept, refused.code, refused.answers)
    return Again(kept, None if found.answers.good else why_not_good(found), asdict(found.answers))
