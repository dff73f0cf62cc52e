"""SD-JWT based Verifiable Digital Credentials: what the profile adds (SD-JWT VC draft, section 2)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt.errors import CannotIssue, ClaimNotDisclosable
from idp.documents.sd_jwt.issuing import issue, random_salt
from idp.documents.sd_jwt.paths import ClaimsPath

#: The `typ` of every document (section 2.2.1).
TYPE = "dc+sd-jwt"

#: Never in a Disclosure, nor anything inside them (section 2.2.2.3).
NEVER_DISCLOSABLE = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"})


def issue_vc(
    claims: Mapping[str, object],
    *,
    disclosable: Iterable[ClaimsPath],
    key: ECKey | OKPKey,
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
    _check_chain(chain, key)
    header = {"typ": TYPE, "x5c": [_base64_der(certificate) for certificate in chain]}
    return issue(claims, disclosable=paths, key=key, header=header, decoys=decoys, salt=salt)


def refuse_undisclosable(paths: Iterable[Sequence[str | int | None]]) -> None:
    """Raise `ClaimNotDisclosable` when a path starts at a claim that must be in the clear."""
    for path in paths:
        if path and path[0] in NEVER_DISCLOSABLE:
            raise ClaimNotDisclosable(f"{path[0]} may not be selectively disclosable")


def _check_chain(chain: Sequence[x509.Certificate], key: ECKey | OKPKey) -> None:
    if not chain or any(certificate.issuer == certificate.subject for certificate in chain):
        raise CannotIssue("x5c holds the issuer's certificate and no self-signed one")
    if _spki(chain[0].public_key()) != _spki(key.public_key):
        raise CannotIssue("the certificate is not for this key")


def _spki(public_key: object) -> bytes:
    return public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]


def _base64_der(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")
