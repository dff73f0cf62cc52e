"""A provider with test people and a sign-in page that signs in whoever the test says, and a browser to drive it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from idp import acr, key_rotation, keyset, sign_in_requests
from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth.blueprints import create_blueprints
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import Registered, register
from idp.oauth.ports import ActingFor, OAuthServices
from idp.outbound import Outbound
from idp.page_account import PageAccount
from idp.sessions import Authentication, SignInRequest
from idp.web import Web
from tests.conftest import NOW

IDP = Path(__file__).parents[2] / "idp"
ISSUER = "https://op.vn-mock.example"
REDIRECT = "https://rp.vn-mock.example/cb"
SIGNED_OUT = "https://rp.vn-mock.example/signed-out"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ALL_SCOPES = "openid identity profile address phone email offline_access"

LAN: Mapping[str, object] = {
    "name": "Nguyễn Thị Mai Lan",
    "gender": "female",
    "birthdate": "1990-03-14",
    "zoneinfo": "Asia/Ho_Chi_Minh",
    "locale": "vi-VN",
    "updated_at": 1_790_000_000,
    "address": {"formatted": "12 đường Sông Ba", "country": "VN"},
    **{"phone_number": "+84900000101", "phone_number_verified": True},
    **{"email": "lan@vn-mock.example", "email_verified": False},
    "personal_id_number": "065190000101",
    "identity_level": 2,
    "nationalities": ["VN"],
}


class FakeSubjects:
    """The people of a test; a subject in `locked` may not be used."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, object]] = {
            "subject-lan": dict(LAN),
            "subject-minh": {**LAN, "name": "Trần Quang Minh", "gender": "male", "phone_number": None},
        }
        self.locked: set[str] = set()
        self.mandates: dict[str, list[ActingFor]] = {}

    def claims(self, session: Session, subject: str) -> Mapping[str, object] | None:
        return self.people.get(subject)

    def may_use(self, session: Session, subject: str, now: datetime) -> bool:
        return subject in self.people and subject not in self.locked

    def organisations(self, session: Session, subject: str, now: datetime) -> list[ActingFor]:
        return self.mandates.get(subject, [])


class FakeAudit:
    def __init__(self) -> None:
        self.events: list[tuple[str, str | None, str | None, Mapping[str, object]]] = []

    def record(
        self,
        session: Session,
        *,
        event: str,
        subject: str | None,
        client_id: str | None,
        details: Mapping[str, object],
        now: datetime,
    ) -> None:
        self.events.append((event, subject, client_id, details))

    def names(self) -> list[str]:
        return [name for name, *_ in self.events]


@dataclass
class SignInPage:
    """Stands for the sign-in pages: signs `subject` in with `amr`, or gives up where `subject` is None."""

    subject: str | None = "subject-lan"
    amr: tuple[str, ...] = ("pwd", "pin", "mfa")
    asked: list[SignInRequest] = field(default_factory=list)
    created: int = 0

    def apply(self) -> Any:
        """Where accounts are applied for: a link there leads on to the sign-in page."""
        self.created += 1
        return redirect(url_for("accounts.sign_in", request=request.args["request"]), 303)


@dataclass
class Provider:
    """The composed provider and one browser at it."""

    app: Flask
    services: OAuthServices
    db: Database
    clock: FixedClock
    subjects: FakeSubjects
    audit: FakeAudit
    page: SignInPage
    browser: FlaskClient
    secret: str = ""

    def register(self, **changes: Any) -> Registered:
        values: dict[str, Any] = {
            "client_id": "rp",
            "client_name_vi": "Dịch vụ thử (MÔ PHỎNG)",
            "client_name_en": "Test service (MOCK)",
            "redirect_uris": (REDIRECT,),
            "post_logout_redirect_uris": (SIGNED_OUT,),
            "scope": ALL_SCOPES,
            "grant_types": ("authorization_code", "refresh_token"),
            "id_token_signed_response_alg": "ES256",
            **changes,
        }
        with self.db.begin() as session:
            return register(session, ClientRegistration(**values), self.clock.now())

    def request(self, **changes: str | None) -> dict[str, str]:
        values: dict[str, str | None] = {
            "response_type": "code",
            "client_id": "rp",
            "redirect_uri": REDIRECT,
            "scope": "openid identity profile",
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in values.items() if value is not None}

    def authorize(self, **changes: str | None) -> TestResponse:
        """Send the request and follow every redirect within the provider."""
        return self.follow(self.browser.get(f"/authorize?{urlencode(self.request(**changes), doseq=True)}"))

    def follow(self, response: TestResponse) -> TestResponse:
        while response.status_code in (302, 303) and response.location.startswith("/"):
            response = self.browser.get(response.location)
        return response

    def decide(self, page: TestResponse, decision: str = "approve", **changes: str) -> TestResponse:
        """Press a button of the consent page."""
        assert page.status_code == 200, page.text
        fields = {**hidden_fields(page), "decision": decision, **changes}
        return self.follow(self.browser.post("/authorize/consent", data=fields))

    def answer(self, **changes: str | None) -> dict[str, str]:
        """The whole way to the client's address, consenting where asked; the parameters found there."""
        response = self.authorize(**changes)
        if response.status_code == 200:
            response = self.decide(response)
        return parameters_of(response)

    def code(self, **changes: str | None) -> str:
        answer = self.answer(**changes)
        assert "code" in answer, answer
        return answer["code"]

    def token(self, auth: tuple[str, str] | None = None, **fields: str | None) -> TestResponse:
        """Post to the token endpoint as the client `rp`; a field that is None is left out."""
        body = {name: value for name, value in fields.items() if value is not None}
        credentials = auth if auth is not None else ("rp", self.secret)
        headers = {"Authorization": basic(*credentials)} if credentials[1] else {}
        return self.app.test_client().post("/token", data=body, headers=headers)

    def redeem(self, code: str, **changes: str | None) -> TestResponse:
        values: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
            **changes,
        }
        return self.token(**values)

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        response = self.redeem(self.code(**changes))
        assert response.status_code == 200, response.text
        return dict(response.get_json())

    def refresh(self, refresh_token: str, **changes: str | None) -> TestResponse:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **changes)

    def userinfo(self, access_token: str) -> TestResponse:
        return self.app.test_client().get("/userinfo", headers={"Authorization": f"Bearer {access_token}"})


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def parameters_of(response: TestResponse) -> dict[str, str]:
    """The parameters a redirect to the client carries, each once."""
    assert response.status_code == 303, response.text
    lists = parse_qs(urlsplit(response.location).query, strict_parsing=True)
    assert all(len(values) == 1 for values in lists.values()), lists
    return {name: values[0] for name, values in lists.items()}


def hidden_fields(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def payload_of(token: str) -> dict[str, Any]:
    """The unverified payload of a JWT."""
    return dict(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")))


@pytest.fixture(scope="session")
def provider_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("provider-keys")
    key_rotation.init(folder, NOW)
    return folder


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load(IDP / "translations")


def compose(
    db: Database, clock: FixedClock, keys: Path, catalogue: Catalogue, config: Config | None = None, **services: Any
) -> Provider:
    """A provider without any client; `config` and `services` where a test needs others."""
    config = config or Config(issuer=ISSUER)
    web = Web(db, clock, catalogue, secure=True, trusted_proxies=config.trusted_proxies)
    web.account_of = lambda _session, subject: PageAccount(f"page name of {subject}")
    subjects, audit, page = FakeSubjects(), FakeAudit(), SignInPage()
    made = OAuthServices(
        web=web, db=db, clock=clock, config=config, keys=keyset.KeySet.load(keys, clock),
        pairwise_salt=b"p" * 32, subjects=subjects, audit=audit,
        **{"outbound": Outbound(allow_loopback=True), **services},
    )  # fmt: skip
    app = Flask("idp", root_path=str(IDP))
    app.testing = True
    web.init_app(app)
    app.add_url_rule("/register", "applications.choose", page.apply)
    for blueprint in [*create_blueprints(made), _sign_in_blueprint(made, page)]:
        app.register_blueprint(blueprint)
    return Provider(app, made, db, clock, subjects, audit, page, app.test_client())


@pytest.fixture
def bare(db: Database, clock: FixedClock, provider_keys: Path, catalogue: Catalogue) -> Provider:
    """The provider without any client."""
    return compose(db, clock, provider_keys, catalogue)


@pytest.fixture
def provider(bare: Provider) -> Provider:
    """The provider with the confidential client `rp`."""
    bare.secret = bare.register().client_secret or ""
    return bare


def _sign_in_blueprint(services: OAuthServices, page: SignInPage) -> Blueprint:
    accounts = Blueprint("accounts", __name__)

    @accounts.get("/sign-in")
    def sign_in() -> Response:
        web, now = services.web, services.clock.now()
        with services.db.read() as session:
            asked = sign_in_requests.sign_in_request(session, web.session(), request.args["request"], now)
        assert asked is not None
        page.asked.append(asked)
        if page.subject is None:
            return web.redirect(str(asked.cancel_to))
        web.authenticate(Authentication(page.subject, acr.achieved(page.amr), page.amr, now))
        return web.redirect(asked.return_to)

    return accounts
