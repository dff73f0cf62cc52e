"""The lists a counter checks with: those of this moment where there is a network, else the last it had."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from sqlalchemy.exc import IntegrityError

from demo_client import store
from demo_client.background import Background, Patience
from demo_client.db import Database
from demo_client.lists import unverified_payload
from demo_client.models import SeenBundle
from demo_client.outbound import FetchError
from idp.documents.offline.bundle import TrustBundle, fingerprint
from idp.documents.offline.type_data import TypeData
from idp.documents.verifier.errors import TrustListRollback, VerificationError

MEDIA_TYPE = "application/trust-bundle+jwt"
#: As long as one that was fetched counts as of this moment: a status list says no less of itself.
KEEP = timedelta(seconds=30)
#: The rules of a type change seldom: a bundle no older than this knows them.
TYPES_KEPT = timedelta(hours=1)


class NoLists(Exception):
    """There is no bundle that can be used; `code` says why, `None` that there never was any."""

    def __init__(self, code: str | None) -> None:
        self.code = code
        super().__init__(code or "none")


@dataclass(frozen=True)
class Bundle:
    """A verified bundle, its text, and whether it came just now."""

    bundle: TrustBundle
    token: str
    fresh: bool


class LastLists:
    """One provider's bundle, kept in the portal's database. Safe to share between threads.

    `file` is a bundle that was carried here by hand, for a counter that never has a network.
    """

    def __init__(
        self,
        source: Background,
        issuer: str,
        root: x509.Certificate,
        db: Database,
        file: Path | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.source, self.root, self.db, self.file = source, root, db, file
        self.patience = patience or Patience()
        self.url = f"{issuer}/trust-bundle"
        self.root_fingerprint = fingerprint(root)
        self._fetched: tuple[datetime, str] | None = None
        self._lock = threading.Lock()

    def glance(self, now: datetime) -> Bundle:
        """For a page that only tells of them. Raises NoLists."""
        return self._first(self._fetch(now, self.patience.glance), now)

    def at_hand(self, now: datetime) -> Bundle:
        """What is here already, from whenever it is. Raises NoLists."""
        return self._first(None, now)

    def current(self, now: datetime) -> Bundle:
        """For a decision: the newest, or what is at hand where the provider takes too long. Raises NoLists."""
        try:
            self.at_hand(now)
        except NoLists:
            return self._first(self._fetch(now, self.patience.nothing_yet, insist=True), now)
        return self._first(self._fetch(now, self.patience.check), now)

    def types(self, vct: str, now: datetime) -> TypeData:
        """What the types demand and are called; asked for anew where this one is not among them. Raises NoLists."""
        try:
            known = self.at_hand(now).bundle
        except NoLists:
            return self.current(now).bundle.types
        if vct in known.types.texts and now - known.issued_at < TYPES_KEPT:
            return known.types
        return self.glance(now).bundle.types

    def metadata(self, vct: str, now: datetime) -> str | None:
        """A type's metadata as the root signed for it, from what is at hand."""
        try:
            return self.at_hand(now).bundle.types.texts.get(vct)
        except NoLists:
            return None

    def _first(self, fetched: str | None, now: datetime) -> Bundle:
        """The first that is good: what was fetched, what was seen last, what was carried here. Raises NoLists."""
        seen = self._seen()
        problem: str | None = None
        for token, fresh in ((fetched, True), (seen.token if seen else None, False), (self._carried(), False)):
            if token is None:
                continue
            try:
                bundle = self._load(token, seen, now)
            except VerificationError as error:
                problem = problem or error.code
                continue
            self._keep(bundle, token, seen)
            return Bundle(self._dated(bundle, token), token, fresh)
        raise NoLists(problem)

    def _fetch(self, now: datetime, patience: timedelta, *, insist: bool = False) -> str | None:
        with self._lock:
            kept = self._fetched
        if kept is not None and timedelta() <= now - kept[0] < KEEP:
            return kept[1]
        try:
            token = self.source.get(self.url, MEDIA_TYPE, now, patience, insist=insist)
        except FetchError:
            return None
        with self._lock:
            self._fetched = (now, token)
        return token

    def _dated(self, bundle: TrustBundle, token: str) -> TrustBundle:
        """With the time at which its lists were fetched, where that is known: from then on their `ttl` runs (Token
        Status List 13.7), unless it was over by then; of all others it runs since they were signed."""
        with self._lock:
            at, text = self._fetched or (bundle.issued_at, "")
        if text != token:
            return bundle
        current = {uri: at for uri, found in bundle.status.tokens.items() if _within_ttl(str(found), at)}
        return replace(bundle, status=replace(bundle.status, fetched_at=current))

    def _seen(self) -> SeenBundle | None:
        with self.db.read() as session:
            return store.seen_bundle(session, self.root_fingerprint)

    def _carried(self) -> str | None:
        try:
            return self.file.read_text(encoding="ascii") if self.file is not None else None
        except (OSError, UnicodeDecodeError):
            return None

    def _load(self, token: str, seen: SeenBundle | None, now: datetime) -> TrustBundle:
        with self.db.read() as session:
            filed = store.highest_trust_list(session, self.root_fingerprint)
        versions = [one for one in (filed, seen.trust_list_version if seen else None) if one is not None]
        bundle = TrustBundle.load(token, root=self.root, now=now, minimum_version=max(versions, default=None))
        if seen is not None and bundle.issued_at < seen.made_at:
            raise TrustListRollback("a newer bundle has been used")
        return bundle

    def _keep(self, bundle: TrustBundle, token: str, seen: SeenBundle | None) -> None:
        if seen is not None and seen.made_at >= bundle.issued_at:
            return
        values = {"trust_list_version": bundle.trust.version, "token": token}
        try:
            with self.db.begin() as session:
                if seen is None:
                    session.add(
                        SeenBundle(root_fingerprint=self.root_fingerprint, made_at=bundle.issued_at, **values)
                    )
                else:
                    store.replace_bundle(session, self.root_fingerprint, bundle.issued_at, values)
        except IntegrityError:  # another request kept the first one meanwhile
            return


def _within_ttl(token: str, at: datetime) -> bool:
    payload = unverified_payload(token)
    issued, ttl = payload.get("iat"), payload.get("ttl")
    return isinstance(issued, int) and isinstance(ttl, int) and at.timestamp() <= issued + ttl


def status_text(bundle: TrustBundle, uri: str) -> str:
    """The status list of that address as it came."""
    return str(bundle.status.tokens[uri])  # in a bundle all of them are text
