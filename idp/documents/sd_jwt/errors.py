"""What can be wrong with an SD-JWT: one small class a failure, each with a stable code."""

from __future__ import annotations

from typing import ClassVar


class SdJwtError(ValueError):
    """Base of every refusal by the codec. `detail` is for developers and holds no claim value."""

    code: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class NotAnSdJwt(SdJwtError):
    """The text does not have the shape of an SD-JWT at all (RFC 9901 section 4)."""

    code = "not_a_document"


class Malformed(SdJwtError):
    """It has the shape, but a part cannot be read strictly: base64url, UTF-8, JSON, sizes."""

    code = "malformed"


class AlgorithmNotAllowed(SdJwtError):
    """The signature algorithm is not one we take, or does not fit the key (RFC 8725 3.1, 3.2)."""

    code = "algorithm_not_allowed"


class SignatureInvalid(SdJwtError):
    """The signature does not verify (RFC 7515 section 5.2)."""

    code = "signature_invalid"


class HashNotSupported(SdJwtError):
    """`_sd_alg` names a hash that is unknown or too weak (RFC 9901 section 7.1, 2.4)."""

    code = "hash_algorithm_not_supported"


class DisclosureMalformed(SdJwtError):
    """A Disclosure is not the array its place demands (RFC 9901 section 7.1, 3.3.2.1, 3.3.3.1)."""

    code = "disclosure_malformed"


class ReservedClaimName(SdJwtError):
    """A Disclosure names a claim `_sd` or `...` (RFC 9901 section 7.1, 3.3.2.2)."""

    code = "reserved_claim_name"


class ClaimCollision(SdJwtError):
    """A disclosed claim already exists at its level (RFC 9901 section 7.1, 3.3.2.3)."""

    code = "claim_collision"


class DuplicateDigest(SdJwtError):
    """A digest stands in the payload more than once (RFC 9901 section 7.1, 4)."""

    code = "duplicate_digest"


class DuplicateDisclosure(SdJwtError):
    """The same Disclosure was sent more than once (RFC 9901 section 4)."""

    code = "duplicate_disclosure"


class UnreferencedDisclosure(SdJwtError):
    """A Disclosure that no digest refers to (RFC 9901 section 7.1, 5)."""

    code = "unreferenced_disclosure"


class MisplacedDigest(SdJwtError):
    """`_sd`, `...` or `_sd_alg` used for something else or elsewhere (RFC 9901 4.1 item 7, 4.1.1)."""

    code = "misplaced_digest"


class ClaimNotDisclosable(SdJwtError):
    """A claim that decides validity is, or would be, selectively disclosable (SD-JWT VC 2.2.2.3)."""

    code = "claim_not_disclosable"


class NoSuchClaim(SdJwtError):
    """A claims path selects nothing in this document (OpenID4VP 7.1.1 step 3)."""

    code = "no_such_claim"


class PathMismatch(SdJwtError):
    """A claims path does not fit the document: a name in an array, an index in an object."""

    code = "path_mismatch"


class CannotIssue(SdJwtError):
    """The issuer asked for something that would not be a valid SD-JWT (VC)."""

    code = "cannot_issue"


class CannotBind(SdJwtError):
    """The holder asked to bind, or to select from, something that is not a bare SD-JWT."""

    code = "cannot_bind"
