"""The documents package alone: its pages on a small app, real documents and keys, faked accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response, request
from flask.testing import FlaskClient
from issuing_support import HOLDER, NUMBER, PROVIDER, RecordedAudit, new_document
from sqlalchemy import select
from sqlalchemy.orm import Session

import idp
from idp import acr
from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.documents import issuance
from idp.documents.blueprints import create_blueprints
from idp.documents.document import Document
from idp.documents.document_types import document_types
from idp.documents.issuance import Issuing
from idp.documents.ports import DocumentServices, Holder, PasscodeOutcome, PasscodeVerdict, RelyingParty
from idp.documents.presentation_models import PresentationRecord
from idp.documents.status_tokens import StatusTokens
from idp.i18n import Catalogue
from idp.outbound import Outbound
from idp.sessions import Authentication
from idp.web import Web

IDP = Path(idp.__file__).parent
PASSCODE = "246810"


@dataclass
class FakeHolders:
    """One person, as a test wants her; counts the tries at the passcode."""

    level: int | None = 2
    active: bool = True
    outcome: PasscodeOutcome | None = None
    tries: int = 0

    def holder(self, _session: Session, subject: str, _now: object) -> Holder:
        return Holder(subject, NUMBER, "Nguyễn Thị Mai Lan", self.level, self.active)

    def check_passcode(self, _subject: str, passcode: str, _address: str, _now: object) -> PasscodeOutcome:
        self.tries += 1
        if self.outcome is not None:
            return self.outcome
        right = passcode == PASSCODE
        return PasscodeOutcome(PasscodeVerdict.OK if right else PasscodeVerdict.WRONG, None if right else 4)


class NoParties:
    """The wallet's own pages ask nothing of the registry."""

    def find(self, _session: Session, _client_id: str) -> RelyingParty | None:
        return None

    def keys(self, _party: RelyingParty, _now: object, _kid: str | None) -> None:
        return None


@dataclass
class Place:
    """Everything a test of the wallet's pages needs."""

    app: Flask
    issuing: Issuing
    clock: FixedClock
    db: Database
    holders: FakeHolders
    audit: RecordedAudit

    def browser(self, subject: str | None = HOLDER) -> FlaskClient:
        """A browser in which this person is signed in, or nobody."""
        client = self.app.test_client()
        if subject is not None:
            client.get("/test/sign-in", query_string={"subject": subject})
        return client

    def issue(self, type_id: str = "health-book", issued_on: date = date(2026, 11, 2), **claims: object) -> Document:
        with self.db.begin() as session:
            return issuance.issue(session, self.issuing, new_document(type_id, issued_on, **claims), self.clock.now())

    def history(self) -> list[PresentationRecord]:
        with self.db.begin() as session:
            return list(session.scalars(select(PresentationRecord).order_by(PresentationRecord.id)))

    def events(self, prefix: str) -> list[str]:
        return [entry["event"] for entry in self.audit.entries if entry["event"].startswith(prefix)]

    def later(self, **duration: float) -> None:
        self.clock.instant += timedelta(**duration)


@pytest.fixture(name="place")
def wallet_place(db: Database, clock: FixedClock, issuing: Issuing, audit: RecordedAudit, keys_dir: Path) -> Place:
    """The wallet, its holder signed in nowhere yet, her wallet empty."""
    web = Web(db, clock, Catalogue.load(IDP / "translations"), secure=False, trusted_proxies=())
    app = Flask("idp", template_folder=str(IDP / "templates"), static_folder=str(IDP / "static"))
    app.testing = True
    web.init_app(app)
    holders = FakeHolders()
    services = DocumentServices(
        web=web, db=db, clock=clock, config=Config(issuer=PROVIDER, keys_dir=keys_dir), at_rest=issuing.at_rest,
        holders=holders, relying_parties=NoParties(), audit=audit, issuers=issuing.issuers, types=document_types(),
        status_tokens=StatusTokens(issuing.issuers, PROVIDER, keys_dir), outbound=Outbound(allow_loopback=True),
    )  # fmt: skip
    for blueprint in (*create_blueprints(services), _sign_in(web, clock)):
        app.register_blueprint(blueprint)
    return Place(app, issuing, clock, db, holders, audit)


def _sign_in(web: Web, clock: FixedClock) -> Blueprint:
    blueprint = Blueprint("accounts", __name__)

    @blueprint.get("/test/sign-in")
    def signed_in() -> Response:
        web.authenticate(Authentication(request.args["subject"], acr.LEVELS[0].urn, ("pwd",), clock.now()))
        return Response("signed in")

    @blueprint.get("/sign-in")
    def sign_in() -> Response:
        return Response("the sign-in page")

    return blueprint
