"""What a sign-in still needs, decided from what was asked and what the session has (no Flask here)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from idp import acr
from idp.sessions import Authentication, SignInRequest

HIGHEST_REACHABLE = 2


class Step(StrEnum):
    """The next thing to ask of the person."""

    PASSWORD = "password"
    SECOND_FACTOR = "second_factor"
    DONE = "done"
    UNREACHABLE = "unreachable"


class Method(StrEnum):
    """Second factors; the value is the `amr` value (RFC 8176)."""

    PASSCODE = "pin"
    ONE_TIME_CODE = "otp"


def next_step(request: SignInRequest, present: Authentication | None) -> Step:
    """A level that cannot be reached is said so at once; nothing lower is ever given for it."""
    if request.acr is not None:
        level = acr.level_of(request.acr)
        if level is None or level.number > HIGHEST_REACHABLE:
            return Step.UNREACHABLE
    if present is None or not _acceptable(request, present):
        return Step.PASSWORD
    if request.acr is not None and not acr.satisfies(present.acr, request.acr):
        return Step.SECOND_FACTOR
    return Step.DONE


def password_suffices(request: SignInRequest) -> bool:
    """Whether one factor reaches what is asked."""
    return request.acr is None or acr.satisfies(acr.achieved(("pwd",)), request.acr)


def with_password(subject: str, now: datetime) -> Authentication:
    """A session proven by the password alone; factors proven earlier do not carry over a fresh sign-in."""
    return Authentication(subject, acr.achieved(("pwd",)), ("pwd",), now)


def with_second_factor(present: Authentication, method: Method) -> Authentication:
    """The session stepped up. `auth_time` stays that of the oldest factor: it is what `max_age` is about."""
    methods = [*(known for known in present.amr if known != "mfa"), method.value]
    methods = list(dict.fromkeys(methods))
    if len({acr.FACTOR_OF_METHOD[known] for known in methods}) > 1:
        methods.append("mfa")  # two kinds of factor; password and passcode are both knowledge
    return Authentication(present.subject, acr.achieved(methods), tuple(methods), present.auth_time)


def _acceptable(request: SignInRequest, present: Authentication) -> bool:
    if request.subject is not None and present.subject != request.subject:
        return False
    return request.not_before is None or present.auth_time >= request.not_before
