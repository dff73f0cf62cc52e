"""Who is signed in, as the ID token and UserInfo say it, and whether that is enough for a procedure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from demo_client import representative
from demo_client.representative import NotARepresentative, Representative

#: Authentication levels from weak to strong; `acr` is about the session, `identity_level` about the account.
ACR_VALUES = ("urn:vn-mock:loa:1", "urn:vn-mock:loa:2", "urn:vn-mock:loa:3")
#: A sign-in counts for this long when a dossier is filed.
MAX_AGE = timedelta(hours=1)
LEEWAY = timedelta(seconds=60)


class SignInRefused(Exception):
    """The provider's answer is genuine, and is not what was asked for; `code` says in which way."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Citizen:
    """The person signed in. `identity_level` is 1 or 2; `auth_time` in seconds since 1970."""

    subject: str
    personal_id_number: str
    name: str
    identity_level: int
    acr: str
    auth_time: int

    def as_session(self) -> dict[str, Any]:
        return asdict(self)

    def fresh(self, now: datetime) -> bool:
        return now <= datetime.fromtimestamp(self.auth_time, UTC) + MAX_AGE + LEEWAY

    def reaches(self, acr: str) -> bool:
        return reaches(self.acr, acr)


def acr_for(level: int) -> str:
    """A level 2 procedure asks for two factors."""
    return ACR_VALUES[level - 1]


def reaches(acr: object, wanted: str) -> bool:
    """True where `acr` is at least `wanted`; what we do not know reaches nothing."""
    return acr in ACR_VALUES and ACR_VALUES.index(str(acr)) >= ACR_VALUES.index(wanted)


def check(
    id_token: Mapping[str, Any], userinfo: Mapping[str, Any], wanted_acr: str, now: datetime
) -> Citizen | Representative:
    """The citizen, or who acts for an organisation; or SignInRefused. The ID token itself was checked before."""
    if userinfo.get("sub") != id_token["sub"]:  # OpenID Connect Core 5.3.2
        raise SignInRefused("userinfo_mismatch")
    if not reaches(id_token.get("acr"), wanted_acr):  # never less than was asked as essential (5.5.1.1)
        raise SignInRefused("acr_too_low")
    if representative.acts(id_token, userinfo):
        return _representative(id_token, userinfo, now)
    citizen = Citizen(
        subject=str(id_token["sub"]),
        personal_id_number=_number(id_token, userinfo),
        # the register holds some names decomposed; here they are shown and printed
        name=unicodedata.normalize("NFC", str(userinfo.get("name") or id_token.get("name") or "")),
        identity_level=_level(id_token),
        acr=str(id_token["acr"]),
        auth_time=_auth_time(id_token, now),
    )
    if not citizen.fresh(now):  # we sent max_age, so an older sign-in is not an answer to us (3.1.3.7)
        raise SignInRefused("auth_time_too_old")
    return citizen


def _representative(id_token: Mapping[str, Any], userinfo: Mapping[str, Any], now: datetime) -> Representative:
    if now > datetime.fromtimestamp(_auth_time(id_token, now), UTC) + MAX_AGE + LEEWAY:
        raise SignInRefused("auth_time_too_old")
    try:
        return representative.read(id_token, userinfo)
    except NotARepresentative as error:
        raise SignInRefused("organisation") from error


def _number(id_token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> str:
    numbers = {source["personal_id_number"] for source in (id_token, userinfo) if "personal_id_number" in source}
    if len(numbers) != 1:
        raise SignInRefused("userinfo_mismatch" if numbers else "number_missing")
    number = numbers.pop()
    if not isinstance(number, str) or len(number) != 12 or not (number.isascii() and number.isdigit()):
        raise SignInRefused("number_missing")
    return number


def _level(id_token: Mapping[str, Any]) -> int:
    level = id_token.get("identity_level")
    if level is None:  # an organisation's account has none (Decree 69/2024/ND-CP art. 7)
        raise SignInRefused("organisation")
    if level not in (1, 2) or isinstance(level, bool):
        raise SignInRefused("level_missing")
    return int(level)


def _auth_time(id_token: Mapping[str, Any], now: datetime) -> int:
    auth_time = id_token.get("auth_time")
    if not isinstance(auth_time, int) or isinstance(auth_time, bool) or not 0 <= auth_time < 10**11:
        raise SignInRefused("auth_time_missing")
    if datetime.fromtimestamp(auth_time, UTC) > now + LEEWAY:
        raise SignInRefused("auth_time_missing")
    return auth_time
