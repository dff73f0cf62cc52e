"""Putting Disclosures back into their places (RFC 9901 section 7.1, steps 3 to 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
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


class Located(NamedTuple):
    """Where a Disclosure belongs, and the Disclosures (texts) it hangs on, outermost first."""

    path: ConcretePath
    disclosure: Disclosure
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Processed:
    """The processed payload, and each Disclosure with its place in it, outer ones first."""

    claims: dict[str, object]
    located: tuple[Located, ...]


def process(sd_jwt: UnverifiedSdJwt) -> Processed:
    """Restore the payload; refuse whatever section 7.1 says MUST be rejected. No signature is checked."""
    restorer = _Restorer(_by_digest(sd_jwt))
    claims = restorer.object_value(dict(sd_jwt.payload), (), ())
    if restorer.waiting:  # step 5
        raise UnreferencedDisclosure("a Disclosure that no digest refers to")
    return Processed(claims, tuple(restorer.located))


def _by_digest(sd_jwt: UnverifiedSdJwt) -> dict[str, Disclosure]:
    texts = [disclosure.text for disclosure in sd_jwt.disclosures]
    result = dict(zip(digests(texts, sd_jwt.hash_name), sd_jwt.disclosures, strict=True))
    if len(result) != len(sd_jwt.disclosures):  # section 4: not more than once
        raise DuplicateDisclosure("the same Disclosure twice")
    return result


@dataclass
class _Restorer:
    waiting: dict[str, Disclosure]
    seen: set[str] = field(default_factory=set)
    located: list[Located] = field(default_factory=list)

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
        deep = len(path) + 1 >= MAX_DEPTH
        result = {
            name: self.value(child, (*path, name), parents) if deep or type(child) in _CONTAINERS else child
            for name, child in node.items()
            if name not in RESERVED_NAMES
        }
        if "_sd" in node:
            for one in _digests(node):
                disclosure = self.claim(one)
                if disclosure is not None:
                    self.insert(disclosure, result, path, parents)
        return result

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
        here = (*path, name)
        if type(disclosure.value) is str and len(here) < MAX_DEPTH:  # as most are
            self.located.append(Located(here, disclosure, parents))
            result[name] = disclosure.value
        else:
            result[name] = self.restore(disclosure, here, parents)

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
        self.located.append(Located(path, disclosure, parents))
        return self.value(disclosure.value, path, (*parents, disclosure.text))


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
