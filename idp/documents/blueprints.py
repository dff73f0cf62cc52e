"""The Flask side of the documents package: what it publishes for machines, and the wallet's pages."""

from __future__ import annotations

from flask import Blueprint

from idp.documents.endpoints import (
    presentation,
    records_desk,
    status_list,
    trust_list,
    type_metadata,
    wallet,
    wallet_metadata,
)
from idp.documents.ports import DocumentServices


def create_blueprints(services: DocumentServices) -> list[Blueprint]:
    """Every blueprint of this package."""
    made = [published(services), wallet.create_blueprint(services), presentation.create_blueprint(services)]
    return made if services.desk is None else [*made, records_desk.create_blueprint(services, services.desk)]


def published(services: DocumentServices) -> Blueprint:
    """Trust list, status lists, type metadata and the wallet's own: read by anyone, without a session."""
    blueprint = Blueprint("documents_api", __name__)
    trust_list.add(blueprint, services)
    status_list.add(blueprint, services)
    type_metadata.add(blueprint)
    wallet_metadata.add(blueprint, services)
    return blueprint
