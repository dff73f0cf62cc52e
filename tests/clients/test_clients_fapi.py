"""An independent client of the FAPI 2.0 kind, npm openid-client 6: what it may do, and what is refused of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from code_flow_client import NODE_FOLDER, Conversation
from joserfc.jwk import ECKey, KeySet
from journey import LAN
from live import Demo, free_ports
from plain_browser import PlainBrowser

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("guides")]
SCOPE = "openid profile identity offline_access"
LEVEL_2 = "urn:vn-mock:loa:2"


def register(sandbox: Demo, key: ECKey, folder: Path, back: str, *options: str) -> str:
    """A client that authenticates with `key`; returns its client_id."""
    jwks = folder / "jwks.json"
    jwks.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    done = sandbox.command(
        "clients", "add", "--json", "--name-vi", "Máy khách FAPI (MÔ PHỎNG)", "--name-en", "FAPI client (MOCK)",
        "--auth-method", "private_key_jwt", "--jwks", str(jwks), "--id-token-alg", "ES256",
        "--redirect-uri", back, "--scope", SCOPE, *options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["client_id"])


def go_through(sandbox: Demo, node: Path, person: PlainBrowser, told: dict[str, Any]) -> dict[str, Any]:
    """`told` as fapi_flow.mjs reads it; returns what the client found."""
    settings = {"issuer": sandbox.issuer, "scope": SCOPE, "acr": LEVEL_2, "prompt": "consent", **told}
    person.stop = told["redirectUri"]
    with Conversation([str(node), "scripts/fapi_flow.mjs"], NODE_FOLDER) as client:
        person.open(client.ask(json.dumps(settings))["authorizationUrl"]).sign_in(LAN)
        return client.ask(person.stopped)


def test_with_a_key(sandbox: Demo, node: Path, person: PlainBrowser, tmp_path: Path) -> None:
    """private_key_jwt; another state and a second use of the code are refused."""
    key = ECKey.generate_key("P-256", {"kid": "fapi-1", "use": "sig", "alg": "ES256"})
    back = f"http://localhost:{free_ports(1)[0]}/callback"
    private = {name: value for name, value in key.as_dict(private=True).items() if name not in ("use", "alg")}
    told = {"clientId": register(sandbox, key, tmp_path, back), "privateKey": private, "redirectUri": back}
    found = go_through(sandbox, node, person, told)
    assert found["claims"]["acr"] == LEVEL_2
    assert found["userinfo"]["personal_id_number"] == LAN.number
    assert (found["sameSubject"], found["rotated"]) == (True, True)
    assert (found["anotherState"], found["codeAgain"]) == ("OAUTH_INVALID_RESPONSE", "invalid_grant")


def test_held_to_message_signing(sandbox: Demo, node: Path, person: PlainBrowser, tmp_path: Path) -> None:
    """FAPI 2.0 whole: PAR, JAR, JARM, DPoP and private_key_jwt; a token is worth nothing with another key."""
    told = held_to_message_signing(sandbox, tmp_path)
    found = go_through(sandbox, node, person, {**told, "par": True, "jar": True, "jarm": True, "dpop": True})
    assert (found["issuer"], found["claims"]["acr"]) == (sandbox.issuer, LEVEL_2)
    assert (found["pushed"], found["answeredInJwt"], found["tokenType"]) == (True, True, "dpop")
    assert found["userinfo"]["personal_id_number"] == LAN.number
    assert (found["asBearer"], found["anotherKey"]) == ("invalid_token", "invalid_token")
    assert (found["sameSubject"], found["rotated"]) == (True, False)
    assert found["refreshWithAnotherKey"] == "accepted"  # RFC 9449 5: bound by the client's own authentication
    assert (found["anotherState"], found["codeAgain"]) == ("OAUTH_INVALID_RESPONSE", "invalid_grant")


def test_what_was_not_pushed_is_refused(sandbox: Demo, node: Path, person: PlainBrowser, tmp_path: Path) -> None:
    """Signed all the same: FAPI 2.0 Security Profile 5.3.2.2 takes it from the pushed request endpoint only."""
    told = held_to_message_signing(sandbox, tmp_path)
    settings = {"issuer": sandbox.issuer, "scope": SCOPE, "acr": LEVEL_2, **told, "jar": True, "jarm": True}
    person.stop = told["redirectUri"]
    with Conversation([str(node), "scripts/fapi_flow.mjs"], NODE_FOLDER) as client:
        person.open(client.ask(json.dumps(settings))["authorizationUrl"])
    assert (person.page.status_code, person.stopped) == (400, "")
    assert person.has("error-page")
    assert not person.has("sign-in-submit")


def held_to_message_signing(sandbox: Demo, folder: Path) -> dict[str, Any]:
    """An application of the profile, registered by the command; returns what fapi_flow.mjs is told of it."""
    key = ECKey.generate_key("P-256", {"kid": "fapi-2", "use": "sig", "alg": "ES256"})
    back = f"http://127.0.0.1:{free_ports(1)[0]}/callback"
    client_id = register(
        sandbox, key, folder, back, "--profile", "fapi2_message_signing", "--application-type", "native",
        "--dpop-bound-access-tokens", "--request-object-signing-alg", "ES256",
        "--authorization-signed-response-alg", "ES256",
    )  # fmt: skip
    private = {name: value for name, value in key.as_dict(private=True).items() if name not in ("use", "alg")}
    return {"clientId": client_id, "privateKey": private, "redirectUri": back}
