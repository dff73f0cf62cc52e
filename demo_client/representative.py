"""Who acts for an organisation, as the ID token and UserInfo say it (`acting_for`; `act` of RFC 8693 section 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: What is a person's alone: a token that holds it beside `acting_for` contradicts itself.
PERSONAL = frozenset({"personal_id_number", "identity_level"})


class NotARepresentative(Exception):
    """The claims do not say clearly who acts for whom."""


@dataclass(frozen=True)
class Representative:
    """A person acting for an organisation. `subject` is hers in that role alone, `actor` the person's own here."""

    subject: str
    organisation_number: str
    organisation_name: str
    role: str
    actor: str

    def as_session(self) -> dict[str, Any]:
        return asdict(self)


def acts(id_token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> bool:
    """True where either answer speaks of an organisation: then nobody is taken for a private person."""
    return any(name in source for source in (id_token, userinfo) for name in ("acting_for", "act"))


def read(id_token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> Representative:
    """Raises NotARepresentative where the two answers differ, or mix a person's claims with an organisation's."""
    told, actor = id_token.get("acting_for"), id_token.get("act")
    if told != userinfo.get("acting_for") or actor != userinfo.get("act") or PERSONAL & {*id_token, *userinfo}:
        raise NotARepresentative
    if not isinstance(told, Mapping) or not isinstance(actor, Mapping) or actor.get("role") != told.get("role"):
        raise NotARepresentative
    texts = [*(told.get(name) for name in ("organisation_number", "name", "role")), actor.get("sub")]
    if not all(isinstance(text, str) and text for text in texts) or actor["sub"] == id_token["sub"]:
        raise NotARepresentative
    return Representative(str(id_token["sub"]), *map(str, texts))
