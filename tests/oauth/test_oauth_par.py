"""Pushed authorization requests (RFC 9126): checked at once, kept for a moment, answered once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from idp.oauth import authorization_start, pushed_request, store
from idp.oauth.errors import InvalidRequestError
from idp.oauth.hashing import digest
from idp.oauth.models import AuthorizationCode
from tests.oauth.conftest import CHALLENGE, ISSUER, REDIRECT, Provider, basic, hidden_fields, parameters_of
from tests.oauth.signed_requests import STRANGER, assertion, claims, push, pushed, register, sign, unsigned


@pytest.fixture
def pushing(bare: Provider) -> Provider:
    return register(bare)


def come(provider: Provider, request_uri: str, client_id: str = "rp", **more: str) -> TestResponse:
    """The browser comes with client_id and request_uri."""
    query = {"client_id": client_id, "request_uri": request_uri, **more}
    return provider.follow(provider.browser.get("/authorize", query_string=query))


def refused(response: TestResponse, status: int, error: str) -> None:
    body = response.get_json()
    assert (response.status_code, body["error"]) == (status, error), response.text
    assert set(body) <= {"error", "error_description"}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "fields",
    [
        {"client_assertion": "x", "client_assertion_type": "y"},
        {"client_secret": "guessed"},
        {"client_assertion": "", "client_assertion_type": ""},
    ],
)
def test_a_client_that_does_not_prove_itself(pushing: Provider, fields: dict[str, str]) -> None:
    """2.1 (1): authenticated in the same way as at the token endpoint."""
    response = push(pushing, {**pushing.request(), **fields})
    assert response.status_code in (400, 401)
    assert response.get_json()["error"] in ("invalid_client", "invalid_request")
    assert "request_uri" not in response.get_json()


def test_an_unknown_client(pushing: Provider) -> None:
    """401 (RFC 6749 5.2)."""
    refused(push(pushing, {**pushing.request(client_id="nobody"), "client_secret": "x"}), 401, "invalid_client")


def test_an_assertion_is_used_once(pushing: Provider) -> None:
    """RFC 7523 3 (7): at whichever endpoint."""
    fields = {**pushing.request(), **assertion(pushing)}
    assert push(pushing, fields).status_code == 201
    refused(push(pushing, fields), 401, "invalid_client")


def test_an_assertion_of_a_refused_request_is_used_too(pushing: Provider) -> None:
    """What was seen was seen."""
    fields = {**pushing.request(client_id="other"), **assertion(pushing)}
    refused(push(pushing, fields), 400, "invalid_request")
    refused(push(pushing, {**pushing.request(), **assertion(pushing)}), 401, "invalid_client")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"request_uri": "https://rp.vn-mock.example/r"}, "invalid_request"),
        ({"request_uri": f"{pushed_request.PREFIX}x"}, "invalid_request"),
        ({"request_uri": ""}, "invalid_request"),
        ({"client_id": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid organisation"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"state": "a\x00"}, "invalid_request"),
        ({"registration": "{}"}, "registration_not_supported"),
    ],
)
def test_everything_is_checked_at_once(pushing: Provider, changes: dict[str, str | None], error: str) -> None:
    """2.1 (2, 3), 2.3: the errors of the authorization endpoint, in the form of the token endpoint's."""
    refused(push(pushing, pushing.request(**changes)), 400, error)


def test_a_repeated_parameter(pushing: Provider) -> None:
    """RFC 6749 3.1 and 3.2."""
    fields: dict[str, Any] = {**pushing.request(), "nonce": ["a", "b"]}
    refused(push(pushing, fields), 400, "invalid_request")


def test_another_body_than_a_form(pushing: Provider) -> None:
    """2.1: application/x-www-form-urlencoded."""
    visitor = pushing.app.test_client()
    refused(visitor.post("/par", json=pushing.request()), 400, "invalid_request")
    refused(visitor.post("/par", data={"x": (__file__, "x")}), 400, "invalid_request")
    bytes_alone = visitor.post("/par", data=b"\xff\x00=%ff", content_type="application/x-www-form-urlencoded")
    refused(bytes_alone, 401, "invalid_client")


def test_post_alone(pushing: Provider) -> None:
    """2.3: 405."""
    for method in ("get", "put", "delete"):
        assert getattr(pushing.app.test_client(), method)("/par").status_code == 405


def test_too_large(pushing: Provider) -> None:
    """2.3: 413, before anybody is authenticated."""
    refused(push(pushing, pushing.request(login_hint="x" * 70_000)), 413, "invalid_request")


def test_too_many(pushing: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """2.3: 429 for one client; those that are over or used do not count."""
    monkeypatch.setattr(pushed_request, "MOST_WAITING", 2)
    first = pushed(pushing)
    pushed(pushing)
    response = push(pushing, pushing.request())
    refused(response, 429, "temporarily_unavailable")
    assert response.headers["Retry-After"] == "90"
    parameters_of(pushing.decide(come(pushing, first)))
    pushed(pushing)
    pushing.clock.instant += timedelta(seconds=90)
    pushed(pushing)


@pytest.mark.parametrize("text", ["unsigned", "stranger", "other client", "nested", "expired"])
def test_a_pushed_object_is_checked(pushing: Provider, text: str) -> None:
    """3: as RFC 9101 says, and the authenticated client must be the client_id within."""
    good, past = claims(pushing), int(pushing.clock.now().timestamp()) - 60
    texts = {
        "unsigned": unsigned(good),
        "stranger": sign(good, key=STRANGER),
        "other client": sign({**good, "client_id": "other", "iss": "other"}),
        "nested": sign({**good, "request_uri": "urn:x"}),
        "expired": sign({**good, "exp": past}),
    }
    refused(push(pushing, {"client_id": "rp", "request": texts[text]}), 400, "invalid_request_object")


def test_a_client_that_must_sign(bare: Provider) -> None:
    """2.3: any other request is refused with invalid_request."""
    register(bare, require_signed_request_object=True)
    refused(push(bare, bare.request()), 400, "invalid_request")
    assert push(bare, {"client_id": "rp", "request": sign(claims(bare))}).status_code == 201


def test_the_response(pushing: Provider) -> None:
    """2.2: 201, an unguessable URI, a short life, never cached."""
    response = push(pushing, pushing.request())
    body = response.get_json()
    assert response.status_code == 201
    assert set(body) == {"request_uri", "expires_in"}
    assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert len(body["request_uri"].rpartition(":")[2]) >= 43
    assert body["expires_in"] == 90
    assert response.headers["Cache-Control"] == "no-store"
    assert body["request_uri"] != pushed(pushing)


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/token", f"{ISSUER}/par"])
def test_the_audiences_of_an_assertion(pushing: Provider, audience: str) -> None:
    """2: issuer, token endpoint and PAR endpoint are accepted."""
    assert push(pushing, {**pushing.request(), **assertion(pushing, audience)}).status_code == 201


def test_by_secret_and_by_nothing(provider: Provider) -> None:
    """Whatever method the client is registered with."""
    visitor = provider.app.test_client()
    headers = {"Authorization": basic("rp", provider.secret)}
    assert visitor.post("/par", data=provider.request(), headers=headers).status_code == 201
    refused(visitor.post("/par", data=provider.request()), 401, "invalid_client")
    provider.register(client_id="spa", token_endpoint_auth_method="none")
    assert visitor.post("/par", data=provider.request(client_id="spa")).status_code == 201


def test_the_whole_way(pushing: Provider) -> None:
    """4: client_id and request_uri; what else is sent does not count."""
    request_uri = pushed(pushing, state="pushed", response_mode="query")
    page = come(pushing, request_uri, state="outside", scope="openid email", redirect_uri="https://evil.example/")
    answer = parameters_of(pushing.decide(page))
    assert (answer["state"], answer["iss"]) == ("pushed", ISSUER)
    body = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": REDIRECT}
    response = pushing.app.test_client().post(
        "/token", data={**body, **assertion(pushing), "code_verifier": "v" * 43}
    )
    assert response.status_code == 200
    assert set(response.get_json()["scope"].split()) == {"openid", "identity", "profile"}


def test_by_post(pushing: Provider) -> None:
    """The authorization endpoint takes both methods."""
    fields = {"client_id": "rp", "request_uri": pushed(pushing)}
    assert pushing.follow(pushing.browser.post("/authorize", data=fields)).status_code == 200


@pytest.mark.parametrize("reference", ["", "x", "x" * 43, "\x00", "ý", "x" * 5000])
def test_a_reference_nobody_made(pushing: Provider, reference: str) -> None:
    """4: on a page, since no address is known; at the address outside where that is the client's own."""
    unknown = pushed_request.PREFIX + reference
    response = come(pushing, unknown)
    assert response.status_code == 400
    assert "invalid_request_uri" in response.text
    assert parameters_of(come(pushing, unknown, redirect_uri=REDIRECT))["error"] == "invalid_request_uri"


def test_a_reference_ends_with_time(pushing: Provider) -> None:
    """4: an expired request_uri MUST be rejected as invalid."""
    request_uri = pushed(pushing)
    pushing.clock.instant += timedelta(seconds=89)
    assert come(pushing, request_uri).status_code == 200
    pushing.clock.instant += timedelta(seconds=1)
    assert come(pushing, request_uri).status_code == 400


def test_a_reference_is_its_clients(pushing: Provider) -> None:
    """2.2: MUST be bound to the client that posted it. A stranger who tries does not use it up."""
    pushing.register(client_id="other")
    request_uri = pushed(pushing)
    assert come(pushing, request_uri, "other").status_code == 400
    assert come(pushing, request_uri).status_code == 200


def test_loading_is_not_using(pushing: Provider) -> None:
    """FAPI 2.0 5.3.2.2, note 3: a preview or a reload spends nothing; the answer does, and for every page loaded."""
    request_uri = pushed(pushing)
    other = pushing.app.test_client()
    preview = other.get("/authorize", query_string={"client_id": "rp", "request_uri": request_uri})
    assert preview.status_code == 303
    come(pushing, request_uri)
    page = come(pushing, request_uri)
    assert "code" in parameters_of(pushing.decide(page))
    assert come(pushing, request_uri).status_code == 400
    assert other.get(preview.location).status_code == 400


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_an_answer_of_any_kind_uses_it_up(pushing: Provider, decision: str) -> None:
    """Also a refusal."""
    request_uri = pushed(pushing)
    parameters_of(pushing.decide(come(pushing, request_uri), decision))
    assert come(pushing, request_uri).status_code == 400


def test_sixteen_at_once_get_one_code(pushing: Provider) -> None:
    """One use is atomic on every database: sixteen pages of one pushed request, each sent at the same time."""
    request_uri = pushed(pushing)
    pages = [come(pushing, request_uri) for _ in range(16)]
    assert {page.status_code for page in pages} == {200}
    cookies = [(cookie.key, cookie.value) for cookie in pushing.browser._cookies.values()]

    def decide(page: TestResponse) -> TestResponse:
        browser = pushing.app.test_client()
        for name, value in cookies:
            browser.set_cookie(name, value, secure=True)
        return browser.post(
            "/authorize/consent",
            data={**hidden_fields(page), "decision": "approve"},
            base_url="https://localhost",
        )

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(decide, pages))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 15
    assert "code" in parameters_of(next(answer for answer in answers if answer.status_code == 303))
    with pushing.db.read() as session:
        assert session.scalar(select(func.count()).select_from(AuthorizationCode)) == 1


def test_it_survives_a_restart_and_is_kept_hashed(pushing: Provider) -> None:
    """It is in the database, where the reference itself is not."""
    request_uri = pushed(pushing, nonce="kept")
    reference = request_uri.removeprefix(pushed_request.PREFIX)
    pushing.db.engine.dispose()
    with pushing.db.read() as session:
        row = store.pushed(session, digest(reference))
        assert row is not None
        assert row.parameters["nonce"] == ["kept"]
        assert "client_assertion" not in row.parameters
        assert store.pushed(session, reference) is None
    assert come(pushing, request_uri).status_code == 200


def test_it_is_checked_again_when_the_browser_comes(pushing: Provider) -> None:
    """4: validated as any other request; what was registered may have changed meanwhile."""
    request_uri = pushed(pushing)
    with pushing.db.begin() as session:
        client = store.client(session, "rp")
        assert client is not None
        client.redirect_uris = ["https://rp.vn-mock.example/new"]
    assert come(pushing, request_uri).status_code == 400


def test_a_client_that_must_push(bare: Provider) -> None:
    """4 and 6: require_pushed_authorization_requests; invalid_request, at the address if that is proven."""
    register(bare, require_pushed_authorization_requests=True)
    assert bare.answer()["error"] == "invalid_request"
    text = sign(claims(bare))
    assert parameters_of(bare.authorize(request=text))["error"] == "invalid_request"
    assert bare.authorize(redirect_uri="https://evil.example/").status_code == 400
    assert come(bare, pushed(bare)).status_code == 200


def test_a_pushed_object_counts_alone(pushing: Provider) -> None:
    """3: all parameters are claims of the JWT."""
    fields = {"client_id": "rp", "request": sign(claims(pushing, state="within")), "state": "outside", "scope": "x"}
    request_uri = push(pushing, fields).get_json()["request_uri"]
    assert parameters_of(pushing.decide(come(pushing, request_uri)))["state"] == "within"


def test_the_key_of_a_proof_stays_with_the_code(pushing: Provider) -> None:
    """RFC 9449 10: dpop_jkt is on the code; 10.1: a proof at PAR stands for it, and must agree with it."""
    parameters_of(pushing.decide(come(pushing, pushed(pushing, dpop_jkt=CHALLENGE))))
    with pushing.db.begin() as session:
        assert session.scalars(select(AuthorizationCode.dpop_jkt)).all() == [CHALLENGE]
        client = store.client(session, "rp")
        assert client is not None
        session.expunge_all()
    now, services = pushing.clock.now(), pushing.services
    sent = {name: [value] for name, value in pushing.request().items()}
    kept = authorization_start.push(services, client, sent, now, proven_jkt=CHALLENGE)
    with pushing.db.read() as session:
        row = store.pushed(session, digest(kept.removeprefix(pushed_request.PREFIX)))
        assert row is not None
        assert row.parameters["dpop_jkt"] == [CHALLENGE]
    with pytest.raises(InvalidRequestError):
        authorization_start.push(services, client, {**sent, "dpop_jkt": ["x" * 43]}, now, proven_jkt=CHALLENGE)


def test_it_is_forgotten_in_time(pushing: Provider) -> None:
    """Not before the last page that was loaded by it is over."""
    request_uri = pushed(pushing)
    row = digest(request_uri.removeprefix(pushed_request.PREFIX))
    for later, there in ((timedelta(minutes=32), True), (timedelta(minutes=62), False)):
        with pushing.db.begin() as session:
            store.delete_expired(session, pushing.clock.now() + later)
            assert (store.pushed(session, row) is not None) is there


def test_a_browser_application_may_push(provider: Provider) -> None:
    """As at the token endpoint, its origin is let read the answer."""
    provider.register(client_id="spa", token_endpoint_auth_method="none")
    visitor = provider.app.test_client()
    answer = visitor.post(
        "/par", data=provider.request(client_id="spa"), headers={"Origin": "https://rp.vn-mock.example"}
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "https://rp.vn-mock.example"


def test_it_is_advertised(provider: Provider) -> None:
    """5."""
    metadata = provider.app.test_client().get("/.well-known/openid-configuration").get_json()
    assert metadata["pushed_authorization_request_endpoint"] == f"{ISSUER}/par"
    assert metadata["require_pushed_authorization_requests"] is False


def test_the_query_of_the_endpoint_says_nothing(provider: Provider) -> None:
    """2.1: parameters are in the body."""
    visitor = provider.app.test_client()
    headers = {"Authorization": basic("rp", provider.secret)}
    response = visitor.post(f"/par?{urlencode(provider.request())}", data={"client_id": "rp"}, headers=headers)
    refused(response, 400, "invalid_request")
