"""Faults of what the document says: its dates, its type, whom it is about (RFC 7519, SD-JWT VC section 2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from joserfc.jwk import ECKey

from idp.documents.faults.forging import encoded, signed
from idp.documents.faults.maker import Maker
from idp.documents.faults.plan import Payload, Plan
from idp.documents.faults.shapes import without_disclosure
from idp.documents.faults.world import Signer, World, stamp
from idp.documents.verifier.verify import PERSON_CLAIM

_DAY = timedelta(days=1)


def _claims(**changes: object) -> Maker:
    """Members of the payload; None takes one away."""
    return lambda _: Plan(claims=changes)


def moved(name: str, by: timedelta) -> Maker:
    """A time that lies this far from now."""
    return lambda world: Plan(claims={name: stamp(world.now + by)})


def _huge(header: Payload, payload: Payload, key: ECKey) -> str:
    """A number of three thousand digits: Python reads it, `datetime` does not, and some integers wrap."""
    text = encoded({**payload, "exp": "@"}).replace(b'"@"', b"9" * 3_000)
    return signed(header, text, key)


def _wrong_holder(world: World) -> Plan:
    """Genuine, in force, the holder's own: about somebody else."""
    number = world.subject.person
    other = f"{(int(number) + 1) % 10**12:012}"
    return Plan(claims={PERSON_CLAIM: other})


def _person_as_number(world: World) -> Plan:
    return Plan(claims={PERSON_CLAIM: int(world.subject.person)})


def _another_type(world: World) -> Plan:
    return Plan(subject=world.other)


def _wrong_issuer(world: World) -> Plan:
    """Trusted, but for other documents."""
    return Plan(signer=world.signer_of(world.another_issuer()))


def _borrowed_name(world: World) -> Plan:
    """The right key and certificate, under the name of another issuer."""
    own, other = world.signer, world.signer_of(world.another_issuer())
    return Plan(signer=Signer(other.uri, own.key, own.chain))


MAKERS: Mapping[str, Maker] = {
    "expired": moved("exp", -_DAY),
    "not-yet-valid": moved("nbf", _DAY),
    "issued-in-the-future": moved("iat", _DAY),
    "exp-missing": _claims(exp=None),
    "exp-text": _claims(exp="2099-12-31"),
    "exp-boolean": _claims(exp=True),
    "exp-negative": _claims(exp=-1),
    "exp-huge": _claims(exp=1e300),
    "exp-thousands-of-digits": lambda _: Plan(write=_huge),
    "iat-missing": _claims(iat=None),
    "nbf-text": _claims(nbf="soon"),
    "issued-for-others": _claims(aud="https://others.vn-mock.example"),
    "vct-missing": _claims(vct=None),
    "vct-array": _claims(vct=["urn:vn-mock:pid:1"]),
    "vct-confusion": _another_type,
    "iss-missing": _claims(iss=None),
    "issuer-name-borrowed": _borrowed_name,
    "wrong-issuer": _wrong_issuer,
    "wrong-holder": _wrong_holder,
    "person-not-shown": lambda _: Plan(shape=without_disclosure(PERSON_CLAIM)),
    "person-as-number": _person_as_number,
    "person-missing": _claims(**{PERSON_CLAIM: None}),
    "status-missing": _claims(status=None),
    "status-mechanism-unknown": _claims(status={"revocation_url": "https://lists.vn-mock.example/1"}),
    "status-index-negative": lambda world: Plan(claims=_reference(world, -1)),
    "status-index-text": lambda world: Plan(claims=_reference(world, "7")),
    "status-index-out-of-range": lambda world: Plan(claims=_reference(world, 10**9)),
    "revoked": lambda world: Plan(claims=_reference(world, world.indexes["revoked"])),
    "suspended": lambda world: Plan(claims=_reference(world, world.indexes["suspended"])),
    "superseded": lambda world: Plan(claims=_reference(world, world.indexes["superseded"])),
}


def _reference(world: World, index: object) -> Mapping[str, object]:
    entry = {"idx": index, "uri": world.status_uri(world.subject.issuer_id)}
    return {"status": {"status_list": entry}}
