"""What the files of test citizens hold, once read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from idp.seed.toml_lines import Lines
from idp.seed.toml_lines import Path as KeyPath


@dataclass(frozen=True)
class Address:
    """Two levels of administration since 1 July 2025: street or hamlet, commune (xã, phường), province."""

    street_address: str
    locality: str
    region: str
    country: str = "Việt Nam"

    def stored(self) -> dict[str, str]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Paper:
    """The identity card or residence card. `expires` None: good for life."""

    kind: str
    number: str
    issued: date
    expires: date | None


@dataclass(frozen=True)
class AccountEntry:
    """The electronic account. `requested_by` is the persona id of the parent or guardian who applied."""

    level: int
    state: str = "active"
    lock_reason: str | None = None
    locked_by: str | None = None
    locked_on: date | None = None
    requested_by: str | None = None


@dataclass(frozen=True)
class OrganisationEntry:
    """An organisation with an account, whose legal representative the persona is."""

    number: str
    name: Mapping[str, str]


@dataclass(frozen=True)
class Persona:
    """A test citizen or foreigner with her story. Secrets are None where she has no sign-in of her own."""

    id: str
    full_name: str
    personal_id_number: str
    sex: str
    birthdate: date
    kind: str
    story: Mapping[str, str]
    account: AccountEntry
    nationalities: tuple[str, ...] = ("VN",)
    paper: Paper | None = None
    password: str | None = None
    passcode: str | None = None
    one_time_code_seed: str | None = None
    birth_registered_at: str | None = None
    place_of_origin: str | None = None
    permanent_address: Address | None = None
    current_address: Address | None = None
    phone_number: str | None = None
    email: str | None = None
    locale: str = "vi-VN"
    relatives: Mapping[str, str] = field(default_factory=dict)  # persona id -> father | mother | guardian
    organisation: OrganisationEntry | None = None
    order: int = 1000  # place in lists, the smallest first
    file: Path = Path()
    lines: Lines = field(default_factory=lambda: Lines(""))
    path: KeyPath = ()

    @property
    def line(self) -> int:
        return self.lines.of(self.path)


@dataclass(frozen=True)
class DocumentEntry:
    """A `[[document]]` table, its contents untouched."""

    persona: str
    type: str
    values: Mapping[str, object]
    file: Path
    lines: Lines
    path: KeyPath

    @property
    def line(self) -> int:
        """Its header's."""
        return self.line_of()

    def line_of(self, *key: str | int) -> int:
        return self.lines.of((*self.path, *key))


@dataclass(frozen=True)
class Personas:
    """All test citizens, and the documents that a user's own file gives them."""

    personas: tuple[Persona, ...]
    documents: tuple[DocumentEntry, ...] = ()

    def by_id(self) -> dict[str, Persona]:
        return {persona.id: persona for persona in self.personas}
