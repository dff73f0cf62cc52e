"""People in the register without an account, and officers: as data, invented, and written once."""

from __future__ import annotations

from datetime import date, datetime

from idp.accounts import identity_number, names, store
from idp.accounts.applications import store as applications
from idp.accounts.hashing import SecretHasher
from idp.accounts.identity_number import UNASSIGNED_TEST_CODE, Sex
from idp.accounts.officers import roles
from idp.accounts.officers import store as officer_store
from idp.config import Argon2
from idp.db import Database
from idp.encryption import AtRest
from idp.seed import loader, officers, residents

CHEAP = Argon2(time_cost=1, memory_cost=8, parallelism=1)


def test_they_are_invented_and_nobody_elses() -> None:
    """Numbers of no province, agreeing with sex and birth; none is a test citizen's."""
    taken = {persona.personal_id_number for persona in loader.load(None, date(2026, 11, 24)).personas}
    for resident in residents.load():
        person = resident.person
        number = identity_number.parse(person.personal_id_number)
        identity_number.check_against_register(number, person.birthdate, Sex(person.sex))
        names.check(person.full_name)
        assert number.birth_place.code == UNASSIGNED_TEST_CODE
        assert person.personal_id_number not in taken
        assert set(person.story) == {"vi", "en"}


def test_there_is_somebody_for_each_case() -> None:
    """A citizen and a foreigner who can apply, and one for each refusal by the register."""
    found = {resident.person.id: resident for resident in residents.load()}
    assert found["bich"].person.kind == "citizen"
    assert found["kenji"].passport is not None
    assert {mark for resident in found.values() for mark in resident.marks} == {"deceased", "card_revoked"}


def test_written_once(db: Database, now: datetime, at_rest: AtRest) -> None:
    """Again changes nothing; nobody of them has an account; each officer has both factors and a known role."""
    hasher = SecretHasher(CHEAP)
    kept = []
    for _ in range(2):
        with db.begin() as session:
            residents.seed_residents(session, now)
            officers.seed_officers(session, hasher, at_rest)
        with db.read() as session:
            entry = applications.by_passport(session, "MK0001717")
            assert entry is not None
            assert store.account_of_person(session, entry.person.id) is None
            kept.append([(row.id, row.password_hash, row.code_seed) for row in officer_store.everybody(session)])
            assert all(roles.role(row.role).may for row in officer_store.everybody(session))
    assert kept[0] == kept[1]
    assert len(kept[0]) == len(officers.load()) == 15
