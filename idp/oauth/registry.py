"""What is done to the registry, each act recorded: by the command, an operator's page, or the client itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.oauth import client_document, clients, initial_access_tokens, store
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import Registered
from idp.oauth.hashing import digest, new_secret
from idp.oauth.initial_access_tokens import Made
from idp.oauth.models import Client
from idp.oauth.sectors import Vouched


class UnknownClient(Exception):
    """There is no such client."""


class NoSecret(Exception):
    """The client authenticates without a secret, so there is none to renew."""


@dataclass(frozen=True)
class Registry:
    """The acts, in the caller's transaction; `by` is who acts: "command", "client", or an officer's id."""

    audit: Audit
    by: str

    def find(self, session: Session, client_id: str) -> Client:
        """The client, disabled or not. Raises UnknownClient."""
        client = store.registered_client(session, client_id)
        if client is None:
            raise UnknownClient
        return client

    def add(
        self, session: Session, registration: ClientRegistration, now: datetime, vouched: Vouched | None = None
    ) -> Registered:
        """Raises ClientMetadataError."""
        made = clients.register(session, registration, now, vouched)
        self._record(session, "client.registered", made.client_id, {}, now)
        return made

    def change(
        self,
        session: Session,
        client_id: str,
        registration: ClientRegistration,
        now: datetime,
        vouched: Vouched | None = None,
    ) -> Registered:
        """Raises UnknownClient or ClientMetadataError."""
        client = self.find(session, client_id)
        before = client_document.of(client)
        made = clients.change(session, client, registration, vouched)
        after = client_document.of(client)
        names = [name for name in client_document.FIELDS if getattr(before, name) != getattr(after, name)]
        self._record(session, "client.changed", client_id, {"fields": names}, now)
        return made

    def renew_secret(self, session: Session, client_id: str, now: datetime) -> str:
        """A new secret; the old one ends at once. Raises UnknownClient or NoSecret."""
        client = self.find(session, client_id)
        if client.client_secret_hash is None:
            raise NoSecret
        secret = new_secret()
        client.client_secret_hash = digest(secret)
        self._record(session, "client.secret_renewed", client_id, {}, now)
        return secret

    def disable(self, session: Session, client_id: str, now: datetime) -> None:
        """From now on the client is nobody, with all its tokens. Raises UnknownClient."""
        client = self.find(session, client_id)
        if client.disabled_at is None:
            client.disabled_at = now
            store.end_pending(session, client_id)
            self._record(session, "client.disabled", client_id, {}, now)

    def enable(self, session: Session, client_id: str, now: datetime) -> None:
        """Raises UnknownClient."""
        client = self.find(session, client_id)
        if client.disabled_at is not None:
            client.disabled_at = None
            self._record(session, "client.enabled", client_id, {}, now)

    def remove(self, session: Session, client_id: str, now: datetime) -> None:
        """The client goes, with all that was consented and granted. Raises UnknownClient."""
        self.find(session, client_id)
        store.remove_client(session, client_id)
        self._record(session, "client.removed", client_id, {}, now)

    def make_token(
        self, session: Session, label: str, scope: str, uses: int, lifetime: timedelta, now: datetime
    ) -> Made:
        """An initial access token. Raises ClientMetadataError."""
        made = initial_access_tokens.make(session, label, scope, uses, lifetime, now)
        self._record(session, "client.token_made", None, {"token": made.id, "uses": uses}, now)
        return made

    def end_token(self, session: Session, token_id: str, now: datetime) -> bool:
        """True where there was such a token."""
        ended = store.end_initial_access_token(session, token_id)
        if ended:
            self._record(session, "client.token_ended", None, {"token": token_id}, now)
        return ended

    def _record(
        self, session: Session, event: str, client_id: str | None, more: Mapping[str, object], now: datetime
    ) -> None:
        details = {"by": self.by, **more}
        self.audit.record(session, event=event, subject=None, client_id=client_id, details=details, now=now)
