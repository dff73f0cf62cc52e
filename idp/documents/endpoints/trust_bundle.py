"""The trust bundle at `/trust-bundle`: a counter fetches it while it has a network, for when it has none."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Blueprint, Response

from idp import trust_bundle
from idp.documents import store
from idp.documents.endpoints.published import publish
from idp.documents.ports import DocumentServices
from idp.documents.status import TTL

MEDIA_TYPE = "application/trust-bundle+jwt"


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    @blueprint.get("/trust-bundle", endpoint="trust_bundle")
    def trust_bundle_endpoint() -> Response:
        config, now = services.config, services.clock.now()
        with services.db.read() as session:
            rows = store.status_lists(session)
            lists = [services.status_tokens.token(session, row.issuer_id, row.number, now) for row in rows]
        texts = [one.text for one in lists if one is not None]
        token = trust_bundle.make(config.keys_dir, config.issuer, texts, now)
        etag = hashlib.sha256("".join(texts).encode()).hexdigest()[:32]
        return publish(token, MEDIA_TYPE, etag=etag, max_age=timedelta(seconds=TTL.total_seconds()))
