"""Which hospital signs for which facility code (the five characters of MA_CSKCB)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from idp.pki import IssuerProfile

BOOK, ENCOUNTER = "urn:vn-mock:health-book:1", "urn:vn-mock:health-encounter:1"


@dataclass(frozen=True)
class Facilities:
    """The hospitals among the issuers."""

    profiles: Mapping[str, IssuerProfile]

    def issuer(self, code: str | None) -> IssuerProfile | None:
        """Who signs for this facility, or None."""
        return next((one for one in self.profiles.values() if code and one.facility == code), None)

    def by_uri(self, uri: str | None) -> IssuerProfile | None:
        """The hospital whose documents have this `iss`, or None."""
        return next((one for one in self.profiles.values() if one.facility and one.uri == uri), None)

    @property
    def codes(self) -> str:
        """The facility codes there are, for a message."""
        return ", ".join(sorted(one.facility for one in self.profiles.values() if one.facility))

    @property
    def keepers(self) -> str:
        """The issuers that may keep a health book, for a message."""
        return ", ".join(one.id for one in self.profiles.values() if BOOK in one.vct)
