"""The operators' pages of the registry: nobody else comes in, every act is recorded, what is wrong stands beside."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.oauth import client_document
from idp.oauth.blueprints import create_blueprints
from idp.oauth.client_fields import all_fields
from idp.oauth.hashing import digest, same
from idp.oauth.ports import Operator
from tests.oauth.conftest import IDP, REDIRECT, Provider
from tests.oauth.registrations import kept

TYPES = ("urn:vn-mock:pid:1", "urn:vn-mock:health-book:1")
PATHS = (
    "/registry/", "/registry/new", "/registry/tokens", "/registry/clients/rp", "/registry/clients/rp/edit",
    "/registry/clients/rp/disable", "/registry/clients/rp/enable", "/registry/clients/rp/remove",
    "/registry/clients/rp/renew-secret",
)  # fmt: skip


class Desk:
    """Stands for the officers: lets the operator in while `present`, and checks the form's token."""

    def __init__(self, provider: Provider) -> None:
        self.web, self.present = provider.services.web, True

    def protect(self, blueprint: Blueprint) -> Blueprint:
        blueprint.before_request(self._check)
        return blueprint

    def admitted(self) -> Operator | Response:
        return Operator("officer-1", "Đỗ Văn Kết") if self.present else Response("sign in first", 401)

    def render(self, template: str, status: int, **context: Any) -> Response:
        return self.web.render(template, status, officer=None, officer_csrf="right", role=None, may=set(), **context)

    def _check(self) -> Response | None:
        wrong = request.method == "POST" and request.form.get("csrf_token") != "right"
        return Response("form expired", 400) if wrong else None


class Pages:
    """A browser at the registry."""

    def __init__(self, provider: Provider) -> None:
        self.provider, self.desk = provider, Desk(provider)
        app = Flask("idp", root_path=str(IDP))
        app.testing = True
        provider.services.web.init_app(app)
        services = replace(provider.services, operators=self.desk, document_types=TYPES)
        for blueprint in create_blueprints(services):
            app.register_blueprint(blueprint)
        self.browser: FlaskClient = app.test_client()

    def get(self, path: str, lang: str = "en") -> TestResponse:
        return self.browser.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.browser.post(f"{path}?lang=en", data={"csrf_token": "right", **fields})

    def typed(self, path: str) -> dict[str, Any]:
        """The fields of the page's first form, as a browser would send them untouched."""
        page = self.get(path).text.split("<form", 2)[1].split("</form>", 1)[0]
        found: dict[str, Any] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            of = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if of.get("type") not in ("checkbox", "radio", "hidden"):
                found[of["name"]] = of.get("value", "")
            elif " checked" in tag:
                found.setdefault(of["name"], []).append(of["value"])
        for name, content in re.findall(r'<textarea id="(\w+)".*?>(.*?)</textarea>', page, re.DOTALL):
            found[name] = content.replace("&#34;", '"')
        for name, content in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
            found[name] = re.search(r'value="([^"]*)" selected', content + ' value="" selected')[1]  # type: ignore[index]
        return found


@pytest.fixture
def pages(provider: Provider) -> Pages:
    provider.audit.events.clear()
    return Pages(provider)


def problem(answer: TestResponse) -> tuple[str, str]:
    """The field that is wrong, and what stands beside it."""
    field = re.search(r'data-testid="registry-wrong">([^<]*)<', answer.text)
    assert field, answer.text
    beside = re.search(
        rf'id="{field[1]}-error">.*?<span>(.*?)</span>|field-error">.*?<span>(.*?)</span>', answer.text
    )
    return field[1], (beside[1] or beside[2]) if beside else ""


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_comes_in(pages: Pages, path: str) -> None:
    """Not to look, not to act."""
    pages.desk.present = False
    assert pages.get(path).status_code == 401
    assert pages.post(path).status_code in (401, 405)
    assert pages.provider.audit.events == []


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/registry/" and not path.endswith("/rp")])
def test_a_form_of_another_site_is_refused(pages: Pages, path: str) -> None:
    """CSRF: the token of the operator's own session."""
    assert pages.post(path, csrf_token="wrong").status_code == 400
    row = kept(pages.provider, "rp")
    assert row is not None
    assert row.disabled_at is None
    assert pages.provider.audit.events == []


def test_without_operators_there_are_no_pages(provider: Provider) -> None:
    """A provider that is composed without them has nothing there."""
    assert provider.app.test_client().get("/registry/").status_code == 404


@pytest.mark.parametrize("path", ["", "/edit", "/disable", "/remove", "/renew-secret"])
def test_an_unknown_client_is_told(pages: Pages, path: str) -> None:
    assert pages.get(f"/registry/clients/nobody{path}").status_code == 404
    if path:
        assert pages.post(f"/registry/clients/nobody{path}").status_code == 404


def test_the_list_is_searched(pages: Pages) -> None:
    """By name, identifier and address; every word must be there."""
    pages.provider.register(
        client_id="clinic", client_name_vi="Trạm y tế", redirect_uris=("https://tram.example/cb",)
    )
    for query, found in (
        ("", {"rp", "clinic"}),
        ("TRẠM", {"clinic"}),
        ("tram.example y", {"clinic"}),
        ("xyz", set()),
    ):
        page = pages.get(f"/registry/?q={query}").text
        assert set(re.findall(r'data-testid="open-(\w+)"', page)) == found, query


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_how_a_client_stands_is_shown(pages: Pages, lang: str) -> None:
    """Stopped, and loosened by which switch, with what that means."""
    pages.provider.register(client_id="old", lenient=("no-pkce", "claims-in-id-token"))
    pages.post("/registry/clients/old/disable")
    listed, shown = pages.get("/registry/", lang).text, pages.get("/registry/clients/old", lang).text
    stopped = {"vi": "Đã ngừng", "en": "Stopped"}[lang]
    for page in (listed, shown):
        assert stopped in page
        assert "claims-in-id-token" in page
        assert "no-pkce" in page
    assert {"vi": "Mã định danh (ID Token)", "en": "The ID Token carries all claims"}[lang] in shown
    row = kept(pages.provider, "old")
    assert row is not None
    assert str(row.client_secret_hash) not in shown


def test_registering(pages: Pages) -> None:
    """The secret is shown once, and recorded is who did it."""
    fields = {
        **pages.typed("/registry/new"),
        "client_name_vi": "Bệnh viện",
        "redirect_uris": f"{REDIRECT}\r\n",
        "client_id": "hospital",
    }
    answer = pages.post("/registry/new", **fields)
    assert answer.status_code == 200, answer.text
    secret = re.search(r'data-testid="client-secret">([^<]+)<', answer.text)
    assert secret
    row = kept(pages.provider, "hospital")
    assert row is not None
    assert same(secret[1], row.client_secret_hash)
    assert (row.client_name_en, row.redirect_uris, row.scope) == ("Bệnh viện", [REDIRECT], "identity openid profile")
    assert secret[1] not in pages.get("/registry/clients/hospital").text
    assert ("client.registered", None, "hospital", {"by": "officer-1"}) in pages.provider.audit.events


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"redirect_uris": ""}, "redirect_uris", "at least one"),
        ({"redirect_uris": "http://rp.vn-mock.example/cb"}, "redirect_uris", "https"),
        ({"client_name_vi": "", "client_name_en": ""}, "client_name_vi", "name"),
        ({"client_id": "a b"}, "client_id", "letters"),
        ({"client_id": "rp"}, "client_id", "already"),
        ({"default_max_age": "soon"}, "default_max_age", "seconds"),
        ({"jwks": "{"}, "jwks", "JSON"),
        ({"jwks": "[]"}, "jwks", "object"),
        ({"scope": ["profile"]}, "scope", "openid"),
        ({"grant_types": ["everything"]}, "grant_types", "chosen"),
        ({"document_types": ["urn:vn-mock:unknown"]}, "document_types", "chosen"),
        ({"identity_levels": ["7"]}, "identity_levels", "chosen"),
        ({"token_endpoint_auth_method": "telepathy"}, "token_endpoint_auth_method", "among"),
        ({"sector_identifier_uri": "https://127.0.0.1/x"}, "sector_identifier_uri", "fetched"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(pages: Pages, changes: dict[str, Any], field: str, words: str) -> None:
    """In words, with what was typed still there; nothing is registered."""
    fields = {**pages.typed("/registry/new"), "client_name_vi": "Bệnh viện", "redirect_uris": REDIRECT, **changes}
    answer = pages.post("/registry/new", **fields)
    assert answer.status_code == 400
    named, said = problem(answer)
    assert named == field
    assert words in said
    if "client_name_vi" not in changes:
        assert 'value="Bệnh viện"' in answer.text
    assert "client.registered" not in pages.provider.audit.names()


def test_in_vietnamese_too(pages: Pages) -> None:
    """Also the words of the rule."""
    data = {
        **pages.typed("/registry/new"),
        "csrf_token": "right",
        "client_name_vi": "B",
        "redirect_uris": "http://a.example/",
    }
    answer = pages.browser.post("/registry/new?lang=vi", data=data)
    assert problem(answer)[1] == "dòng 1 phải dùng https, hoặc http trên chính máy của người dùng (loopback)"


def test_saving_an_untouched_form_changes_nothing(pages: Pages, tmp_path: Path) -> None:
    """Every field that the page shows is read back as it was: nothing is lost by opening a client and saving."""
    from tests.cli.test_cli_clients_fields import FETCHED, VALUES

    for name, (value, beside) in VALUES.items():
        if name in ("client_id", FETCHED):
            continue
        document = {"client_name": "A", "redirect_uris": [REDIRECT], "client_id": "whole", **beside}
        document[client_document.member(name)] = value
        wanted = client_document.read(document)
        with pages.provider.db.begin() as session:
            from idp.oauth import store
            from idp.oauth.clients import register

            store.remove_client(session, "whole")
            register(session, wanted, pages.provider.clock.now())
            before = client_document.of(store.registered_client(session, "whole"))  # type: ignore[arg-type]
        answer = pages.post("/registry/clients/whole/edit", **pages.typed("/registry/clients/whole/edit"))
        assert answer.status_code == 303, (name, answer.text)
        with pages.provider.db.read() as session:
            assert client_document.of(store.registered_client(session, "whole")) == before, name  # type: ignore[arg-type]


def test_every_field_is_on_the_page(pages: Pages) -> None:
    """But for require_pkce, which is the switch no-pkce there."""
    page = pages.get("/registry/new").text
    named = set(re.findall(r'name="(\w+)"', page))
    assert named >= {field.name for field in all_fields()} - {"require_pkce"}
    assert set(re.findall(r'data-testid="lenient-([\w-]+)"', page)) >= {"no-pkce"}


def test_editing(pages: Pages) -> None:
    """A switch on and off again; the identifier is for good."""
    edit = "/registry/clients/rp/edit"
    fields = pages.typed(edit)
    assert (
        pages.post(edit, **{**fields, "lenient": ["no-pkce"], "identity_levels": ["2"], "client_id": "x"}).status_code
        == 303
    )
    row = kept(pages.provider, "rp")
    assert row is not None
    assert (row.require_pkce, row.lenient, row.identity_levels) == (False, [], [2])
    assert pages.post(edit, **{**pages.typed(edit), "lenient": [], "identity_levels": []}).status_code == 303
    row = kept(pages.provider, "rp")
    assert row is not None
    assert (row.require_pkce, row.identity_levels) == (True, [])
    changed = [event for event in pages.provider.audit.events if event[0] == "client.changed"]
    assert changed[0][3] == {"by": "officer-1", "fields": ["require_pkce", "identity_levels"]}


def test_by_json(pages: Pages) -> None:
    """In the words of RFC 7591: to register, and to replace everything."""
    document = {"client_id": "js", "client_name": "A", "redirect_uris": [REDIRECT], "default_max_age": 5}
    assert "client-secret" in pages.post("/registry/new", json=json.dumps(document)).text
    changed = {**document, "client_name": "B", "token_endpoint_auth_method": "client_secret_post"}
    del changed["default_max_age"]
    assert pages.post("/registry/clients/js/edit", json=json.dumps(changed)).status_code == 303
    row = kept(pages.provider, "js")
    assert row is not None
    assert (row.client_name_vi, row.default_max_age, row.token_endpoint_auth_method) == (
        "B",
        None,
        "client_secret_post",
    )


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "json"), ("{", "json"), ("[]", "json"), ('{"a":1,"a":2}', "json"),
        ('{"client_name":"A","redirect_uri":"x"}', "json"),
        ('{"client_name":"A","redirect_uris":"x"}', "redirect_uris"),
        ('{"client_name":"A","redirect_uris":["http://x.example/"]}', "redirect_uris"),
        ('{"client_name":"A","redirect_uris":["https://x.example/"],"document_types":["y"]}', "document_types"),
    ],
)  # fmt: skip
def test_a_mistake_in_json_is_named(pages: Pages, text: str, field: str) -> None:
    """And what was pasted is still there."""
    answer = pages.post("/registry/new", json=text)
    assert answer.status_code == 400
    assert problem(answer)[0] == field
    assert 'id="json-error">' in answer.text
    if text:
        assert text.replace('"', "&#34;") in answer.text
    assert "client.registered" not in pages.provider.audit.names()


def test_renewing_the_secret(pages: Pages) -> None:
    """Asked first; the old one ends; a client without one is not offered it."""
    asked = pages.get("/registry/clients/rp/renew-secret")
    assert 'data-testid="confirm-renew-secret"' in asked.text
    answer = pages.post("/registry/clients/rp/renew-secret")
    secret = re.search(r'data-testid="client-secret">([^<]+)<', answer.text)
    row = kept(pages.provider, "rp")
    assert secret
    assert row is not None
    assert row.client_secret_hash == digest(secret[1]) != digest(pages.provider.secret)
    pages.provider.register(client_id="spa", token_endpoint_auth_method="none")
    assert 'data-testid="client-renew-secret"' not in pages.get("/registry/clients/spa").text
    assert pages.post("/registry/clients/spa/renew-secret").status_code == 303


def test_a_stopped_client_is_nobody_everywhere(pages: Pages) -> None:
    """At every endpoint, with every token; let work again, it is who it was."""
    provider = pages.provider
    tokens = provider.tokens(scope="openid profile offline_access")
    waiting = provider.authorize(prompt="consent")
    assert pages.get("/registry/clients/rp/disable").status_code == 200
    assert pages.post("/registry/clients/rp/disable").status_code == 303
    assert provider.decide(waiting).status_code == 400
    assert "invalid_client" in provider.authorize().text
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert provider.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_client"
    assert pages.post("/registry/clients/rp/enable").status_code == 303
    assert provider.userinfo(tokens["access_token"]).status_code == 200
    assert provider.refresh(tokens["refresh_token"]).status_code == 200
    assert {"client.disabled", "client.enabled"} <= set(provider.audit.names())


def test_removing(pages: Pages) -> None:
    """With all that was granted to it."""
    tokens = pages.provider.tokens()
    assert 'data-testid="confirm-remove"' in pages.get("/registry/clients/rp/remove").text
    assert pages.post("/registry/clients/rp/remove").headers["Location"] == "/registry/"
    assert kept(pages.provider, "rp") is None
    assert pages.provider.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": ""}, "label"), ({"label": "x" * 101}, "label"), ({"uses": "0"}, "uses"),
        ({"uses": "many"}, "uses"), ({"days": "91"}, "days"), ({"days": ""}, "days"),
        ({"scope": ["profile"]}, "scope"),
        ({"scope": ["openid", "everything"]}, "scope"),
    ],
)  # fmt: skip
def test_a_token_that_cannot_be(pages: Pages, changes: dict[str, Any], field: str) -> None:
    answer = pages.post(
        "/registry/tokens", **{"label": "x", "uses": "1", "days": "7", "scope": ["openid"], **changes}
    )
    assert answer.status_code == 400
    assert "field-error" in answer.text
    assert field in answer.text
    assert "client.token_made" not in pages.provider.audit.names()


def test_a_token_is_shown_once_and_ended(pages: Pages) -> None:
    """By it a client registers; ended, it is good for nothing."""
    from tests.oauth.registrations import post

    made = pages.post("/registry/tokens", label="Dự án thử", uses="2", days="1", scope=["openid", "email"])
    token = re.search(r'data-testid="initial-token">([^<]+)<', made.text)
    assert token
    listed = pages.get("/registry/tokens").text
    assert "Dự án thử" in listed
    assert token[1] not in listed
    assert post(pages.provider, token[1]).status_code == 201
    ident = re.search(r'data-testid="end-(\w+)"', listed)
    assert ident
    assert pages.post(f"/registry/tokens/{ident[1]}/end").status_code == 303
    assert post(pages.provider, token[1]).status_code == 401
    assert pages.provider.audit.names().count("client.token_ended") == 1


def test_who_registered_it_is_shown(pages: Pages) -> None:
    """A client that registered itself is told apart."""
    from tests.oauth.registrations import registered

    made = registered(pages.provider)
    assert "the client itself" in pages.get(f"/registry/clients/{made['client_id']}").text
    assert "an operator" in pages.get("/registry/clients/rp").text
