"""The trust bundle at `/trust-bundle`: a counter fetches it while it has a network, for when it has none."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import Blueprint, Response

from idp import trust_bundle, trust_list
from idp.documents import store, type_metadata
from idp.documents.endpoints.published import publish
from idp.documents.ports import DocumentServices
from idp.documents.status import TTL

MEDIA_TYPE = "application/trust-bundle+jwt"


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    made = _Made(services)

    @blueprint.get("/trust-bundle", endpoint="trust_bundle")
    def trust_bundle_endpoint() -> Response:
        etag, token = made.current(services.clock.now())
        return publish(token, MEDIA_TYPE, etag=etag, max_age=TTL)


class _Made:
    """The newest bundle, signed anew only where something in it is: anybody may ask, and the root signs."""

    def __init__(self, services: DocumentServices) -> None:
        self.services = services
        self.kept = ("", "")

    def current(self, now: datetime) -> tuple[str, str]:
        """What tells it from another, and the bundle."""
        config, tokens = self.services.config, self.services.status_tokens
        with self.services.db.read() as session:
            rows = store.status_lists(session)
            lists = [tokens.token(session, row.issuer_id, row.number, now) for row in rows]
        texts = [one.text for one in lists if one is not None]
        trust = trust_list.current(config.keys_dir, config.issuer, now)
        etag = hashlib.sha256("\n".join([trust, *texts, *type_metadata.texts()]).encode()).hexdigest()[:32]
        if self.kept[0] != etag:
            self.kept = (etag, trust_bundle.make(config.keys_dir, config.issuer, texts, now))
        return self.kept
