"""Queries of the register and the accounts: the only place in this package with `select()`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from idp.accounts.models import Account, Authenticator, IdentityPaper, Organisation, Person, Representation
from idp.prepared import Prepared

_HOLDER = (
    joinedload(Account.person).joinedload(Person.paper),
    joinedload(Account.organisation),
    joinedload(Account.authenticator),
)


_OF_NUMBER = Prepared(
    select(Account.subject).join(Account.person).where(Person.personal_id_number == bindparam("number"))
)
_NAMES = Prepared(
    select(Person.full_name, Organisation.name)
    .select_from(Account)
    .outerjoin(Account.person)
    .outerjoin(Account.organisation)
    .where(Account.subject == bindparam("subject"))
)
_READ = "mock_vneid_accounts"  # in Session.info


def account(session: Session, subject: str) -> Account | None:
    """The account with its holder and authenticator; read once in each transaction, however many parts ask."""
    read: dict[str, Account] = session.info.setdefault(_READ, {})
    found = read.get(subject)
    if found is None or found not in session:
        found = session.get(Account, subject)
        if found is not None:
            _hold(session, found)
            read[subject] = found
    return found


def _hold(session: Session, found: Account) -> None:
    """Read by their keys what hangs on the account: quicker than one statement that joins five tables."""
    person = session.get(Person, found.person_id) if found.person_id else None
    if person is not None:
        set_committed_value(person, "paper", session.get(IdentityPaper, person.id))
    organisation = session.get(Organisation, found.organisation_id) if found.organisation_id else None
    set_committed_value(found, "person", person)
    set_committed_value(found, "organisation", organisation)
    set_committed_value(found, "authenticator", session.get(Authenticator, found.subject))


def holder_name(session: Session, subject: str) -> str | None:
    """The name of the account's holder, and nothing else."""
    row = _NAMES.one(session, subject=subject)
    return None if row is None else row[0] or row[1]


def account_to_change(session: Session, subject: str) -> Account | None:
    """The account, its row held till the transaction ends: two changes of its state follow one another.

    Its holder may open it again while an officer locks it for another reason; the later must see the earlier.
    """
    session.execute(select(Account.subject).where(Account.subject == subject).with_for_update())
    statement = select(Account).where(Account.subject == subject).options(*_HOLDER)
    return session.scalar(statement.execution_options(populate_existing=True))


def account_by_number(session: Session, personal_id_number: str) -> Account | None:
    """The account of the person with this number."""
    row = _OF_NUMBER.one(session, number=personal_id_number)
    return None if row is None else account(session, row.subject)


def person_by_number(session: Session, personal_id_number: str) -> Person | None:
    return session.scalar(select(Person).where(Person.personal_id_number == personal_id_number))


def account_of_person(session: Session, person_id: str) -> Account | None:
    return session.scalar(select(Account).where(Account.person_id == person_id).options(*_HOLDER))


def account_of_organisation(session: Session, organisation_id: str) -> Account | None:
    return session.scalar(select(Account).where(Account.organisation_id == organisation_id).options(*_HOLDER))


def organisation_by_number(session: Session, number: str) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.number == number))


def organisations_of(session: Session, person_id: str) -> Sequence[Organisation]:
    """The organisations that this person represents."""
    statement = (
        select(Organisation)
        .join(Representation, Representation.organisation_id == Organisation.id)
        .where(Representation.person_id == person_id)
        .order_by(Organisation.name)
    )
    return session.scalars(statement).all()


def accounts_with_codes(session: Session) -> Sequence[Account]:
    """Accounts of persons whose phone makes one-time codes."""
    statement = select(Account).join(Account.authenticator).join(Account.person)
    statement = statement.where(Authenticator.one_time_code_seed.is_not(None)).order_by(Person.name_key)
    return session.scalars(statement.options(*_HOLDER)).all()


def use_code_step(session: Session, subject: str, step: int) -> bool:
    """Mark a one-time code's time step as used; False where it, or a later one, was used before (RFC 6238 5.2)."""
    statement = (
        update(Authenticator)
        .where(Authenticator.subject == subject)
        .where(or_(Authenticator.one_time_code_step.is_(None), Authenticator.one_time_code_step < step))
        .values(one_time_code_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def replace_hash(session: Session, subject: str, column: str, old: str, new: str) -> None:
    """Store a hash made with newer parameters, unless the secret was changed meanwhile."""
    field = getattr(Authenticator, column)
    session.execute(
        update(Authenticator)
        .where(Authenticator.subject == subject, field == old)
        .values({column: new})
        .execution_options(synchronize_session=False)
    )
