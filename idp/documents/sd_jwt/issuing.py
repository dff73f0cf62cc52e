"""Making an SD-JWT (RFC 9901 sections 4.1 and 4.2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt.disclosures import DEFAULT_HASH, RESERVED_NAMES, Disclosure, digest, make_disclosure
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.errors import CannotIssue
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.parsing import compact
from idp.documents.sd_jwt.paths import ClaimsPath, resolve
from idp.documents.sd_jwt.processing import ConcretePath


def random_salt() -> str:
    """128 random bits as base64url (section 9.3)."""
    return b64url_encode(secrets.token_bytes(16))


def issue(
    claims: Mapping[str, object],
    *,
    disclosable: Iterable[ClaimsPath],
    key: ECKey | OKPKey,
    header: Mapping[str, object],
    decoys: int = 0,
    salt: Callable[[], str] = random_salt,
) -> str:
    """Sign `claims` with what the paths point to made selectively disclosable: `<jwt>~<Disclosure>~...~`.

    A parent and its child may both be disclosable (recursive Disclosures, 4.2.6). A path that points to
    nothing here is passed over, since optional claims may be absent; one that does not fit raises
    `PathMismatch`. `decoys` is the number of decoy digests for each object that hides something (4.2.5).
    """
    hidden = {place for path in disclosable for place in resolve(claims, path)}
    builder = _Builder(hidden, decoys, salt)
    payload = builder.object_value(claims, ())
    if builder.disclosures:
        payload["_sd_alg"] = DEFAULT_HASH
    return compact(sign(header, payload, key), tuple(builder.disclosures))


@dataclass
class _Builder:
    hidden: set[ConcretePath]
    decoys: int
    salt: Callable[[], str]
    disclosures: list[Disclosure] = field(default_factory=list)
    salts: set[str] = field(default_factory=set)

    def value(self, value: object, path: ConcretePath) -> object:
        if isinstance(value, Mapping):
            return self.object_value(value, path)
        return self.array_value(value, path) if isinstance(value, list | tuple) else value

    def object_value(self, node: Mapping[str, object], path: ConcretePath) -> dict[str, object]:
        if not all(isinstance(name, str) for name in node) or RESERVED_NAMES & node.keys():
            raise CannotIssue("claim names are strings, and neither _sd nor ... nor _sd_alg (4.1 item 7)")
        result: dict[str, object] = {}
        digests: list[str] = []
        for name, child in node.items():
            here = (*path, name)
            if here in self.hidden:
                digests.append(self.hide(name, child, here))
            else:
                result[name] = self.value(child, here)
        if digests:
            digests += [digest(self.fresh_salt()) for _ in range(self.decoys)]
            result["_sd"] = sorted(digests)  # 4.2.4.1: the order MUST NOT tell the original one
        return result

    def array_value(self, node: list[object] | tuple[object, ...], path: ConcretePath) -> list[object]:
        return [
            {"...": self.hide(None, child, (*path, index))}
            if (*path, index) in self.hidden
            else self.value(child, (*path, index))
            for index, child in enumerate(node)
        ]

    def hide(self, name: str | None, value: object, path: ConcretePath) -> str:
        place = len(self.disclosures)
        disclosure = make_disclosure(self.fresh_salt(), name, self.value(value, path))
        self.disclosures.insert(place, disclosure)  # before those inside it
        return digest(disclosure.text)

    def fresh_salt(self) -> str:
        salt = self.salt()
        if salt in self.salts:  # 9.3: a new salt for each claim
            raise CannotIssue("the same salt twice")
        self.salts.add(salt)
        return salt
