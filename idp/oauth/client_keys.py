"""The public keys of a client (OpenID Connect Registration 2): registered themselves, or at an address of its own.

A call to such an address may take seconds, so it is made while no transaction is open: on SQLite it would keep
everybody else from writing. `without_transaction` sees to that for an endpoint as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from joserfc.jwt import Token

from idp.oauth import client_jwt
from idp.oauth.client_jwt import LONGEST, KeyRefused
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

Answer = TypeVar("Answer")
TRIES = 3  # a request needs the keys of one client, by one kid, and perhaps those to encrypt to
_deferred: ContextVar[bool] = ContextVar("client_keys_deferred", default=False)


class NotFetched(Exception):
    """Keys are wanted that must be fetched, and a transaction is open."""

    def __init__(self, client_id: str, uri: str, kid: str | None) -> None:
        super().__init__("keys to be fetched")
        self.client_id, self.uri, self.kid = client_id, uri, kid


def of(services: OAuthServices, client: Client, kid: str | None = None) -> Sequence[Mapping[str, Any]]:
    """The client's JWKs, signature and encryption keys alike; none where it registered none, or they cannot be had.

    Fetched keys without `kid` are fetched again, if that was not tried just now. Raises NotFetched under
    `without_transaction`.
    """
    if client.jwks_uri is None:
        return client.jwks["keys"] if client.jwks else []
    now = services.clock.now()
    if _deferred.get() and services.fetched_keys.due(client.client_id, client.jwks_uri, now, kid):
        raise NotFetched(client.client_id, client.jwks_uri, kid)
    return services.fetched_keys.get(client.client_id, client.jwks_uri, now, kid)


def signed(
    services: OAuthServices, client: Client, text: str, algorithms: Sequence[str], *, longest: int = LONGEST
) -> Token | None:
    """The JWT, where a signing key of the client verifies it: that of the `kid`, any if several or none bear it."""
    kid = client_jwt.header_of(text).get("kid")
    if kid is not None and not isinstance(kid, str):
        return None
    for jwk in of(services, client, kid):
        if jwk.get("use", "sig") == "sig" and kid in (None, jwk.get("kid", kid)):
            found = _verified_by(jwk, text, algorithms, longest)
            if found is not None:
                return found
    return None


def _verified_by(jwk: Mapping[str, Any], text: str, algorithms: Sequence[str], longest: int) -> Token | None:
    try:
        return client_jwt.verify(text, client_jwt.public_key(jwk), algorithms, longest=longest)
    except KeyRefused:
        return None


def without_transaction(services: OAuthServices, work: Callable[[], Answer]) -> Answer:
    """Do `work`, which opens one transaction. Where keys lack it is undone, they are fetched, and it is redone."""
    for _ in range(TRIES):
        try:
            with _deferring():
                return work()
        except NotFetched as wanted:
            services.fetched_keys.get(wanted.client_id, wanted.uri, services.clock.now(), wanted.kid)
    return work()


@contextmanager
def _deferring() -> Iterator[None]:
    token = _deferred.set(True)
    try:
        yield
    finally:
        _deferred.reset(token)
