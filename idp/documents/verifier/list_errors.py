"""What can be wrong with the signed lists a verification leans on: status lists and the trust list."""

from __future__ import annotations

from idp.documents.verifier.answers import Answer
from idp.documents.verifier.failure import VerificationError

# Status lists (Token Status List section 8.3): nothing can be said of the document.


class StatusUnknown(VerificationError):
    """Status lists were given, but not this document's."""

    code = "status_unknown"
    outcome = Answer.NOT_CHECKED


class StatusListMalformed(VerificationError):
    """The status list cannot be read, or is not the one it should be."""

    code = "status_list_malformed"
    outcome = Answer.NOT_CHECKED


class StatusListNotTrusted(VerificationError):
    """The status list is not signed by the document's issuer."""

    code = "status_list_not_trusted"
    outcome = Answer.NOT_CHECKED


class StatusListUnreachable(VerificationError):
    """The caller tried to get this document's status list and could not."""

    code = "status_list_unreachable"
    outcome = Answer.NOT_CHECKED


class StatusListExpired(VerificationError):
    """The status list's `exp` has passed: it MUST NOT be relied upon any longer (section 13.7)."""

    code = "status_list_expired"
    outcome = Answer.NOT_CHECKED


class StatusListNotYetValid(VerificationError):
    """The status list was signed in the future."""

    code = "status_list_not_yet_valid"
    outcome = Answer.NOT_CHECKED


class StatusIndexOutOfRange(VerificationError):
    """The document's index lies beyond the list."""

    code = "status_index_out_of_range"
    outcome = Answer.NOT_CHECKED


# The trust list.


class TrustListError(VerificationError):
    """Base of what makes a trust list unusable; no document was looked at."""


class TrustListMalformed(TrustListError):
    """Not a trust list, or one that says something impossible."""

    code = "trust_list_malformed"


class TrustListNotTrusted(TrustListError):
    """Not signed by the pinned root."""

    code = "trust_list_not_trusted"


class TrustListExpired(TrustListError):
    """Expired, or not yet valid."""

    code = "trust_list_expired"


class TrustListRollback(TrustListError):
    """Older than a version that was seen before."""

    code = "trust_list_rollback"


class RootNotUsable(TrustListError):
    """The pinned root is no root certificate, or not valid now."""

    code = "root_not_usable"
