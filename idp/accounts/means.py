"""The means of signing in: which methods each proves, what the sign-in page offers, and what one account has.

Which levels can be reached follows from this and from the factor table; it is written down nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy.orm import Session

from idp import acr
from idp.accounts import store
from idp.accounts.passkeys import store as passkeys
from idp.accounts.phone import store as devices


class Means(StrEnum):
    """What a person can sign in, or step up, with."""

    PASSWORD = "password"
    PASSCODE = "passcode"
    ONE_TIME_CODE = "one_time_code"
    PASSKEY = "passkey"
    PHONE = "phone"


#: RFC 8176. A passkey's key may be in hardware or not, a phone's is not; to every level the two are alike.
AMR = {
    Means.PASSWORD: ("pwd",),
    Means.PASSCODE: ("pin",),
    Means.ONE_TIME_CODE: ("otp",),
    Means.PASSKEY: ("swk", "user"),
    Means.PHONE: ("swk", "pin"),
}
#: What tells who is there; the others only confirm it.
FIRST = frozenset({Means.PASSWORD, Means.PASSKEY, Means.PHONE})
#: What the sign-in page offers to whoever opens it.
OFFERED = frozenset(Means)


def of_account(session: Session, subject: str, *, simulated_phone: bool = False) -> frozenset[Means]:
    """What this account has, of that which is offered. Where phones are simulated, everybody has one."""
    account = store.account(session, subject)
    secrets = account.authenticator if account else None
    has = {
        Means.PASSWORD: secrets is not None and secrets.password_hash is not None,
        Means.PASSCODE: secrets is not None and secrets.passcode_hash is not None,
        Means.ONE_TIME_CODE: secrets is not None and secrets.one_time_code_seed is not None,
        Means.PASSKEY: passkeys.any_of(session, subject),
        Means.PHONE: simulated_phone or devices.any_of(session, subject),
    }
    return OFFERED & {means for means, there in has.items() if there}


def reachable(has: Collection[Means]) -> tuple[str, ...]:
    """The `acr` values that somebody with these means can reach, weakest first."""
    if FIRST.isdisjoint(has):
        return ()
    return acr.up_to(acr.achieved(method for means in has for method in AMR[means]))


def missing(has: Collection[Means], amr: Collection[str], wanted: str) -> tuple[Means, ...]:
    """Each of these means that, by itself, lifts a session of these methods to the level wanted."""
    return tuple(
        means
        for means in Means
        if means in has and not _used(means, amr) and acr.satisfies(acr.achieved((*amr, *AMR[means])), wanted)
    )


def _used(means: Means, amr: Collection[str]) -> bool:
    used = {"swk" if method == "hwk" else method for method in amr}
    return used.issuperset(AMR[means])
