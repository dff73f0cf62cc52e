"""The guarded way out: where it may call, and what it takes as an answer."""

from __future__ import annotations

import time
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.outbound import MAX_BYTES, Outbound, OutboundError, is_registered, origin

JSON = "application/json"
SEGMENT = "A1b2C3d4E5f6G7h8I9j0_-"


@pytest.fixture
def outbound() -> Outbound:
    return Outbound(allow_loopback=True)


def code_of(outbound: Outbound, url: str, registered: list[str] | None = None) -> str:
    with pytest.raises(OutboundError) as caught:
        outbound.get(url, registered=registered or [url], accept=JSON)
    return caught.value.code


def test_a_registered_address_is_called(outbound, peer):
    """The answer is handed on, and the caller is told nothing but what it needs (OpenID4VP 15.8)."""
    peer.answer("/a", body=b'{"x":1}')
    url = f"http://localhost:{peer.port}/a"
    reply = outbound.get(url, registered=[url], accept=JSON)
    assert (reply.status, reply.content_type, reply.body) == (200, JSON, b'{"x":1}')
    method, _, headers, _ = peer.requests[0]
    assert method == "GET"
    assert headers["Host"] == f"localhost:{peer.port}"
    assert "python" not in str(headers).lower()
    assert set(headers) <= {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}


def test_a_form_is_sent_as_utf8(outbound, peer):
    """Parameters are form-encoded in UTF-8 (OpenID4VP 8.2)."""
    peer.answer("/p")
    url = f"http://127.0.0.1:{peer.port}/p"
    outbound.post_form(url, {"state": "s", "name": "Sông Ba"}, registered=[url], accept=JSON)
    method, _, headers, body = peer.requests[0]
    assert method == "POST"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode("ascii")) == {"state": ["s"], "name": ["Sông Ba"]}


def test_an_address_that_was_not_registered_is_not_called(outbound, peer):
    """Exact comparison: a prefix, another port or a query more is another address (RFC 9700 2.1)."""
    url = f"http://localhost:{peer.port}/a"
    for near in (url + "/b", url + "?x=1", url + "#x", url.upper(), url.replace("/a", "//a"), url + "/"):
        assert code_of(outbound, near, [url]) == "not_registered"
    assert peer.requests == []


def test_a_folder_entry_admits_one_unguessable_segment():
    """An entry ending in a slash admits exactly one more segment of 22 or more base64url characters."""
    entry = ["http://localhost:5001/request/"]
    assert is_registered(entry[0] + SEGMENT, entry)
    for tail in (
        "",
        SEGMENT[:-1],
        f"{SEGMENT}/x",
        f"../{SEGMENT}",
        f"{SEGMENT}?a=b",
        f"{SEGMENT}%2e",
        f"{SEGMENT}\n",
    ):
        assert not is_registered(entry[0] + tail, entry)


@given(st.text(max_size=60))
def test_a_folder_entry_never_lets_another_origin_in(tail):
    """Whatever follows, an admitted address is on the registered origin and one segment deeper."""
    entry = "https://portal.example/request/"
    if is_registered(entry + tail, [entry]):
        assert origin(entry + tail) == "https://portal.example"
        assert "/" not in tail


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://portal.example/a", "https_required"),
        ("http://192.168.1.5/a", "https_required"),
        ("https://user:word@portal.example/a", "bad_address"),
        ("https://portal.example/a#b", "bad_address"),
        ("https://portal.example:99999/a", "bad_address"),
        ("https://cổng.example/a", "bad_address"),
        ("https://portal.example/" + "a" * 2048, "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("ftp://portal.example/a", "bad_address"),
        ("https:///a", "bad_address"),
    ],
)
def test_only_plain_web_addresses_are_called(outbound, url, code):
    """HTTPS, except on loopback; no user name, fragment, or anything that is no web address."""
    assert code_of(outbound, url) == code


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "224.0.0.1", "ff02::1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_called(address):
    """A registered name that points into the inside, directly or through translation, is refused."""
    outbound = Outbound(allow_loopback=False, resolve=lambda *_: [ip_address("93.184.216.34"), ip_address(address)])
    assert code_of(outbound, "https://portal.example/a") == "address_not_allowed"


def test_loopback_is_refused_where_it_is_not_allowed(peer):
    """The one switch: without it neither plain HTTP nor a loopback address."""
    strict = Outbound(allow_loopback=False)
    assert code_of(strict, f"http://localhost:{peer.port}/a") == "https_required"
    assert code_of(strict, f"https://localhost:{peer.port}/a") == "address_not_allowed"
    assert peer.requests == []


def test_plain_http_never_leaves_the_machine():
    """`localhost` made to point elsewhere is not loopback, whatever it is called."""
    outbound = Outbound(allow_loopback=True, resolve=lambda *_: [ip_address("93.184.216.34")])
    assert code_of(outbound, "http://localhost/a") == "address_not_allowed"


def test_a_network_of_the_operators_own_may_be_named():
    """A private network is called only where the operator names it; then the guard lets it through."""
    address = [ip_address("10.1.2.3")]
    named = Outbound(allow_loopback=False, private_networks=["10.1.0.0/16"], resolve=lambda *_: address)
    assert named._allowed(address[0], False)
    assert not named._allowed(ip_address("10.2.0.1"), False)
    assert not named._allowed(ip_address("127.0.0.1"), False)


def test_a_second_resolution_changes_nothing(peer):
    """The connection goes to the address that was checked, not to what the name says by then (DNS rebinding)."""
    answers = iter([[ip_address("127.0.0.1")]])
    outbound = Outbound(allow_loopback=True, resolve=lambda *_: next(answers))
    peer.answer("/a")
    url = f"http://localhost:{peer.port}/a"
    assert outbound.get(url, registered=[url], accept=JSON).status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_errors(outbound, peer, status):
    """A redirect is not followed and is an error (OpenID4VP 14.8)."""
    peer.answer("/a", status, Location="/b")
    peer.answer("/b")
    assert code_of(outbound, f"http://localhost:{peer.port}/a") == "redirected"
    assert [request[1] for request in peer.requests] == ["/a"]


def test_another_content_type_is_an_error(outbound, peer):
    """A 200 must be of the type asked for."""
    peer.answer("/a", Content_Type="text/html")
    assert code_of(outbound, f"http://localhost:{peer.port}/a") == "wrong_content_type"


def test_parameters_of_a_content_type_do_not_matter(outbound, peer):
    """`application/json; charset=utf-8` is application/json."""
    peer.answer("/a", Content_Type="Application/JSON; charset=utf-8")
    url = f"http://localhost:{peer.port}/a"
    assert outbound.get(url, registered=[url], accept=JSON).content_type == JSON


def test_an_error_status_is_handed_on(outbound, peer):
    """The caller decides what a 400 means; its type does not matter."""
    peer.answer("/a", 400, b"no", Content_Type="text/plain")
    url = f"http://localhost:{peer.port}/a"
    assert outbound.get(url, registered=[url], accept=JSON).status == 400


def test_a_large_answer_is_cut_off(outbound, peer):
    """More than the cap is refused."""
    peer.answer("/a", body=b"x" * (MAX_BYTES + 1))
    assert code_of(outbound, f"http://localhost:{peer.port}/a") == "too_large"


@pytest.mark.parametrize("headers_too", [True, False])
def test_the_total_time_is_capped(peer, headers_too):
    """A peer that sends a byte now and then is cut off, in its headers as in its body."""
    outbound = Outbound(allow_loopback=True, total_seconds=0.3)
    peer.drip("/a", headers_too=headers_too)
    start = time.monotonic()
    assert code_of(outbound, f"http://localhost:{peer.port}/a") == "timeout"
    assert time.monotonic() - start < 3


def test_nobody_there(outbound, peer):
    """A refused connection and an unknown name are the same to the caller."""
    assert code_of(outbound, "http://localhost:1/a") == "unreachable"
    nowhere = Outbound(allow_loopback=True, resolve=_unknown)
    assert code_of(nowhere, "https://portal.example/a") == "unreachable"


def _unknown(*_: object) -> list[object]:
    raise OSError("no such name")


def test_proxies_of_the_environment_are_ignored(outbound, peer, monkeypatch):
    """What is sent to one party is not shown to a proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    peer.answer("/a")
    url = f"http://localhost:{peer.port}/a"
    assert outbound.get(url, registered=[url], accept=JSON).status == 200


def test_tls_is_checked_against_the_name(tls_peer, keys_dir: Path):
    """Though the connection is pinned to an address, the certificate must be for the name (RFC 9525)."""
    tls_peer.answer("/a")
    trusting = Outbound(allow_loopback=True, verify=str(keys_dir / "root.pem"))
    url = f"https://localhost:{tls_peer.port}/a"
    assert trusting.get(url, registered=[url], accept=JSON).status == 200
    other = Outbound(
        allow_loopback=True, verify=str(keys_dir / "root.pem"), resolve=lambda *_: [ip_address("127.0.0.1")]
    )
    assert code_of(other, f"https://portal.example:{tls_peer.port}/a") == "unreachable"


def test_tls_from_an_unknown_root_is_refused(tls_peer, outbound):
    """Without the mock root its certificates are worth nothing."""
    assert code_of(outbound, f"https://localhost:{tls_peer.port}/a") == "unreachable"
    assert tls_peer.requests == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Portal.example/a?b", "https://portal.example"),
        ("https://portal.example:443/", "https://portal.example"),
        ("http://localhost:5001/x", "http://localhost:5001"),
        ("http://[::1]:5001/x", "http://[::1]:5001"),
        ("javascript:alert(1)", None),
        ("https://a@portal.example/", None),
        ("/relative", None),
    ],
)
def test_origins(url, expected):
    """Scheme, host and port, the default port left out."""
    assert origin(url) == expected
