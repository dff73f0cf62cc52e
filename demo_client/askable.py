"""The document types that a citizen may be asked to show, and their fields, read from what the root signed for.

The portal knows no type itself: a new one is here as soon as the trust bundle has it. Whether the wallet lets us ask
is decided there, by our registration and by the law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from demo_client.i18n import Text, plain
from demo_client.procedures.model import PERSON_CLAIM, ClaimsPath, DocumentNeed
from idp.documents.offline.type_data import TypeData
from idp.documents.verifier.labels import Labels

#: How much is asked for.
OBLIGATORY, ALL, CHOSEN = "obligatory", "all", "chosen"
MARK = " (MÔ PHỎNG / MOCK)"


@dataclass(frozen=True)
class Forbidden:
    """From this day on nobody may ask for the type."""

    since: date
    law: Text


#: The wallet would refuse the request; a portal that knows the law does not make it.
FORBIDDEN: Mapping[str, Forbidden] = {
    "urn:vn-mock:judicial-record-2:1": Forbidden(
        date(2026, 7, 1),
        Text(
            "Luật số 107/2025/QH15 sửa đổi, bổ sung một số điều của Luật Lý lịch tư pháp",
            "Law 107/2025/QH15 amending the Law on Judicial Records",
        ),
    )
}


@dataclass(frozen=True)
class Field:
    """A claim of a type. One that is not `hidden` comes with every document, asked for or not."""

    name: str
    label: Text
    hidden: bool
    mandatory: bool


@dataclass(frozen=True)
class AskableType:
    """What is known of a type before anybody has shown a document of it."""

    vct: str
    name: Text
    fields: tuple[Field, ...]

    @property
    def selectable(self) -> tuple[Field, ...]:
        """What can be asked for or left out; whose document it is is always asked."""
        return tuple(one for one in self.fields if one.hidden and one.name != PERSON_CLAIM)

    @property
    def always(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if not one.hidden)

    def forbidden(self, today: date) -> Forbidden | None:
        """Why nobody may ask for it today."""
        found = FORBIDDEN.get(self.vct)
        return found if found is not None and found.since <= today else None

    def need(self, amount: str, chosen: Sequence[str] = ()) -> DocumentNeed:
        """What to ask for. Raises ValueError for a choice that is none.

        A wallet gives a document only where it holds every field asked for (OpenID4VP 1.0 6.4.1), so a field that
        not all documents have is asked for with the alternative of doing without.
        """
        if amount not in (OBLIGATORY, ALL, CHOSEN) or not set(chosen) <= {one.name for one in self.selectable}:
            raise ValueError("not a choice of this type")
        names = [one.name for one in self.selectable if one.name in chosen or (amount != CHOSEN and one.mandatory)]
        more = [one.name for one in self.selectable if amount == ALL and not one.mandatory]
        return DocumentNeed(self.vct, paths([PERSON_CLAIM, *names]), None, True, {}, paths(more))


def paths(names: Sequence[str]) -> tuple[ClaimsPath, ...]:
    return tuple((name,) for name in names)


def every(types: TypeData, lang: str) -> list[AskableType]:
    """All types, as people sort them by their names."""
    return sorted((_read(vct, types) for vct in types.texts), key=lambda one: plain(one.name.in_language(lang)))


def find(types: TypeData, vct: str) -> AskableType | None:
    return _read(vct, types) if vct in types.texts else None


def _read(vct: str, types: TypeData) -> AskableType:
    document = next(one for one in types.documents() if one.get("vct") == vct)
    labels, listed = Labels.of([document]), document.get("claims")
    claims = [one for one in listed if _whole(one)] if isinstance(listed, list) else []
    name = Text(*(labels.document_type(vct, lang).removesuffix(MARK) for lang in ("vi", "en")))
    return AskableType(vct, name, tuple(_field(vct, one, labels) for one in claims))


def _whole(claim: object) -> bool:
    """A claim of the document itself; what stands inside of another comes with that one."""
    path = claim.get("path") if isinstance(claim, Mapping) else None
    return isinstance(path, list) and len(path) == 1 and isinstance(path[0], str)


def _field(vct: str, claim: Mapping[str, object], labels: Labels) -> Field:
    path = claim["path"]
    assert isinstance(path, list)  # noqa: S101 - `_whole` looked
    label = Text(*(labels.claim(vct, (path[0],), lang) for lang in ("vi", "en")))
    return Field(path[0], label, claim.get("sd") != "never", claim.get("mandatory") is True)
