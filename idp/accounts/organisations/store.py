"""Queries on organisations, who may act for them, and applications for their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session, joinedload

from idp.accounts.models import Account, Organisation, Representation
from idp.accounts.organisations.models import OrganisationApplication
from idp.prepared import Prepared

_REPRESENTS = Prepared(
    select(Representation.organisation_id).where(Representation.person_id == bindparam("person_id")).limit(1)
)


def representations_of(session: Session, person_id: str) -> Sequence[Representation]:
    """Every organisation that this person may act for, with the role."""
    session.flush()  # it may wait to be written
    if _REPRESENTS.one(session, person_id=person_id) is None:  # most act for none, and are asked of at each sign-in
        return ()
    statement = (
        select(Representation)
        .join(Representation.organisation)
        .where(Representation.person_id == person_id)
        .options(joinedload(Representation.organisation))
        .order_by(Organisation.name, Organisation.id)
    )
    return session.scalars(statement).all()


def representation(session: Session, organisation_id: str, person_id: str) -> Representation | None:
    return session.get(Representation, (organisation_id, person_id))


def staff_of(session: Session, organisation_id: str) -> Sequence[Representation]:
    """Those whom the legal representative has authorised."""
    statement = (
        select(Representation)
        .where(Representation.organisation_id == organisation_id, Representation.role == "staff")
        .options(joinedload(Representation.person))
        .order_by(Representation.authorised_at, Representation.person_id)
    )
    return session.scalars(statement).all()


def representing(session: Session, organisation_id: str) -> Sequence[Representation]:
    """Everybody who may act for this organisation."""
    statement = select(Representation).where(Representation.organisation_id == organisation_id)
    return session.scalars(statement.order_by(Representation.person_id)).all()


def waiting_of(session: Session, organisation_id: str) -> OrganisationApplication | None:
    """The one open application for this organisation."""
    row = OrganisationApplication
    statement = select(row).where(row.organisation_id == organisation_id, row.state == "waiting")
    return session.scalar(statement)


def end_staff(session: Session, organisation_id: str, person_id: str) -> bool:
    """True for the one caller who ended it. What the register says of a legal representative is not ended here."""
    row = Representation
    ended = delete(row).where(row.organisation_id == organisation_id, row.person_id == person_id, row.role == "staff")
    return _one(session.execute(ended.execution_options(synchronize_session=False)))


def application(session: Session, application_id: str) -> OrganisationApplication | None:
    return session.get(OrganisationApplication, application_id, populate_existing=True)


def applications_of(session: Session, subject: str) -> Sequence[OrganisationApplication]:
    """A person's applications, newest first."""
    statement = (
        select(OrganisationApplication)
        .where(OrganisationApplication.subject == subject)
        .options(joinedload(OrganisationApplication.organisation))
        .order_by(OrganisationApplication.applied_at.desc(), OrganisationApplication.id)
    )
    return session.scalars(statement).all()


def applied(session: Session, organisation_id: str) -> bool:
    """Whether anybody ever applied for it, however that ended."""
    row = OrganisationApplication
    return session.scalar(select(row.id).where(row.organisation_id == organisation_id).limit(1)) is not None


def waiting(session: Session) -> Sequence[OrganisationApplication]:
    """What officers have to decide, the first due first."""
    statement = (
        select(OrganisationApplication)
        .where(OrganisationApplication.state == "waiting")
        .options(joinedload(OrganisationApplication.organisation))
        .order_by(OrganisationApplication.due_on, OrganisationApplication.applied_at)
    )
    return session.scalars(statement).all()


def decide(session: Session, application_id: str, refusal: str | None, decided_by: str, now: datetime) -> bool:
    """True for the one decision that is the first."""
    row = OrganisationApplication
    state = "approved" if refusal is None else "refused"
    decided = (
        update(row)
        .where(row.id == application_id, row.state == "waiting")
        .values(state=state, refusal=refusal, decided_by=decided_by, decided_at=now)
    )
    return _one(session.execute(decided.execution_options(synchronize_session=False)))


def overrule(session: Session, application_id: str, refusal: str) -> None:
    """An approval that came too late, in the same transaction."""
    row = OrganisationApplication
    changed = update(row).where(row.id == application_id).values(state="refused", refusal=refusal)
    session.execute(changed.execution_options(synchronize_session=False))


def activate(session: Session, organisation_id: str) -> bool:
    """True for the one caller who takes an issued account into use."""
    row = Account
    activated = update(row).where(row.organisation_id == organisation_id, row.state == "issued")
    return _one(session.execute(activated.values(state="active").execution_options(synchronize_session=False)))


def _one(result: object) -> bool:
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
