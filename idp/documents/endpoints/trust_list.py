"""The signed trust list at `/trust-list`. The root it is checked with is pinned out of band and never served."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Blueprint, Response

from idp import trust_list
from idp.documents.endpoints.published import publish
from idp.documents.ports import DocumentServices

MAX_AGE = timedelta(minutes=5)


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    @blueprint.get("/trust-list", endpoint="trust_list")
    def trust_list_endpoint() -> Response:
        config = services.config
        token = trust_list.current(config.keys_dir, config.issuer, services.clock.now())
        etag = hashlib.sha256(token.encode()).hexdigest()[:32]
        return publish(token, trust_list.MEDIA_TYPE, etag=etag, max_age=MAX_AGE)
