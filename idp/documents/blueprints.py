"""The Flask side of the documents package: what it publishes for machines, and the wallet's pages."""

from __future__ import annotations

from flask import Blueprint

from idp.documents.endpoints import (
    issuing_desk,
    presentation,
    records_desk,
    revocation_list,
    status_list,
    time_stamp,
    trust_bundle,
    trust_list,
    type_metadata,
    wallet,
    wallet_metadata,
)
from idp.documents.ports import DocumentServices


def create_blueprints(services: DocumentServices) -> list[Blueprint]:
    """Every blueprint of this package."""
    made = [published(services), wallet.create_blueprint(services), presentation.create_blueprint(services)]
    if services.desk is None:
        return made
    desks = (records_desk.create_blueprint, issuing_desk.create_blueprint)
    return [*made, *(create(services, services.desk) for create in desks)]


def published(services: DocumentServices) -> Blueprint:
    """Trust, status and revocation lists, the bundle, time stamps, type metadata and the wallet's own: for anyone,
    without a session."""
    blueprint = Blueprint("documents_api", __name__)
    trust_list.add(blueprint, services)
    trust_bundle.add(blueprint, services)
    status_list.add(blueprint, services)
    revocation_list.add(blueprint, services)
    time_stamp.add(blueprint, services)
    type_metadata.add(blueprint)
    wallet_metadata.add(blueprint, services)
    return blueprint
