"""The portal's side of DCQL (OpenID4VP 1.0 section 6): making the query, and checking that it was satisfied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from demo_client.procedures.model import ClaimsPath, DocumentNeed, Procedure

MAX_PRESENTATION = 200_000
#: Every document is about a person: it travels encrypted to us, whatever lies between (8.3; HAIP 1.0 5.1).
RESPONSE_MODE = "direct_post.jwt"


class QueryNotSatisfied(Exception):
    """The response does not hold what was asked for; `code` says in which way."""

    def __init__(self, code: str, credential: str = "") -> None:
        self.code, self.credential = code, credential
        super().__init__(f"{code} {credential}".strip())


def query_for(procedure: Procedure) -> dict[str, Any]:
    """The DCQL query for a procedure's documents; optional ones stand in a set that is not required."""
    needs = procedure.documents
    query: dict[str, Any] = {"credentials": [_credential(name, need) for name, need in needs.items()]}
    optional = [name for name, need in needs.items() if not need.required]
    if optional:
        required = [name for name, need in needs.items() if need.required]
        sets: list[dict[str, Any]] = [{"options": [required]}] if required else []
        query["credential_sets"] = sets + [{"options": [[name]], "required": False} for name in optional]
    return query


def _credential(name: str, need: DocumentNeed) -> dict[str, Any]:
    asked = {"id": name, "format": "dc+sd-jwt", "meta": {"vct_values": [need.vct]}}
    if not need.preferred:
        return {**asked, "claims": [{"path": list(path)} for path in need.claims]}
    every = {f"c{place}": path for place, path in enumerate([*need.claims, *need.preferred])}
    return {
        **asked,
        "claims": [{"id": one, "path": list(path)} for one, path in every.items()],
        "claim_sets": [list(every), list(every)[: len(need.claims)]],  # 6.4.1: what we like best comes first
    }


def need_of(credential: Mapping[str, Any]) -> DocumentNeed:
    """The reverse, for a query that was kept."""
    paths = [tuple(claim["path"]) for claim in credential["claims"]]
    least = len(credential["claim_sets"][-1]) if "claim_sets" in credential else len(paths)
    vct = credential["meta"]["vct_values"][0]
    return DocumentNeed(vct, tuple(paths[:least]), None, True, {}, tuple(paths[least:]))


def presentations(vp_token: object, query: Mapping[str, Any]) -> dict[str, str]:
    """One presentation for each credential that came (section 8.1); raises QueryNotSatisfied.

    Section 14.11: the wallet is not ours, so nothing it should have enforced is taken for granted.
    """
    asked = {credential["id"] for credential in query["credentials"]}
    if not isinstance(vp_token, dict) or not vp_token:
        raise QueryNotSatisfied("response_malformed")
    found = {name: _single(name, value) for name, value in vp_token.items()}
    for name in found:
        if name not in asked:
            raise QueryNotSatisfied("credential_not_asked", name)
    for name in _required(query):
        if name not in found:
            raise QueryNotSatisfied("credential_missing", name)
    return found


def _single(name: object, value: object) -> str:
    # `multiple` is never set in our queries, so the array holds exactly one.
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], str):
        raise QueryNotSatisfied("response_malformed", str(name)[:80])
    if len(value[0]) > MAX_PRESENTATION:
        raise QueryNotSatisfied("response_malformed", str(name)[:80])
    return value[0]


def _required(query: Mapping[str, Any]) -> Sequence[str]:
    if "credential_sets" not in query:
        return [credential["id"] for credential in query["credentials"]]
    sets = (one for one in query["credential_sets"] if one.get("required", True))
    return [name for one in sets for name in one["options"][0]]


def missing_claims(claims: Mapping[str, object], wanted: Sequence[ClaimsPath]) -> list[ClaimsPath]:
    """The paths that lead to nothing in a verified document."""
    return [path for path in wanted if not _present(claims, path)]


def _present(node: object, path: ClaimsPath) -> bool:
    for name in path:
        if not isinstance(node, Mapping) or name not in node:
            return False
        node = node[name]
    return True
