"""A bundle as the command has it: which root counts, and that no older bundle comes after a newer."""

from __future__ import annotations

import hmac
from datetime import datetime
from pathlib import Path

from cryptography import x509

from idp.documents.offline import newest
from idp.documents.offline.bundle import TrustBundle, fingerprint, root_in
from idp.documents.verifier.certificates import load_pem
from idp.documents.verifier.errors import CertificateMalformed
from idp.documents.verifier.outcome import Unusable


def pinned(text: str, root: Path | None, known: str | None) -> x509.Certificate:
    """The root from its own file, or the bundle's where its fingerprint is `known`. Raises Unusable, and
    `TrustListMalformed` for what is no bundle."""
    if known is not None:
        found = root_in(text)
        told = known.replace(":", "").replace(" ", "").lower()  # as other programs print it
        if not hmac.compare_digest(fingerprint(found).encode(), told.encode()):
            raise Unusable("unusable.other_root")
        return found
    if root is None or not root.exists():
        raise Unusable("unusable.not_pinned")
    try:
        return load_pem(root.read_bytes())
    except OSError as error:
        raise Unusable("unusable.file", path=root) from error
    except CertificateMalformed as error:
        raise Unusable("unusable.root", path=root) from error


def load(
    text: str, root: x509.Certificate, remembered: Path | None, now: datetime, minimum_version: int | None
) -> TrustBundle:
    """The bundle, verified and remembered. Raises Unusable, `TrustListError`, `StatusListMalformed`."""
    seen = newest.Newest()
    try:
        if remembered is not None:
            seen = newest.read(remembered, fingerprint(root))
        versions = [one for one in (seen.version, minimum_version) if one is not None]
        bundle = TrustBundle.load(
            text, root=root, now=now, newest_seen=seen.made_at, minimum_version=max(versions, default=None)
        )
        if remembered is not None:
            newest.keep(remembered, fingerprint(root), newest.Newest(bundle.issued_at, bundle.trust.version))
    except (newest.NotKept, OSError) as error:
        raise Unusable("unusable.newest_seen", path=remembered) from error
    return bundle
