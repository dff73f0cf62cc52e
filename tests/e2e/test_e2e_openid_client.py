"""An independent client, npm openid-client 6, signs in with a real browser between its two halves."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from code_flow_client import CodeFlowClient
from joserfc.jwk import ECKey, KeySet
from journey import LAN, approve_sharing, see, sign_in
from live import Demo, free_ports
from playwright.sync_api import Error, Page
from registering import register
from screens import on_phone, on_sqlite

pytestmark = [pytest.mark.browser, pytest.mark.node, on_phone]
SCOPE = "openid profile identity offline_access"
LEVEL_2 = "urn:vn-mock:loa:2"


def test_a_public_client(live: Demo, page: Page, node: Path) -> None:
    """Authentication method none, PKCE, and any port on loopback (RFC 8252)."""
    told = {"clientId": "demo-spa", "idTokenAlg": "ES256", "postLogoutRedirectUri": "http://127.0.0.1/signed-out"}
    _whole_flow(live, page, node, told, f"http://127.0.0.1:{free_ports(1)[0]}/callback")


@on_sqlite
def test_a_client_with_a_secret(live: Demo, page: Page, node: Path) -> None:
    """client_secret_basic, and RS256 where the client states nothing (Registration section 2)."""
    back = f"http://localhost:{free_ports(1)[0]}"
    made = _register(live, back, "--auth-method", "client_secret_basic")
    told = {
        "clientId": made["client_id"],
        "secret": made["client_secret"],
        "idTokenAlg": "RS256",
        "postLogoutRedirectUri": f"{back}/signed-out",
    }
    _whole_flow(live, page, node, told, f"{back}/callback")


@on_sqlite
def test_a_client_with_a_key(live: Demo, page: Page, node: Path, tmp_path: Path) -> None:
    """private_key_jwt: the provider knows the public half only."""
    key = ECKey.generate_key("P-256", {"kid": "e2e-1", "use": "sig", "alg": "ES256"})
    public = tmp_path / "jwks.json"
    public.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    back = f"http://localhost:{free_ports(1)[0]}"
    made = _register(live, back, "--auth-method", "private_key_jwt", "--jwks", str(public), "--id-token-alg", "ES256")
    private = {name: value for name, value in key.as_dict(private=True).items() if name not in ("use", "alg")}
    told = {
        "clientId": made["client_id"],
        "privateKey": private,
        "idTokenAlg": "ES256",
        "postLogoutRedirectUri": f"{back}/signed-out",
    }
    _whole_flow(live, page, node, told, f"{back}/callback")


def test_a_client_that_signs_pushes_and_reads_signed_answers(live: Demo, page: Page, node: Path) -> None:
    """PAR with a signed request object, and a response that is signed and encrypted (JARM), all of them required."""
    signing = ECKey.generate_key("P-256", {"kid": "sig", "use": "sig"})
    decryption = ECKey.generate_key("P-256", {"kid": "enc", "use": "enc"})
    back = f"http://localhost:{free_ports(1)[0]}/callback"
    made = register(
        live, back, token_endpoint_auth_method="private_key_jwt",
        jwks=KeySet([signing, decryption]).as_dict(private=False), id_token_signed_response_alg="ES256",
        require_pushed_authorization_requests=True, require_signed_request_object=True,
        request_object_signing_alg="ES256", authorization_signed_response_alg="ES256",
        authorization_encrypted_response_alg="ECDH-ES", authorization_encrypted_response_enc="A128GCM",
    )  # fmt: skip
    told = {
        "issuer": live.issuer, "clientId": made.client_id, "redirectUri": back, "acr": LEVEL_2,
        "scope": "openid profile identity", "signingKey": signing.as_dict(private=True),
        "decryptionKey": decryption.as_dict(private=True),
    }  # fmt: skip
    with CodeFlowClient(node, told, "par_jar_jarm.mjs") as client:
        page.goto(client.authorization_url)
        sign_in(page, LAN)
        with page.expect_request(f"{back}?**") as request:
            approve_sharing(page)
        found = client.finish(request.value.url)
    assert set(found["sent"]) == {"client_id", "request_uri"}
    assert (found["answered"], found["parts"]) == (["response"], 5)
    assert (found["claims"]["acr"], found["claims"]["aud"]) == (LEVEL_2, made.client_id)
    assert (found["unsignedPush"], found["forgedPush"]) == ("invalid_request", "invalid_request_object")
    another = page.context.new_page()
    for used_up in (client.authorization_url, found["unpushed"]):
        another.goto(used_up)
        see(another, "error-page")


def _register(live: Demo, back: str, *options: str) -> dict[str, Any]:
    done = live.command(
        "clients", "add", "--json", "--name-vi", "Máy khách thử (MÔ PHỎNG)", "--name-en", "Test client (MOCK)",
        "--redirect-uri", f"{back}/callback", "--post-logout-redirect-uri", f"{back}/signed-out",
        "--scope", SCOPE, *options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def _whole_flow(live: Demo, page: Page, node: Path, told: dict[str, Any], redirect_uri: str) -> None:
    """Nothing listens at the client's address: the browser's own request is all that is looked at."""
    settings = {"issuer": live.issuer, "redirectUri": redirect_uri, "scope": SCOPE, "acr": LEVEL_2, **told}
    with CodeFlowClient(node, settings) as client:
        page.goto(client.authorization_url)
        sign_in(page, LAN)
        with page.expect_request(f"{redirect_uri}?**") as request:
            approve_sharing(page)
        found = client.finish(request.value.url)
    _check(found, live, told["clientId"])
    _sign_out(page, found["endSessionUrl"], told["postLogoutRedirectUri"])


def _check(found: dict[str, Any], live: Demo, client_id: str) -> None:
    claims = found["claims"]
    assert found["issuer"] == claims["iss"] == live.issuer
    assert claims["aud"] in (client_id, [client_id])
    assert claims["acr"] == LEVEL_2
    assert found["userinfo"]["personal_id_number"] == LAN.number
    assert found["userinfo"]["identity_level"] in (2, "2")
    assert claims["sub"] != LAN.number
    assert found["sameSubject"]
    assert found["rotated"]
    refused = (found["oldRefreshToken"], found["newRefreshTokenAfterReuse"], found["codeAgain"])
    assert refused == ("invalid_grant",) * 3


def _sign_out(page: Page, end_session: str, back: str) -> None:
    """Known by its ID token, she is not asked again, and comes back with the client's state."""
    with page.expect_request(f"{back}?**") as request, contextlib.suppress(Error):
        page.goto(end_session)  # it ends at an address where nothing listens
    assert request.value.url == f"{back}?state=goodbye"
    another = page.context.new_page()  # the first one is still busy with its error page
    another.goto(end_session.split("?")[0])
    see(another, "signed-out")
