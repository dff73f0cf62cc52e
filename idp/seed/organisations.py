"""Organisations in the register that have no account: what they are for is to have one applied for."""

from __future__ import annotations

import tomllib
import uuid
from pathlib import Path

from sqlalchemy.orm import Session

from idp.accounts import store
from idp.accounts.models import Organisation, Representation

BUILT_IN = Path(__file__).parent / "organisations.toml"


def seed_organisations(session: Session) -> None:
    """Bring the register to what the file says; accounts opened since, and staff authorised, stay as they are."""
    with BUILT_IN.open("rb") as stream:
        rows = tomllib.load(stream)["organisation"]
    for row in rows:
        representative = store.person_by_number(session, row["representative"])
        if representative is None:
            continue
        organisation = store.organisation_by_number(session, row["number"])
        if organisation is None:
            organisation = Organisation(id=uuid.uuid4().hex, number=row["number"])
            session.add(organisation)
        organisation.name, organisation.name_en = row["name"]["vi"], row["name"]["en"]
        organisation.dissolved_on = row.get("dissolved_on")
        session.flush()
        session.merge(
            Representation(organisation_id=organisation.id, person_id=representative.id, role="legal_representative")
        )
