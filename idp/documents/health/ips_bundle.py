"""An International Patient Summary as a FHIR R4 document Bundle: read strictly, its references followed.

The library's R4B models check it: every resource that a summary uses is the same in R4 and R4B. They are imported
here alone, and only when a summary is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from idp.documents.health.errors import NotASummary, TooLarge, Unreadable
from idp.documents.health.ips_codes import LOINC, SUMMARY_TYPE
from idp.documents.health.tracking import SILENT, Node, Tracker
from idp.documents.sd_jwt.encoding import json_decode
from idp.documents.sd_jwt.errors import Malformed

MAX_BYTES = 4 * 2**20
MAX_ENTRIES = 2_000


@dataclass(eq=False)
class Entry:
    """One resource of the Bundle. `done` once a reader has dealt with it."""

    type: str
    url: str
    node: Node
    done: bool = False


@dataclass(eq=False)
class Bundle:
    """The resources by their `fullUrl`; the Composition comes first (FHIR R4 3.3.1)."""

    entries: list[Entry] = field(default_factory=list)
    tracker: Tracker = field(default_factory=Tracker)

    @property
    def composition(self) -> Node:
        return self.entries[0].node

    def resolve(self, reference: Node | None, base: Entry | None = None, *, reads: bool = True) -> Entry | None:
        """What a Reference points at within the Bundle, or within its own resource; None where it does not.

        It then counts as read, unless the caller only looks.
        """
        target = None if reference is None else reference.peek("reference")
        if target is None or reference is None:
            return None
        found = self._contained(target, base) if target.startswith("#") else self._entry(target)
        if found is not None and reads:
            Node(target, f"{reference.path}.reference", self.tracker).take()
        return found

    def ties(self, entry: Entry) -> None:
        """That a resource is about the patient, which was checked, counts as read."""
        for name in ("subject", "patient"):
            self.resolve(entry.node.get(name), entry)

    def _entry(self, target: str) -> Entry | None:
        relative = target.count("/") == 1 and not target.startswith("urn:")
        for one in self.entries:
            if one.url == target or (relative and one.url.endswith(f"/{target}")):
                return one
        return None

    def _contained(self, target: str, base: Entry | None) -> Entry | None:
        for node in base.node.each("contained") if base is not None else ():
            if node.peek("id") == target[1:]:
                kind = node.peek("resourceType") or ""
                return Entry(kind, target, node)
        return None

    def left(self) -> Iterator[str]:
        """The paths that no reader has taken, in the order of the file."""
        for one in self.entries:
            if not isinstance(one.node.value, Mapping):
                continue
            told = {name: value for name, value in one.node.value.items() if not _silent(name, value)}
            if told:
                yield from Node(told, one.node.path, self.tracker).left()


def read(data: bytes) -> Bundle:
    """Raises TooLarge, Unreadable, NotASummary."""
    if len(data) > MAX_BYTES:
        raise TooLarge("Bundle", f"more than {MAX_BYTES // 2**20} MB")
    try:
        table = json_decode(data.removeprefix(b"\xef\xbb\xbf"), real=Decimal)
    except Malformed as error:
        raise Unreadable("Bundle", f"not usable as JSON: {error}") from error
    if not isinstance(table, dict) or table.get("resourceType") != "Bundle":
        raise NotASummary("Bundle", "the JSON is no FHIR resource of type Bundle")
    listed = table.get("entry")
    if isinstance(listed, list) and len(listed) > MAX_ENTRIES:
        raise TooLarge("Bundle.entry", f"more than {MAX_ENTRIES} entries")
    _validate(table)
    bundle = _bundle(table)
    _is_summary(table, bundle)
    return bundle


def _validate(table: Mapping[str, object]) -> None:
    """By the library: unknown elements, wrong types and missing ones are refused."""
    from fhir.resources.R4B.bundle import Bundle as Model
    from pydantic import ValidationError

    try:
        Model.model_validate(table)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        first, more = problems[0], len(problems) - 1
        told = str(first["msg"]).removeprefix("Value error, ") + (f" (and {more} more)" if more else "")
        raise Unreadable(_path(first["loc"]), f"not valid FHIR R4: {told}") from error
    except (LookupError, TypeError, AttributeError, ImportError, ValueError, ArithmeticError) as error:
        # how the library meets a resource type that it does not know
        raise Unreadable("Bundle.entry", "not valid FHIR R4: a resource of an unknown type or form") from error


def _path(parts: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return "Bundle" + text


def _bundle(table: Mapping[str, object]) -> Bundle:
    bundle = Bundle()
    listed = table.get("entry")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        resource = entry.get("resource")
        if not isinstance(resource, dict) or "resourceType" not in resource:
            raise NotASummary(f"Bundle.entry[{index}]", "has no resource of a type")
        kind, url = str(resource["resourceType"]), str(entry.get("fullUrl", ""))
        if not url or any(one.url == url for one in bundle.entries):  # bdl-7: unique
            raise NotASummary(f"Bundle.entry[{index}].fullUrl", "missing, or the same as another entry's")
        bundle.entries.append(Entry(kind, url, Node(resource, f"Bundle.entry[{index}].{kind}", bundle.tracker)))
    return bundle


def _is_summary(table: Mapping[str, object], bundle: Bundle) -> None:
    if table.get("type") != "document":
        raise NotASummary("Bundle.type", "must be document")
    if not bundle.entries or bundle.entries[0].type != "Composition":
        raise NotASummary("Bundle.entry[0]", "must be the Composition (FHIR R4, bdl-11)")
    if bundle.composition.peek("status") not in ("final", "amended"):
        raise NotASummary(f"{bundle.composition.path}.status", "must be final or amended")
    kinds = {(one.peek("system"), one.peek("code")) for one in bundle.composition.each("type", "coding")}
    if (LOINC, SUMMARY_TYPE) not in kinds:
        raise NotASummary(f"{bundle.composition.path}.type", f"must be LOINC {SUMMARY_TYPE} (patient summary)")


def _silent(name: str, value: object) -> bool:
    """A narrative that only renders the rest says nothing more; one with more in it is told of."""
    if name == "text" and isinstance(value, Mapping):
        return value.get("status") in ("generated", "empty")
    return name in SILENT
