"""The provider's signing keys as they stand at a moment: which one signs, and which ones clients may fetch.

Of each algorithm there is one key in use and one that is already published but not yet used, so that a rotation never
signs with a key that clients may not have fetched. A key taken out of use stays published for `GRACE`, and is known
here for as long as a token signed with it may come back as a hint. Files are made by `idp.key_rotation`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jwk import KeySet as JoseKeySet
from joserfc.util import to_bytes, urlsafe_b64decode

from idp.clock import Clock, SystemClock

FILE = "provider-keys.json"
#: RS256 is what OpenID Connect Registration 2 falls back to. EdDSA is Ed25519 by the name that client libraries know.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
KINDS: Mapping[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
#: How long clients may keep the key set (`Cache-Control`), and how long a key is published before it signs.
CACHED_FOR = timedelta(minutes=5)
PUBLISHED_BEFORE_USE = timedelta(hours=1)
#: How long a key that signs no more is still published; nothing that clients verify lives longer.
GRACE = timedelta(days=1)
#: How long it is known here: an ID Token may come back as a hint for as long as its grant may live.
REMEMBERED = timedelta(days=180)
#: What joserfc raises on a token that somebody made up: not only its own errors, where a header member is of no type
#: that it expects.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
#: Private members of each JWK, in seconds since 1970; `USED_FROM` is null until a rotation says when.
PUBLISHED_AT, USED_FROM = "mock_vneid_published_at", "mock_vneid_used_from"
PUBLIC_MEMBERS = ("kty", "n", "e", "crv", "x", "y", "kid", "use", "alg")


class KeySetError(Exception):
    """The key file is missing or unusable; the message says which command makes one."""


@dataclass(frozen=True)
class Entry:
    """One key of the file."""

    jwk: Mapping[str, Any] = field(repr=False)

    @property
    def kid(self) -> str:
        return str(self.jwk["kid"])

    @property
    def alg(self) -> str:
        return str(self.jwk["alg"])

    @property
    def published_at(self) -> datetime:
        return _instant(self.jwk[PUBLISHED_AT])

    @property
    def used_from(self) -> datetime | None:
        """When it begins to sign; None while no rotation has said so."""
        return None if self.jwk[USED_FROM] is None else _instant(self.jwk[USED_FROM])

    @cached_property
    def public(self) -> Key:
        members = {name: self.jwk[name] for name in PUBLIC_MEMBERS if name in self.jwk}
        return KINDS[self.jwk["kty"]].import_key(members)

    @cached_property
    def private(self) -> Key:
        """Read when it is first used: RSA keys take their time."""
        if self.jwk["kty"] == "RSA":
            return RSAKey(_rsa(self.jwk), dict(self.public.as_dict()), {"kid": self.kid})
        return KINDS[self.jwk["kty"]].import_key(
            {name: value for name, value in self.jwk.items() if name not in (PUBLISHED_AT, USED_FROM)}
        )


@dataclass(frozen=True)
class State:
    """What a key is at a moment: "next", "active" or "retired"; and until when it is published (None: no end)."""

    entry: Entry
    state: str
    until: datetime | None = None


@dataclass(frozen=True)
class _View:
    """The keys from one change to the next, so that nothing is worked out for each signature."""

    stamp: tuple[int, int]
    begins: datetime
    ends: datetime | None
    signing: Mapping[str, Entry]
    verification: JoseKeySet
    public: Mapping[str, Any]

    def holds(self, stamp: tuple[int, int], now: datetime) -> bool:
        return stamp == self.stamp and self.begins <= now and (self.ends is None or now < self.ends)


class KeySet:
    """The keys of a folder; a rotation by another process, or one whose time comes, needs no restart."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path, self._clock = path, clock or SystemClock()
        self._entries = (_stamp(path), read(path))
        self._seen = self._look()

    @classmethod
    def load(cls, folder: Path, clock: Clock | None = None) -> KeySet:
        """Raises KeySetError where `keys init` has not been run for this folder."""
        return cls(folder / FILE, clock)

    def signing_key(self, alg: str) -> Key:
        """The private key in use for one of `ALGORITHMS`. Raises KeySetError for any other."""
        try:
            return self._current().signing[alg].private
        except KeyError:
            raise KeySetError(f"no key for {alg}; the provider signs with {', '.join(ALGORITHMS)}") from None

    def verification_keys(self) -> JoseKeySet:
        """Public keys of everything this provider may have signed: in use, next and retired."""
        return self._current().verification

    def public_jwks(self) -> Mapping[str, Any]:
        """The JWK Set served at `jwks_uri`; no private member is in it."""
        return self._current().public

    def _current(self) -> _View:
        if not self._seen.holds(_stamp(self._path), self._clock.now()):
            self._seen = self._look()
        return self._seen

    def _look(self) -> _View:
        stamp, now = _stamp(self._path), self._clock.now()
        if self._entries[0] != stamp:
            self._entries = (stamp, read(self._path))
        found = states(self._entries[1], now)
        changes = [one.entry.used_from for one in found if one.state == "next"] + [one.until for one in found]
        return _View(
            stamp,
            now,
            min((moment for moment in changes if moment is not None and moment > now), default=None),
            {one.entry.alg: one.entry for one in found if one.state == "active"},
            JoseKeySet([one.entry.public for one in found]),
            {"keys": [dict(one.entry.public.as_dict()) for one in found if one.until is None or now < one.until]},
        )


def states(entries: Iterable[Entry], now: datetime) -> Sequence[State]:
    """What each key is at `now`, in the order of the algorithms: the one in use, then the next, then the retired."""
    known = list(entries)
    found: list[State] = []
    for alg in ALGORITHMS:
        mine = [entry for entry in known if entry.alg == alg]
        used = sorted((one for one in mine if one.used_from and one.used_from <= now), key=_began, reverse=True)
        found += [State(one, "active") for one in used[:1]]
        found += [State(one, "next") for one in mine if one.used_from is None or one.used_from > now]
        # Each is retired from when the one after it began to sign.
        found += [State(one, "retired", _began(later) + GRACE) for later, one in pairwise(used)]
    return found


def _began(entry: Entry) -> datetime:
    assert entry.used_from is not None  # noqa: S101 - asked of used ones alone
    return entry.used_from


def read(path: Path) -> Sequence[Entry]:
    """The keys of a file. Raises KeySetError."""
    try:
        jwks: list[dict[str, Any]] = [
            _dated(jwk, path) for jwk in json.loads(path.read_text(encoding="utf-8"))["keys"]
        ]
        if not all(jwk["alg"] in ALGORITHMS and jwk["kid"] and jwk["kty"] in KINDS for jwk in jwks):
            raise ValueError("an algorithm that is not ours")
    except OSError as error:
        raise KeySetError(f"{path}: {error.strerror}; run `.venv/bin/mock-vneid keys init`") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeySetError(f"{path} is not a key set of this provider; move it away, then `keys init`") from error
    return [Entry(jwk) for jwk in jwks]


def _dated(jwk: dict[str, Any], path: Path) -> dict[str, Any]:
    """A key with its times; a file of an earlier version told a state instead, and its last change is its date."""
    if USED_FROM in jwk:
        return {**jwk, PUBLISHED_AT: float(jwk[PUBLISHED_AT])}
    state, changed = jwk["mock_vneid_state"], int(path.stat().st_mtime)
    used_from = {"next": None, "active": changed, "retired": changed - 1}[state]
    others = {name: value for name, value in jwk.items() if name != "mock_vneid_state"}
    return {**others, PUBLISHED_AT: changed - 1, USED_FROM: used_from}


def _rsa(jwk: Mapping[str, Any]) -> rsa.RSAPrivateKey:
    """Its numbers are taken as they are: the file is ours, and to prove them prime takes longer than all the rest."""
    d, p, q, dp, dq, qi, n, e = (
        int.from_bytes(urlsafe_b64decode(to_bytes(jwk[name])), "big")
        for name in ("d", "p", "q", "dp", "dq", "qi", "n", "e")
    )
    numbers = rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, rsa.RSAPublicNumbers(e, n))
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _instant(seconds: object) -> datetime:
    return datetime.fromtimestamp(float(str(seconds)), UTC)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise KeySetError(f"{path}: {error.strerror}; run `.venv/bin/mock-vneid keys init`") from error
    return status.st_mtime_ns, status.st_ino
