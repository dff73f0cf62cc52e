"""The wallet's side of presenting on a small app: real documents, real pages, faked accounts and registry."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask.testing import FlaskClient
from issuing_support import HOLDER, NUMBER, PROVIDER, RecordedAudit, new_document
from relying_party import Verifier
from sqlalchemy import select
from sqlalchemy.orm import Session

import idp
from idp import acr
from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.documents import issuance, wallet
from idp.documents.blueprints import create_blueprints
from idp.documents.document import Document
from idp.documents.document_types import document_types
from idp.documents.issuance import Issuing
from idp.documents.ports import DocumentServices, Holder, PasscodeOutcome, PasscodeVerdict, RelyingParty
from idp.documents.presentation_models import PresentationRecord
from idp.documents.status_tokens import StatusTokens
from idp.i18n import Catalogue
from idp.oauth.fetched_keys import FetchedKeys
from idp.outbound import Outbound
from idp.sessions import Authentication
from idp.web import Web

IDP = Path(idp.__file__).parent
PASSCODE = "246810"
OWN_PAGE = "a page of the relying party's"


@dataclass
class FakeHolders:
    """One person, as a test wants her; counts the tries at the passcode."""

    level: int | None = 2
    active: bool = True
    outcome: PasscodeOutcome | None = None
    tries: int = 0

    def holder(self, _session: Session, subject: str, _now: datetime) -> Holder | None:
        return Holder(subject, NUMBER, "Nguyễn Thị Mai Lan", self.level, self.active)

    def check_passcode(self, _subject: str, passcode: str, _address: str, _now: datetime) -> PasscodeOutcome:
        self.tries += 1
        if self.outcome is not None:
            return self.outcome
        right = passcode == PASSCODE
        return PasscodeOutcome(PasscodeVerdict.OK if right else PasscodeVerdict.WRONG, None if right else 4)


@dataclass
class FakeParties:
    parties: dict[str, RelyingParty] = field(default_factory=dict)
    fetched: FetchedKeys = field(default_factory=lambda: FetchedKeys(Outbound(allow_loopback=True)))
    asked_for: list[str | None] = field(default_factory=list)

    def find(self, _session: Session, client_id: str) -> RelyingParty | None:
        return self.parties.get(client_id)

    def keys(self, party: RelyingParty, now: datetime, kid: str | None) -> dict[str, object] | None:
        self.asked_for.append(kid)
        found = self.fetched.get(party.client_id, party.jwks_uri, now, kid) if party.jwks_uri else ()
        return {"keys": [dict(jwk) for jwk in found]} if found else None


@dataclass
class Place:
    """Everything a test of presenting needs."""

    app: Flask
    services: DocumentServices
    issuing: Issuing
    clock: FixedClock
    db: Database
    holders: FakeHolders
    registry: FakeParties
    verifier: Verifier
    audit: RecordedAudit

    def browser(self, subject: str | None = HOLDER) -> Browser:
        browser = Browser(self.app.test_client(), self)
        if subject is not None:
            browser.client.get("/test/sign-in", query_string={"subject": subject})
        return browser

    def issue(self, type_id: str = "health-book", issued_on: date = date(2026, 11, 2), **claims: object) -> Document:
        with self.db.begin() as session:
            return issuance.issue(session, self.issuing, new_document(type_id, issued_on, **claims), self.clock.now())

    def document(self, document_id: str) -> Document:
        with self.db.read() as session:
            found = wallet.document(session, HOLDER, document_id)
        assert found is not None
        return found

    def history(self) -> list[PresentationRecord]:
        with self.db.begin() as session:
            return list(session.scalars(select(PresentationRecord).order_by(PresentationRecord.id)))

    def events(self, prefix: str = "presentation.") -> list[str]:
        return [entry["event"] for entry in self.audit.entries if entry["event"].startswith(prefix)]

    def later(self, **duration: float) -> None:
        self.clock.instant += timedelta(**duration)


@dataclass
class Browser:
    """A browser that opens the wallet from the relying party's page, and fills in its forms as a person does."""

    client: FlaskClient
    place: Place
    page: str = ""
    path: str = ""
    status: int = 0

    def open(self, path: str | None = None, referer: str | None = OWN_PAGE) -> Browser:
        referer = f"{self.place.verifier.url}/" if referer == OWN_PAGE else referer
        headers = {} if referer is None else {"Referer": referer}
        response = self.client.get(path or self.place.verifier.link(), headers=headers)
        self._take(response)
        if response.status_code == 303:
            self.path = response.headers["Location"]
            self.get()
        return self

    def get(self) -> Browser:
        self._take(self.client.get(self.path))
        return self

    def _take(self, response: object) -> None:
        assert hasattr(response, "text")
        assert hasattr(response, "status_code")
        self.page, self.status = response.text, response.status_code
        self.headers = response.headers  # type: ignore[attr-defined]

    def post(self, action: str, **fields: str | list[str]) -> Browser:
        values = {"csrf_token": self.field("csrf_token"), **fields}
        self._take(self.client.post(f"{self.path}/{action}", data=values))
        return self

    def approve(self, passcode: str = PASSCODE, **fields: str | list[str]) -> Browser:
        return self.post("approve", shown=self.field("shown"), passcode=passcode, **fields)

    def refuse(self) -> Browser:
        return self.post("refuse")

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"no field {name} on the page"
        return found[1]

    def shows(self, testid: str) -> bool:
        return f'data-testid="{testid}"' in self.page

    def section(self, testid: str) -> str:
        """What a section says, without its markup."""
        found = re.search(rf'<section[^>]* data-testid="{testid}">(.*?)</section>', self.page, re.DOTALL)
        assert found, f"no section {testid} on the page"
        return _words(found[1])

    @property
    def words(self) -> str:
        """What the page says, without its markup."""
        return _words(self.page.partition("<main ")[2].partition(">")[2].partition("</main>")[0])

    def sent(self) -> list[dict[str, Any]]:
        """What the relying party received so far, decrypted."""
        return [self.place.verifier.opened(index) for index in range(len(self.place.verifier.answers.received))]


def _words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def make_place(
    db: Database, clock: FixedClock, issuing: Issuing, verifier: Verifier, audit: RecordedAudit, folder: Path
) -> Place:
    web = Web(db, clock, Catalogue.load(IDP / "translations"), secure=False, trusted_proxies=())
    app = Flask("idp", template_folder=str(IDP / "templates"), static_folder=str(IDP / "static"))
    app.testing = True
    web.init_app(app)
    holders, registry = FakeHolders(), FakeParties({verifier.client_id: verifier.party()})
    services = DocumentServices(
        web=web, db=db, clock=clock, config=Config(issuer=PROVIDER, keys_dir=folder), at_rest=issuing.at_rest,
        holders=holders, relying_parties=registry, audit=audit, issuers=issuing.issuers, types=document_types(),
        status_tokens=StatusTokens(issuing.issuers, PROVIDER, folder), outbound=Outbound(allow_loopback=True),
    )  # fmt: skip
    for blueprint in create_blueprints(services):
        app.register_blueprint(blueprint)
    app.register_blueprint(_sign_in(web, clock))
    return Place(app, services, issuing, clock, db, holders, registry, verifier, audit)


def _sign_in(web: Web, clock: FixedClock) -> Blueprint:
    blueprint = Blueprint("accounts", __name__)

    @blueprint.get("/test/sign-in")
    def signed_in() -> Response:
        web.session()
        web.authenticate(Authentication(request.args["subject"], acr.LEVELS[0].urn, ("pwd",), clock.now()))
        return Response("signed in")

    @blueprint.get("/test/sign-out")
    def signed_out() -> Response:
        web.end_session()
        return Response("signed out")

    @blueprint.get("/sign-in")
    def sign_in() -> Response:
        return Response("the sign-in page")

    return blueprint
