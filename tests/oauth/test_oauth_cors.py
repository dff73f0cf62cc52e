"""Cross-origin requests: only the origins of public clients may read tokens and claims from a script."""

from __future__ import annotations

import pytest

from tests.oauth.conftest import Provider


@pytest.fixture
def browser_app(bare: Provider) -> Provider:
    bare.register(
        client_id="spa",
        token_endpoint_auth_method="none",
        redirect_uris=("https://spa.vn-mock.example/cb",),
        application_type="web",
    )
    bare.register(
        client_id="desktop",
        token_endpoint_auth_method="none",
        redirect_uris=("http://127.0.0.1/cb", "vn.example.app:/cb"),
        application_type="native",
        sector_identifier="desktop.vn-mock.example",
    )
    bare.register(client_id="server")
    return bare


@pytest.mark.parametrize("origin", ["https://spa.vn-mock.example", "http://127.0.0.1:5173", "http://127.0.0.1"])
@pytest.mark.parametrize("path", ["/par", "/token", "/userinfo", "/revoke"])
def test_admitted(browser_app: Provider, origin: str, path: str) -> None:
    """The origin itself is named, never a star, and never with credentials."""
    visitor = browser_app.app.test_client()
    preflight = visitor.options(path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    answer = visitor.post(path, data={"x": "y"}, headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/par", "/token", "/userinfo"])
def test_a_script_may_use_dpop(browser_app: Provider, path: str) -> None:
    """RFC 9449 5 and 8: it may send the header, and read nonce and challenge."""
    visitor, origin = browser_app.app.test_client(), "https://spa.vn-mock.example"
    preflight = visitor.options(path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert "DPoP" in preflight.headers["Access-Control-Allow-Headers"].split(", ")
    answer = visitor.post(path, data={"x": "y"}, headers={"Origin": origin, "DPoP": "x"})
    assert answer.headers["DPoP-Nonce"]
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"DPoP-Nonce", "Retry-After", "WWW-Authenticate"} <= set(exposed)


@pytest.mark.parametrize(
    "origin",
    [
        "https://rp.vn-mock.example",
        "https://evil.example",
        "https://spa.vn-mock.example.evil.example",
        "http://spa.vn-mock.example",
        "https://spa.vn-mock.example:8443",
        "http://127.0.0.1.evil.example",
        "http://localhost:5173",
        "https://127.0.0.1",
        "null",
        "vn.example.app:",
        "ý",
    ],
)
def test_not_admitted(browser_app: Provider, origin: str) -> None:
    """A confidential client's origin is not either: it does not run in a browser."""
    response = browser_app.app.test_client().post("/token", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize("path", ["/authorize", "/end-session", "/introspect"])
def test_pages_are_for_nobodys_script(browser_app: Provider, path: str) -> None:
    """What a person sees is not read across origins."""
    response = browser_app.app.test_client().get(path, headers={"Origin": "https://spa.vn-mock.example"})
    assert "Access-Control-Allow-Origin" not in response.headers
