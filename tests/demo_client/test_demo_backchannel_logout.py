"""The portal's back-channel logout endpoint (Back-Channel Logout 1.0 sections 2.5 to 2.8)."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from logout_calls import EVENT, PATH, SID, claims, signed_in, tell, token
from portal_provider import FakeProvider

from demo_client.app import create_app
from demo_client.clock import FixedClock
from demo_client.config import Config
from demo_client.logout_token import LogoutTokenError, read
from tests.demo_client.test_demo_sign_in import APPLY, sign_in

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def browser(portal_config: Config, portal_clock: FixedClock, provider: FakeProvider) -> Iterator[FlaskClient]:
    """Lan is signed in."""
    app = create_app(replace(portal_config, issuer=provider.issuer), portal_clock)
    with app.test_client() as client:
        sign_in(client, provider)
        yield client
    app.extensions["mock_portal"].db.dispose()


def refused(browser: FlaskClient, logout_token: str, why: str) -> None:
    """Section 2.8: 400 with a JSON error, never cached; and nobody is signed out."""
    answer = tell(browser, logout_token)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_request"
    assert why in answer.get_json()["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert signed_in(browser)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": ["demo-portal", "another-client"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"iat": None}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"iat": True}, "iat"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_100}, "iat"),
        ({"exp": None}, "exp"),
        ({"exp": 10**30}, "exp"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 256}, "jti"),
        ({"sub": None, "sid": None}, "neither sid nor sub"),
        ({"sid": 7}, "sid"),
        ({"sid": ""}, "sid"),
        ({"sub": ["pairwise-lan"]}, "sub"),
        ({"events": None}, "events"),
        ({"events": {}}, "events"),
        ({"events": [EVENT]}, "events"),
        ({"events": {EVENT: True}}, "events"),
        ({"events": {"http://schemas.openid.net/event/other": {}}}, "events"),
        ({"nonce": "n-1"}, "nonce"),
        ({"nonce": ""}, "nonce"),
    ],
)
def test_claims_that_must_be_right(provider: FakeProvider, changes: dict[str, Any], why: str) -> None:
    """Section 2.6, items 4 to 7."""
    with pytest.raises(LogoutTokenError, match=why):
        believe(provider, token(provider, **changes))


@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt", "secevent+jwt"])
def test_another_kind_of_token(provider: FakeProvider, typ: str | None) -> None:
    """Section 4.1: each kind says what it is."""
    with pytest.raises(LogoutTokenError):
        believe(provider, token(provider, {"typ": typ}))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "....", "e30.e30.e30", "ý.ý.ý", "null", "[]", "a" * 9_000])
def test_what_is_no_token(provider: FakeProvider, text: str) -> None:
    with pytest.raises(LogoutTokenError):
        believe(provider, text)


def believe(provider: FakeProvider, logout_token: str) -> None:
    read(
        logout_token,
        lambda kid: provider.key if kid == "op-1" else None,
        algorithm="ES256",
        issuer=provider.issuer,
        client_id="demo-portal",
        now=provider.clock.now(),
    )


def test_a_token_that_has_just_expired(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """After two minutes and a minute's grace."""
    late = token(provider)
    portal_clock.instant += timedelta(seconds=180)
    refused(browser, late, "expired")


def test_a_signature_by_another_key(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 2, even under the name of the provider's."""
    refused(browser, token(provider, key=ECKey.generate_key("P-256")), "signed")


def test_a_payload_that_was_changed(browser: FlaskClient, provider: FakeProvider) -> None:
    head, _payload, signature = token(provider, sid="another").split(".")
    refused(browser, f"{head}.{part(json.dumps(claims(provider)))}.{signature}", "signed")


@pytest.mark.parametrize("kid", [None, "unknown", 7, ["op-1"]])
def test_a_key_that_is_not_the_providers(browser: FlaskClient, provider: FakeProvider, kid: object) -> None:
    """Nor is one taken from the token."""
    made = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "typ": "logout+jwt", "jwk": made.as_dict(private=False), "kid": kid}
    raw = json.dumps({name: value for name, value in header.items() if value is not None})
    signed = f"{part(raw)}.{part(json.dumps(claims(provider)))}"
    signature = jws.default_registry.algorithms["ES256"].sign(signed.encode(), made)
    why = "kid" if kid in (None, "unknown") else ""
    refused(browser, f"{signed}.{encoded(signature)}", why)


def part(text: str) -> str:
    return encoded(text.encode())


def encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def test_alg_none(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 3: MUST NOT be used."""
    head = part(json.dumps({"alg": "none", "kid": "op-1", "typ": "logout+jwt"}))
    refused(browser, f"{head}.{part(json.dumps(claims(provider)))}.", "alg")


def test_hs256_with_the_public_key(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 3: the algorithm is the registered one, so the public key is no secret to sign with."""
    head = part(json.dumps({"alg": "HS256", "kid": "op-1", "typ": "logout+jwt"}))
    signed = f"{head}.{part(json.dumps(claims(provider)))}"
    forged = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
    refused(browser, f"{signed}.{encoded(forged)}", "alg")


def test_another_algorithm_of_the_provider(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 3: RS256 is offered, and not what the portal is registered with."""
    key = RSAKey.generate_key(2048, {"kid": "op-1"})
    head = {"alg": "RS256", "kid": "op-1", "typ": "logout+jwt"}
    signed = jws.serialize_compact(head, json.dumps(claims(provider)), key, algorithms=["RS256"])
    refused(browser, signed, "alg")


def test_an_id_token_in_its_place(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 4.1: genuine, about this very session, and for something else."""
    refused(browser, provider.id_token({"nonce": "n"}), "typ")


def test_a_payload_that_is_no_object(browser: FlaskClient, provider: FakeProvider) -> None:
    head = {"alg": "ES256", "kid": "op-1", "typ": "logout+jwt"}
    refused(browser, jws.serialize_compact(head, b'["x"]', provider.key, algorithms=["ES256"]), "object")


def test_too_long_a_token(browser: FlaskClient, provider: FakeProvider) -> None:
    refused(browser, token(provider, extra="x" * 8_000), "longer")


def test_too_large_a_request(browser: FlaskClient) -> None:
    """Refused by its length, without being kept."""
    refused(browser, "x" * 30_000, "larger")


@pytest.mark.parametrize(
    ("body", "mimetype"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("token=x", "application/x-www-form-urlencoded"),
        ("logout_token=a&logout_token=b", "application/x-www-form-urlencoded"),
        ('{"logout_token": "x"}', "application/json"),
        ("x", "multipart/form-data; boundary=y"),
        ("logout_token=x", "text/plain"),
    ],
)
def test_what_is_no_logout_request(browser: FlaskClient, body: str, mimetype: str) -> None:
    """Section 2.5: form-encoded, with the parameter, once."""
    answer = browser.application.test_client().post(PATH, data=body, content_type=mimetype)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_request"


def test_the_token_is_not_taken_from_the_address(browser: FlaskClient, provider: FakeProvider) -> None:
    sent = urlencode({"logout_token": token(provider)})
    assert browser.application.test_client().post(f"{PATH}?{sent}").status_code == 400
    assert browser.application.test_client().get(f"{PATH}?{sent}").status_code == 405
    assert signed_in(browser)


def test_nothing_sent_is_repeated(browser: FlaskClient, provider: FakeProvider) -> None:
    answer = tell(browser, token(provider, iss="https://evil.example", sid="<b>secret</b>"))
    assert "evil" not in answer.text
    assert "secret" not in answer.text


@both
def test_a_token_counts_once(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 8: who caught one cannot sign her out again."""
    caught = token(provider)
    assert tell(browser, caught).status_code == 200
    sign_in(browser, provider, "/auth/sign-in?level=2")  # within the same session of the provider: see below
    refused_again = tell(browser, caught)
    assert refused_again.status_code == 400
    assert "jti" in refused_again.get_json()["error_description"]


def test_replayed_as_long_as_it_could_be_taken(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """Item 8, to the end of its life: other tokens and sign-ins in between sweep nothing that still counts."""
    caught = token(provider, exp=int(portal_clock.now().timestamp()) + 3600)
    assert tell(browser, caught).status_code == 200
    portal_clock.instant += timedelta(minutes=59)
    assert tell(browser, token(provider, jti="jti-2")).status_code == 200
    assert "jti" in tell(browser, caught).get_json()["error_description"]
    portal_clock.instant += timedelta(minutes=2)
    assert "expired" in tell(browser, caught).get_json()["error_description"]


@both
@pytest.mark.parametrize("changes", [{}, {"sub": None}, {"sid": None}, {"aud": ["demo-portal"]}, {"other": "claim"}])
def test_the_session_is_over_at_the_next_request(
    browser: FlaskClient, provider: FakeProvider, changes: dict[str, Any]
) -> None:
    """Sections 2.4 and 2.7: by sid, by sub, by both; 200 with an empty answer that nobody keeps."""
    assert signed_in(browser)
    answer = tell(browser, token(provider, **changes))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not signed_in(browser)
    assert browser.get(APPLY).location.startswith("/auth/sign-in")
    with browser.session_transaction() as session:
        assert not {"citizen", "id_token", "browser"} & set(session)


def test_nobody_there_is_a_success(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.7: already logged out is logged out."""
    assert tell(browser, token(provider, sid="another", sub="somebody-else")).status_code == 200
    assert signed_in(browser)


def test_other_parameters_are_ignored(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.5: MUST be."""
    data = {"logout_token": token(provider), "other": ["a", "b"]}
    assert browser.application.test_client().post(PATH, data=data).status_code == 200
    assert not signed_in(browser)


@both
def test_of_several_sessions_the_one_that_is_meant(browser: FlaskClient, provider: FakeProvider) -> None:
    """By sid one browser, by sub alone all of hers and nobody else's."""
    others = {"sid": "her-telephone"}, {"sid": "somebody", "sub": "pairwise-hoa"}
    clients = []
    for provider.claims in others:
        provider.userinfo = {"sub": provider.claims.get("sub", "pairwise-lan")}
        client = browser.application.test_client()
        sign_in(client, provider)
        clients.append(client)
    assert tell(browser, token(provider, sid="her-telephone")).status_code == 200
    assert [signed_in(one) for one in (browser, *clients)] == [True, False, True]
    assert tell(browser, token(provider, jti="jti-2", sid=None)).status_code == 200
    assert [signed_in(one) for one in (browser, *clients)] == [False, False, True]


def test_who_acts_for_an_organisation_too(browser: FlaskClient, provider: FakeProvider) -> None:
    """The same session of the provider, whatever the `sub` she has in that role."""
    acting_for = {"organisation_number": "0650000777", "name": "Công ty TNHH Mô Phỏng", "role": "staff"}
    act = {"sub": "pairwise-lan", "role": "staff"}
    provider.claims = {
        "sub": "pairwise-acting", "personal_id_number": None, "identity_level": None,
        "acting_for": acting_for, "act": act,
    }  # fmt: skip
    provider.userinfo = {"sub": "pairwise-acting", "acting_for": acting_for, "act": act}
    sign_in(browser, provider, "/auth/sign-in?level=2")
    assert "thay mặt" in browser.get("/").get_data(as_text=True)
    assert tell(browser, token(provider)).status_code == 200
    assert "thay mặt" not in browser.get("/").get_data(as_text=True)


def test_a_request_that_was_running_brings_nobody_back(
    browser: FlaskClient, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes the session it read when it ends, and that session is nobody's all the same."""
    from demo_client.session_store import SessionStore

    reading, told = threading.Event(), threading.Event()
    keep = SessionStore.set

    def slowly(store: SessionStore, key: str, value: Any, timeout: Any = None) -> bool:
        reading.set()
        assert told.wait(20)
        return keep(store, key, value, timeout)

    monkeypatch.setattr(SessionStore, "set", slowly)
    other = browser.application.test_client()
    other.set_cookie("mock_portal_session", str(getattr(browser.get_cookie("mock_portal_session"), "value", "")))
    running = threading.Thread(target=lambda: other.get("/"))
    running.start()
    assert reading.wait(20)
    monkeypatch.setattr(SessionStore, "set", keep)
    assert tell(browser, token(provider)).status_code == 200
    told.set()
    running.join()
    folder = browser.application.extensions["mock_portal"].config.data_dir / "portal-sessions"
    assert any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())
    assert not signed_in(browser)
    assert not any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())


def test_nothing_of_hers_is_left_on_the_disk(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.7: any state, before her browser comes back, if it ever does."""
    folder = browser.application.extensions["mock_portal"].config.data_dir / "portal-sessions"
    assert any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())
    tell(browser, token(provider))
    assert not any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())


@both
@pytest.mark.parametrize("changes", [{}, {"sid": None}])
def test_told_before_she_is_back(browser: FlaskClient, provider: FakeProvider, changes: dict[str, Any]) -> None:
    """The provider ends the session between its code and our redeeming it: she is not signed in by it afterwards."""
    other = browser.application.test_client()
    on_the_way = provider.authorize(other.get(other.get(APPLY).location).location)
    assert tell(browser, token(provider, **changes)).status_code == 200
    page = other.get(f"/auth/callback?{urlencode(on_the_way)}")
    assert page.status_code == 403
    assert ">ended_meanwhile</code>" in page.get_data(as_text=True)
    assert not signed_in(other)


@both
def test_signing_in_anew(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """In another session of the provider; or, where all of hers were ended, afterwards."""
    assert tell(browser, token(provider, sid=None)).status_code == 200
    portal_clock.instant += timedelta(seconds=5)
    provider.claims = {"sid": "a-new-session"}
    sign_in(browser, provider)
    assert signed_in(browser)


@both
def test_it_is_known_after_a_restart(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """Who is signed in, and which tokens were taken."""
    portal = browser.application.extensions["mock_portal"]
    cookie = browser.get_cookie("mock_portal_session")
    assert cookie
    first = token(provider, sid="another")
    tell(browser, first)
    restarted = create_app(portal.config, portal_clock)
    with restarted.test_client() as client:
        client.set_cookie("mock_portal_session", cookie.value)
        assert signed_in(client)
        assert tell(client, first).status_code == 400
        assert tell(client, token(provider, jti="jti-2")).status_code == 200
        assert not signed_in(client)
    restarted.extensions["mock_portal"].db.dispose()


@both
def test_sixteen_at_once_are_one(browser: FlaskClient, provider: FakeProvider) -> None:
    """The same token on sixteen connections: taken once, and refused by its jti fifteen times."""
    app, sent = browser.application, token(provider)
    start, statuses = threading.Barrier(16), []

    def post() -> None:
        start.wait()
        statuses.append(app.test_client().post(PATH, data={"logout_token": sent}).status_code)

    threads = [threading.Thread(target=post) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [400] * 15
    assert not signed_in(browser)


def test_a_sign_in_ends_by_itself(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """After eight hours, however busy the browser was; nothing of it is kept."""
    portal_clock.instant += timedelta(hours=8, seconds=-1)
    assert signed_in(browser)
    portal_clock.instant += timedelta(seconds=1)
    assert not signed_in(browser)
    provider.claims = {"sid": "a-new-session"}
    sign_in(browser, provider)
    assert rows(browser, "portal_sign_in") == 1


def rows(browser: FlaskClient, table: str) -> int:
    from sqlalchemy import text

    with browser.application.extensions["mock_portal"].db.read() as db:
        return int(db.execute(text(f"select count(*) from {table}")).scalar_one())


def test_old_tokens_are_forgotten(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """Once they would be refused as expired, and no sign-in of before can arrive any more."""
    for number in range(3):
        assert tell(browser, token(provider, jti=f"old-{number}", sid="another")).status_code == 200
    portal_clock.instant += timedelta(minutes=10)
    assert tell(browser, token(provider, jti="new", sid="another")).status_code == 200
    assert rows(browser, "portal_logout_notice") == 1


@both
def test_leaving_or_signing_in_again_leaves_no_row(browser: FlaskClient, provider: FakeProvider) -> None:
    sign_in(browser, provider, "/auth/sign-in?level=2")
    assert rows(browser, "portal_sign_in") == 1
    page = browser.get("/clerk").get_data(as_text=True)
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/auth/sign-out", data={"csrf_token": csrf})
    assert rows(browser, "portal_sign_in") == 0


@both
def test_the_clerks_desk_in_the_same_browser(browser: FlaskClient, provider: FakeProvider) -> None:
    """A session that is renewed for the clerk is still hers, and still ends."""
    page = browser.get("/clerk").get_data(as_text=True)
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/clerk/sign-in", data={"csrf_token": csrf, "password": "a clerk's password"})
    assert signed_in(browser)
    assert tell(browser, token(provider)).status_code == 200
    assert not signed_in(browser)


def test_a_key_that_is_new(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """OpenID Connect Core 10.1.1: an unknown kid makes the portal ask for the keys again, once in ten seconds."""
    assert tell(browser, token(provider, sid="another")).status_code == 200
    old, provider.key = provider.key, ECKey.generate_key("P-256", {"kid": "op-2", "use": "sig", "alg": "ES256"})
    new = token(provider, {"kid": "op-2"}, jti="jti-2", sub=SID)
    assert "kid" in tell(browser, new).get_json()["error_description"]
    portal_clock.instant += timedelta(seconds=10)
    assert tell(browser, new).status_code == 200
    withdrawn = token(provider, key=old, jti="jti-3")
    assert "kid" in tell(browser, withdrawn).get_json()["error_description"]


def test_a_withdrawn_key_is_not_believed_for_long(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """Five minutes, as the keys are kept."""
    assert tell(browser, token(provider, sid="another")).status_code == 200
    old, provider.key = provider.key, ECKey.generate_key("P-256", {"kid": "op-2", "use": "sig", "alg": "ES256"})
    portal_clock.instant += timedelta(minutes=5)
    refused(browser, token(provider, key=old, jti="jti-2"), "kid")


def test_a_stranger_makes_us_ask_once(browser: FlaskClient, provider: FakeProvider) -> None:
    """Invented kids do not turn the portal against its provider."""
    asked = []
    respond = provider.respond
    provider.respond = lambda path, form: (asked.append(path), respond(path, form))[1]  # type: ignore[method-assign]
    for number in range(5):
        refused(browser, token(provider, {"kid": f"made-up-{number}"}), "kid")
    assert asked.count("/jwks") == 1


def test_keys_that_cannot_be_had(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.8: 400 where the logout failed; nobody is believed without a key."""
    sent = token(provider)
    provider.server.shutdown()
    provider.server.server_close()
    answer = tell(browser, sent)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_request"
    assert signed_in(browser)
