"""Trust lists by which a good code must not be taken: its signer is struck off, or its certificate not in force."""

from __future__ import annotations

from datetime import timedelta

from idp.documents.faults.chains import certificate
from idp.documents.faults.plan import Plan, Token
from idp.documents.faults.world import World, base64_der
from idp.documents.sd_jwt.jws import parse_jws

_DAY, _YEAR = timedelta(days=1), timedelta(days=365)


def struck_off(world: World) -> Plan:
    """The root's newest list names this issuer no more."""
    return Plan(trust=Token(claims={"issuers": [one for one in _listed(world) if not _is_signer(world, one)]}))


def signer_expired(world: World) -> Plan:
    """Its certificate ended yesterday."""
    return _recertified(world, (-10 * _YEAR, -_DAY))


def signer_newer(world: World) -> Plan:
    """Its certificate begins after the code was signed."""
    return _recertified(world, (timedelta(hours=1), _YEAR))


def _recertified(world: World, life: tuple[timedelta, timedelta]) -> Plan:
    moments = (world.now + life[0], world.now + life[1])
    made = base64_der(certificate(world, world.signer.key, world.root, life=moments))
    rows = [{**one, "certificate": made} if _is_signer(world, one) else one for one in _listed(world)]
    return Plan(trust=Token(claims={"issuers": rows}))


def _listed(world: World) -> list[dict[str, object]]:
    found = parse_jws(world.trust_list).payload["issuers"]
    assert isinstance(found, list)  # noqa: S101
    return found


def _is_signer(world: World, row: dict[str, object]) -> bool:
    return row["iss"] == world.signer.uri
