"""What a sign-in still needs, decided from what was asked and what the session has (no Flask here)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from idp import acr
from idp.accounts import means
from idp.sessions import Authentication, SignInRequest


class Step(StrEnum):
    """The next thing to ask of the person."""

    PASSWORD = "password"
    SECOND_FACTOR = "second_factor"
    DONE = "done"
    UNREACHABLE = "unreachable"


class Method(StrEnum):
    """Second factors that are typed; the value is the `amr` value (RFC 8176)."""

    PASSCODE = "pin"
    ONE_TIME_CODE = "otp"


def next_step(request: SignInRequest, present: Authentication | None) -> Step:
    """A level that nobody can reach here is said so at once; nothing lower is ever given for it.

    What a session has proven is not asked again; `not_before` (`prompt=login`, `max_age`) makes it too old to count.
    """
    if request.acr is not None:
        level = acr.level_of(request.acr)
        if level is None or level.urn not in means.reachable(means.OFFERED):
            return Step.UNREACHABLE
    if present is None or not _acceptable(request, present):
        return Step.PASSWORD
    if request.acr is not None and not acr.satisfies(present.acr, request.acr):
        return Step.SECOND_FACTOR
    return Step.DONE


def password_suffices(request: SignInRequest) -> bool:
    """Whether one factor reaches what is asked."""
    return request.acr is None or acr.satisfies(acr.achieved(("pwd",)), request.acr)


def without_more(request: SignInRequest, present: Authentication) -> str | None:
    """Where she may go on as she is, because a level that the session has will do; None where it will not."""
    enough = any(acr.satisfies(present.acr, level) for level in request.acr_else)
    return request.unmet_to if enough else None


def with_password(subject: str, now: datetime) -> Authentication:
    """A session proven by the password alone; factors proven earlier do not carry over a fresh sign-in."""
    return fresh(subject, ("pwd",), now)


def fresh(subject: str, methods: Iterable[str], now: datetime) -> Authentication:
    """A session proven by these methods just now, and by no others."""
    amr = acr.summed_up(methods)
    return Authentication(subject, acr.achieved(amr), amr, now)


def with_second_factor(present: Authentication, method: Method) -> Authentication:
    """The session stepped up by a typed factor; password and passcode are both knowledge, so no "mfa"."""
    return stepped_up(present, (method.value,))


def stepped_up(present: Authentication, methods: Iterable[str]) -> Authentication:
    """The session with these methods added. `auth_time` stays the oldest factor's: it is what `max_age` is about."""
    amr = acr.summed_up((*present.amr, *methods))
    return replace(present, acr=acr.achieved(amr), amr=amr)


def _acceptable(request: SignInRequest, present: Authentication) -> bool:
    if request.subject is not None and present.subject != request.subject:
        return False
    return request.not_before is None or present.auth_time >= request.not_before
