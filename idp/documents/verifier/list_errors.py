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


class StatusListStale(VerificationError):
    """The status list has expired, or was kept longer than its `ttl`."""

    code = "status_list_stale"
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
