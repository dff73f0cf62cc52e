"""Mutual TLS through a real nginx (RFC 8705 6.5): it makes the handshake, and passes the certificate on."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from certificates import Authority, Holder, self_signed
from cryptography import x509
from live import FAST_ARGON2, Demo, free_ports, running
from live_registry import database, grant_code, register

from idp.db import Database

pytestmark = pytest.mark.interop
HEADER, PROXY = (
    "Client-Cert",
    "127.0.0.2",
)  # nginx calls from an address of its own, so that nobody else's is believed
BACK, VERIFIER = "https://rp.vn-mock.example/cb", "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
AUTHORITY = Authority(begins=YESTERDAY)
CLIENT, OTHER = AUTHORITY.issue(), AUTHORITY.issue("CN=other", ())
OWN, IMPOSTOR = self_signed(begins=YESTERDAY), self_signed("CN=client,O=Mock,C=VN", YESTERDAY)
SETTINGS = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    ssl_client_certificate {folder}/authorities.pem;
    ssl_verify_client {verify};
    location / {{
      proxy_pass http://127.0.0.1:{provider};
      proxy_bind {proxy};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header {header} $ssl_client_escaped_cert;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Site:
    """The provider behind nginx, straight and through it."""

    through: str
    straight: str
    folder: Path
    db: Database

    def post(self, fields: dict[str, str], holder: Holder | None, **more: Any) -> requests.Response:
        return self._session(holder).post(f"{self.through}/token", data=fields, timeout=20, **more)

    def userinfo(self, token: str, holder: Holder | None, **headers: str) -> requests.Response:
        named = {
            "Authorization": f"Bearer {token}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self._session(holder).get(f"{self.through}/userinfo", headers=named, timeout=20)

    def redemption(self, client_id: str) -> dict[str, str]:
        """A token request for a code of somebody who has just consented."""
        return {
            "grant_type": "authorization_code",
            "code": grant_code(self.db, _somebody(self.db), client_id, BACK, CHALLENGE, "openid"),
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            "client_id": client_id,
        }

    def _session(self, holder: Holder | None) -> requests.Session:
        session = requests.Session()
        session.trust_env, session.verify = False, str(self.folder / "authorities.pem")
        if holder is not None:
            session.cert = _written(self.folder, holder)
        return session


@pytest.fixture(scope="module", params=["optional", "optional_no_ca"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """nginx verifying certificates itself, and letting any through: what is trusted is decided behind it."""
    folder = tmp_path_factory.mktemp(f"nginx-{request.param}")
    front, back = free_ports(2)
    _write_server_certificate(folder)
    issuer = f"https://localhost:{front}"
    settings = {
        "IDP_ISSUER": issuer,
        "IDP_PORT": str(back),
        "IDP_KEYS_DIR": str(folder / "keys"),
        "IDP_DATA_DIR": str(folder / "var"),
        "IDP_TRUSTED_PROXIES": PROXY,
        "IDP_CLIENT_CERTIFICATE_HEADER": HEADER,
        "IDP_CLIENT_CERTIFICATE_AUTHORITIES": str(folder / "authorities.pem"),
        **FAST_ARGON2,
    }
    straight = f"http://127.0.0.1:{back}"
    provider = [sys.executable, "-m", "idp.cli", "serve"]
    demo = Demo(issuer, "", folder / "keys", folder / "var", settings)
    with (
        running(provider, settings, [f"{straight}/.well-known/openid-configuration"], folder / "provider.log"),
        _nginx(folder, front, back, request.param),
        database(demo) as db,
    ):
        yield Site(issuer, straight, folder, db)


def test_a_client_of_an_authority(site: Site) -> None:
    """tls_client_auth, and a token that is bound to the certificate."""
    client_id = _register(
        site, token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn="CN=client,O=Mock,C=VN"
    )
    _check_binding(site, client_id, CLIENT, OTHER)


def test_a_client_with_a_certificate_of_its_own(site: Site) -> None:
    """self_signed_tls_client_auth: nginx must let it through, which `optional` does not."""
    jwks = {"keys": [OWN.jwk]}
    client_id = _register(site, token_endpoint_auth_method="self_signed_tls_client_auth", jwks=jwks)
    if "optional_no_ca" in str(site.folder):
        _check_binding(site, client_id, OWN, IMPOSTOR)
        return
    refused = site.post(site.redemption(client_id), OWN)
    assert refused.status_code == 400  # by nginx itself: it knows no authority of this certificate
    assert "nginx" in refused.text


def test_a_self_made_certificate_of_the_right_name(site: Site) -> None:
    """Whatever nginx lets through, only an authority's certificate is somebody's name."""
    client_id = _register(
        site, token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn="CN=client,O=Mock,C=VN"
    )
    refused = site.post(site.redemption(client_id), IMPOSTOR)
    if "optional_no_ca" in str(site.folder):
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    else:
        assert refused.status_code == 400
        assert "nginx" in refused.text


def test_a_spoofed_header(site: Site) -> None:
    """Through nginx it is replaced; straight to the provider it is refused."""
    client_id = _register(
        site, token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn="CN=client,O=Mock,C=VN"
    )
    asked = site.redemption(client_id)
    for forged in (CLIENT.nginx, CLIENT.rfc9440):
        through = site.post(asked, None, headers={HEADER: forged})
        assert (through.status_code, through.json()["error"]) == (401, "invalid_client")
        straight = requests.post(f"{site.straight}/token", data=asked, headers={HEADER: forged}, timeout=20)
        assert (straight.status_code, straight.json()["error"]) == (400, "invalid_request")
        other = site.post(asked, OTHER, headers={HEADER: forged})
        assert (other.status_code, other.json()["error"]) == (401, "invalid_client")
    token = site.post(asked, CLIENT).json()["access_token"]
    assert site.userinfo(token, None, Client_Cert=CLIENT.nginx).status_code == 401
    assert site.userinfo(token, CLIENT).status_code == 200


def _check_binding(site: Site, client_id: str, holder: Holder, other: Holder) -> None:
    asked = site.redemption(client_id)
    for wrong in (None, other):
        refused = site.post(asked, wrong)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client"), refused.text
    token = site.post(asked, holder).json()["access_token"]
    assert site.userinfo(token, holder).json()["sub"]
    for wrong in (None, other):
        refused = site.userinfo(token, wrong)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


def _register(site: Site, **values: Any) -> str:
    bound = {"tls_client_certificate_bound_access_tokens": True, "id_token_signed_response_alg": "ES256"}
    return register(site.db, redirect_uris=(BACK,), scope="openid", **bound, **values)


def _somebody(db: Database) -> str:
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT subject FROM account WHERE identity_level = 2").scalars().first()
    return str(found)


@contextmanager
def _nginx(folder: Path, port: int, provider: int, verify: str) -> Iterator[None]:
    executable = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    assert executable, "nginx is missing: apt-get install nginx-light"
    settings = folder / "nginx.conf"
    settings.write_text(
        SETTINGS.format(folder=folder, port=port, provider=provider, verify=verify, header=HEADER, proxy=PROXY)
    )
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen([executable, "-p", str(folder), "-c", str(settings)], stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 20
            while not _speaks(port, folder):
                assert process.poll() is None, (folder / "nginx.log").read_text()
                assert time.monotonic() < deadline, (folder / "error.log").read_text()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def _speaks(port: int, folder: Path) -> bool:
    try:
        url = f"https://localhost:{port}/.well-known/openid-configuration"
        return requests.get(url, verify=str(folder / "authorities.pem"), timeout=5).ok
    except requests.RequestException:
        return False


def _write_server_certificate(folder: Path) -> None:
    server = AUTHORITY.issue("CN=localhost", (x509.DNSName("localhost"),))
    (folder / "server.pem").write_bytes(server.pem)
    (folder / "server.key").write_bytes(server.key_pem)
    (folder / "authorities.pem").write_bytes(AUTHORITY.holder.pem)


def _written(folder: Path, holder: Holder) -> tuple[str, str]:
    name = hashlib.sha256(holder.pem).hexdigest()[:16]
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(holder.pem)
    key.write_bytes(holder.key_pem)
    return str(certificate), str(key)
