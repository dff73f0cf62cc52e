"""The mock root's revocation list (RFC 5280 4.2.1.13, RFC 2585), where certificates say that it is."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Blueprint, Response

from idp import revocation
from idp.documents.endpoints.published import publish
from idp.documents.ports import DocumentServices

MAX_AGE = timedelta(minutes=5)


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    @blueprint.get(revocation.PATH, endpoint="revocation_list")
    def revocation_list_endpoint() -> Response:
        found = revocation.current(services.config.keys_dir, services.clock.now())
        etag = hashlib.sha256(found).hexdigest()[:32]
        return publish(found, revocation.MEDIA_TYPE, etag=etag, max_age=MAX_AGE)
