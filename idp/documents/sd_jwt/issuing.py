"""Making an SD-JWT (RFC 9901 sections 4.1 and 4.2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from idp.documents.sd_jwt.disclosures import DEFAULT_HASH, RESERVED_NAMES, digest, digests, disclosure_text
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.errors import CannotIssue
from idp.documents.sd_jwt.jws import JoseKey, PrivateKey, algorithm_of, protect, sign_data, sign_protected
from idp.documents.sd_jwt.ordinary import fresh_salts, issue_ordinary
from idp.documents.sd_jwt.paths import ClaimsPath, resolve
from idp.documents.sd_jwt.processing import ConcretePath


def random_salt() -> str:
    """128 random bits as base64url (section 9.3)."""
    return b64url_encode(secrets.token_bytes(16))


def issue(
    claims: Mapping[str, object],
    *,
    disclosable: Iterable[ClaimsPath],
    key: JoseKey | PrivateKey,
    header: Mapping[str, object],
    decoys: int = 0,
    salt: Callable[[], str] = random_salt,
) -> str:
    """Sign `claims` with what the paths point to made selectively disclosable: `<jwt>~<Disclosure>~...~`.

    A parent and its child may both be disclosable (recursive Disclosures, 4.2.6). A path that points to
    nothing here is passed over, since optional claims may be absent; one that does not fit raises
    `PathMismatch`. `decoys` is the number of decoy digests for each object that hides something (4.2.5).
    """
    return issue_protected(
        claims,
        disclosable=tuple(disclosable),
        key=key,
        protected=protect(header, algorithm_of(key)),
        decoys=decoys,
        salt=salt,
    )


def issue_protected(
    claims: Mapping[str, object],
    *,
    disclosable: Collection[ClaimsPath],
    key: JoseKey | PrivateKey,
    protected: str,
    decoys: int = 0,
    salt: Callable[[], str] = random_salt,
) -> str:
    """`issue` under a header that `jws.protect` made."""
    if salt is random_salt:
        ordinary = issue_ordinary(claims, disclosable, decoys)
        if ordinary is not None:
            data, hidden_texts = ordinary
            return f"{sign_data(protected, data, key)}~{b'~'.join(hidden_texts).decode()}~"
    hidden = _places(claims, disclosable)
    builder = _Builder(hidden, decoys, random_salts(len(hidden) + decoys) if salt is random_salt else salt)
    payload = builder.object_value(claims, ())
    if builder.disclosures:
        payload["_sd_alg"] = DEFAULT_HASH
    return "~".join([sign_protected(protected, payload, key), *builder.disclosures, ""])


def _places(claims: Mapping[str, object], paths: Iterable[ClaimsPath]) -> set[ConcretePath]:
    places: set[ConcretePath] = set()
    for path in paths:
        if len(path) == 1 and path[0] in claims:  # the name of a claim, as most are
            places.add((path[0],) if isinstance(path[0], str) else resolve(claims, path)[0])
        else:
            places.update(resolve(claims, path))
    return places


def random_salts(expected: int) -> Callable[[], str]:
    """Random salts for one document: so many drawn in one go, and more where decoys or paths ask for them."""
    return chain(fresh_salts(max(1, expected)), iter(random_salt, None)).__next__


#: What nothing can be hidden in.
_PLAIN = frozenset({str, int, float, bool})


@dataclass
class _Builder:
    """`disclosures` are the texts, those of outer ones before those inside them."""

    hidden: set[ConcretePath]
    decoys: int
    salt: Callable[[], str]
    disclosures: list[str] = field(default_factory=list)
    salts: set[str] = field(default_factory=set)

    def value(self, value: object, path: ConcretePath) -> object:
        if isinstance(value, Mapping):
            return self.object_value(value, path)
        return self.array_value(value, path) if isinstance(value, list | tuple) else value

    def object_value(self, node: Mapping[str, object], path: ConcretePath) -> dict[str, object]:
        if not all(isinstance(name, str) for name in node) or not RESERVED_NAMES.isdisjoint(node):
            raise CannotIssue("claim names are strings, and neither _sd nor ... nor _sd_alg (4.1 item 7)")
        result: dict[str, object] = {}
        texts: list[str] = []
        for name, child in node.items():
            here = (*path, name)
            if here not in self.hidden:
                result[name] = child if type(child) in _PLAIN else self.value(child, here)
            elif type(child) in _PLAIN:
                texts.append(disclosure_text(self.fresh_salt(), name, child))
                self.disclosures.append(texts[-1])
            else:
                texts.append(self.hide(name, child, here))
        if texts:
            texts += [self.fresh_salt() for _ in range(self.decoys)]
            result["_sd"] = sorted(digests(texts, DEFAULT_HASH))  # 4.2.4.1: the order MUST NOT tell the original one
        return result

    def array_value(self, node: list[object] | tuple[object, ...], path: ConcretePath) -> list[object]:
        return [
            {"...": digest(self.hide(None, child, (*path, index)))}
            if (*path, index) in self.hidden
            else self.value(child, (*path, index))
            for index, child in enumerate(node)
        ]

    def hide(self, name: str | None, value: object, path: ConcretePath) -> str:
        """Make the Disclosure; its text comes back."""
        place = len(self.disclosures)
        text = disclosure_text(self.fresh_salt(), name, self.value(value, path))
        self.disclosures.insert(place, text)  # before those inside it
        return text

    def fresh_salt(self) -> str:
        salt = self.salt()
        if salt in self.salts:  # 9.3: a new salt for each claim
            raise CannotIssue("the same salt twice")
        self.salts.add(salt)
        return salt
