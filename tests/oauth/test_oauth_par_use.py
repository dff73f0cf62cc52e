"""What was pushed, when the browser comes with its reference (RFC 9126 4): loaded often, answered once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from idp.oauth import authorization_start, pushed_request, pushed_store, store
from idp.oauth.errors import InvalidRequestError
from idp.oauth.hashing import digest
from idp.oauth.models import AuthorizationCode
from tests.oauth.conftest import CHALLENGE, ISSUER, REDIRECT, Provider, hidden_fields, parameters_of
from tests.oauth.signed_requests import assertion, claims, push, pushed, register, sign
from tests.oauth.test_oauth_par import come


@pytest.fixture
def pushing(bare: Provider) -> Provider:
    return register(bare)


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
    assert 'data-testid="error-reference"' in response.text
    assert 'data-testid="error-developer"' in response.text
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
    assert other.get(other.get(preview.location).location).status_code == 400


def test_what_is_wrong_with_a_reference_is_told(pushing: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """4: unknown, another client's, used, expired: each in words of its own, to the client and in the log."""
    pushing.register(client_id="other")
    used, late = pushed(pushing), pushed(pushing)
    parameters_of(pushing.decide(come(pushing, used)))
    caplog.clear()
    tries = [
        ("rp", f"{pushed_request.PREFIX}x", "unknown"),
        ("other", late, "of another client"),
        ("rp", used, "used"),
    ]
    for client_id, request_uri, words in tries:
        told = parameters_of(come(pushing, request_uri, client_id, redirect_uri=REDIRECT))
        assert (told["error"], words in told["error_description"]) == ("invalid_request_uri", True)
    pushing.clock.instant += timedelta(seconds=90)
    told = parameters_of(come(pushing, late, redirect_uri=REDIRECT))
    assert told["error_description"] == "The request_uri has expired: push the request again."
    clients = [line.partition("client=")[2].partition(":")[0] for line in caplog.messages]
    assert clients == ["rp", "other", "rp", "rp"]
    assert all("invalid_request_uri" in line and pushed_request.PREFIX not in line for line in caplog.messages)


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
        row = pushed_store.pushed(session, digest(reference))
        assert row is not None
        assert row.parameters["nonce"] == ["kept"]
        assert "client_assertion" not in row.parameters
        assert pushed_store.pushed(session, reference) is None
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
        row = pushed_store.pushed(session, digest(kept.removeprefix(pushed_request.PREFIX)))
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
            assert (pushed_store.pushed(session, row) is not None) is there
