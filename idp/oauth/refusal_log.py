"""One line in the operator's log for each request of a client that is refused: the client, the error, the check.

What the client itself is told is little on purpose (RFC 6749 5.2). Of what was sent nothing stands here as it came
(CWE-117): an identifier is cut and freed of everything that could end a line, the rest are words of ours.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass

log = logging.getLogger("mock_vneid.oauth")
LONGEST = 64  # characters of an identifier
TOLD_OF_UNKNOWN = 6  # characters: enough to find a slip of the pen, too few for a secret sent in the wrong place
UNSAFE = re.compile(r"[^A-Za-z0-9._~:/@+-]")
# Answers of a person, or one step of a dance that a client knows: nothing that a developer has to mend.
ORDINARY = frozenset(
    {
        *(
            "access_denied",
            "login_required",
            "consent_required",
            "interaction_required",
            "account_selection_required",
        ),
        *("use_dpop_nonce", "insufficient_user_authentication"),
    }
)


@dataclass
class _Noted:
    client: str = "-"
    error: str = ""
    check: str = ""


_noted: ContextVar[_Noted | None] = ContextVar("refusal_noted", default=None)


def begin() -> None:
    """A new request: nothing failed yet."""
    _noted.set(_Noted())


def plain(text: str) -> str:
    """An identifier as it may stand in a line."""
    return UNSAFE.sub("?", text[:LONGEST]) or "-"


def asked_by(client_id: str, *, known: bool) -> None:
    """Whose request it is, or claims to be."""
    noted = _noted.get()
    if noted is not None:
        unknown = f"{plain(client_id[:TOLD_OF_UNKNOWN])}...({len(client_id)} characters, not registered)"
        noted.client = plain(client_id) if known or not client_id else unknown


def failed(check: str) -> None:
    """The check that failed, in words of ours."""
    noted = _noted.get()
    if noted is not None:
        noted.check = check


def refused(error: str, check: str) -> None:
    """An answer that is no JSON (a redirect, a page) bears this error; a check that was noted before says more."""
    noted = _noted.get()
    if noted is not None:
        noted.error, noted.check = error, noted.check or check


def told_by(reference: str) -> None:
    """The page bears this reference, which leads to the line."""
    noted = _noted.get()
    if noted is not None:
        noted.check = f"{noted.check}, reference {reference}"


def report(endpoint: str, status: int, error: str = "", description: str = "") -> None:
    """Write the line where the request was refused; called once, when its answer is made."""
    noted = _noted.get() or _Noted()
    _noted.set(None)
    code = noted.error or (error if status >= 400 else "")
    if not code and status < 400:
        return
    level = logging.INFO if code in ORDINARY else logging.WARNING
    check = noted.check or description or ("no credentials were sent" if status == 401 else "as the status says")
    log.log(level, "refused: %s %d %s client=%s: %s", endpoint, status, code or "-", noted.client, check)
