"""The wallet's metadata (RFC 8414 section 3.1: the well-known part stands before the issuer's path)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Blueprint, Response

from idp.documents.endpoints.published import publish
from idp.documents.metadata import wallet_metadata
from idp.documents.ports import DocumentServices
from idp.documents.sd_jwt.encoding import json_encode

MAX_AGE = timedelta(hours=1)


def add(blueprint: Blueprint, services: DocumentServices) -> None:
    @blueprint.get("/.well-known/oauth-authorization-server/wallet", endpoint="wallet_metadata")
    def wallet_metadata_endpoint() -> Response:
        content = json_encode(wallet_metadata(services.config.issuer))
        return publish(content, "application/json", etag=hashlib.sha256(content).hexdigest()[:32], max_age=MAX_AGE)
