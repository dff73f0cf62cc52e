"""Faults of the lists beside a document: status list (Token Status List) and trust list (docs/documents.md)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from datetime import timedelta

from joserfc.jwk import ECKey

from idp.documents.faults.forging import decoded, flipped, new_key, unsigned
from idp.documents.faults.maker import Maker
from idp.documents.faults.plan import Payload, Plan, Token
from idp.documents.faults.world import LIST_SIZE, Signer, World, stamp
from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode
from idp.documents.sd_jwt.jws import parse_jws
from idp.documents.verifier.status_list import MAX_BYTES, compress_status_list

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def _status(**changes: object) -> Maker:
    return lambda _: Plan(status=Token(**changes))  # type: ignore[arg-type]


def _past(world: World, **claims: object) -> Plan:
    return Plan(status=Token(claims={"iat": stamp(world.now - 2 * _HOUR), **claims}))


def _stale(world: World) -> Plan:
    """Signed two hours ago, to be kept for a minute: what it says was so two hours ago."""
    return _past(world, ttl=60)


def _ended(world: World) -> Plan:
    return _past(world, exp=stamp(world.now - _HOUR))


def _list(entry: Callable[[World], object]) -> Maker:
    """Another `status_list` in the token."""
    return lambda world: Plan(status=Token(claims={"status_list": entry(world)}))


def _packed(data: bytes) -> str:
    return b64url_encode(zlib.compress(data, 9))


def _unknown_value(world: World) -> object:
    packed = compress_status_list([(world.indexes["valid"], 0x0C)], LIST_SIZE, 4)
    return {"bits": 4, "lst": b64url_encode(packed)}


def _good(bits: object = 2, change: Callable[[bytes], bytes] = bytes) -> Callable[[World], object]:
    """The ordinary list with another size of entry, or other compressed bytes."""
    packed = compress_status_list([], LIST_SIZE, 2)
    return lambda _: {"bits": bits, "lst": b64url_encode(change(packed))}


def _by(issuer: Callable[[World], Signer]) -> Maker:
    return lambda world: Plan(status=Token(signer=issuer(world)))


def _another(world: World) -> Signer:
    """Another trusted issuer, in the name of this one."""
    other = world.signer_of(world.another_issuer())
    return Signer(world.signer.uri, other.key, other.chain)


def _stranger(world: World) -> Signer:
    """A key of nobody, under the issuer's certificate."""
    return Signer(world.signer.uri, new_key(), world.signer.chain)


def _unsigned(header: Payload, claims: Payload, _: ECKey) -> str:
    return unsigned({**header, "alg": "none"}, claims) + ".AAAA"


def _elsewhere(world: World) -> Plan:
    return Plan(status=Token(claims={"sub": world.status_uri(world.subject.issuer_id) + "9"}))


def _lifted(text: str) -> str:
    """Somebody empties the list: nothing is revoked any more, under the old signature."""
    header, payload, signature = text.split(".")
    claims = decoded(payload)
    emptied = {**claims, "status_list": _good()(None)} if isinstance(claims, dict) else claims  # type: ignore[arg-type]
    return f"{unsigned(b64url_decode(header), emptied)}.{signature}"  # type: ignore[arg-type]


def _trust(**changes: object) -> Maker:
    return lambda _: Plan(trust=Token(**changes))  # type: ignore[arg-type]


def _trust_ended(world: World) -> Plan:
    claims = {"iat": stamp(world.now - 8 * _DAY), "exp": stamp(world.now - _DAY)}
    return Plan(trust=Token(claims=claims))


def _trust_of_another_root(_: World) -> Plan:
    return Plan(trust=Token(signer=Signer("", new_key(), ())))


def _rolled_back(world: World) -> Plan:
    """A version before one that was seen: it may name an issuer that was struck off since."""
    version = parse_jws(world.trust_list).payload["version"]
    return Plan(asked_version=int(str(version)) + 1)


MAKERS: Mapping[str, Maker] = {
    "stale-status": _stale,
    "status-list-ended": _ended,
    "status-list-from-the-future": lambda world: Plan(status=Token(claims={"iat": stamp(world.now + _DAY)})),
    "status-list-without-end": _status(claims={"exp": None}),
    "status-list-ttl-negative": _status(claims={"ttl": -1}),
    "status-list-elsewhere": _elsewhere,
    "status-list-by-another-issuer": _by(_another),
    "status-list-by-another-key": _by(_stranger),
    "status-list-tampered": _status(edit=_lifted),
    "status-list-unsigned": _status(write=_unsigned),
    "status-list-typ": _status(header={"typ": "JWT"}),
    "status-list-without-certificate": _status(header={"x5c": None}),
    "status-list-bent": _status(edit=lambda text: flipped(text, len(text) - 8)),
    "status-list-bomb": _list(lambda _: {"bits": 2, "lst": _packed(bytes(64 * MAX_BYTES))}),
    "status-list-cut": _list(_good(change=lambda packed: packed[:-3])),
    "status-list-with-more": _list(_good(change=lambda packed: packed + b"more")),
    "status-list-not-compressed": _list(_good(change=lambda _: bytes(64))),
    "status-list-bits-three": _list(_good(bits=3)),
    "status-list-too-short": _list(lambda _: {"bits": 2, "lst": _packed(b"")}),
    "status-value-unknown": _list(_unknown_value),
    "trust-list-ended": _trust_ended,
    "trust-list-from-the-future": lambda world: Plan(trust=Token(claims={"iat": stamp(world.now + _DAY)})),
    "trust-list-of-another-root": _trust_of_another_root,
    "trust-list-bent": _trust(edit=lambda text: flipped(text, len(text) - 8)),
    "trust-list-unsigned": _trust(write=_unsigned),
    "trust-list-typ": _trust(header={"typ": "JWT"}),
    "trust-list-rolled-back": _rolled_back,
}
