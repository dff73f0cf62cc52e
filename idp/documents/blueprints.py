"""The Flask side of the documents package: what it publishes for machines, and the wallet's pages."""

from __future__ import annotations

from flask import Blueprint

from idp.documents.endpoints import status_list, trust_list, type_metadata
from idp.documents.ports import DocumentServices


def create_blueprints(services: DocumentServices) -> list[Blueprint]:
    """Every blueprint of this package. The public documents carry no session, so that one is not protected."""
    published = Blueprint("documents_api", __name__)
    trust_list.add(published, services)
    status_list.add(published, services)
    type_metadata.add(published)
    return [published]
