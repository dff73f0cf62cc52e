"""The operators' pages of the registry: nobody else comes in, every act is recorded, what is wrong stands beside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from idp.oauth import client_document
from idp.oauth.client_fields import all_fields
from idp.oauth.hashing import same
from tests.oauth.conftest import REDIRECT, Provider
from tests.oauth.registrations import kept
from tests.oauth.registry_place import Pages, problem

PATHS = (
    "/registry/", "/registry/new", "/registry/tokens", "/registry/clients/rp", "/registry/clients/rp/edit",
    "/registry/clients/rp/disable", "/registry/clients/rp/enable", "/registry/clients/rp/remove",
    "/registry/clients/rp/renew-secret",
)  # fmt: skip


@pytest.fixture
def pages(provider: Provider) -> Pages:
    provider.audit.events.clear()
    return Pages(provider)


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
        ({"client_name_vi": "", "client_name_en": ""}, "client_name_vi", "is missing"),
        ({"client_id": "a b"}, "client_id", "letters"),
        ({"client_id": "-dash"}, "client_id", "first of them"),
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


def test_every_mistake_stands_beside_its_field(pages: Pages) -> None:
    """All at once: one round instead of three."""
    wrong = {
        "client_name_vi": "", "client_name_en": "", "redirect_uris": "http://192.168.1.7/cb", "contacts": "nobody",
    }  # fmt: skip
    answer = pages.post("/registry/new", **{**pages.typed("/registry/new"), **wrong})
    named = re.findall(r'data-testid="registry-wrong">(\w+)<', answer.text)
    assert named == ["client_name_vi", "redirect_uris", "contacts"]
    assert answer.text.count('class="field-error"') == len(named)
    assert "http-redirect-uri (lenient)" in answer.text


def test_each_label_tells_the_name_of_its_metadatum(pages: Pages) -> None:
    """As specifications and libraries call it, so that their pages can be followed."""
    told = set(re.findall(r'<code class="field-name">([^<]+)</code>', pages.browser.get("/registry/new").text))
    assert told == {client_document.member(name) for name in client_document.FIELDS} - {"require_pkce"}


def test_in_vietnamese_too(pages: Pages) -> None:
    """Also the words of the rule."""
    data = {
        **pages.typed("/registry/new"),
        "csrf_token": "right",
        "once": "a form",
        "client_name_vi": "B",
        "redirect_uris": "http://a.example/",
    }
    answer = pages.browser.post("/registry/new?lang=vi", data=data)
    said = problem(answer)[1]
    assert said.startswith("dòng 1 phải dùng https, hoặc http trên chính máy của người dùng (loopback), hoặc bật")


def test_saving_an_untouched_form_changes_nothing(pages: Pages, tmp_path: Path) -> None:
    """Every field that the page shows is read back as it was: nothing is lost by opening a client and saving."""
    from client_values import FETCHED, VALUES

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


def test_mistakes_of_every_kind_are_told_together(pages: Pages) -> None:
    """What cannot be read, what breaks a rule, what is not to be chosen and what a sector's document does not say."""
    form = {
        **pages.typed("/registry/new"),
        "client_name_vi": "",
        "redirect_uris": "https://rp.vn-mock.example/cb#x",
        "default_max_age": "soon",
        "jwks": "[",
        "token_endpoint_auth_method": "private_key_jwt",
        "document_types": ["urn:evil:1"],
        "sector_identifier_uri": "https://127.0.0.1/sector",
    }
    answer = pages.post("/registry/new", **form)
    assert answer.status_code == 400
    named = set(re.findall(r'data-testid="registry-wrong">(\w+)<', answer.text))
    assert named == {
        "client_name_vi", "redirect_uris", "default_max_age", "jwks", "document_types", "sector_identifier_uri",
    }  # fmt: skip
    mended = {**form, "jwks": ""}  # now it is known that there is no key, and only that is told of it
    answer = pages.post("/registry/new", **mended)
    assert "jwks" in re.findall(r'data-testid="registry-wrong">(\w+)<', answer.text)
    assert "urn:evil" not in answer.text
