"""Writing the test citizens into the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from idp.accounts import one_time_codes, services, store
from idp.accounts.hashing import SecretHasher
from idp.accounts.models import Account, Kinship, Organisation, Person, Representation
from idp.config import Argon2
from idp.db import Database
from idp.encryption import AtRest
from idp.seed import loader
from idp.seed.entries import Persona
from idp.seed.people import seed_people

CHEAP = Argon2(time_cost=1, memory_cost=8, parallelism=1)


class Counting(SecretHasher):
    hashed = 0

    def hash(self, secret: str) -> str:
        self.hashed += 1
        return super().hash(secret)


@pytest.fixture
def personas() -> tuple[Persona, ...]:
    return loader.load(None, date(2026, 11, 24)).personas


@pytest.fixture
def hasher() -> Counting:
    return Counting(CHEAP)


def _seed(
    db: Database, personas: tuple[Persona, ...], hasher: SecretHasher, at_rest: AtRest, now: datetime
) -> dict[str, str]:
    with db.begin() as session:
        return seed_people(session, personas, hasher, at_rest, now)


def test_everything_is_written(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """All of them, their accounts, the company's, the relations."""
    subjects = _seed(db, personas, hasher, at_rest, now)
    assert len(set(subjects.values())) == 19
    with db.read() as session:
        for table, count in ((Person, 19), (Account, 20), (Organisation, 1), (Representation, 1), (Kinship, 4)):
            assert session.scalar(select(func.count()).select_from(table)) == count


def test_subject_is_opaque(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """The subject tells nothing, and is another in every database."""
    subjects = _seed(db, personas, hasher, at_rest, now)
    for persona in personas:
        assert persona.personal_id_number not in subjects[persona.id]
        assert persona.id not in subjects[persona.id]


def test_seeding_again_changes_nothing(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """Same subjects, same hashes, same `updated_at`; nothing is hashed anew."""
    first = _seed(db, personas, hasher, at_rest, now)
    hashed = hasher.hashed
    assert _seed(db, personas, hasher, at_rest, now + timedelta(days=1)) == first
    assert hasher.hashed == hashed
    with db.read() as session:
        assert set(session.scalars(select(Person.updated_at))) == {now}
        assert session.scalar(select(func.count()).select_from(Account)) == 20


def test_changed_data_is_brought_up(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """What changed in the file is written, the subject stays; `updated_at` moves for that person alone."""
    first = _seed(db, personas, hasher, at_rest, now)
    lan = replace(
        personas[0],
        email="moi@cong-dan.example",
        password="Mật khẩu khác",
        one_time_code_seed=one_time_codes.new_seed(),
    )
    later = now + timedelta(days=1)
    assert _seed(db, (lan, *personas[1:]), hasher, at_rest, later) == first
    with db.read() as session:
        account = store.account(session, first["lan"])
        assert account is not None
        assert account.person is not None
        assert account.authenticator is not None
        assert account.person.email == "moi@cong-dan.example"
        assert account.person.updated_at == later
        assert hasher.verify(account.authenticator.password_hash, "Mật khẩu khác")
        assert not hasher.verify(account.authenticator.password_hash, "MoPhong@2026")
        sealed = account.authenticator.one_time_code_seed
        assert sealed is not None
        assert one_time_codes.unseal(at_rest, first["lan"], sealed) == lan.one_time_code_seed
        others = select(func.count()).select_from(Person).where(Person.updated_at == later)
        assert session.scalar(others) == 1


def test_secrets_taken_away(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """A persona whose file has no secrets any more cannot sign in any more."""
    subjects = _seed(db, personas, hasher, at_rest, now)
    bare = replace(personas[0], password=None, passcode=None, one_time_code_seed=None)
    _seed(db, (bare, *personas[1:]), hasher, at_rest, now)
    with db.read() as session:
        account = store.account(session, subjects["lan"])
        assert account is not None
        assert account.authenticator is None


def test_one_hash_for_each_secret(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """The printed secrets that all share are hashed once a run: starting stays fast."""
    _seed(db, personas, hasher, at_rest, now)
    assert hasher.hashed == 2


def test_no_secret_in_clear(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """Neither password nor passcode nor seed stands in the database as it is."""
    subjects = _seed(db, personas, hasher, at_rest, now)
    with db.read() as session:
        account = store.account(session, subjects["lan"])
        assert account is not None
        secrets = account.authenticator
        assert secrets is not None
        stored = (secrets.password_hash, secrets.passcode_hash, secrets.one_time_code_seed)
    assert str(stored[0]).startswith("$argon2id$")
    assert str(stored[1]).startswith("$argon2id$")
    for clear in ("MoPhong@2026", "246810", str(personas[0].one_time_code_seed)):
        assert clear not in str(stored)


def test_stories_come_true(
    db: Database, personas: tuple[Persona, ...], hasher: Counting, at_rest: AtRest, now: datetime
) -> None:
    """Who is active, and at which level, is what the stories say."""
    subjects = _seed(db, personas, hasher, at_rest, now)
    with db.read() as session:
        found = {name: services.holder(session, subject, now) for name, subject in subjects.items()}
    levels = {name: holder.identity_level for name, holder in found.items() if holder}
    assert {name for name, level in levels.items() if level == 1} == {"hoa", "bao-an"}
    assert {name for name, holder in found.items() if holder and not holder.active} == {"long", "phuc"}
