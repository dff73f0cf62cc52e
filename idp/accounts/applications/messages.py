"""Messages to an applicant's mobile phone. Nothing is sent anywhere: the demo's phone panel shows them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts.applications.models import AccountApplication, MockMessage
from idp.accounts.ports import AccountServices
from idp.i18n import format_date


def activation_code(
    session: Session, services: AccountServices, phone_number: str, code: str, until: datetime, now: datetime
) -> None:
    _send(
        session, services, phone_number, "activation_code", now,
        code=code, until=until, address=f"{services.config.issuer}/activate",
    )  # fmt: skip


def refused(session: Session, services: AccountServices, row: AccountApplication, now: datetime) -> None:
    _send(session, services, row.phone_number, "refused", now, receipt=row.receipt)


def raised(session: Session, services: AccountServices, row: AccountApplication, now: datetime) -> None:
    _send(session, services, row.phone_number, "raised", now, receipt=row.receipt)


def _send(
    session: Session, services: AccountServices, phone_number: str, name: str, now: datetime, **values: object
) -> None:
    """Kept in the demo only: a message may hold a code, which nothing but its hash may be stored of elsewhere."""
    if not services.config.demo:
        return
    texts = {}
    for lang in ("vi", "en"):
        told = {
            key: format_date(value, lang) if isinstance(value, datetime) else value for key, value in values.items()
        }
        texts[lang] = services.web.catalogue.text(f"applications.message.{name}", lang, **told)
    session.add(
        MockMessage(
            id=uuid.uuid4().hex, phone_number=phone_number, text_vi=texts["vi"], text_en=texts["en"], sent_at=now
        )
    )
