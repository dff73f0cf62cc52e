"""Client configuration endpoint (RFC 7592 2, OpenID Connect Registration 4): read, update, delete by its token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from idp.oauth.hashing import same
from idp.oauth.registry import Registry
from tests.oauth.conftest import REDIRECT, Provider
from tests.oauth.registrations import count, initial_token, kept, manage, registered, update_of

ACTS = ("GET", "PUT", "DELETE")


@pytest.mark.parametrize("method", ACTS)
def test_one_answer_without_the_right_token(bare: Provider, method: str) -> None:
    """RFC 7592 2.1: 401 for a wrong token, another client's, an initial one, and for a client that is not there."""
    made, other = registered(bare), registered(bare)
    found = [
        manage(bare, method, made, token, json=update_of(made))
        for token in ("wrong", other["registration_access_token"], initial_token(bare), made["client_secret"])
    ]
    gone = {**made, "registration_client_uri": f"{made['registration_client_uri']}x"}
    found.append(manage(bare, method, gone, json=update_of(made)))
    assert {answer.status_code for answer in found} == {401}
    assert len({answer.text for answer in found}) == 1
    assert count(bare) == 2


@pytest.mark.parametrize("method", ACTS)
def test_a_disabled_client_is_nobody_here_too(bare: Provider, method: str) -> None:
    made = registered(bare)
    with bare.db.begin() as session:
        Registry(bare.audit, "test").disable(session, made["client_id"], bare.clock.now())
    assert manage(bare, method, made, json=update_of(made)).status_code == 401
    assert kept(bare, made["client_id"]) is not None


def test_a_client_of_the_operator_has_no_token(provider: Provider) -> None:
    """Nothing opens the registration of a client that the operator made."""
    uri = f"{provider.services.issuer}/connect/register/rp"
    for token in ("", "x", "0" * 64):
        assert manage(provider, "GET", {"registration_client_uri": uri}, token or " ").status_code == 401


def test_reading(bare: Provider) -> None:
    """Everything but the secret, which is kept hashed; the token is the one that was sent."""
    made = registered(bare)
    answer = manage(bare, "GET", made)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = {name: value for name, value in made.items() if name not in ("client_secret", "client_secret_expires_at")}
    assert answer.get_json() == told


@pytest.mark.parametrize(
    "name",
    ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"],
)
def test_an_update_must_not_hold_what_the_registry_tells(bare: Provider, name: str) -> None:
    """RFC 7592 2.2."""
    made = registered(bare)
    answer = manage(bare, "PUT", made, json={**update_of(made), name: made[name]})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")
    assert answer.get_json()["error_description"].startswith(name)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "demo-portal"},
        {"client_secret": "chosen-by-me"},
        {"client_secret": 5},
        {"redirect_uris": []},
        {"redirect_uris": None},
        {"scope": "openid identity"},
        {"document_types": ["urn:vn-mock:pid:1"]},
        {"lenient": ["no-pkce"]},
        {"require_pkce": False},
        {"sector_identifier": "other.example"},
    ],
)
def test_an_update_that_is_refused_changes_nothing(bare: Provider, changes: dict[str, Any]) -> None:
    """Nor does it take the token."""
    made = registered(bare)
    answer = manage(bare, "PUT", made, json=update_of(made, **changes))
    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
    assert manage(bare, "GET", made).get_json()["redirect_uris"] == [REDIRECT]


def test_an_update_replaces_everything(bare: Provider) -> None:
    """RFC 7592 2.2: what is left out or null goes back to its default; the present secret may be sent along."""
    made = registered(
        bare, contacts=["it@vn-mock.example"], default_max_age=60, client_uri="https://rp.vn-mock.example"
    )
    wanted = update_of(made, contacts=None, client_name="Tên mới", **{"client_name#vi": None, "client_name#en": None})
    wanted["default_max_age"] = None
    answer = manage(bare, "PUT", made, json=wanted)
    body = answer.get_json()
    assert answer.status_code == 200
    assert (body["client_name#vi"], body["client_name#en"]) == ("Tên mới", "Tên mới")
    assert "contacts" not in body
    assert "default_max_age" not in body
    assert body["client_uri"] == "https://rp.vn-mock.example"
    assert "client_secret" not in body
    assert ("client.changed", None, made["client_id"]) in [event[:3] for event in bare.audit.events]


def test_an_update_renews_its_token(bare: Provider) -> None:
    """Section 5: a token that leaked ends with the next update of its owner."""
    made = registered(bare)
    body = manage(bare, "PUT", made, json=update_of(made)).get_json()
    assert body["registration_access_token"] != made["registration_access_token"]
    assert manage(bare, "GET", made).status_code == 401
    assert manage(bare, "GET", body).status_code == 200


def test_of_eight_updates_at_once_one_is_made(bare: Provider) -> None:
    """All by the same token."""
    made = registered(bare)
    with ThreadPoolExecutor(8) as pool:
        sent = [update_of(made, client_name=f"n{number}", **{"client_name#vi": None}) for number in range(8)]
        found = list(pool.map(lambda body: manage(bare, "PUT", made, json=body).status_code, sent))
    assert sorted(found) == [200] + [401] * 7


def test_another_method_makes_and_forgets_the_secret(bare: Provider) -> None:
    """A secret is told by the answer that made it; the wrong one no longer opens anything."""
    made = registered(bare, token_endpoint_auth_method="none", application_type="native")
    assert "client_secret" not in made
    body = manage(
        bare, "PUT", made, json=update_of(made, token_endpoint_auth_method="client_secret_basic")
    ).get_json()
    row = kept(bare, made["client_id"])
    assert row is not None
    assert same(body["client_secret"], row.client_secret_hash)
    again = update_of(body, token_endpoint_auth_method="none")
    manage(bare, "PUT", body, json=again)
    row = kept(bare, made["client_id"])
    assert row is not None
    assert row.client_secret_hash is None


def test_an_update_keeps_within_the_first_tokens_scopes(bare: Provider) -> None:
    """And within what an operator gave the client since."""
    made = registered(bare, scope="openid")
    wider = manage(bare, "PUT", made, json=update_of(made, scope="openid email"))
    assert wider.status_code == 200
    assert (
        manage(bare, "PUT", wider.get_json(), json=update_of(wider.get_json(), scope="openid identity")).status_code
        == 400
    )


def test_what_the_operator_set_stays(bare: Provider) -> None:
    """The client is told of it, sends it back as RFC 7592 2.2 wants, and cannot lose or widen it."""
    from dataclasses import replace

    from idp.oauth import client_document

    made = registered(bare)
    registry = Registry(bare.audit, "test")
    with bare.db.begin() as session:
        present = client_document.of(registry.find(session, made["client_id"]))
        given = replace(present, resources=("https://api.vn-mock.example",), lenient=("drop-unregistered-scopes",))
        registry.change(session, made["client_id"], given, bare.clock.now())
    read = manage(bare, "GET", made).get_json()
    assert read["lenient"] == ["drop-unregistered-scopes"]
    for sent in (update_of(read), update_of(read, lenient=None, resources=None)):
        answer = manage(bare, "PUT", read, json=sent)
        assert answer.status_code == 200, answer.text
        read = answer.get_json()
        assert (read["lenient"], read["resources"]) == (["drop-unregistered-scopes"], ["https://api.vn-mock.example"])


def test_another_host_is_another_sector(bare: Provider) -> None:
    """Core 8.1: nobody moves to another host and takes a sector's identifiers along."""
    made = registered(bare)
    manage(bare, "PUT", made, json=update_of(made, redirect_uris=["https://elsewhere.example/cb"]))
    row = kept(bare, made["client_id"])
    assert row is not None
    assert row.sector_identifier == "elsewhere.example"


def test_requests_on_their_way_end_with_an_update(bare: Provider) -> None:
    """They were checked against the addresses of before."""
    made = registered(bare)
    consent = bare.authorize(client_id=made["client_id"], scope="openid profile")
    assert consent.status_code == 200
    manage(bare, "PUT", made, json=update_of(made, redirect_uris=["https://elsewhere.example/cb"]))
    assert bare.decide(consent).status_code == 400


def test_deleting(bare: Provider) -> None:
    """RFC 7592 2.3: 204; the client goes with its tokens, and so does the token that deleted it."""
    made = registered(
        bare, scope="openid profile offline_access", grant_types=["authorization_code", "refresh_token"]
    )
    auth = (made["client_id"], made["client_secret"])
    code = bare.answer(client_id=made["client_id"], scope="openid profile offline_access")["code"]
    tokens = bare.token(
        auth=auth, grant_type="authorization_code", code=code, redirect_uri=REDIRECT, code_verifier="v" * 43
    ).get_json()
    assert bare.userinfo(tokens["access_token"]).status_code == 200
    answer = manage(bare, "DELETE", made)
    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (204, b"", None)
    assert answer.headers["Cache-Control"] == "no-store"
    assert kept(bare, made["client_id"]) is None
    assert bare.userinfo(tokens["access_token"]).status_code == 401
    refreshed = bare.token(auth=auth, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.get_json()["error"] == "invalid_client"
    assert manage(bare, "DELETE", made).status_code == 401
    assert ("client.removed", None, made["client_id"], {"by": "client"}) in bare.audit.events
