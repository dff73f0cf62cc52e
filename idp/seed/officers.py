"""Test officers, written with the secrets that the demo prints."""

from __future__ import annotations

import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from idp.accounts import one_time_codes
from idp.accounts.hashing import SecretHasher
from idp.accounts.officers import store
from idp.accounts.officers.models import Officer
from idp.accounts.officers.signing_in import purpose
from idp.encryption import AtRest
from idp.seed.people import SharedHashes

BUILT_IN = Path(__file__).parent / "officers.toml"


@dataclass(frozen=True)
class OfficerEntry:
    """One test officer with her secrets, which guard nothing."""

    login: str
    full_name: str
    role: str
    office: str
    password: str
    one_time_code_seed: str


def load() -> tuple[OfficerEntry, ...]:
    with BUILT_IN.open("rb") as stream:
        return tuple(OfficerEntry(**row) for row in tomllib.load(stream)["officer"])


def seed_officers(session: Session, hasher: SecretHasher, at_rest: AtRest) -> None:
    """Write those that are missing and bring the others to what the file says."""
    hashes = SharedHashes(hasher)
    for entry in load():
        officer = store.by_login(session, entry.login)
        if officer is None:
            officer = Officer(id=uuid.uuid4().hex, login=entry.login, active=True, password_hash="", code_seed=b"")
            session.add(officer)
        officer.full_name, officer.role, officer.office = entry.full_name, entry.role, entry.office
        officer.password_hash = hashes.of(entry.password, officer.password_hash or None) or ""
        seed = entry.one_time_code_seed
        if not officer.code_seed or at_rest.open(officer.code_seed, purpose(entry.login)).decode() != seed:
            one_time_codes.check_seed(seed)
            officer.code_seed, officer.code_step = at_rest.seal(seed.encode(), purpose(entry.login)), None
