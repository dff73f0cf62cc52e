"""The accounts package alone: its pages on a small app, with the built-in test citizens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from flask import Flask, Response
from flask.testing import FlaskClient
from seeded_rows import SeededRows
from sqlalchemy.orm import Session

import idp
from idp.accounts.authentication import Authentication
from idp.accounts.blueprints import create_blueprints
from idp.accounts.hashing import SecretHasher
from idp.accounts.levels import legal_day
from idp.accounts.ports import AccountServices, DemoPersona
from idp.clock import FixedClock
from idp.config import Argon2, Config
from idp.db import Database
from idp.encryption import AtRest
from idp.i18n import Catalogue
from idp.seed import loader
from idp.seed.entries import Persona
from idp.seed.officers import seed_officers
from idp.seed.organisations import seed_organisations
from idp.seed.people import seed_people
from idp.seed.residents import seed_residents
from idp.sessions import SignInRequest
from idp.web import Web

IDP = Path(idp.__file__).parent
CHEAP = Argon2(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD, PASSCODE = "MoPhong@2026", "246810"


SEEDED = SeededRows()


@cache
def _personas(today: date) -> loader.Personas:
    return loader.load(None, today)


class CountingHasher(SecretHasher):
    """Counts what it computes: time itself is no reliable witness in a test."""

    computed = 0

    def verify(self, stored: str | None, secret: str) -> bool:
        self.computed += 1
        return super().verify(stored, secret)


@dataclass
class RecordedAudit:
    """Keeps what was recorded."""

    events: list[dict[str, object]] = field(default_factory=list)

    def record(
        self, session: Session, *, event: str, subject: str | None, client_id: str | None,
        details: Mapping[str, object], now: datetime,
    ) -> None:  # fmt: skip
        self.events.append({"event": event, "subject": subject, **details})


@dataclass
class RecordedAccess:
    """Keeps which browser sessions were ended."""

    ended: list[str] = field(default_factory=list)
    acting_ended: list[tuple[str, str]] = field(default_factory=list)

    def end_browser_session(self, session: Session, session_id: str, now: datetime) -> None:
        self.ended.append(session_id)

    def end_acting(self, session: Session, subject: str, organisation: str, now: datetime) -> None:
        self.acting_ended.append((subject, organisation))


@dataclass
class Place:
    """Everything a test of this package needs."""

    app: Flask
    web: Web
    db: Database
    clock: FixedClock
    at_rest: AtRest
    hasher: CountingHasher
    audit: RecordedAudit
    access: RecordedAccess
    personas: Mapping[str, Persona]
    subjects: Mapping[str, str]
    checks: Authentication
    services: AccountServices

    @property
    def issuer(self) -> str:
        return self.services.config.issuer

    def browser(self) -> Browser:
        return Browser(self.app.test_client(), self)

    def later(self, **duration: float) -> datetime:
        self.clock.instant += timedelta(**duration)
        return self.clock.instant


@dataclass
class Browser:
    """A browser that fills in forms as a person does, CSRF token included."""

    client: FlaskClient
    place: Place

    def get(self, path: str) -> Response:
        return self.client.get(path)  # type: ignore[return-value]

    def ask(self, **asked: object) -> str:
        """What another part of the provider does: it sends the browser to the sign-in page. Returns its address."""
        self.client.application.config["ASK"] = SignInRequest(**{"return_to": "/wanted", **asked})  # type: ignore[arg-type]
        return str(self.get("/ask").headers["Location"])

    def submit(self, path: str, **fields: str) -> Response:
        token = csrf_token(self.get("/token").text)
        return self.client.post(path, data={"csrf_token": token, **fields})  # type: ignore[return-value]

    def sign_in(self, path: str = "/sign-in", persona: str = "lan", password: str = PASSWORD) -> Response:
        number = self.place.personas[persona].personal_id_number
        return self.submit(path, number=number, password=password)

    def session(self) -> dict[str, object]:
        found: dict[str, object] = self.client.get("/session").get_json()
        return found


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no CSRF token"
    return found[1]


def make_place(
    db: Database, clock: FixedClock, at_rest: AtRest, folder: Path, *, demo: bool, mock_phone: bool = False
) -> Place:
    catalogue = Catalogue.load(IDP / "translations")
    web = Web(db, clock, catalogue, secure=False, trusted_proxies=())
    app = Flask("idp", template_folder=str(IDP / "templates"), static_folder=str(IDP / "static"))
    app.testing = True
    web.init_app(app)
    hasher, audit, access = CountingHasher(CHEAP), RecordedAudit(), RecordedAccess()
    loaded = _personas(legal_day(clock.now()))

    def seed(session: Session) -> dict[str, str]:
        subjects = seed_people(session, loaded.personas, hasher, at_rest, clock.now())
        seed_residents(session, clock.now())
        seed_officers(session, hasher, at_rest)
        seed_organisations(session)
        return subjects

    subjects = dict(SEEDED.fill(db, clock.now(), seed))
    hasher.computed = 0
    config = Config(
        issuer="http://localhost:5000",
        keys_dir=folder,
        data_dir=folder,
        demo=demo,
        argon2=CHEAP,
        mock_phone=mock_phone,
    )
    cards = tuple(_card(persona) for persona in loaded.personas) if demo else ()
    services = AccountServices(web, db, clock, config, at_rest, hasher, audit, access, cards)
    for blueprint in create_blueprints(services):
        app.register_blueprint(blueprint)
    _helper_pages(app, web)
    checks = Authentication(db, hasher, at_rest, audit)
    return Place(app, web, db, clock, at_rest, hasher, audit, access, loaded.by_id(), subjects, checks, services)


def _card(persona: Persona) -> DemoPersona:
    return DemoPersona(
        persona.id, persona.full_name, persona.personal_id_number, persona.account.level, persona.story,
        persona.password, persona.passcode,
    )  # fmt: skip


def _helper_pages(app: Flask, web: Web) -> None:
    @app.get("/ask")
    def ask() -> Response:
        web.session()
        return web.ask_sign_in(app.config["ASK"])

    @app.get("/token")
    def token() -> str:
        return f'<input name="csrf_token" value="{web.session().csrf_token}">'

    @app.get("/session")
    def session() -> dict[str, object]:
        found = web.existing_session()
        present = found.authentication if found else None
        return {"id": found and found.id, **(present.__dict__ if present else {"subject": None})}
