"""What fills the ports of one part with another: none knows the others, the composer (`idp.app`) knows all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from idp.accounts import calendar
from idp.accounts import services as people
from idp.accounts.authentication import Authentication
from idp.accounts.officers import roles as officer_roles
from idp.accounts.officers.endpoints.desk import Desk
from idp.accounts.officers.roles import Action
from idp.accounts.organisations import mandates
from idp.documents.ports import (
    Holder,
    Officer,
    PasscodeOutcome,
    PasscodeVerdict,
    RelyingParty,
)
from idp.oauth import clients
from idp.oauth.fetched_keys import FetchedKeys
from idp.oauth.ports import ActingFor, Operator


class Subjects:
    """Fills the OpenID Provider's port with the accounts."""

    def claims(self, session: Session, subject: str) -> Mapping[str, object] | None:
        return people.claims(session, subject)

    def may_use(self, session: Session, subject: str, now: datetime) -> bool:
        return people.may_use(session, subject, now)

    def organisations(self, session: Session, subject: str, now: datetime) -> Sequence[ActingFor]:
        found = mandates.of(session, subject, now)
        return [ActingFor(one.subject, one.number, one.name, one.role) for one in found]


@dataclass(frozen=True)
class Holders:
    """Fills the wallet's port with the accounts."""

    authentication: Authentication

    def holder(self, session: Session, subject: str, now: datetime) -> Holder | None:
        found = people.holder(session, subject, now)
        if found is None:
            return None
        return Holder(found.subject, found.personal_id_number, found.full_name, found.identity_level, found.active)

    def check_passcode(self, subject: str, passcode: str, address: str, now: datetime) -> PasscodeOutcome:
        outcome = self.authentication.check_passcode(subject, passcode, address, now)
        return PasscodeOutcome(PasscodeVerdict(outcome.result.value), outcome.remaining, outcome.until)


@dataclass(frozen=True)
class RegistryOperators:
    """Fills the registry's port with the officers whose role it is."""

    desk: Desk

    def protect(self, blueprint: Blueprint) -> Blueprint:
        return self.desk.protect(blueprint)

    def admitted(self) -> Operator | Response:
        found = self.desk.admitted(Action.MANAGE_CLIENTS)
        return found if isinstance(found, Response) else Operator(found.officer_id or "", found.full_name)

    def render(self, template: str, status: int, **context: Any) -> Response:
        return self.desk.render(template, status, **context)


@dataclass(frozen=True)
class DocumentOfficers:
    """Fills the port of the documents' desk with the officers whose role it is."""

    desk: Desk

    def protect(self, blueprint: Blueprint) -> Blueprint:
        return self.desk.protect(blueprint)

    def admitted(self) -> Officer | Response:
        return self._admitted(Action.KEEP_RECORDS)

    def admitted_to_issue(self) -> Officer | Response:
        return self._admitted(Action.ISSUE_DOCUMENTS)

    def _admitted(self, action: Action) -> Officer | Response:
        found = self.desk.admitted(action)
        if isinstance(found, Response):
            return found
        return Officer(found.officer_id or "", found.full_name, officer_roles.office(found.office).issuer or "")

    def stated(self, purpose: str, case: str) -> tuple[str, str] | None:
        number = officer_roles.case_number(case)
        return (purpose, number) if purpose in officer_roles.purposes() and number is not None else None

    def purposes(self, lang: str) -> Sequence[tuple[str, str]]:
        return [(key, name[lang]) for key, name in officer_roles.purposes().items()]

    def render(self, template: str, status: int, **context: Any) -> Response:
        return self.desk.render(template, status, **context)


class WorkingDays:
    """Fills the port of the documents' desk with Vietnam's calendar."""

    def due_on(self, received: datetime, working_days: int) -> date:
        return calendar.due_day(received, working_days)

    def over(self, due_on: date, now: datetime) -> bool:
        return now >= calendar.end_of(due_on)


@dataclass(frozen=True)
class RelyingParties:
    """Fills the wallet's port with the client registry."""

    fetched: FetchedKeys

    def find(self, session: Session, client_id: str) -> RelyingParty | None:
        found = clients.relying_party(session, client_id)
        return None if found is None else RelyingParty(
            client_id=found.client_id, name={"vi": found.name_vi, "en": found.name_en}, jwks=found.jwks,
            request_uris=found.request_uris, response_uris=found.response_uris,
            document_types=found.document_types, redirect_uris=found.redirect_uris, jwks_uri=found.jwks_uri,
        )  # fmt: skip

    def keys(self, party: RelyingParty, now: datetime, kid: str | None) -> Mapping[str, object] | None:
        found = party.jwks_uri and self.fetched.get(party.client_id, party.jwks_uri, now, kid)
        return {"keys": [dict(jwk) for jwk in found]} if found else None
