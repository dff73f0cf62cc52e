"""An independent client, npm openid-client 6, whose tokens are bound to its key (RFC 9449), with a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from code_flow_client import CodeFlowClient
from joserfc.jwk import ECKey
from journey import LAN, approve_sharing, sign_in
from live import Demo, free_ports
from live_registry import database, register
from playwright.sync_api import Page
from screens import on_phone, on_sqlite

pytestmark = [pytest.mark.browser, pytest.mark.node, on_phone]
SCRIPT = "openid_client_dpop.mjs"
SCOPE = "openid profile identity offline_access"
LEVEL_2 = "urn:vn-mock:loa:2"


def test_a_client_held_to_fapi(live: Demo, page: Page, node: Path) -> None:
    """private_key_jwt, proofs with the nonce that is demanded, and a refresh token that stays."""
    key = ECKey.generate_key("P-256", {"kid": "fapi-1", "use": "sig", "alg": "ES256"})
    back = f"http://127.0.0.1:{free_ports(1)[0]}/callback"
    with database(live) as db:
        client_id = register(
            db,
            redirect_uris=(back,),
            application_type="native",
            scope=SCOPE,
            grant_types=("authorization_code", "refresh_token"),
            token_endpoint_auth_method="private_key_jwt",
            jwks={"keys": [key.as_dict(private=False)]},
            id_token_signed_response_alg="ES256",
            profile="fapi2_security",
            dpop_bound_access_tokens=True,
        )
    private = {name: value for name, value in key.as_dict(private=True).items() if name not in ("use", "alg")}
    found = _flow(
        live, page, node, back, {"clientId": client_id, "privateKey": private, "dpopAlg": "Ed25519", "push": True}
    )
    assert not found["rotated"]
    assert found["refreshWithoutProof"] == "invalid_dpop_proof"
    assert found["refreshByAnotherKey"] == "accepted"  # RFC 9449 5: bound by the client's authentication
    demanded = [answer["path"] for answer in found["seen"] if answer["error"] == "use_dpop_nonce"]
    assert len(demanded) >= 1  # and no more often than needed: the nonce comes with each answer
    assert demanded.count("/userinfo") == 0


@on_sqlite
def test_a_public_client(live: Demo, page: Page, node: Path) -> None:
    """Its refresh tokens are bound to the key too, and rotate."""
    back = f"http://127.0.0.1:{free_ports(1)[0]}/callback"
    found = _flow(live, page, node, back, {"clientId": "demo-spa", "dpopAlg": "ES256"})
    assert found["rotated"]
    assert found["refreshWithoutProof"] == "invalid_grant"
    assert found["refreshByAnotherKey"] == "invalid_grant"
    assert {answer["error"] for answer in found["seen"]} <= {None, "invalid_token", "invalid_grant"}


def _flow(live: Demo, page: Page, node: Path, back: str, told: dict[str, Any]) -> dict[str, Any]:
    """Nothing listens at the client's address: the browser's own request is all that is looked at."""
    settings = {"issuer": live.issuer, "redirectUri": back, "scope": SCOPE, "acr": LEVEL_2, **told}
    with CodeFlowClient(node, settings, SCRIPT) as client:
        page.goto(client.authorization_url)
        sign_in(page, LAN)
        with page.expect_request(f"{back}?**") as request:
            approve_sharing(page)
        found = client.finish(request.value.url)
    assert found["claims"]["iss"] == live.issuer
    assert found["tokenTypes"] == ["dpop", "dpop"]  # openid-client tells it in small letters
    assert found["userinfo"]["personal_id_number"] == LAN.number
    assert found["sameSubject"]
    assert found["asBearer"] == found["byAnotherKey"] == "invalid_token"
    assert found["codeAgain"] == "invalid_grant"
    return found
