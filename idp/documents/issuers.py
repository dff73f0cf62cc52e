"""The issuers' keys and names. The provider is never an issuer: each document is signed by who answers for it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from idp import pki
from idp.pki import Credentials, IssuerProfile


class UnknownIssuer(LookupError):
    """No issuer has this id or URI."""


class MayNotSign(Exception):
    """The issuer is not the one that answers for this type of document."""


class Issuers:
    """The issuers of one key folder. Keys are read at first use and then kept."""

    def __init__(self, keys_dir: Path) -> None:
        self._keys_dir = keys_dir
        self._credentials: dict[str, Credentials] = {}

    @property
    def profiles(self) -> Mapping[str, IssuerProfile]:
        return pki.issuer_profiles()

    def profile(self, issuer_id: str) -> IssuerProfile:
        """Raises UnknownIssuer."""
        try:
            return self.profiles[issuer_id]
        except KeyError:
            raise UnknownIssuer(issuer_id) from None

    def by_uri(self, uri: str) -> IssuerProfile:
        """The issuer that documents call `iss`. Raises UnknownIssuer."""
        for profile in self.profiles.values():
            if profile.uri == uri:
                return profile
        raise UnknownIssuer(uri)

    def for_type(self, vct: str) -> tuple[str, ...]:
        """The ids of those who may sign a type."""
        return tuple(profile.id for profile in self.profiles.values() if vct in profile.vct)

    def credentials(self, issuer_id: str) -> Credentials:
        """Key and certificate. Raises UnknownIssuer, pki.KeysMissing."""
        if issuer_id not in self._credentials:
            self._credentials[self.profile(issuer_id).id] = pki.issuer(self._keys_dir, issuer_id)
        return self._credentials[issuer_id]

    def x5c(self, issuer_id: str) -> list[str]:
        """The certificate chain for a JOSE header, without the root. Raises UnknownIssuer, pki.KeysMissing."""
        certificate = self.credentials(issuer_id).certificate
        return [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")]

    def signing_credentials(self, issuer_id: str, vct: str) -> Credentials:
        """The same, for signing a document of type `vct`. Raises MayNotSign, UnknownIssuer, pki.KeysMissing."""
        if vct not in self.profile(issuer_id).vct:
            raise MayNotSign(f"{issuer_id} may not sign {vct}; those who may: {', '.join(self.for_type(vct))}")
        return self.credentials(issuer_id)
