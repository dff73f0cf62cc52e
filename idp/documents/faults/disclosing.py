"""Faults of Disclosures and digests (RFC 9901 section 7.1), hidden claims that decide among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from idp.documents.faults.forging import decoded, disclosure
from idp.documents.faults.maker import Maker
from idp.documents.faults.plan import Payload, Plan, Shape
from idp.documents.faults.shapes import added, hidden, name_of
from idp.documents.faults.world import NoSuchPlace, World
from idp.documents.sd_jwt.disclosures import digest

_NOTE = disclosure("salt-1", "note", "x")
_ELEMENT = disclosure("salt-2", "x")
_TWO_NAMED = (disclosure("salt-3", "note", "a"), disclosure("salt-4", "note", "b"))
#: Where a type has one of these, it is what people look at first.
_DECISIVE = ("criminal_status", "convictions", "business_ban", "valid_to", "date_of_expiry", "date_of_issuance")


def decisive(world: World) -> str:
    """A claim that the type lets nobody hold back and that every document of the type has. Raises NoSuchPlace."""
    held = [
        claim.name
        for claim in world.subject.kind.claims
        if len(claim.path) == 1 and claim.sd == "never" and claim.mandatory
    ]
    if not held:
        raise NoSuchPlace("this type has no claim that is always shown")
    return next((name for name in _DECISIVE if name in held), held[0])


def _shape(shape: Shape) -> Maker:
    return lambda _: Plan(shape=shape)


def _tampered(payload: Payload, shown: list[str]) -> tuple[Payload, list[str]]:
    """The holder writes another name into her Disclosure."""

    def edited(one: str) -> str:
        content = decoded(one)
        salt = content[0] if isinstance(content, list) else ""
        return disclosure(salt, "full_name", "Kẻ Mạo Danh (MÔ PHỎNG)") if name_of(one) == "full_name" else one

    return payload, [edited(one) for one in shown]


def _twice(payload: Payload, shown: list[str]) -> tuple[Payload, list[str]]:
    return payload, [*shown, shown[0]]


def _digest_twice(payload: Payload, shown: list[str]) -> tuple[Payload, list[str]]:
    return {**payload, "_sd": [*_digests(payload), digest(shown[0])]}, shown


def _digest_elsewhere(payload: Payload, shown: list[str]) -> tuple[Payload, list[str]]:
    return {**payload, "note": {"_sd": [digest(shown[0])]}}, shown


def _digests(payload: Mapping[str, object]) -> Sequence[object]:
    listed = payload["_sd"]
    return listed if isinstance(listed, list) else []


def _member(**members: object) -> Maker:
    """Members of the payload as the codec would never write them."""
    return _shape(lambda payload, shown: ({**payload, **members}, shown))


def _over(world: World) -> Plan:
    """A Disclosure, signed for, with the name of a claim that stands in the clear and says otherwise."""
    return Plan(shape=added(disclosure("salt-5", decisive(world), "MÔ PHỎNG")))


def _deep(world: World) -> Plan:
    """Disclosures inside Disclosures, sixty deep."""
    one = disclosure("salt-0", "n", "x")
    chain = [one]
    for level in range(1, 60):
        one = disclosure(f"salt-{level}", "n", {"_sd": [digest(one)]})
        chain.append(one)
    return Plan(shape=lambda payload, shown: added(one)(payload, [*shown, *chain[:-1]]))


MAKERS: Mapping[str, Maker] = {
    "tampered-disclosure": _shape(_tampered),
    "foreign-disclosure": _shape(added(_NOTE, referred=False)),
    "duplicate-disclosure": _shape(_twice),
    "digest-twice": _shape(_digest_twice),
    "digest-elsewhere-too": _shape(_digest_elsewhere),
    "sd-alg-weak": _member(_sd_alg="md5"),
    "sd-alg-truncated": _member(_sd_alg="sha-256-32"),
    "sd-alg-swapped": _member(_sd_alg="sha-512"),
    "sd-alg-number": _member(_sd_alg=256),
    "claim-collision": _over,
    "claim-collision-of-two": _shape(added(*_TWO_NAMED)),
    "reserved-name-sd": _shape(added(disclosure("salt-6", "_sd", []))),
    "reserved-name-dots": _shape(added(disclosure("salt-7", "...", "x"))),
    "disclosure-of-four": _shape(added(disclosure("salt-8", "note", "x", "y"))),
    "disclosure-name-number": _shape(added(disclosure("salt-9", 1, "x"))),
    "element-as-claim": _shape(added(_ELEMENT)),
    "claim-as-element": _shape(added(_NOTE, referred=False, notes=[{"...": digest(_NOTE)}])),
    "digest-misplaced": _member(note={"...": digest(_NOTE)}),
    "digest-list-text": _member(note={"_sd": digest(_NOTE)}),
    "disclosures-nested-deep": _deep,
    "hidden-decisive-claim": lambda world: Plan(shape=hidden(decisive(world), shown=False)),
    "disclosed-decisive-claim": lambda world: Plan(shape=hidden(decisive(world), shown=True)),
    "hidden-expiry": _shape(hidden("exp", shown=False)),
    "disclosed-expiry": _shape(hidden("exp", shown=True)),
    "hidden-status": _shape(hidden("status", shown=False)),
    "disclosed-status": _shape(hidden("status", shown=True)),
    "disclosed-holder-key": _shape(hidden("cnf", shown=True)),
    "disclosed-type": _shape(hidden("vct", shown=True)),
}
