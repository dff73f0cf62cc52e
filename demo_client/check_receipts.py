"""The signed receipt of a check, at the counter or online: it holds nothing that the document says."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from demo_client.decision import verifier_name
from demo_client.dossiers import LETTERS
from demo_client.i18n import local_date
from demo_client.keys import PortalKeys
from demo_client.models import Receipt
from demo_client.secret_values import new_token
from idp.documents.offline import receipt

#: The history of use is kept five years (Decree 69/2024/ND-CP art. 28), and so is the other side of it.
KEPT = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Judged:
    """What a receipt tells. `verdict` and `code` as the check's page; `document` its kind and text, None without one;
    `lists` what it rests on, `policy` how strictly; `clerk` who checked."""

    clerk: str
    verdict: str
    code: str | None
    document: tuple[str, str] | None
    answers: Mapping[str, object]
    lists: Mapping[str, object] | None
    policy: Mapping[str, object]


def keep(session: Session, judged: Judged, keys: PortalKeys, portal_url: str, now: datetime) -> Receipt:
    """Sign the receipt and keep it."""
    number = _new_number(now)
    made = Receipt(
        id=new_token(),
        number=number,
        clerk=judged.clerk,
        verdict=judged.verdict,
        code=judged.code,
        token=receipt.make(_content(judged, number, portal_url, now), keys.signing),
        issued_at=now,
        retain_until=local_date(now) + KEPT,
    )
    session.add(made)
    return made


def _new_number(now: datetime) -> str:
    """KT for kiểm tra, the day, and eight random signs, as the receipts of dossiers have them."""
    signs = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"KT-{local_date(now):%y%m%d}-{signs[:4]}-{signs[4:]}"


def _content(judged: Judged, number: str, portal_url: str, now: datetime) -> dict[str, object]:
    kind, text = judged.document or ("", "")
    return {
        "iss": portal_url,
        "jti": number,
        "iat": int(now.timestamp()),
        "mock": True,
        "document": {"kind": kind, **receipt.document_hash(text)} if judged.document else None,
        "verdict": judged.verdict,
        "code": judged.code,
        "answers": {name: str(answer) for name, answer in judged.answers.items()},
        "checked_at": now.isoformat(),
        "clerk": judged.clerk,
        "verifier": verifier_name(),
        "lists": judged.lists,
        "policy": judged.policy,
    }
