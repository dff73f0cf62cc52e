"""Writing the test citizens into register and accounts. Run again, it changes only what has changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from idp.accounts import names, one_time_codes, store
from idp.accounts.hashing import SecretHasher
from idp.accounts.models import (
    Account,
    Authenticator,
    IdentityPaper,
    Kinship,
    Organisation,
    Person,
    Representation,
)
from idp.encryption import AtRest
from idp.i18n import VIETNAM
from idp.seed.entries import OrganisationEntry, Paper, Persona


def seed_people(
    session: Session, personas: Iterable[Persona], hasher: SecretHasher, at_rest: AtRest, now: datetime
) -> dict[str, str]:
    """Write them; returns the subject of each persona's account. A known person keeps her subject."""
    secrets = SharedHashes(hasher)
    everybody = list(personas)
    people = {persona.id: seed_person(session, persona, now) for persona in everybody}
    session.flush()
    subjects = {}
    for persona in everybody:
        account = _account(session, persona, people[persona.id], now)
        _authenticator(account, persona, secrets, at_rest)
        subjects[persona.id] = account.subject
        for relative, kind in persona.relatives.items():
            session.merge(Kinship(person_id=people[persona.id].id, relative_id=people[relative].id, kind=kind))
        if persona.organisation is not None:
            _organisation(session, persona.organisation, people[persona.id], now)
    session.flush()
    return subjects


class SharedHashes:
    """One hash a run for each different secret.

    All test citizens have the same printed password and passcode, which guard nothing; hashing it for each of them
    would cost half a second of every start. A secret set by a person gets a salt of its own.
    """

    def __init__(self, hasher: SecretHasher) -> None:
        self._hasher = hasher
        self._hashes: dict[str, str] = {}
        self._matches: dict[tuple[str, str], bool] = {}

    def of(self, secret: str | None, stored: str | None) -> str | None:
        """`stored` where it is this secret's and up to date, else a hash of it; None for no secret."""
        if secret is None:
            return None
        if stored is not None and not self._hasher.outdated(stored) and self._match(stored, secret):
            return stored
        if secret not in self._hashes:
            self._hashes[secret] = self._hasher.hash(secret)
        return self._hashes[secret]

    def _match(self, stored: str, secret: str) -> bool:
        if (stored, secret) not in self._matches:
            self._matches[stored, secret] = self._hasher.verify(stored, secret)
        return self._matches[stored, secret]


def seed_person(session: Session, persona: Persona, now: datetime) -> Person:
    """Write one person and her card into the register."""
    person = store.person_by_number(session, persona.personal_id_number)
    if person is None:
        person = Person(id=uuid.uuid4().hex, personal_id_number=persona.personal_id_number, updated_at=now)
        session.add(person)
    values = {
        "kind": persona.kind,
        "full_name": persona.full_name,
        "name_key": names.key(persona.full_name),
        "birthdate": persona.birthdate,
        "sex": persona.sex,
        "nationalities": list(persona.nationalities),
        "birth_registered_at": persona.birth_registered_at,
        "place_of_origin": persona.place_of_origin,
        "permanent_address": persona.permanent_address and persona.permanent_address.stored(),
        "current_address": persona.current_address and persona.current_address.stored(),
        "phone_number": persona.phone_number,
        "email": persona.email,
        "locale": persona.locale,
    }
    changed = {name: value for name, value in values.items() if getattr(person, name) != value}
    for name, value in changed.items():
        setattr(person, name, value)
    if changed:
        person.updated_at = now
    _paper(person, persona.paper)
    return person


def _paper(person: Person, paper: Paper | None) -> None:
    if paper is None:
        person.paper = None
        return
    if person.paper is None:
        person.paper = IdentityPaper()
    card = person.paper
    card.kind, card.number, card.issued_on, card.expires_on = paper.kind, paper.number, paper.issued, paper.expires


def _account(session: Session, persona: Persona, person: Person, now: datetime) -> Account:
    account = store.account_of_person(session, person.id)
    if account is None:
        account = Account(subject=uuid.uuid4().hex, person_id=person.id, opened_at=now)
        account.person = person
        session.add(account)
    entry = persona.account
    account.identity_level, account.state = entry.level, entry.state
    account.lock_reason, account.locked_by = entry.lock_reason, entry.locked_by
    account.locked_at = _midnight(entry.locked_on) if entry.locked_on else None
    return account


def _midnight(day: date) -> datetime:
    """When the day begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


def _authenticator(account: Account, persona: Persona, secrets: SharedHashes, at_rest: AtRest) -> None:
    if persona.password is None and persona.passcode is None and persona.one_time_code_seed is None:
        account.authenticator = None
        return
    if account.authenticator is None:
        account.authenticator = Authenticator()
    stored = account.authenticator
    stored.password_hash = secrets.of(persona.password, stored.password_hash)
    stored.passcode_hash = secrets.of(persona.passcode, stored.passcode_hash)
    seed = persona.one_time_code_seed
    sealed = stored.one_time_code_seed
    if seed is None:
        stored.one_time_code_seed = stored.one_time_code_step = None
    elif sealed is None or one_time_codes.unseal(at_rest, account.subject, sealed) != seed:
        stored.one_time_code_seed = one_time_codes.seal(at_rest, account.subject, seed)
        stored.one_time_code_step = None


def _organisation(session: Session, entry: OrganisationEntry, person: Person, now: datetime) -> None:
    organisation = store.organisation_by_number(session, entry.number)
    if organisation is None:
        organisation = Organisation(id=uuid.uuid4().hex, number=entry.number)
        session.add(organisation)
    organisation.name, organisation.name_en = entry.name["vi"], entry.name["en"]
    session.flush()
    session.merge(Representation(organisation_id=organisation.id, person_id=person.id, role="legal_representative"))
    if store.account_of_organisation(session, organisation.id) is None:
        session.add(
            Account(
                subject=uuid.uuid4().hex,
                organisation_id=organisation.id,
                identity_level=None,
                state="active",
                opened_at=now,
            )
        )
