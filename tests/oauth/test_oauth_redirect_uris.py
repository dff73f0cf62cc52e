"""Redirection URIs: registration and matching (RFC 6749 3.1.2, RFC 8252 7 and 8.3, RFC 9700 4.1.3)."""

from __future__ import annotations

import pytest

from idp.oauth.redirect_uris import RedirectUriError, check_registrable, matches, origin, with_parameters


@pytest.mark.parametrize(
    "uri",
    [
        "/cb",
        "cb",
        "",
        "//rp.example/cb",
        "https://",
        "https:///cb",
        "http://rp.example/cb",
        "http://127.0.0.1.example/cb",
        "https://rp.example/cb#part",
        "https://rp.example/cb#",
        "https://*.rp.example/cb",
        "https://user@rp.example/cb",
        "https://rp.example:port/cb",
        "https://rp.example/c b",
        "https://rp.example/cb\n",
        "https://rp.example\\@evil.example/cb",
        "https://rp.exämple/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vn.example.app:/callback",
    ],
)
def test_a_web_client_may_not_register(uri: str) -> None:
    """https with one host, or http on loopback; nothing else."""
    with pytest.raises(RedirectUriError):
        check_registrable(uri, "web")


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("https://rp.example:99999/cb", "port"), ("http://[::1]:70000/cb", "port"), ("https://xn--/cb", "xn--"),
        ("https://rp.xn--abc-.example/cb", "xn--"), ("https://xn--99999999/cb", "xn--"),
        ("https://rp.example:port/cb", "printable"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(uri: str, why: str) -> None:
    """RFC 3986 3.2.3 with TCP's ports; RFC 5890 2.3.2.1."""
    with pytest.raises(RedirectUriError, match=why):
        check_registrable(uri, "web")
    check_registrable("https://xn--bnh-vin-yv4cf.example/cb", "web")


@pytest.mark.parametrize("uri", ["app:/cb", "javascript:/cb", "http://rp.example/cb", "ftp://rp.example/cb"])
def test_a_native_client_may_not_register(uri: str) -> None:
    """RFC 8252 7.1: a private scheme is a reversed domain name, so it holds a dot."""
    with pytest.raises(RedirectUriError):
        check_registrable(uri, "native")


@pytest.mark.parametrize(
    ("uri", "application_type"),
    [
        ("https://rp.example/cb", "web"),
        ("https://rp.example/cb?tenant=1", "web"),
        ("http://localhost:8080/cb", "web"),
        ("http://127.0.0.1/cb", "native"),
        ("http://[::1]/cb", "native"),
        ("vn.example.app:/callback", "native"),
    ],
)
def test_these_may_be_registered(uri: str, application_type: str) -> None:
    """What the specifications allow."""
    check_registrable(uri, application_type)
    assert matches([uri], uri, application_type)


@pytest.mark.parametrize(
    "uri",
    [
        "https://rp.example/cb/",
        "https://rp.example/CB",
        "https://RP.example/cb",
        "https://rp.example/cb?x=1",
        "https://rp.example:443/cb",
        "https://rp.example/cb#f",
        "https://rp.example/x/../cb",
        "https://rp.example/c%62",
        "http://rp.example/cb",
        "https://rp.example.evil.example/cb",
        " https://rp.example/cb",
        "https://rp.example/cb\u200b",
    ],
)
def test_only_the_same_string_matches(uri: str) -> None:
    """RFC 9700 4.1.3: exact string matching."""
    assert not matches(["https://rp.example/cb"], uri, "web")
    assert not matches(["https://rp.example/cb"], uri, "native")


def test_a_native_client_may_use_any_loopback_port() -> None:
    """RFC 8252 7.3."""
    assert matches(["http://127.0.0.1/cb"], "http://127.0.0.1:51004/cb", "native")
    assert matches(["http://[::1]:1/cb?a=b"], "http://[::1]:2/cb?a=b", "native")


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:51004/other",
        "http://127.0.0.1:51004/cb?x=1",
        "http://127.0.0.1:51004/cb#",
        "http://127.0.0.1:99999/cb",
        "http://user@127.0.0.1:51004/cb",
        "http://127.0.0.2:51004/cb",
        "http://[::1]:51004/cb",
        "https://127.0.0.1:51004/cb",
        "http://127.0.0.1:51004@evil.example/cb",
    ],
)
def test_the_port_is_all_that_may_differ(uri: str) -> None:
    """Everything else stays exact."""
    assert not matches(["http://127.0.0.1/cb"], uri, "native")


def test_a_web_client_may_not_change_the_port() -> None:
    """The loopback rule is for native clients; localhost has none (RFC 8252 8.3)."""
    assert not matches(["http://127.0.0.1/cb"], "http://127.0.0.1:1/cb", "web")
    assert not matches(["http://localhost/cb"], "http://localhost:1/cb", "native")


def test_a_registered_query_is_kept() -> None:
    """RFC 6749 3.1.2: the query component MUST be retained."""
    assert with_parameters("https://rp.example/cb?tenant=1", [("code", "a b")]) == (
        "https://rp.example/cb?tenant=1&code=a+b"
    )


def test_where_a_form_may_end() -> None:
    """The Content-Security-Policy source is an origin, or a scheme where there is no host."""
    assert origin("https://rp.example:8443/cb?x") == "https://rp.example:8443"
    assert origin("vn.example.app:/cb") == "vn.example.app:"
