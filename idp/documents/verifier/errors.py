"""Why a document is refused: one small class a failure, each with a stable code.

`str(error)` is for developers' logs; what a clerk reads is in `messages.py` under the code.
"""

from __future__ import annotations

from idp.documents.verifier.answers import Answer
from idp.documents.verifier.failure import VerificationError as VerificationError
from idp.documents.verifier.list_errors import RootNotUsable as RootNotUsable
from idp.documents.verifier.list_errors import StatusIndexOutOfRange as StatusIndexOutOfRange
from idp.documents.verifier.list_errors import StatusListExpired as StatusListExpired
from idp.documents.verifier.list_errors import StatusListMalformed as StatusListMalformed
from idp.documents.verifier.list_errors import StatusListNotTrusted as StatusListNotTrusted
from idp.documents.verifier.list_errors import StatusListNotYetValid as StatusListNotYetValid
from idp.documents.verifier.list_errors import StatusListUnreachable as StatusListUnreachable
from idp.documents.verifier.list_errors import StatusUnknown as StatusUnknown
from idp.documents.verifier.list_errors import TrustListError as TrustListError
from idp.documents.verifier.list_errors import TrustListExpired as TrustListExpired
from idp.documents.verifier.list_errors import TrustListMalformed as TrustListMalformed
from idp.documents.verifier.list_errors import TrustListNotTrusted as TrustListNotTrusted
from idp.documents.verifier.list_errors import TrustListRollback as TrustListRollback

# What the codec refuses (RFC 9901 section 7.1); the codes are those of idp.documents.sd_jwt.errors.


class NotADocument(VerificationError):
    """Not the text of a document at all."""

    code = "not_a_document"
    outcome = Answer.NOT_CHECKED


class Malformed(VerificationError):
    """A part cannot be read strictly."""

    code = "malformed"


class AlgorithmNotAllowed(VerificationError):
    """Signed in a way that is not accepted, `none` and MACs among them."""

    code = "algorithm_not_allowed"


class SignatureInvalid(VerificationError):
    """Changed after signing, or signed by another key than it says."""

    code = "signature_invalid"


class HashNotSupported(VerificationError):
    """`_sd_alg` unknown or too weak."""

    code = "hash_algorithm_not_supported"


class DisclosureMalformed(VerificationError):
    """A Disclosure of the wrong shape for its place."""

    code = "disclosure_malformed"


class ReservedClaimName(VerificationError):
    """A Disclosure named `_sd`, `...` or `_sd_alg`."""

    code = "reserved_claim_name"


class ClaimCollision(VerificationError):
    """A disclosed claim already exists at its level."""

    code = "claim_collision"


class DuplicateDigest(VerificationError):
    """A digest stands in the payload more than once."""

    code = "duplicate_digest"


class DuplicateDisclosure(VerificationError):
    """The same Disclosure was sent more than once."""

    code = "duplicate_disclosure"


class UnreferencedDisclosure(VerificationError):
    """A Disclosure the issuer did not sign."""

    code = "unreferenced_disclosure"


class MisplacedDigest(VerificationError):
    """`_sd`, `...` or `_sd_alg` in the wrong place."""

    code = "misplaced_digest"


class ClaimNotDisclosable(VerificationError):
    """A claim that decides validity came in a Disclosure (SD-JWT VC 2.2.2.3)."""

    code = "claim_not_disclosable"


# The document itself.


class WrongType(VerificationError):
    """`typ` is not `dc+sd-jwt` (SD-JWT VC 2.2.1)."""

    code = "wrong_type"


class MissingClaim(VerificationError):
    """A claim that validity needs is absent (RFC 9901 section 9.7)."""

    code = "missing_claim"


class WrongAudience(VerificationError):
    """The document was issued for other recipients only (`aud`, RFC 7519 section 4.1.3)."""

    code = "wrong_audience"


class WrongDocumentType(VerificationError):
    """A good document, but not of a type (`vct`) that was asked for."""

    code = "wrong_document_type"


# Trusted?


class CertificateMalformed(VerificationError):
    """`x5c` is missing or holds no usable certificate (SD-JWT VC 2.5)."""

    code = "certificate_malformed"
    outcome = Answer.NOT_CHECKED


class CertificateExpired(VerificationError):
    """A certificate of the chain was not valid now, or not when it signed."""

    code = "certificate_expired"


class IssuerNotTrusted(VerificationError):
    """The chain does not lead to the pinned root, or the issuer is not on the trust list."""

    code = "issuer_not_trusted"


class IssuerMismatch(VerificationError):
    """`iss` is not who the certificate and the trust list say."""

    code = "issuer_mismatch"


class TypeNotAllowedForIssuer(VerificationError):
    """A trusted issuer signed a document type it may not sign."""

    code = "type_not_allowed_for_issuer"


# In force?


class NotYetValid(VerificationError):
    """`nbf` or `iat` lies ahead."""

    code = "not_yet_valid"


class Expired(VerificationError):
    """`exp` has passed."""

    code = "expired"


class Revoked(VerificationError):
    """The issuer took the document back (status 0x01)."""

    code = "revoked"


class Suspended(VerificationError):
    """The issuer suspended the document (status 0x02)."""

    code = "suspended"


class Superseded(VerificationError):
    """A newer file of the same record has taken the document's place (status 0x03, see `status_list.py`)."""

    code = "superseded"


class StatusNotUnderstood(VerificationError):
    """A status value, or a status mechanism, without a meaning here."""

    code = "status_not_understood"
    outcome = Answer.NOT_CHECKED


# Its holder's? (RFC 9901 section 7.3)


class KeyBindingMissing(VerificationError):
    """Key binding was required and there is none."""

    code = "key_binding_missing"


class KeyBindingUnexpected(VerificationError):
    """A bare document was expected, and this is a presentation made for somebody (section 4)."""

    code = "key_binding_unexpected"
    outcome = Answer.NOT_CHECKED


class KeyBindingMalformed(VerificationError):
    """The KB-JWT, or the holder key in `cnf`, cannot be read or lacks what section 4.3 requires."""

    code = "key_binding_malformed"


class KeyBindingWrongType(VerificationError):
    """Its `typ` is not `kb+jwt`."""

    code = "key_binding_wrong_type"


class KeyBindingAlgorithmNotAllowed(VerificationError):
    """Signed in a way that is not accepted, or that does not fit the holder key."""

    code = "key_binding_algorithm_not_allowed"


class KeyBindingSignatureInvalid(VerificationError):
    """Not signed by the holder key in `cnf`."""

    code = "key_binding_signature_invalid"


class KeyBindingWrongAudience(VerificationError):
    """Made for somebody else."""

    code = "key_binding_wrong_audience"


class KeyBindingWrongNonce(VerificationError):
    """Made for another transaction."""

    code = "key_binding_wrong_nonce"


class KeyBindingWrongHash(VerificationError):
    """Made for another document, or another selection from it."""

    code = "key_binding_wrong_hash"


class KeyBindingStale(VerificationError):
    """Older than allowed, or from the future."""

    code = "key_binding_stale"


# About whom?


class PersonNotDisclosed(VerificationError):
    """The document does not show a `personal_id_number`."""

    code = "person_not_disclosed"


class WrongPerson(VerificationError):
    """The document is about another person."""

    code = "wrong_person"


def _by_code(base: type[VerificationError]) -> dict[str, type[VerificationError]]:
    found: dict[str, type[VerificationError]] = {}
    for one in base.__subclasses__():
        if "code" in vars(one):
            found[one.code] = one
        found |= _by_code(one)
    return found


#: Every failure by its code.
ERRORS = _by_code(VerificationError)
