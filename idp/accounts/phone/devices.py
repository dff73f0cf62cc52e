"""The life of a bound device: bound, opened, used, removed; the account's other devices are told (attack 16)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from idp import sessions
from idp.accounts.phone import signed, store
from idp.accounts.phone.bound_device import BoundDevice, view
from idp.accounts.phone.models import PhoneDevice, PhoneNotice
from idp.audit.port import Audit

FRESH = timedelta(minutes=5)
MOST_DEVICES = 5
NAME_LENGTH = 60


class CannotBind(Exception):
    """`code`: too_many (remove one first) or key_known (a key is bound once)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class NewDevice:
    """What is bound: whose, its key, and where it was bound from."""

    subject: str
    name: str
    jwk: Mapping[str, Any]
    method: str
    session_id: str
    address: str


def clean_name(name: str) -> str:
    """What a person called her device: printable, one line, at most 60 letters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:NAME_LENGTH].strip()


def bind(session: Session, audit: Audit, new: NewDevice, now: datetime) -> BoundDevice:
    """Bind, tell the account's other devices, record. Raises CannotBind."""
    others = store.of(session, new.subject)
    thumbprint = signed.thumbprint(new.jwk)
    if len(others) >= MOST_DEVICES:
        raise CannotBind("too_many")
    if store.key_known(session, thumbprint):
        raise CannotBind("key_known")
    row = PhoneDevice(
        id=secrets.token_hex(16), subject=new.subject, name=new.name, public_jwk=dict(new.jwk),
        thumbprint=thumbprint, bind_method=new.method, bound_at=now, last_used_at=now, session_id=new.session_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    device = view(row)
    _tell(session, [other.id for other in others], "device_bound", new.name, new.address, now)
    _record(session, audit, "phone.device_bound", device, new.address, now)
    return device


def remove(session: Session, audit: Audit, device_id: str, subject: str, address: str, now: datetime) -> bool:
    """Remove a device of this account, end the session that it is open in, tell the others, record."""
    device = store.live(session, device_id)
    if device is None or not store.remove(session, device_id, subject, now):
        return False
    if device.session_id is not None:
        sessions.end(session, device.session_id)
    others = [other.id for other in store.of(session, subject)]
    _tell(session, others, "device_removed", device.name, address, now)
    _record(session, audit, "phone.device_removed", device, address, now)
    return True


def rename(session: Session, audit: Audit, device_id: str, subject: str, name: str, now: datetime) -> bool:
    """Give a device of this account another name, record; False where it is not hers."""
    device = store.live(session, device_id)
    if device is None or not store.rename(session, device_id, subject, name):
        return False
    details = {"device": device_id, "name": name, "name_before": device.name}
    audit.record(session, event="phone.device_renamed", subject=subject, client_id=None, details=details, now=now)
    return True


def tell_not_me(session: Session, device: BoundDevice, address: str, now: datetime) -> None:
    """On `device` she said that a request was not hers: her other devices show it too."""
    others = [other.id for other in store.of(session, device.subject) if other.id != device.id]
    _tell(session, others, "not_me", device.name, address, now)


def fresh(device: BoundDevice, now: datetime) -> bool:
    """Whether the passcode was given, or the device used, in the last five minutes."""
    return device.last_used_at + FRESH > now


def waits_until(device: BoundDevice, minutes: int, now: datetime) -> datetime | None:
    """Until when a newly bound device may not approve yet; None where it may."""
    until = device.bound_at + timedelta(minutes=minutes)
    return until if until > now else None


def _tell(session: Session, to: list[str], event: str, about: str, address: str, now: datetime) -> None:
    session.add_all(
        PhoneNotice(
            id=secrets.token_hex(16), device_id=device_id, event=event, about=about, address=address, created_at=now
        )
        for device_id in to
    )


def _record(session: Session, audit: Audit, event: str, device: BoundDevice, address: str, now: datetime) -> None:
    details = {"device": device.id, "name": device.name, "address": address}
    audit.record(session, event=event, subject=device.subject, client_id=None, details=details, now=now)
