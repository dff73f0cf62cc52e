"""The composer: builds every part and wires them to each other; the only module that knows them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from flask import Blueprint, Flask, Response, url_for
from sqlalchemy.orm import Session

from idp import hosts, outbound, sessions, throttling, type_files
from idp.accounts import means, register_facts
from idp.accounts import services as people
from idp.accounts.authentication import Authentication
from idp.accounts.blueprints import create_blueprints as account_blueprints
from idp.accounts.hashing import SecretHasher
from idp.accounts.levels import legal_day
from idp.accounts.names import nfc
from idp.accounts.officers.endpoints.desk import Desk
from idp.accounts.organisations import mandates
from idp.accounts.ports import AccountServices, DemoPersona
from idp.adapters import DocumentOfficers, Holders, RegistryOperators, RelyingParties, Subjects, WorkingDays
from idp.application import Application
from idp.audit import events as audit_events
from idp.audit import officers_store
from idp.audit import store as audit_store
from idp.audit.store import AuditLog
from idp.clock import Clock, SystemClock
from idp.config import Config, ConfigError
from idp.db import Database
from idp.documents.blueprints import create_blueprints as document_blueprints
from idp.documents.document_types import document_types
from idp.documents.issuers import Issuers
from idp.documents.names import DocumentNames
from idp.documents.ports import (
    DocumentServices,
    RequestDesk,
)
from idp.documents.status_tokens import StatusTokens
from idp.encryption import AtRest
from idp.i18n import Catalogue
from idp.keyset import KeySet
from idp.oauth import client_authorities, linked_services, logout_store, tokens
from idp.oauth import store as oauth_store
from idp.oauth.blueprints import create_blueprints as oauth_blueprints
from idp.oauth.courier import Courier
from idp.oauth.fetched_keys import FetchedKeys
from idp.oauth.ports import OAuthServices
from idp.page_account import PageAccount
from idp.recent_refusals import RecentRefusals
from idp.seed import loader
from idp.web import Web

HERE = Path(__file__).parent
MAX_BODY = 512 * 1024  # bytes


def create_app(config: Config, clock: Clock | None = None) -> Flask:
    """The whole provider. The database and the keys must be there (`idp.cli.provision`)."""
    clock = clock or SystemClock()
    type_files.use(config.document_types_dir)
    db = Database(config.database_url)
    catalogue = Catalogue.load(HERE / "translations")
    web = Web(
        db,
        clock,
        catalogue,
        secure=config.secure,
        trusted_proxies=config.trusted_proxies,
        cookie_suffix=config.cookie_suffix,
    )
    web.account_of = _page_account
    app = Application("idp", template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.extensions["mock_vneid_db"] = db
    forget(db, clock.now())
    web.init_app(app)
    more = [host for host in (urlsplit(config.mtls_url).hostname,) if host]
    hosts.guard(app, config.issuer, config.host, (*config.allowed_hosts, *more))
    for blueprint in _blueprints(app, config, clock, db, web):
        app.register_blueprint(blueprint)
    return app


def forget(db: Database, now: datetime) -> None:
    """Delete what is over and protects nobody any more; once a start is often enough for a sandbox."""
    with db.begin() as session:
        oauth_store.delete_expired(session, now)
        sessions.delete_expired(session, now)
        throttling.delete_forgotten(session, now)
        logout_store.forget(session, now - logout_store.KEPT_FOR)


def _blueprints(app: Flask, config: Config, clock: Clock, db: Database, web: Web) -> list[Blueprint]:
    at_rest = AtRest.from_file(config.keys_dir / "at-rest.key")
    hasher, audit = SecretHasher(config.argon2), AuditLog.from_file(config.keys_dir / "audit.key")
    issuers = Issuers(config.keys_dir)
    web.mandates = mandates.SessionMandates(audit)
    db.info[sessions.ENDING] = partial(_session_ends, clock)
    outgoing = outbound.of(config)
    fetched, recent = FetchedKeys(outgoing), RecentRefusals()
    oauth = OAuthServices(
        web=web, db=db, clock=clock, config=config, audit=audit, subjects=Subjects(), recent=recent,
        keys=KeySet.load(config.keys_dir, clock), pairwise_salt=(config.keys_dir / "pairwise.salt").read_bytes(),
        reachable_acr=means.reachable(means.OFFERED), reachable_by=partial(_reachable_by, config), outbound=outgoing,
        fetched_keys=fetched, certificate_authorities=_authorities(config), document_types=document_types().vcts,
    )  # fmt: skip
    accounts = AccountServices(
        web=web, db=db, clock=clock, config=config, at_rest=at_rest, hasher=hasher, audit=audit,
        access=tokens, personas=_demo_personas(config, clock.now()), history=audit_store, trail=officers_store,
        links=linked_services, events=_events_of_holders(), after_sign_out="/end-session/services",
        document_names=DocumentNames(document_types(), issuers),
    )  # fmt: skip
    documents = DocumentServices(
        web=web, db=db, clock=clock, config=config, at_rest=at_rest, audit=audit, issuers=issuers,
        holders=Holders(Authentication(db, hasher, at_rest, audit)), relying_parties=RelyingParties(fetched),
        types=document_types(), status_tokens=StatusTokens(issuers, config.issuer, config.keys_dir), recent=recent,
        outbound=outgoing, desk=RequestDesk(DocumentOfficers(Desk(accounts)), register_facts, WorkingDays()),
    )  # fmt: skip
    oauth = replace(oauth, operators=RegistryOperators(Desk(accounts)))
    app.extensions["mock_vneid_courier"] = Courier(oauth)
    return [
        _home(web, config),
        *account_blueprints(accounts),
        *oauth_blueprints(oauth),
        *document_blueprints(documents),
    ]


def _authorities(config: Config) -> tuple[x509.Certificate, ...]:
    """Those whose certificates clients may authenticate with. Raises ConfigError."""
    path = config.client_certificate_authorities
    if path is None:
        return ()
    try:
        found = tuple(x509.load_pem_x509_certificates(path.read_bytes()))
        faults = [(each, client_authorities.fault(each)) for each in found]
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"IDP_CLIENT_CERTIFICATE_AUTHORITIES: {path} is no readable file of certificates"
        ) from error
    for each, fault in faults:
        if fault is not None:
            raise ConfigError(
                f"IDP_CLIENT_CERTIFICATE_AUTHORITIES: {each.subject.rfc4514_string()!r} in {path} {fault}"
            )
    return found


def _home(web: Web, config: Config) -> Blueprint:
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def index() -> Response:
        personas = url_for("accounts.personas") if config.demo else None
        return web.render("home.html", personas_url=personas, trust_list_url="/trust-list")

    return blueprint


def _session_ends(clock: Clock, session: Session, session_id: str) -> None:
    tokens.end_browser_session(session, session_id, clock.now())


def _reachable_by(config: Config, session: Session, subject: str) -> tuple[str, ...]:
    return means.reachable(means.of_account(session, subject, simulated_phone=config.mock_phone))


def _page_account(session: Session, subject: str) -> PageAccount | None:
    name = people.display_name(session, subject)
    return PageAccount(name) if name else None


def _events_of_holders() -> Mapping[str, Mapping[str, str]]:
    known = audit_events.catalogue()
    return {name: {"vi": known[name].vi, "en": known[name].en} for name in audit_events.seen_by("holder")}


def _demo_personas(config: Config, now: datetime) -> tuple[DemoPersona, ...]:
    if not config.demo:
        return ()
    return tuple(
        DemoPersona(
            id=persona.id, name=nfc(persona.full_name), personal_id_number=persona.personal_id_number,
            identity_level=persona.account.level, story=persona.story,
            password=persona.password, passcode=persona.passcode,
        )
        for persona in loader.load(config.personas, legal_day(now)).personas
    )  # fmt: skip
