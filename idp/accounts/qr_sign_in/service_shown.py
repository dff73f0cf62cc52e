"""What the phone shows of a request: who asks, for which data, at which level, from which machine and where."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from idp.sessions import Device, SignInRequest

# The first that fits: each browser names those it descends from, too.
BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
UNKNOWN = "?"


@dataclass(frozen=True)
class Asked:
    """As it stood when the code was made. The service's name comes from the client registry, never from a request.

    `subject` is the one person that the request is for, where it is for one; it is not shown.
    """

    service_name: str | None
    acr: str | None
    scopes: tuple[str, ...]
    browser: str
    address: str
    asked_at: str
    subject: str | None = None
    claims: tuple[str, ...] = ()

    def text(self) -> str:
        """One text for one content: what is hashed is what is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Asked:
        values = json.loads(text)
        lists = {name: tuple(values.get(name, ())) for name in ("scopes", "claims")}
        return cls(**{**values, **lists})


def asked(request: SignInRequest, device: Device, now: datetime) -> Asked:
    """What this browser asks, on this machine."""
    return Asked(
        service_name=request.service_name,
        acr=request.acr,
        scopes=request.scopes,
        claims=request.claims,
        browser=browser_of(device.user_agent),
        address=device.address,
        asked_at=now.isoformat(timespec="seconds"),
        subject=request.subject,
    )


def request_hash(transaction_id: str, content: str) -> str:
    """What a decision is about: this transaction, with this content (attack 15: consent to a changed request)."""
    return hashlib.sha256(f"{transaction_id}\n{content}".encode()).hexdigest()


def browser_of(user_agent: str) -> str:
    """For example "Chrome, Windows": a hint for the person; whoever attacks can say anything here."""
    found = [next((name for mark, name in known if mark in user_agent), UNKNOWN) for known in (BROWSERS, SYSTEMS)]
    return ", ".join(found) if found != [UNKNOWN, UNKNOWN] else UNKNOWN


def masked_name(name: str) -> str:
    """N*** L*** of Nguyễn Thị Lan: enough for her to know herself, of no use to whoever relayed the code."""
    words = name.split()
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return " ".join(f"{word[0]}***" for word in ends)
