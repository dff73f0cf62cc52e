"""A request that succeeds with less than it asked for (OpenID Connect Core 3.1.2.1, 5.5): told in the log, at info.

The specification has what is not understood ignored, so that a slip of the pen looks like success. Names of ours are
told; of others the number, and of scopes as much as of an unknown client (`refusal_log`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from idp import refusal_log
from idp.oauth import claims
from idp.oauth.claims_request import ClaimsRequest
from idp.oauth.models import Client

log = logging.getLogger("mock_vneid.oauth")
MOST = 3  # unknown scopes of one request that are told


def tell(client: Client, scopes: Iterable[str], requested: ClaimsRequest) -> None:
    """One line, where anything is left out."""
    if not log.isEnabledFor(logging.INFO):
        return
    told = "; ".join((*_of_scopes(set(scopes)), *_of_claims(client, requested)))
    if told:
        log.info("less than asked: client=%s: left out are %s", refusal_log.plain(client.client_id), told)


def _of_scopes(asked: set[str]) -> Iterator[str]:
    unknown = sorted(asked - claims.SCOPES)
    if unknown:
        shown = ", ".join(_cut(each) for each in unknown[:MOST])
        yield f"{_counted(len(unknown), 'scope')}: {shown}"


def _of_claims(client: Client, requested: ClaimsRequest) -> Iterator[str]:
    wanted = requested.names() - claims.PROTOCOL_CLAIMS
    unregistered = sorted((wanted & set(claims.CLAIMS)) - claims.by_name(client.scopes))
    if unregistered:
        yield f"claims of scopes that the client is not registered for: {', '.join(unregistered)}"
    unknown = len(wanted - set(claims.CLAIMS))
    if unknown:
        yield _counted(unknown, "claim")


def _counted(number: int, what: str) -> str:
    return f"{number} unknown {what}{'s' if number > 1 else ''}"


def _cut(text: str) -> str:
    return f"{refusal_log.plain(text[: refusal_log.TOLD_OF_UNKNOWN])}...({len(text)} characters)"
