"""What the wallet's authorization endpoint takes: the address of a request, not the request itself (RFC 9101)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from idp.documents.ports import RelyingParty
from idp.outbound import is_registered

METHODS = ("get", "post")
MAX_VALUE = 2048


class InvalidAuthorizationRequest(Exception):
    """Nobody is answered, since nobody is authenticated yet; `code` is for the page and its developer."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass(frozen=True)
class AuthorizationRequest:
    """Of the parameters only these count: everything else is taken from the request object alone (5.10.1)."""

    client_id: str
    request_uri: str
    request_uri_method: str


def read(parameters: Mapping[str, Sequence[str]]) -> AuthorizationRequest:
    """Raises InvalidAuthorizationRequest."""
    if any(len(values) != 1 for values in parameters.values()):  # RFC 6749 3.1
        raise InvalidAuthorizationRequest("invalid_request", "a parameter stands more than once")
    given = {name: values[0] for name, values in parameters.items() if values[0]}  # 3.1: empty is left out
    if "request" in given:  # RFC 9101 5: by reference only
        raise InvalidAuthorizationRequest("request_not_supported", "send request_uri alone")
    client_id, uri = given.get("client_id", ""), given.get("request_uri", "")
    if not client_id or not uri or max(len(client_id), len(uri)) > MAX_VALUE or "\0" in client_id + uri:
        raise InvalidAuthorizationRequest("invalid_request", "client_id and request_uri are required")
    if ":" in client_id:  # 5.9.2: we support no prefix and may refuse what looks like one
        raise InvalidAuthorizationRequest("invalid_request", "this Client Identifier Prefix is not supported")
    method = given.get("request_uri_method", "get")
    if method not in METHODS:
        raise InvalidAuthorizationRequest("invalid_request_uri_method", "request_uri_method is get or post")
    return AuthorizationRequest(client_id, uri, method)


def check_request_uri(asked: AuthorizationRequest, party: RelyingParty) -> None:
    """Only an address that the client registered is ever called (15.8.1). Raises InvalidAuthorizationRequest."""
    if not is_registered(asked.request_uri, party.request_uris):
        raise InvalidAuthorizationRequest("invalid_request_uri", "request_uri is not registered")
