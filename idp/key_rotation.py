"""Making and rotating the provider's signing keys: a private JWK Set (RFC 7517) on disk, in the key folder.

Publish, then use: a rotation hands over to keys that have been published for `PUBLISHED_BEFORE_USE`, or says from
when they will have been; and publishes the next ones. OpenID Connect Core 10.1.1.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from idp import key_files
from idp.keyset import (
    ALGORITHMS,
    FILE,
    GRACE,
    PUBLISHED_AT,
    PUBLISHED_BEFORE_USE,
    REMEMBERED,
    USED_FROM,
    Entry,
    KeySetError,
    State,
    read,
    states,
)

RSA_BITS = 2048


@dataclass(frozen=True)
class Rotated:
    """From when the new keys sign, and the keys that were withdrawn at once."""

    used_from: datetime
    withdrawn: tuple[str, ...] = ()


def init(folder: Path, now: datetime) -> None:
    """Make the key file where there is none, and in an older one the keys of algorithms that came later.

    What is there is left as it is. Raises KeySetError.
    """
    path = folder / FILE
    present: Sequence[Entry] = read(path) if path.exists() else ()
    missing = [alg for alg in ALGORITHMS if alg not in {entry.alg for entry in present}]
    if missing:
        made = [_generate(alg, now, used_from) for alg in missing for used_from in (now, None)]
        _write(path, [*(dict(entry.jwk) for entry in present), *made])


def rotate(folder: Path, now: datetime, *, at_once: bool = False, compromised: bool = False) -> Rotated:
    """Let the published next keys take over, as soon as clients may be taken to have them; publish new next ones.

    `at_once` does not wait for that. `compromised` does not either, and withdraws what has signed until now: clients
    that fetch the key set again refuse it, and so does this provider. Raises KeySetError, also where a rotation is
    under way already.
    """
    path = folder / FILE
    found = states(read(path), now)
    following = [one.entry for one in found if one.state == "next"]
    waiting = [entry for entry in following if entry.used_from is not None]
    hurry = at_once or compromised
    if waiting and not hurry:
        moment = max(entry.used_from for entry in waiting if entry.used_from)
        raise KeySetError(f"the next keys take over at {moment:%Y-%m-%d %H:%M:%S} UTC already; --now does not wait")
    ready = max((entry.published_at for entry in following), default=now) + PUBLISHED_BEFORE_USE
    moment = now if hurry else max(now, ready)
    # Those under way go first; then the ones after them stay the next.
    taking_over = waiting or following
    begun = [{**entry.jwk, USED_FROM: moment.timestamp()} for entry in taking_over]
    following_them = [dict(entry.jwk) for entry in following if entry not in taking_over]
    kept = [one for one in found if one.state != "next" and not compromised and not _forgotten(one, now)]
    new = following_them or [_generate(alg, now, None) for alg in ALGORITHMS]
    _write(path, [*(dict(one.entry.jwk) for one in kept), *begun, *new])
    return Rotated(moment, tuple(one.entry.kid for one in found if compromised and one.state != "next"))


def _forgotten(one: State, now: datetime) -> bool:
    return one.until is not None and one.until - GRACE + REMEMBERED <= now


def _generate(alg: str, now: datetime, used_from: datetime | None) -> dict[str, Any]:
    return {
        **_new_key(alg).as_dict(private=True),
        "kid": f"{alg.lower()}-{secrets.token_hex(6)}",
        "use": "sig",
        "alg": alg,
        PUBLISHED_AT: now.timestamp(),
        USED_FROM: None if used_from is None else used_from.timestamp(),
    }


def _new_key(alg: str) -> Key:
    if alg == "ES256":
        return ECKey.generate_key("P-256")
    return OKPKey.generate_key("Ed25519") if alg == "EdDSA" else RSAKey.generate_key(RSA_BITS)


def _write(path: Path, jwks: Iterable[dict[str, Any]]) -> None:
    key_files.write(path, json.dumps({"keys": list(jwks)}, indent=1).encode())
