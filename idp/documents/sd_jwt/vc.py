"""SD-JWT based Verifiable Digital Credentials: what the profile adds (SD-JWT VC draft, section 2)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain as joined
from typing import NamedTuple, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from idp.documents.sd_jwt.errors import CannotIssue, ClaimNotDisclosable
from idp.documents.sd_jwt.issuing import issue_protected, random_salt
from idp.documents.sd_jwt.jws import JoseKey, PrivateKey, algorithm_of, protect, signing_key
from idp.documents.sd_jwt.paths import ClaimsPath

#: The `typ` of every document (section 2.2.1).
TYPE = "dc+sd-jwt"

#: Never in a Disclosure, nor anything inside them (section 2.2.2.3).
NEVER_DISCLOSABLE = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})


def issue_vc(
    claims: Mapping[str, object],
    *,
    disclosable: Iterable[ClaimsPath],
    key: JoseKey | PrivateKey,
    chain: Sequence[x509.Certificate],
    decoys: int = 0,
    salt: Callable[[], str] = random_salt,
) -> str:
    """Issue a document of type `claims["vct"]`, its certificate chain (leaf first, no root) in `x5c`.

    Raises `ClaimNotDisclosable` for a path into claims that decide validity, `CannotIssue` for a chain
    that holds the trust anchor or does not belong to the key (HAIP 1.0 section 6.1.1).
    """
    paths = tuple(disclosable)
    refuse_undisclosable(paths)
    if not isinstance(claims.get("vct"), str) or not claims["vct"]:
        raise CannotIssue("vct is required (section 2.2.2.1)")
    certificates, signer = tuple(chain), _SIGNERS.get(id(key))
    if signer is None or signer.key is not key or signer.chain != certificates:
        signer = _remembered(_Signer.of(key, certificates))
    protected, native = signer.protected, signer.native
    return issue_protected(claims, disclosable=paths, key=native, protected=protected, decoys=decoys, salt=salt)


def refuse_undisclosable(paths: Collection[Sequence[str | int | None]]) -> None:
    """Raise `ClaimNotDisclosable` when a path starts at a claim that must be in the clear."""
    if NEVER_DISCLOSABLE.isdisjoint(joined.from_iterable(paths)):
        return
    for path in paths:
        if path and path[0] in NEVER_DISCLOSABLE:
            raise ClaimNotDisclosable(f"{path[0]} may not be selectively disclosable")


class _Signer(NamedTuple):
    """A key object, the chain that was seen to be its own, and what each of its documents begins with."""

    key: JoseKey | PrivateKey
    chain: tuple[x509.Certificate, ...]
    native: PrivateKey
    protected: str

    @classmethod
    def of(cls, key: JoseKey | PrivateKey, chain: tuple[x509.Certificate, ...]) -> Self:
        protected = _header(chain, algorithm_of(key))
        if chain[0].public_key() != (key.public_key if isinstance(key, JoseKey) else key.public_key()):
            raise CannotIssue("the certificate is not for this key")
        return cls(key, chain, signing_key(key), protected)


#: By the identity of the key object, which is kept, so that no other can have it.
_SIGNERS: dict[int, _Signer] = {}


def _remembered(signer: _Signer) -> _Signer:
    if len(_SIGNERS) >= 64:
        _SIGNERS.clear()
    _SIGNERS[id(signer.key)] = signer
    return signer


@lru_cache(maxsize=64)
def _header(chain: tuple[x509.Certificate, ...], algorithm: str) -> str:
    if not chain or any(certificate.issuer == certificate.subject for certificate in chain):
        raise CannotIssue("x5c holds the issuer's certificate and no self-signed one")
    header = {"typ": TYPE, "x5c": [_base64_der(certificate) for certificate in chain]}
    return protect(header, algorithm)


def _base64_der(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")
