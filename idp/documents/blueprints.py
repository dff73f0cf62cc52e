"""The Flask side of the documents package: what it publishes for machines, and the wallet's pages."""

from __future__ import annotations

from flask import Blueprint

from idp.documents.endpoints import status_list, trust_list, type_metadata, wallet
from idp.documents.ports import DocumentServices


def create_blueprints(services: DocumentServices) -> list[Blueprint]:
    """Every blueprint of this package."""
    return [published(services), wallet.create_blueprint(services)]


def published(services: DocumentServices) -> Blueprint:
    """Trust list, status lists and type metadata: read by anyone, without a session."""
    blueprint = Blueprint("documents_api", __name__)
    trust_list.add(blueprint, services)
    status_list.add(blueprint, services)
    type_metadata.add(blueprint)
    return blueprint
