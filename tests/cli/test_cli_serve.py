"""`mock-vneid serve`: the provider alone, over HTTP and HTTPS, under the issuer that was configured."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from live import free_ports, running

from idp import pki
from tests.cli.conftest import Run, Started, assert_refused, started, wait_for, wait_until

DISCOVERY = "/.well-known/openid-configuration"
ADDRESSES = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


def fetched(connection: http.client.HTTPConnection, **headers: str) -> dict[str, Any]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request("GET", DISCOVERY, headers=sent)
        answer = connection.getresponse()
        assert answer.status == 200
        return dict(json.loads(answer.read()))
    finally:
        connection.close()


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def discovery_over_tls(port: int, root: Path, host: str = "localhost") -> dict[str, Any]:
    context = ssl.create_default_context(cafile=str(root))
    return fetched(http.client.HTTPSConnection(host, port, context=context, timeout=20))


@pytest.fixture
def keys(settings: dict[str, str], run: Run) -> Path:
    """Keys that are there before the server is."""
    assert run("keys", "init").code == 0
    return Path(settings["IDP_KEYS_DIR"])


@pytest.fixture
def tls_server(keys: Path, settings: dict[str, str], tmp_path: Path) -> Iterator[Started]:
    with started(tmp_path / "serve.log", "serve", "--tls") as running:
        wait_until(lambda: accepts(int(settings["IDP_PORT"])), running)
        yield running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_over_http_until_it_is_asked_to_end(tmp_path: Path, settings: dict[str, str], number: int) -> None:
    """Keys, tables and test citizens are made; the issuer is printed; a signal ends it well."""
    issuer = f"http://localhost:{settings['IDP_PORT']}"
    with started(tmp_path / "serve.log", "serve") as running:
        wait_for(issuer + DISCOVERY, running)
        assert running.end(number) == 0
    assert issuer in running.printed
    assert "MOCK" in running.printed
    assert "Traceback" not in running.printed
    assert not accepts(int(settings["IDP_PORT"]))


def test_the_port_of_the_command_line(tmp_path: Path, settings: dict[str, str]) -> None:
    """`--port` is over IDP_PORT and moves the issuer with it."""
    (port,) = free_ports(1)
    with started(tmp_path / "serve.log", "serve", "--port", str(port)) as running:
        wait_for(f"http://localhost:{port}{DISCOVERY}", running)
        found = fetched(http.client.HTTPConnection("localhost", port, timeout=20))
    assert found["issuer"] == f"http://localhost:{port}"


def test_a_certificate_of_the_mock_root(tls_server: Started, keys: Path, settings: dict[str, str]) -> None:
    """A client that trusts root.pem alone reaches discovery by name and by address; all addresses are https."""
    port = int(settings["IDP_PORT"])
    for host in ("localhost", "127.0.0.1"):
        found = discovery_over_tls(port, keys / "root.pem", host)
        assert found["issuer"] == f"https://localhost:{port}"
        assert all(found[name].startswith(f"https://localhost:{port}") for name in ADDRESSES)


def test_who_does_not_trust_the_root_is_not_served(tls_server: Started, settings: dict[str, str]) -> None:
    """No public authority vouches for it, and plain HTTP gets nothing."""
    port = int(settings["IDP_PORT"])
    connection = http.client.HTTPSConnection("localhost", port, context=ssl.create_default_context(), timeout=20)
    with pytest.raises(ssl.SSLCertVerificationError):
        fetched(connection)
    with pytest.raises((http.client.HTTPException, OSError)):
        fetched(http.client.HTTPConnection("localhost", port, timeout=20))


def test_old_tls_is_refused(tls_server: Started, settings: dict[str, str]) -> None:
    """BCP 195 (RFC 9325 3.1.1): nothing below TLS 1.2."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        fetched(http.client.HTTPSConnection("localhost", int(settings["IDP_PORT"]), context=context, timeout=20))


def test_cookies_are_for_https_alone(tls_server: Started, keys: Path, settings: dict[str, str]) -> None:
    """RFC 6265bis: Secure and the prefix __Host-, and browsers are told to stay with HTTPS."""
    context = ssl.create_default_context(cafile=str(keys / "root.pem"))
    connection = http.client.HTTPSConnection("localhost", int(settings["IDP_PORT"]), context=context, timeout=20)
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mock_vneid")
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"]


def test_a_certificate_that_was_given(
    keys: Path, tmp_path: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another authority's; the issuer is the configured name."""
    pki.init(tmp_path / "other", datetime.now(UTC))
    made = pki.server_certificate(tmp_path / "other", ["id.vn-mock.example", "localhost"], datetime.now(UTC))
    monkeypatch.setenv("IDP_ISSUER", "https://id.vn-mock.example")
    port = int(settings["IDP_PORT"])
    with started(tmp_path / "serve.log", "serve", "--tls", *map(str, made)) as running:
        wait_until(lambda: accepts(port), running)
        assert discovery_over_tls(port, tmp_path / "other" / "root.pem")["issuer"] == "https://id.vn-mock.example"
        with pytest.raises(ssl.SSLCertVerificationError):
            discovery_over_tls(port, keys / "root.pem")


def test_a_certificate_and_the_key_of_another(run: Run, keys: Path, tmp_path: Path) -> None:
    """Told before anything serves; so is a file that holds no certificate."""
    certificate, _ = pki.server_certificate(keys, ["localhost"], datetime.now(UTC))
    assert_refused(run("serve", "--tls", str(certificate), str(keys / "root.key")), "--tls", "root.key")
    (tmp_path / "empty.pem").write_text("")
    assert_refused(run("serve", "--tls", str(tmp_path / "empty.pem"), str(keys / "root.key")), "--tls", "empty.pem")


def test_tls_under_an_issuer_without(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What clients are told and what is served must agree."""
    monkeypatch.setenv("IDP_ISSUER", "http://localhost:5000")
    assert_refused(run("serve", "--tls"), "IDP_ISSUER", "https")


@pytest.mark.parametrize(
    ("name", "value", "key"), [("IDP_HOST", "192.0.2.77", "IDP_HOST"), ("IDP_HOST", "nowhere.invalid", "IDP_HOST")]
)
def test_an_address_of_no_machine_here(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str
) -> None:
    """RFC 5737 and RFC 6761: nobody has these."""
    monkeypatch.setenv(name, value)
    assert_refused(run("serve"), key, value)


def test_a_port_that_is_taken(run: Run, settings: dict[str, str]) -> None:
    """Both ways to choose another are named; the port of the command line is the one meant."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert_refused(run("serve", "--port", port), port, "IDP_PORT", "--port")


def test_behind_a_proxy_the_issuer_stays(
    tmp_path: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forwarded headers do not move it, though a named proxy sends them; its Host is the issuer's."""
    monkeypatch.setenv("IDP_ISSUER", "https://id.vn-mock.example")
    monkeypatch.setenv("IDP_TRUSTED_PROXIES", "127.0.0.1")
    port = int(settings["IDP_PORT"])
    with started(tmp_path / "serve.log", "serve") as running:
        wait_for(f"http://127.0.0.1:{port}{DISCOVERY}", running)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        foreign = {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "http", "X_Forwarded_Prefix": "/evil"}
        found = fetched(connection, Host="id.vn-mock.example", Forwarded="host=evil.example", **foreign)
    assert found["issuer"] == "https://id.vn-mock.example"
    assert all(found[name].startswith("https://id.vn-mock.example/") for name in ADDRESSES[1:])


def test_a_rotation_reaches_a_running_provider(run: Run, tmp_path: Path, settings: dict[str, str]) -> None:
    """`keys rotate` beside it: the new next keys are published without a restart, the old ones still."""
    jwks = f"http://localhost:{settings['IDP_PORT']}/jwks"

    def published() -> set[str]:
        with urllib.request.urlopen(jwks, timeout=20) as answer:
            return {key["kid"] for key in json.load(answer)["keys"]}

    with started(tmp_path / "serve.log", "serve") as running:
        wait_for(jwks, running)
        before = published()
        assert run("keys", "rotate").code == 0
        assert before < published()


def test_the_portal_asks_a_provider_under_the_mock_root(
    tls_server: Started, keys: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    """With PORTAL_CA_BUNDLE, as README says: its sign-in leads to the provider's https address."""
    issuer, portal = f"https://localhost:{settings['IDP_PORT']}", int(settings["PORTAL_PORT"])
    told = {
        **settings, "PORTAL_ISSUER": issuer, "PORTAL_CA_BUNDLE": str(keys / "root.pem"),
        "PORTAL_ROOT": str(keys / "root.pem"), "PORTAL_KEYS": str(keys / "portal" / "client-keys.json"),
        "PORTAL_DATA_DIR": str(tmp_path / "portal"),
    }  # fmt: skip
    with running([sys.executable, "-m", "demo_client"], told, [f"http://localhost:{portal}/"], tmp_path / "p.log"):
        connection = http.client.HTTPConnection("localhost", portal, timeout=20)
        connection.request("GET", "/auth/sign-in?level=2")
        answer = connection.getresponse()
        answer.read()
        connection.close()
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"{issuer}/authorize?")
