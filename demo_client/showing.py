"""A document of any type, shown by the citizen who is signed in and filed nowhere: asked, told, receipted, forgotten.

The request is that of a procedure in all but its purpose, so nothing about asking and judging is here a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from demo_client import check_receipts
from demo_client.check_receipts import Judged
from demo_client.dcql import need_of
from demo_client.decision import Accepted, Judge, Refused
from demo_client.i18n import Text
from demo_client.keys import PortalKeys
from demo_client.lists import Fetched, ListsUnavailable, status_uri
from demo_client.models import Receipt, Transaction
from demo_client.presentations import KEEP_SHOWN, outcome
from demo_client.procedures.model import Component, DocumentNeed, Means, Procedure
from demo_client.refusals import group_of
from idp.documents.offline import receipt

#: No procedure of the catalogue is called so.
SLUG = "xuat-trinh-giay-to"
CREDENTIAL = "document"
#: Nobody of the desk took part: whom a receipt names in the clerk's place.
BY_HERSELF = "online"
PURPOSE = Text(
    "Xuất trình để kiểm tra giấy tờ, không nộp hồ sơ", "Showing a document to have it checked, filing nothing"
)
#: These say that nobody could tell, not that the document is bad.
NOBODY_KNOWS = frozenset({"status", "status_outdated", "status_unreachable", "lists"})


def purpose(need: DocumentNeed) -> Procedure:
    """Asking for one document, in the form of a procedure; the wallet wants an account of level 2."""
    part = Component(CREDENTIAL, PURPOSE, Means.DOCUMENT, document=need)
    return Procedure(
        slug=SLUG, national_code=None, sector="", name=PURPOSE, authority=PURPOSE, legal_basis=(), fee=None, days=0,
        level=2, retention_days=0, components=(part,), in_force_from=None, in_force_until=None, change=None,
        featured=False, unverified=frozenset(),
    )  # fmt: skip


def is_one(transaction: Transaction) -> bool:
    return transaction.procedure == SLUG


def asked(transaction: Transaction) -> DocumentNeed:
    """What was asked for, from the query as it was sent."""
    return need_of(transaction.query["credentials"][0])


@dataclass(frozen=True)
class Used:
    """What a document was judged by, and its text; None where there was none or it could not be had."""

    presentation: str | None
    trust_list: Fetched | None
    status_uri: str | None
    status_list: Fetched | None


def used(judge: Judge, vp_token: object, now: datetime) -> Used:
    """For one that was refused; the lists are those of the decision, since the judge keeps them longer than that."""
    text = _presentation(vp_token)
    uri = status_uri(text) if text is not None else None
    try:
        trust = judge.lists.trust_list(now)
        status = judge.lists.status_list(uri, now) if uri and uri.startswith(f"{judge.lists.issuer}/") else None
    except ListsUnavailable:
        return Used(text, None, uri, None)
    return Used(text, trust, uri, status)


def used_for(one: Accepted) -> Used:
    return Used(one.presentation, one.trust_list, one.status_uri, one.status_list)


def _presentation(vp_token: object) -> str | None:
    answer = vp_token.get(CREDENTIAL) if isinstance(vp_token, Mapping) else None
    one = answer[0] if isinstance(answer, list) and len(answer) == 1 else None
    return one if isinstance(one, str) else None


def good(one: Accepted, receipt_id: str, now: datetime) -> dict[str, Any]:
    """The values that conclude a transaction whose document was good: all that its page tells, for a while."""
    verdict = {name: value for name, value in one.verdict.items() if name != "type_metadata"}
    told = {**verdict, "vct": one.document.vct, "presentation": one.presentation, "decided_at": now.isoformat()}
    concluded = {"outcome": "shown", "outcome_code": None, "answers": verdict["answers"]}
    return {**concluded, "shown": told, "receipt_id": receipt_id}


def refused(error: Refused, receipt_id: str) -> dict[str, Any]:
    """The same for one that was not: the reason alone, nothing of the document."""
    return {**outcome(error.code, error.answers), "receipt_id": receipt_id}


def still_told(transaction: Transaction, now: datetime) -> Mapping[str, Any] | None:
    """What its page may tell of the document now: nothing after its minutes, swept or not."""
    claimed = transaction.claimed_at
    return transaction.shown if claimed is not None and now < claimed + KEEP_SHOWN else None


def verdict_of(code: str | None) -> str:
    """As at the counter: good, refused, or could_not."""
    if code is None:
        return "good"
    return "could_not" if group_of(code) in NOBODY_KNOWS else "refused"


def keep_receipt(
    session: Session,
    code: str | None,
    answers: Mapping[str, str],
    by: Used,
    keys: PortalKeys,
    url: str,
    now: datetime,
) -> Receipt:
    """Signed and kept as the counter's are; it holds nothing that the document says."""
    judged = Judged(
        clerk=BY_HERSELF,
        verdict=verdict_of(code),
        code=code,
        document=None if by.presentation is None else ("presentation", by.presentation),
        answers=answers,
        lists={
            "trust_list": None if by.trust_list is None else _list(by.trust_list),
            "status_list": None if by.status_list is None else {"uri": by.status_uri, **_list(by.status_list)},
        },
        policy={"refuse_after": "ttl", "holder": "key_binding", "person": "signed_in"},
    )
    return check_receipts.keep(session, judged, keys, url, now)


def _list(fetched: Fetched) -> dict[str, object]:
    return {"sha256": receipt.list_hash(fetched.token), "fetched_at": fetched.fetched_at.isoformat()}
