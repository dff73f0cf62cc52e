"""The operator's log: which check refused a request; nothing that was sent stands there as it came (CWE-117)."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest

from idp import logs
from idp.oauth import backchannel_logout
from idp.oauth.hashing import digest
from idp.oauth.models import Client
from idp.outbound import OutboundError
from tests.oauth.conftest import REDIRECT, Provider, basic
from tests.oauth.test_oauth_backchannel_logout import Clients, clients, services, sign_out, signed_in
from tests.oauth.test_oauth_private_key_jwt import STRANGER, TYPE, assertion, claims, signing

__all__ = ["clients", "services", "signing"]  # fixtures


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was told since the last look."""
    found = [record.getMessage() for record in caplog.records if record.name == "mock_vneid.oauth"]
    caplog.clear()
    return found


def post(provider: Provider, path: str, header: str | None = None, **fields: str) -> int:
    headers = {"Authorization": header} if header else {}
    return provider.app.test_client().post(path, data=fields, headers=headers).status_code


@pytest.mark.parametrize("path", ["/token", "/par", "/introspect", "/revoke"])
def test_which_check_of_the_client_failed(provider: Provider, caplog: pytest.LogCaptureFixture, path: str) -> None:
    """One line each, at every endpoint, with the client; the answer says none of it (RFC 6749 5.2)."""
    endpoint, grant = path[1:], {"grant_type": "authorization_code", "token": "x"}
    cases: list[tuple[str | None, dict[str, str], str]] = [
        (basic("rp", "wrong-secret"), {}, "client=rp: the secret is wrong"),
        (basic("stranger", "wrong-secret"), {}, "client=strang...(8 characters, not registered): no client is"),
        ("Digest x", {}, "client=-: the Authorization header is of another scheme than Basic"),
        ("Basic !", {}, "client=-: the Basic credentials are no base64"),
        (
            None,
            {"client_id": "rp"},
            "client=rp: the client is registered for client_secret_basic, the request uses none",
        ),
        (None, {}, "client=-: the request names no client"),
    ]
    for header, fields, check in cases:
        assert post(provider, path, header, **grant, **fields) == 401
        (line,) = lines(caplog)
        assert line.startswith(f"refused: {endpoint} 401 invalid_client {check}")
        assert "wrong-secret" not in line


def test_a_disabled_client(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """The log tells it from one that never was; the wire does not."""
    with provider.db.begin() as session:
        found = session.get(Client, "rp")
        assert found is not None
        found.disabled_at = provider.clock.now()
    assert post(provider, "/token", basic("rp", provider.secret), grant_type="refresh_token") == 401
    assert lines(caplog) == ["refused: token 401 invalid_client client=rp: the client is disabled in the registry"]


@pytest.mark.parametrize(
    ("changes", "header", "check"),
    [
        ({"aud": "https://other.example"}, {}, "the aud of the assertion"),
        ({"iss": "other"}, {}, "the iss of the assertion is not the client_id"),
        ({"jti": None}, {}, "the jti of the assertion is missing"),
        ({"exp": 1}, {}, "the exp of the assertion"),
        ({"iat": 1}, {}, "the iat of the assertion"),
        ({"nbf": 9_999_999_999}, {}, "the nbf of the assertion is"),
        ({}, {"kid": "sig-9"}, "no key of the client has the kid"),
        ({}, {"typ": "at+jwt"}, "the typ of the assertion"),
    ],
)
def test_which_check_of_an_assertion_failed(
    signing: Provider, caplog: pytest.LogCaptureFixture, changes: dict[str, Any], header: dict[str, str], check: str
) -> None:
    """RFC 7523 3, rule by rule; never the assertion itself."""
    token = assertion(claims(signing, **changes), header=header)
    fields = {"client_assertion_type": TYPE, "client_assertion": token, "grant_type": "refresh_token"}
    assert post(signing, "/token", **fields) == 401
    (line,) = lines(caplog)
    assert line.startswith(f"refused: token 401 invalid_client client=rp: {check}")
    assert token.split(".")[2] not in line


def test_a_foreign_key_and_a_second_use(signing: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Signed by another, and sent twice."""
    own = assertion(claims(signing))
    foreign = assertion(claims(signing), STRANGER)
    for token, status in ((foreign, 401), (own, 400), (own, 401)):
        fields = {
            "client_assertion_type": TYPE,
            "client_assertion": token,
            "token": "x",
            "grant_type": "refresh_token",
        }
        assert post(signing, "/token", **fields) == status
    told = lines(caplog)
    assert [line.rpartition(": ")[2] for line in told[::2]] == [
        "the signature of the assertion is not by a key of the client",
        "the jti of the assertion was used before",
    ]
    assert "invalid_request client=rp" in told[1]


def test_a_code_is_refused_in_one_wording(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """RFC 6749 5.2: the client learns no more than that; the log tells unknown, used and expired apart."""
    used, late = provider.code(), provider.code()
    assert provider.redeem(used).status_code == 200
    answers = [provider.redeem("x").get_json(), provider.redeem(used).get_json()]
    provider.clock.instant += timedelta(minutes=2)
    answers.append(provider.redeem(late).get_json())
    assert answers == [{
        "error": "invalid_grant", "error_description": "The code is unknown, expired, used, or of another client.",
    }] * 3  # fmt: skip
    checks = [line.partition("client=rp: ")[2] for line in lines(caplog)]
    assert [check.split(";")[0] for check in checks] == [
        "the code is unknown", "the code was used before", "the code has expired",
    ]  # fmt: skip


def test_every_token_error_is_described(provider: Provider) -> None:
    """Of what was sent nothing is repeated."""
    refused = provider.token(grant_type="password<x>").get_json()
    assert refused == {
        "error": "unsupported_grant_type",
        "error_description": "The grant_type must be authorization_code or refresh_token.",
    }
    assert provider.refresh("x").get_json()["error_description"].startswith("The refresh token is unknown, expired")


def test_at_userinfo_and_the_registry(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Resources tell theirs too."""
    browser = provider.app.test_client()
    browser.get("/userinfo")
    provider.userinfo("nothing-of-ours")
    browser.post("/connect/register", json={})
    assert [line.partition(" client=")[0] for line in lines(caplog)] == [
        "refused: userinfo 401 -", "refused: userinfo 401 invalid_token", "refused: registration 401 invalid_token",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        (REDIRECT.replace("https:", "http:"), "scheme"),
        (REDIRECT.replace("://", "://www."), "host"),
        (REDIRECT + "/", "path"),
        (REDIRECT + "?a=b", "query"),
        (REDIRECT + "#a", "fragment"),
        (re.sub(r"(//[^/:]+)", r"\1:9", REDIRECT), "port"),
    ],
)
def test_where_a_redirect_uri_differs(
    provider: Provider, caplog: pytest.LogCaptureFixture, sent: str, part: str
) -> None:
    """The page has a reference, and its line what is registered and which part differs; not what was sent."""
    page = provider.authorize(redirect_uri=sent)
    reference = re.search(r'data-testid="error-reference">([0-9a-f]{8})<', page.text)
    assert page.status_code == 400
    assert reference is not None
    (line,) = lines(caplog)
    assert line == (
        f"refused: authorize 400 invalid_request client=rp: the redirect_uri differs from {REDIRECT} (registered) "
        f"in: {part}, reference {reference[1]}"
    )


def test_a_stopped_client_has_a_page_of_its_own(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """It is registered, and may not be used; one that never was is told so."""
    with provider.db.begin() as session:
        found = session.get(Client, "rp")
        assert found is not None
        found.disabled_at = provider.clock.now()
    page, unknown = provider.authorize(), provider.authorize(client_id="nobody")
    assert (page.status_code, unknown.status_code) == (400, 400)
    assert "Dịch vụ này đã bị ngừng" in page.text
    assert "Dịch vụ này đã bị ngừng" not in unknown.text
    assert "unauthorized_client client=rp: the client is disabled" in lines(caplog)[0]


def test_what_a_client_is_told_by_redirect_stands_in_the_log(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 6749 4.1.2.1; scopes and parameters are named, if they are ours. A person's refusal is no fault."""
    caplog.set_level(logging.INFO, "mock_vneid.oauth")
    assert provider.answer(max_age="x")["error"] == "invalid_request"
    twice = provider.answer(nonce=["a", "b"])  # type: ignore[arg-type]
    strange = provider.answer(**{"evil\nname": ["a", "b"]})  # type: ignore[arg-type]
    assert twice["error_description"] == "The parameter nonce is sent more than once."
    assert strange["error_description"] == "A parameter that this endpoint does not know is sent more than once."
    assert provider.answer(prompt="none")["error"] == "login_required"
    assert all("\n" not in line for line in lines(caplog))
    assert caplog.records == []


@pytest.mark.parametrize("client_id", ["a\nrefused: b", "\x1b[31m", "x" * 5000, "ệ", "a b"])
def test_nothing_sent_makes_a_line_of_its_own(
    provider: Provider, caplog: pytest.LogCaptureFixture, client_id: str
) -> None:
    """CWE-117: line ends, escapes, length."""
    post(provider, "/token", client_id=client_id, client_secret="hidden-secret", grant_type="x")
    provider.authorize(client_id=client_id)
    told = lines(caplog)
    assert len(told) == 2
    assert all(line.isprintable() and line.isascii() and len(line) < 250 for line in told)
    assert not any("hidden-secret" in line for line in told)


@pytest.mark.parametrize(
    ("query", "check"),
    [
        ({"id_token_hint": "x"}, "client=-: the id_token_hint is not an ID Token"),
        ({"client_id": "nobody"}, "client=-: the client_id is not registered"),
        (
            {"client_id": "rp", "post_logout_redirect_uri": "https://evil.example/"},
            "client=rp: the post_logout_redirect",
        ),
        ({"client_id": ["rp", "rp"]}, "client=-: a parameter is sent more than once"),
    ],
)
def test_a_logout_request_that_is_wrong(
    provider: Provider, caplog: pytest.LogCaptureFixture, query: dict[str, Any], check: str
) -> None:
    """RP-Initiated Logout 4: the person sees a page, the operator what is wrong."""
    assert provider.app.test_client().get("/end-session", query_string=query).status_code == 400
    (line,) = lines(caplog)
    assert line.startswith(f"refused: end_session 400 - {check}")


def test_a_page_of_a_request_that_is_over(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    assert provider.browser.get("/authorize/continue?request=x").status_code == 400
    assert "the sign-in request is answered, over, or of another browser, reference " in lines(caplog)[0]


def test_the_form_of_a_line() -> None:
    """Time stamp, level, part; whatever a message holds, it is one line."""
    record = logging.LogRecord("mock_vneid.oauth", logging.WARNING, "", 0, "client %s", ("a\r\nb\x1b\u2028",), None)
    line = logs.OneLine(logs.FORM).format(record)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 WARNING mock_vneid\.oauth client a\\r\\nb\\x1b\\u2028", line
    )


def test_a_logout_that_cannot_be_told(
    bare: Provider, services: Any, clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    """After each try when the next one is, and at last that the client is given up."""
    clients.answers = [OutboundError("unreachable")]
    sign_out(bare, signed_in(bare))
    for wait in (timedelta(0), *backchannel_logout.RETRY_AFTER):
        bare.clock.instant += wait
        backchannel_logout.deliver_due(services, bare.clock.now())
    told = [line for line in lines(caplog) if line.startswith("logout token")]
    assert len(told) == 7
    assert all("not delivered client=rp attempt=" in line and "unreachable, again at " in line for line in told[:-1])
    assert told[-1].endswith("attempt=7: unreachable, given up")
    assert not any(digest("x") in line or "eyJ" in line for line in told)


@pytest.mark.parametrize(("lang", "word"), [("vi", "Mã tra cứu"), ("en", "Reference")])
@pytest.mark.parametrize(
    "changes", [{"response_mode": "strange"}, {"client_id": "nobody"}, {"redirect_uri": "https://a.example/"}]
)
def test_every_page_leads_to_its_line(
    provider: Provider, caplog: pytest.LogCaptureFixture, changes: dict[str, str], lang: str, word: str
) -> None:
    """One word for it on the page, and the same reference in the log."""
    page = provider.authorize(lang=lang, **changes)
    assert page.status_code == 400
    reference = re.search(rf'{word} <code data-testid="error-reference">([0-9a-f]{{8}})<', page.text)
    assert reference is not None
    assert lines(caplog)[0].endswith(f", reference {reference[1]}")
    assert "mã tham chiếu" not in page.text
    assert "mock-vneid clients" not in page.text.replace(".venv/bin/mock-vneid clients", "")
