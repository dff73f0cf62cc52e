"""Putting Disclosures back into their places (RFC 9901 section 7.1, steps 3 to 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from idp.documents.sd_jwt.disclosures import RESERVED_NAMES, Disclosure, digests
from idp.documents.sd_jwt.encoding import MAX_DEPTH
from idp.documents.sd_jwt.errors import (
    ClaimCollision,
    DisclosureMalformed,
    DuplicateDigest,
    DuplicateDisclosure,
    Malformed,
    MisplacedDigest,
    ReservedClaimName,
    UnreferencedDisclosure,
)
from idp.documents.sd_jwt.parsing import UnverifiedSdJwt

ConcretePath = tuple[str | int, ...]

_CONTAINERS = (dict, list)
_Place = tuple[ConcretePath, Disclosure, tuple[str, ...]]


class Located(NamedTuple):
    """Where a Disclosure belongs, and the Disclosures (texts) it hangs on, outermost first."""

    path: ConcretePath
    disclosure: Disclosure
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Processed:
    """The processed payload, and each Disclosure with its place in it, outer ones first."""

    claims: dict[str, object]
    places: list[_Place]

    @cached_property
    def located(self) -> tuple[Located, ...]:
        return tuple(map(Located._make, self.places))

    @property
    def paths(self) -> list[ConcretePath]:
        return [place[0] for place in self.places]


def process(sd_jwt: UnverifiedSdJwt) -> Processed:
    """Restore the payload; refuse whatever section 7.1 says MUST be rejected. No signature is checked."""
    restorer = _Restorer(_by_digest(sd_jwt))
    claims = restorer.object_value(dict(sd_jwt.payload), (), ())
    if restorer.waiting:  # step 5
        raise UnreferencedDisclosure("a Disclosure that no digest refers to")
    return Processed(claims, restorer.places)


def _by_digest(sd_jwt: UnverifiedSdJwt) -> dict[str, Disclosure]:
    texts = [disclosure.text for disclosure in sd_jwt.disclosures]
    result = dict(zip(digests(texts, sd_jwt.hash_name), sd_jwt.disclosures, strict=True))
    if len(result) != len(sd_jwt.disclosures):  # section 4: not more than once
        raise DuplicateDisclosure("the same Disclosure twice")
    return result


class _Restorer:
    def __init__(self, waiting: dict[str, Disclosure]) -> None:
        self.waiting = waiting
        self.seen: set[str] = set()
        self.places: list[_Place] = []

    def value(self, value: object, path: ConcretePath, parents: tuple[str, ...]) -> object:
        if len(path) >= MAX_DEPTH:  # recursive Disclosures nest as well
            raise Malformed("nested too deep")
        if isinstance(value, dict):
            return self.object_value(value, path, parents)
        return self.array_value(value, path, parents) if isinstance(value, list) else value

    def object_value(
        self, node: dict[str, object], path: ConcretePath, parents: tuple[str, ...]
    ) -> dict[str, object]:
        top = not path
        if "..." in node or ("_sd_alg" in node and not top):  # 4.1 item 7, 4.1.1
            raise MisplacedDigest("... outside an array, or _sd_alg below the top")
        room = MAX_DEPTH - len(path) - 2  # levels below a child
        result = node.copy()
        result.pop("_sd", None)
        result.pop("_sd_alg", None)
        for name, child in node.items():
            if room >= 0 and (type(child) not in _CONTAINERS or _is_plain(child, room)):
                continue  # stays as it is, which nothing changes
            if name in result:
                result[name] = self.value(child, (*path, name), parents)
        if "_sd" in node:
            self.disclose(_digests(node), result, path, parents)
        return result

    def disclose(
        self, found: list[str], result: dict[str, object], path: ConcretePath, parents: tuple[str, ...]
    ) -> None:
        """Into an object, whatever its digests refer to."""
        deep = len(path) + 1 >= MAX_DEPTH
        for one in found:
            disclosure = self.claim(one)
            if disclosure is None:
                continue
            name = disclosure.name
            if type(disclosure.value) is not str or name is None or name in RESERVED_NAMES or name in result or deep:
                self.insert(disclosure, result, path, parents)
            else:  # as most are
                self.places.append(((*path, name), disclosure, parents))
                result[name] = disclosure.value

    def insert(
        self,
        disclosure: Disclosure,
        result: dict[str, object],
        path: ConcretePath,
        parents: tuple[str, ...],
    ) -> None:
        name = disclosure.name
        if name is None:
            raise DisclosureMalformed("an array element's Disclosure in an object")
        if name in RESERVED_NAMES:
            raise ReservedClaimName("a Disclosure may not be named so")
        if name in result:
            raise ClaimCollision("a disclosed claim already exists at its level")
        result[name] = self.restore(disclosure, (*path, name), parents)

    def array_value(self, node: list[object], path: ConcretePath, parents: tuple[str, ...]) -> list[object]:
        result: list[object] = []
        for element in node:
            here = (*path, len(result))
            if not isinstance(element, dict) or "..." not in element:
                result.append(self.value(element, here, parents))
                continue
            disclosure = self.claim(_element_digest(element))
            if disclosure is None:  # 3.4: an element not disclosed is left out
                continue
            if disclosure.name is not None:
                raise DisclosureMalformed("an object property's Disclosure in an array")
            result.append(self.restore(disclosure, here, parents))
        return result

    def claim(self, one: str) -> Disclosure | None:
        if one in self.seen:  # step 4
            raise DuplicateDigest("a digest stands in the payload twice")
        self.seen.add(one)
        return self.waiting.pop(one, None)

    def restore(self, disclosure: Disclosure, path: ConcretePath, parents: tuple[str, ...]) -> object:
        self.places.append((path, disclosure, parents))
        return self.value(disclosure.value, path, (*parents, disclosure.text))


def _is_plain(node: object, room: int) -> bool:
    """Whether a container holds nothing that digests stand in, and no more than so many levels: it stays as it is."""
    if room <= 0:
        return False
    children: Iterable[object] = node  # type: ignore[assignment]
    if type(node) is dict:
        if not RESERVED_NAMES.isdisjoint(node):
            return False
        children = node.values()
    return all(type(child) not in _CONTAINERS or _is_plain(child, room - 1) for child in children)


def _digests(node: dict[str, object]) -> list[str]:
    found = node["_sd"]
    if not isinstance(found, list) or not all(type(one) is str for one in found):
        raise MisplacedDigest("_sd is an array of strings")  # 4.2.4.1
    return found


def _element_digest(element: dict[str, object]) -> str:
    one = element["..."]
    if len(element) != 1 or not isinstance(one, str):  # 4.2.4.2
        raise MisplacedDigest("... stands alone and refers to a string")
    return one
