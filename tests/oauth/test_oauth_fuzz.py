"""Strange parameters, headers and bodies at every endpoint of the OpenID Provider: never a failure of ours.

The endpoints are those of the URL map, so that a new one is tried without being named here. What is sent begins as a
request that could be right, and is then spoilt: so it comes past the first check.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from strange_requests import FORM, MARK, Call, calls, jwt
from werkzeug.datastructures import Headers
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.oauth.conftest import REDIRECT, SIGNED_OUT, VERIFIER, Provider, basic, hidden_fields

#: How many requests on a database (`FUZZ_REQUESTS` sets another number): about twenty seconds
#: on SQLite, and a quarter of it on PostgreSQL, for the values
#: that only it refuses (NUL, lone surrogates).
REQUESTS = {"sqlite": 2000, "postgresql": 1000}
SIGNING = {"alg": "ES256", "typ": "JWT", "kid": "x"}


def known(provider: Provider) -> dict[str, list[str]]:
    """Parameters that a request may hold, each with values that could be right here."""
    tokens = provider.tokens(scope="openid identity offline_access")
    page = hidden_fields(provider.authorize(prompt="consent"))
    kept = [tokens["access_token"], tokens["refresh_token"], tokens["id_token"], provider.code()]
    return {
        **{name: [value] for name, value in provider.request().items()},
        "response_mode": ["query", "fragment", "form_post", "jwt"],
        "prompt": ["none", "login", "consent", "select_account", "none login"],
        "display": ["page"],
        "max_age": ["0", "3600", "-1", "9" * 30],
        "ui_locales": ["vi", "en"],
        "claims": [
            '{"id_token": {"acr": {"essential": true, "values": ["LoA2"]}}}',
            '{"userinfo": {"\\u0000": null}}',
        ],
        "acr_values": ["urn:vn-mock:loa:2"],
        "id_token_hint": [tokens["id_token"]],
        "login_hint": ["065190000101"],
        **{name: [value] for name, value in page.items()},
        "request": [page["request"], jwt(SIGNING, {"iss": "rp", "client_id": "rp", "state": "\x00\ud800"})],
        "request_uri": ["urn:ietf:params:oauth:request_uri:x", "https://rp.vn-mock.example/r"],
        "resource": ["https://api.vn-mock.example/", "https://[::1", "#"],
        "dpop_jkt": ["x" * 43],
        "grant_type": ["authorization_code", "refresh_token", "client_credentials"],
        "code": kept,
        "refresh_token": kept,
        "code_verifier": [VERIFIER],
        "token": kept,
        "access_token": kept,
        "token_type_hint": ["access_token", "refresh_token"],
        "client_secret": [provider.secret],
        "client_assertion_type": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
        "client_assertion": [jwt(SIGNING, {"iss": "rp", "sub": "rp", "aud": 1, "exp": 1e300, "jti": []})],
        "post_logout_redirect_uri": [SIGNED_OUT],
        "logout_hint": ["x"],
        "decision": ["approve", "refuse"],
        "lang": ["vi", "en"],
    }


def headers_of(provider: Provider, tokens: Sequence[str]) -> dict[str, list[str]]:
    return {
        "Authorization": [
            *[basic("rp", provider.secret)] * 5,
            basic(MARK, "%"),
            basic("rp\x00", provider.secret),
            *(f"{scheme} {token}" for scheme in ("Bearer", "DPoP") for token in tokens),
            "Basic ÿ",
            "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(),
            "Bearer",
            f"{MARK} x",
        ],
        "Content-Encoding": ["identity", "gzip", "br"],
        "Accept": ["*/*", "application/token-introspection+jwt", "text/html;q=x", ",;="],
        "Accept-Language": ["en", "vi;q=9", "*"],
        "Origin": ["null", "https://rp.vn-mock.example", f"https://{MARK}.example", "ý"],
        "Cookie": [f"__Host-session={MARK}", "=;=", "a=\x00"],
        "DPoP": [jwt({"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty": "EC"}}, {"htm": 1, "htu": MARK}), "x"],
        "Content-Type": [FORM, f"{FORM}; charset=utf-16", "application/json", "multipart/form-data; boundary=x", "/"],
        "X-Forwarded-For": ["1.2.3.4", MARK],
        "X-Forwarded-Host": [f"{MARK}.example"],
        "X-Client-Certificate": ["-----BEGIN CERTIFICATE-----", "%00"],
        "Content-Length": ["0", "-1", "x"],
        "Range": ["bytes=0-1"],
        "If-None-Match": ["*"],
    }


def send(provider: Provider, call: Call) -> TestResponse:
    visitor = provider.browser if call.signed_in else provider.app.test_client(use_cookies=False)
    headers = Headers([(name, value) for name, value in call.headers if not (call.signed_in and name == "Cookie")])
    return visitor.open(
        call.path, method=call.method, query_string=call.query, headers=headers, data=call.body, base_url="https://op"
    )


def judge(call: Call, response: TestResponse) -> None:
    assert response.status_code < 500, response.text
    assert [name for name, value in response.headers if MARK in value and name not in ECHOES] == []
    if response.status_code == 304:  # of what may be kept, to a copy that is still good
        assert response.data == b""
        return
    if 300 <= response.status_code < 400:
        to_us = response.location.startswith("/") and not response.location.startswith("//")
        assert to_us or response.location.startswith((f"{REDIRECT}?", f"{REDIRECT}#", SIGNED_OUT)), response.location
        return
    # A page's own links may hold its own address, and its own form what it goes on with: both escaped.
    assert MARK not in re.sub(r' (href|action|value)="[^"<>]*"', "", response.text), response.text
    if response.status_code >= 400 and call.method != "HEAD":
        _judge_error(call, response)


def _judge_error(call: Call, response: TestResponse) -> None:
    """A program is told in JSON with a code of a specification, a person on a page with what leads to the log.

    A page of ours answers its own script, which posts JSON, in JSON.
    """
    status = response.status_code
    assert status != 405 or response.headers["Allow"], call  # RFC 9110 15.5.6
    assert status != 415 or response.headers["Accept-Encoding"], call  # RFC 9110 15.5.16
    if not call.endpoint.startswith("oauth_api.") or call.endpoint in PAGES_OF_PROTOCOL:
        assert response.mimetype == "text/html" or response.get_json()["error"] == "form_expired", response.text
        if call.endpoint == "oauth_api.authorize" and status == 400:
            assert 'data-testid="error-reference"' in response.text, response.text
        return
    assert response.mimetype == "application/json", response.text
    told = response.get_json()
    if status == 401:
        assert response.headers["WWW-Authenticate"].split(" ")[0] in ("Basic", "Bearer", "DPoP"), call  # 15.5.2
    if status != 401 or call.endpoint != "oauth_api.userinfo":  # RFC 6750 3.1: without any token there is no code
        assert told["error"] in CODES.get(status, ()), (status, told)
    assert told.get("error_description", "").isascii(), response.text  # RFC 6749 5.2
    assert response.headers["Cache-Control"] == "no-store"


#: RFC 6749 5.2, 6750 3.1, 7009 2.2.1, 7591 3.2.2, 8707 2, 9101 7, 9126 2.3, 9449 5 and 8; by the status they go with.
CODES: dict[int, tuple[str, ...]] = {
    400: (
        "invalid_request", "invalid_grant", "invalid_scope", "unauthorized_client", "unsupported_grant_type",
        "unsupported_token_type", "unsupported_response_type", "invalid_client_metadata", "invalid_redirect_uri",
        "invalid_target", "invalid_request_object", "invalid_request_uri", "invalid_dpop_proof", "use_dpop_nonce",
        "unmet_authentication_requirements", "request_not_supported", "request_uri_not_supported",
    ),
    401: ("invalid_client", "invalid_token", "invalid_dpop_proof", "use_dpop_nonce"),
    403: ("insufficient_scope",),
    404: ("not_found",),
    405: ("invalid_request",),
    413: ("invalid_request",),
    415: ("invalid_request",),
    429: ("temporarily_unavailable",),
}  # fmt: skip
ECHOES = {"Access-Control-Allow-Origin", "Location"}
#: Pages of the person are the exception; whatever is new among the protocol's endpoints is for programs.
PAGES_OF_PROTOCOL = {"oauth_api.authorize", "oauth_api.end_session"}


def endpoints(provider: Provider) -> list[Rule]:
    rules = provider.app.url_map.iter_rules()
    return [rule for rule in rules if rule.endpoint.startswith(("oauth_api.", "oauth_pages."))]


def test_every_endpoint_is_tried(provider: Provider) -> None:
    """The list is the application's own, and holds what the metadata names."""
    paths = {rule.rule for rule in endpoints(provider)}
    metadata = provider.app.test_client().get("/.well-known/openid-configuration").get_json()
    named = {urlsplit(str(value)).path for name, value in metadata.items() if name.endswith(("_endpoint", "_uri"))}
    assert named <= paths
    assert {"/authorize", "/token", "/introspect", "/revoke", "/userinfo", "/end-session", "/jwks"} <= paths


def test_nothing_strange_is_a_failure_of_ours(provider: Provider) -> None:
    """Never a 500; an error in the form that its reader expects; nothing of what was sent in what is answered."""
    rules, values = endpoints(provider), known(provider)
    headers = headers_of(provider, values["token"])
    busy = [rule for rule in rules if rule.endpoint.startswith("oauth_api.") and "POST" in (rule.methods or ())]

    @settings(
        max_examples=int(os.environ.get("FUZZ_REQUESTS", REQUESTS["sqlite" if provider.db.sqlite else "postgresql"])),
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(calls([*rules, *busy * 2], values, headers))
    def attack(call: Call) -> None:
        judge(call, send(provider, call))

    attack()


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke", "/userinfo"])
@pytest.mark.parametrize("secret", ["\x00", "ý", "\ud800", "%", "x" * 70_000])
def test_strange_credentials(provider: Provider, path: str, secret: str) -> None:
    """What PostgreSQL refuses as a value, and what is no UTF-8, is just not the secret."""
    raw = base64.b64encode(b"rp:" + secret.encode("utf-8", "surrogatepass")).decode()
    for headers, body in (
        ({"Authorization": f"Basic {raw}"}, ""),
        ({}, f"client_id=rp&client_secret={quote(secret, errors='surrogatepass')}"),
        ({}, f"client_id={quote(secret, errors='surrogatepass')}"),
    ):
        response = provider.app.test_client().post(path, data=body, headers=headers, content_type=FORM)
        assert response.status_code in (400, 401, 413)
