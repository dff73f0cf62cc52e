"""Reading the catalogue from its TOML files, strictly: a mistake is told with the file and the procedure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from demo_client.i18n import CatalogueError, Text, read_text
from demo_client.procedures.model import (
    PERSON_CLAIM,
    Component,
    DocumentNeed,
    Means,
    Procedure,
    Procedures,
    Sector,
)

DATA = Path(__file__).parent / "data"
VERSIONED = {"national_code", "authority", "legal_basis", "fee", "days", "level", "component", "unverified"}
FIXED = {"slug", "name", "retention_days", "featured", "version"}
COMPONENT = {"id", "name", "means", "note", "vct", "claims", "max_age_days", "required", "review_when"}
ROUND = {"from", "until", "change"}


class ProcedureError(Exception):
    """A procedure's data is wrong; the message names the file, the procedure and what to mend."""


def load(folder: Path = DATA) -> Procedures:
    """Read every `*.toml`: one sector a file. Raises ProcedureError."""
    sectors, versions = [], []
    for file in sorted(folder.glob("*.toml")):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        try:
            sectors.append(Sector(file.stem, read_text(table.get("sector"), "sector")))
            versions += [one for entry in table.get("procedure", []) for one in _versions(entry, file.stem)]
        except (CatalogueError, KeyError, ValueError) as error:
            raise ProcedureError(f"{file.name}: {error}") from error
    _check_overlap(versions)
    return Procedures(tuple(sectors), tuple(versions))


def _versions(entry: Mapping[str, Any], sector: str) -> Iterator[Procedure]:
    slug = entry.get("slug", "?")
    _known(entry, VERSIONED | FIXED, slug)
    base = {key: value for key, value in entry.items() if key != "version"}
    for version in entry.get("version", [{}]):
        _known(version, VERSIONED | ROUND, slug)
        yield _procedure({**base, **version}, sector, slug)


def _procedure(data: Mapping[str, Any], sector: str, slug: str) -> Procedure:
    missing = {"name", "authority", "legal_basis", "days", "level", "component"} - data.keys()
    if missing:
        raise ValueError(f"{slug}: {sorted(missing)[0]} is missing")
    if data["level"] not in (1, 2):
        raise ValueError(f"{slug}: level must be 1 or 2")
    return Procedure(
        slug=slug,
        national_code=data.get("national_code"),
        sector=sector,
        name=read_text(data["name"], f"{slug}.name"),
        authority=read_text(data["authority"], f"{slug}.authority"),
        legal_basis=tuple(read_text(one, f"{slug}.legal_basis") for one in data["legal_basis"]),
        fee=data.get("fee"),
        days=int(data["days"]),
        level=data["level"],
        retention_days=int(data.get("retention_days", 1825)),
        components=tuple(_component(one, slug) for one in data["component"]),
        in_force_from=_day(data.get("from"), slug),
        in_force_until=_day(data.get("until"), slug),
        change=_optional_text(data.get("change"), f"{slug}.change"),
        featured=bool(data.get("featured", False)),
        unverified=frozenset(data.get("unverified", ())),
    )


def _component(data: Mapping[str, Any], slug: str) -> Component:
    where = f"{slug}.{data.get('id', '?')}"
    _known(data, COMPONENT, where)
    means = Means(data.get("means", "paper"))
    if (means is Means.DOCUMENT) != ("vct" in data):
        raise ValueError(f"{where}: a document, and nothing else, has a vct")
    return Component(
        id=data["id"],
        name=read_text(data["name"], f"{where}.name"),
        means=means,
        note=_optional_text(data.get("note"), f"{where}.note"),
        document=_need(data) if means is Means.DOCUMENT else None,
    )


def _need(data: Mapping[str, Any]) -> DocumentNeed:
    # The number is always asked for: whose document it is decides everything else.
    names = [PERSON_CLAIM, *(name for name in data.get("claims", []) if name != PERSON_CLAIM)]
    return DocumentNeed(
        vct=data["vct"],
        claims=tuple(tuple(name.split(".")) for name in names),
        max_age_days=data.get("max_age_days"),
        required=data.get("required", True),
        review_when=dict(data.get("review_when", {})),
    )


def _check_overlap(versions: list[Procedure]) -> None:
    seen: dict[str, list[Procedure]] = {}
    for one in versions:
        begins = one.in_force_from or date.min
        for other in seen.setdefault(one.slug, []):
            if other.in_force(begins) or one.in_force(other.in_force_from or date.min):
                raise ProcedureError(f"{one.sector}.toml: {one.slug}: two versions in force on one day")
        seen[one.slug].append(one)


def _known(table: Mapping[str, Any], keys: set[str], where: str) -> None:
    if set(table) - keys:
        raise ValueError(f"{where}: unknown key {sorted(set(table) - keys)[0]}")


def _optional_text(value: object, where: str) -> Text | None:
    return None if value is None else read_text(value, where)


def _day(value: object, slug: str) -> date | None:
    if value is not None and not isinstance(value, date):
        raise ValueError(f"{slug}: from and until are dates without quotation marks")
    return value
