"""Bound devices and notices as the rest of the provider sees them: values that outlive their transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp.accounts.phone.models import PhoneDevice, PhoneNotice


@dataclass(frozen=True)
class BoundDevice:
    """A device that is bound and not removed. `session_id`: the browser session it was last opened in."""

    id: str
    subject: str
    name: str
    public_jwk: Mapping[str, Any]
    bind_method: str
    bound_at: datetime
    last_used_at: datetime
    session_id: str | None


@dataclass(frozen=True)
class Notice:
    """What a device is told: `event` happened to the device called `about`, from `address`."""

    event: str
    about: str
    address: str
    created_at: datetime


def view(row: PhoneDevice) -> BoundDevice:
    return BoundDevice(
        row.id, row.subject, row.name, row.public_jwk, row.bind_method, row.bound_at, row.last_used_at, row.session_id
    )


def notice(row: PhoneNotice) -> Notice:
    return Notice(row.event, row.about, row.address, row.created_at)
