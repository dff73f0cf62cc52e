"""One event in words: what happened, by which service, and those of its details that concern its holder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from idp.accounts.my_account.browsers import browser_name
from idp.accounts.ports import DocumentNames, NoDocumentNames, PastEvent
from idp.i18n import Catalogue

#: Details of an event that are shown, in this order. All others are of use to whoever runs the provider only.
SHOWN = (
    "purpose", "case", "officer", "method", "service", "name", "device_name", "browser", "asked_from",
    "session_address", "address", "from", "scope", "claims", "acr", "state", "status", "change", "reason", "by",
    "level", "role", "organisation", "format", "count", "sessions_ended",
)  # fmt: skip
#: Where the words for a code are, that other pages use too.
WORDS_OF = {
    "scope": "oauth.scope", "claims": "oauth.claim", "role": "oauth.role", "state": "accounts.state_word",
    "by": "accounts.locked_by", "status": "wallet.state", "change": "requests.act",
}  # fmt: skip
#: Where a reason has no words among those of accounts.
REASONS_OF_DOCUMENTS = ("requests.reason", "requests.refusal")


@dataclass(frozen=True)
class Fact:
    """One detail: its name in the record, its label and its value in words."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Line:
    """One event as it is read."""

    id: int
    at: datetime
    event: str
    kind: str
    kind_word: str
    what: str
    service: str
    facts: tuple[Fact, ...]

    def words(self) -> Iterator[str]:
        yield from (self.kind_word, self.what, self.service)
        for fact in self.facts:
            yield from (fact.label, fact.value)


@dataclass(frozen=True)
class Wording:
    """The words of one language. `purposes` are those of officers' look-ups; `names` those of documents."""

    catalogue: Catalogue
    events: Mapping[str, Mapping[str, str]]
    lang: str
    purposes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: DocumentNames = field(default_factory=NoDocumentNames)

    def line(self, event: PastEvent, kind: str, services: Mapping[str, Mapping[str, str]]) -> Line:
        known = services.get(event.client_id) if event.client_id else None
        return Line(
            id=event.id,
            at=event.at,
            event=event.event,
            kind=kind,
            kind_word=self.catalogue.text(f"my_account.kind.{kind}", self.lang),
            what=self.events[event.event][self.lang],
            service=known[self.lang] if known else event.client_id or "",
            facts=tuple(self._facts(event.details)),
        )

    def words(self, name: str, values: Iterable[str]) -> str:
        """The words for codes of one sort, in a row."""
        return "; ".join(self._word(name, value) for value in values)

    def _facts(self, details: Mapping[str, object]) -> Iterator[Fact]:
        """First which document it is about, by its type and issuer: nothing that stands in the document."""
        types = [self.names.of_type(vct) for vct in _types_of(details)]
        issuer = self.names.of_issuer(str(details["issuer"])) if "vct" in details and "issuer" in details else None
        for name, found in (("document", types), ("issuer", [issuer])):
            value = "; ".join(one[self.lang] for one in found if one)
            if value:
                yield Fact(name, self.catalogue.text(f"my_account.detail.{name}", self.lang), value)
        for name in SHOWN:
            value = self._value(name, details.get(name))
            if value:
                yield Fact(name, self.catalogue.text(f"my_account.detail.{name}", self.lang), value)

    def _value(self, name: str, value: object) -> str:
        if value is None or isinstance(value, bool | Mapping) or (name, value) == ("state", "active"):
            return ""  # an account that is as it should be is no news
        if isinstance(value, list | tuple):
            return self.words(name, map(str, value))
        if name == "scope":
            return self.words(name, str(value).split())
        if name in ("browser", "purpose"):
            return browser_name(str(value)) if name == "browser" else self._purpose(str(value))
        return self._word(name, str(value))

    def _purpose(self, purpose: str) -> str:
        named = self.purposes.get(purpose)
        return named[self.lang] if named else purpose

    def _word(self, name: str, value: str) -> str:
        """The catalogue's word for a code; a value that is no code stands for itself."""
        sorts = (WORDS_OF.get(name, f"my_account.value.{name}"), *(REASONS_OF_DOCUMENTS if name == "reason" else ()))
        found = (self.catalogue.messages.get(f"{sort}.{value}") for sort in sorts)
        texts = next((one for one in found if one), None)
        return texts[self.lang] if texts else value


def _types_of(details: Mapping[str, object]) -> list[str]:
    """Of one document, or of each that was asked for or shown; each once."""
    several = details.get("documents")
    each = several if isinstance(several, list) else [details]
    return [*dict.fromkeys(str(one["vct"]) for one in each if isinstance(one, Mapping) and "vct" in one)]
