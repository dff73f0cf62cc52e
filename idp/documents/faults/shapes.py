"""Other shapes of payload and Disclosures, before signing (RFC 9901 sections 4.1 and 4.2)."""

from __future__ import annotations

from idp.documents.faults.forging import decoded, disclosure, with_digests
from idp.documents.faults.plan import Payload, Shape


def name_of(one: str) -> str | None:
    """The claim a Disclosure holds, None for an array element."""
    content = decoded(one)
    return str(content[1]) if isinstance(content, list) and len(content) == 3 else None


def without_disclosure(name: str) -> Shape:
    """The holder keeps one claim back."""
    return lambda payload, shown: (payload, [one for one in shown if name_of(one) != name])


def hidden(name: str, *, shown: bool) -> Shape:
    """The issuer made a claim selectively disclosable; the holder shows it, or leaves it out."""

    def shape(payload: Payload, disclosures: list[str]) -> tuple[Payload, list[str]]:
        rest = {member: value for member, value in payload.items() if member != name}
        one = disclosure("c2FsdC1vZi1hLWZhdWx0", name, payload[name])
        return with_digests(rest, one), [*disclosures, one] if shown else disclosures

    return shape


def added(*disclosures: str, referred: bool = True, **members: object) -> Shape:
    """Further Disclosures, with or without digests, and members of the payload beside them."""

    def shape(payload: Payload, shown: list[str]) -> tuple[Payload, list[str]]:
        extended = {**payload, **members}
        return with_digests(extended, *disclosures) if referred else extended, [*shown, *disclosures]

    return shape
