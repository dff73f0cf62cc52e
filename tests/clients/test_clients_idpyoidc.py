"""An independent client: PyPI idpyoidc, another code base than all others here (it grew out of pyoidc)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from code_flow_client import Conversation
from joserfc.jwk import ECKey, KeySet
from journey import LAN
from live import Demo, free_ports
from lying_provider import LIES, LyingProvider
from plain_browser import PlainBrowser

pytestmark = pytest.mark.xdist_group("guides")
SCRIPT = Path(__file__).parent / "idpyoidc_rp.py"
BACK = f"http://localhost:{free_ports(1)[0]}"  # nothing listens there
Flow = Callable[[Conversation], dict[str, Any]]
INVALID_CLIENT = {"refused": "OidcServiceError", "why": "invalid_client"}
REFUSED = {
    "forged": "BadSignature: ",
    "another-issuer": 'ValueError: Unknown issuer: "https://op.vn-mock.example"',
    "for-another-client": "NotForMe: CLIENT not in ['demo-portal']",
    "another-nonce": "ValueError: Invalid nonce value",
    "expired": "EXPError: Invalid expiration time",
}


def register(sandbox: Demo, *options: str) -> dict[str, Any]:
    done = sandbox.command(
        "clients", "add", "--json", "--name-vi", "idpyoidc (MÔ PHỎNG)", "--name-en", "idpyoidc (MOCK)",
        "--redirect-uri", f"{BACK}/callback", "--post-logout-redirect-uri", f"{BACK}/signed-out",
        "--scope", "openid profile identity offline_access", *options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    addresses = {"redirectUri": f"{BACK}/callback", "postLogoutRedirectUri": f"{BACK}/signed-out"}
    return {"issuer": sandbox.issuer, "clientId": made["client_id"], "secret": made.get("client_secret"), **addresses}


@pytest.fixture(scope="module")
def told(sandbox: Demo) -> dict[str, Any]:
    return register(sandbox)


@pytest.fixture
def client() -> Iterator[Callable[..., Conversation]]:
    with ExitStack() as until_the_end:

        def started(told: dict[str, Any]) -> Conversation:
            talk = until_the_end.enter_context(Conversation([sys.executable, str(SCRIPT)], SCRIPT.parent))
            talk.tell(json.dumps(told))
            return talk

        yield started


@pytest.fixture
def flow(person: PlainBrowser) -> Flow:
    """Begin, sign in or only consent, finish."""
    person.stop = BACK

    def gone_through(client: Conversation) -> dict[str, Any]:
        person.open(client.ask('{"begin": true}')["authorizationUrl"])
        person.sign_in(LAN) if person.has("sign-in-submit") else person.consent()
        return client.ask(json.dumps({"callback": person.stopped}))

    return gone_through


def check(found: dict[str, Any], told: dict[str, Any]) -> None:
    assert found["claims"]["iss"] == told["issuer"], found
    assert found["claims"]["identity_level"] == 2
    assert found["userinfo"]["personal_id_number"] == LAN.number
    assert (found["sameSubject"], found["rotated"], found["oldRefreshToken"]) == (True, True, "invalid_grant")


def test_with_a_secret(
    told: dict[str, Any], client: Callable[..., Conversation], flow: Flow, person: PlainBrowser
) -> None:
    """client_secret_basic, discovery, PKCE, nonce, userinfo, refresh, logout."""
    found = flow(client(told))
    check(found, told)
    assert person.open(found["endSessionUrl"]).stopped.startswith(f"{BACK}/signed-out?state=")


def test_with_a_key(sandbox: Demo, client: Callable[..., Conversation], flow: Flow, tmp_path: Path) -> None:
    """private_key_jwt; with a key that is not registered it is refused."""
    keys = [ECKey.generate_key("P-256", {"kid": "idpy-1", "use": "sig", "alg": "ES256"}) for _ in range(2)]
    (tmp_path / "jwks.json").write_text(json.dumps(KeySet(keys[:1]).as_dict(private=False)))
    made = register(sandbox, "--auth-method", "private_key_jwt", "--jwks", str(tmp_path / "jwks.json"))
    check(flow(client({**made, "privateKeys": KeySet(keys[:1]).as_dict(private=True)})), made)
    assert flow(client({**made, "privateKeys": KeySet(keys[1:]).as_dict(private=True)})) == INVALID_CLIENT


def test_a_wrong_secret_is_refused(told: dict[str, Any], client: Callable[..., Conversation], flow: Flow) -> None:
    """By the provider."""
    assert flow(client({**told, "secret": "wrong" * 9})) == INVALID_CLIENT


def test_an_answer_nobody_asked_for_is_refused(
    told: dict[str, Any], client: Callable[..., Conversation], person: PlainBrowser
) -> None:
    """Another state."""
    person.stop, talk = BACK, client(told)
    person.open(talk.ask('{"begin": true}')["authorizationUrl"]).sign_in(LAN)
    assert "refused" in talk.ask(json.dumps({"callback": person.stopped.replace("state=", "state=x")}))


def test_one_lie_at_a_time(
    told: dict[str, Any], client: Callable[..., Conversation], flow: Flow, person: PlainBrowser, lying: LyingProvider
) -> None:
    """With the truth it signs in, so each refusal is for the lie."""
    deceived = {**told, "issuer": lying.issuer}
    talk = client(deceived)
    assert "refused" in flow(talk)  # RFC 9207: iss of the real one
    person.on_the_way = lying.on_the_way
    check(flow(talk), deceived)
    found = {}
    for lie in ("forged", *LIES):
        lying.tell(lie)
        answer = flow(talk)
        found[lie] = f"{answer['refused']}: {answer['why']}".replace(told["clientId"], "CLIENT")
    assert found == REFUSED


def test_metadata_of_another_issuer_is_refused(
    told: dict[str, Any], client: Callable[..., Conversation], lying: LyingProvider
) -> None:
    """OpenID Connect Discovery 4.3."""
    lying.claimed_issuer = lying.real.issuer
    assert "refused" in client({**told, "issuer": lying.issuer}).ask('{"begin": true}')
