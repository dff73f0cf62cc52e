"""What an administrative procedure is: who decides, on what legal basis, with which papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from demo_client.i18n import Text

ClaimsPath = tuple[str, ...]
PERSON_CLAIM = "personal_id_number"


class Means(StrEnum):
    """What stands in for a paper of the dossier."""

    PAPER = "paper"  # nothing: it is brought or sent
    ONLINE_FORM = "online_form"  # the application itself, filled in here
    SIGN_IN = "sign_in"  # the e-ID's own data
    DATABASE = "database"  # the authority looks it up; nobody may ask for the paper
    DOCUMENT = "document"  # a signed document from the citizen's wallet


@dataclass(frozen=True)
class DocumentNeed:
    """Which electronic document replaces a paper, and what is asked of it.

    `max_age_days` counts from `date_of_issuance`; None means any age. Where a claim has the value in
    `review_when`, the dossier is received and marked for the clerk: the portal decides no such case itself.
    """

    vct: str
    claims: tuple[ClaimsPath, ...]
    max_age_days: int | None
    required: bool
    review_when: Mapping[str, object]
    #: Asked for as well, where the document holds every one of them.
    preferred: tuple[ClaimsPath, ...] = ()


@dataclass(frozen=True)
class Component:
    """One paper of the dossier."""

    id: str
    name: Text
    means: Means
    note: Text | None = None
    document: DocumentNeed | None = None


@dataclass(frozen=True)
class Procedure:
    """A procedure as the law stands within [in_force_from, in_force_until]; fee in đồng, days are working days.

    `unverified` names the facts that were not checked against the gazette.
    """

    slug: str
    national_code: str | None
    sector: str
    name: Text
    authority: Text
    legal_basis: tuple[Text, ...]
    fee: int | None
    days: int
    level: int
    retention_days: int
    components: tuple[Component, ...]
    in_force_from: date | None
    in_force_until: date | None
    change: Text | None
    featured: bool
    unverified: frozenset[str]

    def in_force(self, on: date) -> bool:
        begun = self.in_force_from is None or self.in_force_from <= on
        return begun and (self.in_force_until is None or on <= self.in_force_until)

    @property
    def documents(self) -> Mapping[str, DocumentNeed]:
        """What is asked of the wallet: component id -> need."""
        return {part.id: part.document for part in self.components if part.document is not None}


@dataclass(frozen=True)
class Sector:
    """A field of administration, as the catalogue groups procedures."""

    id: str
    name: Text


@dataclass(frozen=True)
class Procedures:
    """The whole catalogue: every version of every procedure."""

    sectors: tuple[Sector, ...]
    versions: tuple[Procedure, ...]

    def on(self, day: date) -> tuple[Procedure, ...]:
        """The procedures in force on a day, in catalogue order."""
        return tuple(one for one in self.versions if one.in_force(day))

    def find(self, slug: str, day: date) -> Procedure | None:
        return next((one for one in self.on(day) if one.slug == slug), None)

    def history(self, slug: str) -> tuple[Procedure, ...]:
        return tuple(one for one in self.versions if one.slug == slug)
