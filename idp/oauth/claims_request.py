"""The `claims` request parameter (OpenID Connect Core 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idp.oauth import strict_json
from idp.oauth.errors import InvalidRequestError

LONGEST = 8000  # characters


@dataclass(frozen=True)
class ClaimWish:
    """One requested claim: whether it is essential, and the values that would do (None: any)."""

    essential: bool = False
    values: tuple[object, ...] | None = None

    def accepts(self, value: object) -> bool:
        """Core 5.5.1: an equality comparison; of JSON values, so that true is not 1."""
        return self.values is None or any(type(wanted) is type(value) and wanted == value for wanted in self.values)


@dataclass(frozen=True)
class ClaimsRequest:
    """What is asked for in the UserInfo response and in the ID Token, by claim name."""

    userinfo: Mapping[str, ClaimWish] = field(default_factory=dict)
    id_token: Mapping[str, ClaimWish] = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        return frozenset(self.userinfo) | frozenset(self.id_token)

    def document(self) -> dict[str, Any]:
        """As JSON, in the form of Core 5.5, for storing."""
        return {"userinfo": _written(self.userinfo), "id_token": _written(self.id_token)}


def parse(text: str) -> ClaimsRequest:
    """Read the parameter. Raises InvalidRequestError where it is not what Core 5.5 describes."""
    if len(text) > LONGEST:
        raise InvalidRequestError("The claims parameter is too long.")
    try:
        document = strict_json.loads(text.encode("utf-8", "surrogatepass"))
    except strict_json.NotJson:
        raise InvalidRequestError("The claims parameter must be a JSON object, each name in it once.") from None
    return from_document(document)


def from_document(document: object) -> ClaimsRequest:
    """From parsed JSON. Unknown members are ignored (Core 5.5). Raises InvalidRequestError."""
    if not isinstance(document, dict):
        raise InvalidRequestError("The claims parameter must be a JSON object.")
    return ClaimsRequest(_wishes(document.get("userinfo")), _wishes(document.get("id_token")))


def _wishes(member: object) -> dict[str, ClaimWish]:
    if member is None:
        return {}
    if not isinstance(member, dict):
        raise InvalidRequestError("The members userinfo and id_token of claims must be JSON objects.")
    return {name: _wish(value) for name, value in member.items()}


def _wish(value: object) -> ClaimWish:
    if value is None:
        return ClaimWish()
    if not isinstance(value, dict) or not isinstance(value.get("essential", False), bool):
        raise InvalidRequestError("Each requested claim must be null or an object; essential is true or false.")
    if "values" in value:
        if not isinstance(value["values"], list) or not value["values"] or "value" in value:
            raise InvalidRequestError("The member values of a claim must be a filled array, and value then absent.")
        return ClaimWish(value.get("essential", False), tuple(value["values"]))
    return ClaimWish(value.get("essential", False), (value["value"],) if "value" in value else None)


def _written(wishes: Mapping[str, ClaimWish]) -> dict[str, Any]:
    return {
        name: {"essential": wish.essential} | ({} if wish.values is None else {"values": list(wish.values)})
        for name, wish in wishes.items()
    }
