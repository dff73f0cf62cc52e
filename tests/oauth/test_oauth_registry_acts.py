"""What operators do to a client on its page, and the initial access tokens they give out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from idp.oauth.hashing import digest
from tests.oauth.conftest import Provider
from tests.oauth.registrations import kept
from tests.oauth.registry_place import Pages


@pytest.fixture
def pages(provider: Provider) -> Pages:
    provider.audit.events.clear()
    return Pages(provider)


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
    assert "unauthorized_client" in provider.authorize().text
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


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_form_acts_once(pages: Pages, lang: str) -> None:
    """A reload of the page with the secret sends the form again: nothing is done, and the page says so."""
    new = {**pages.typed("/registry/new"), "client_name_vi": "B", "redirect_uris": "https://a.example/cb"}
    token = {"label": "x", "uses": "1", "days": "7", "scope": ["openid"]}
    for path, fields, event in (
        ("/registry/new", new, "client.registered"),
        ("/registry/clients/rp/renew-secret", {}, "client.secret_renewed"),
        ("/registry/tokens", token, "client.token_made"),
    ):
        once = re.search(r'name="once" value="([^"]{20,})"', pages.get(path).text)
        assert once
        data = {"csrf_token": "right", "once": once[1], **fields}
        first = pages.browser.post(f"{path}?lang={lang}", data=data)
        assert first.status_code == 200
        assert "switch-language" not in first.text  # it would lose what is shown once
        for sent in (data, {**data, "once": ""}, {**data, "once": "x" * 101}):
            again = pages.browser.post(f"{path}?lang={lang}", data=sent)
            assert (again.status_code, 'data-testid="already-sent"' in again.text) == (409, True)
        assert pages.provider.audit.names().count(event) == 1


def test_a_form_that_was_refused_may_be_sent_again(pages: Pages) -> None:
    """It has not acted yet."""
    fields = {**pages.typed("/registry/new"), "client_name_vi": "B", "client_id": "rp", "once": "one and the same"}
    fields["redirect_uris"] = "https://a.example/cb"
    assert pages.post("/registry/new", **fields).status_code == 400
    assert pages.post("/registry/new", **{**fields, "client_id": "other"}).status_code == 200


def test_a_change_is_told(pages: Pages) -> None:
    """The page after it says that it was saved."""
    fields = {**pages.typed("/registry/clients/rp/edit"), "client_name_en": "Another"}
    where = pages.post("/registry/clients/rp/edit", **fields).headers["Location"]
    assert 'data-testid="registry-done"' in pages.get(where).text
    assert 'data-testid="registry-done"' not in pages.get("/registry/clients/rp?done=other").text


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
