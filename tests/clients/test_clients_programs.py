"""Independent clients, Authlib in Flask and npm openid-client: the programs of their guides, as they stand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from guide_service import Service
from journey import HOA, LAN
from live import ROOT
from lying_provider import LIES, LyingProvider
from plain_browser import PlainBrowser

pytestmark = pytest.mark.xdist_group("guides")
GOOD = "Signed in: Nguyễn Thị Mai Lan"


@dataclass(frozen=True)
class Program:
    """How a guide's program is run, and its words for what it refuses."""

    guide: str
    file: str
    runtime: Path
    another_state: str
    another_provider: str
    wrong_secret: str

    def __call__(self, service: Service) -> list[str]:
        (service.folder / "node_modules").symlink_to(ROOT / "tests" / "node" / "node_modules")
        return [str(self.runtime), str(service.save(self.file))]


@pytest.fixture(scope="module", params=["authlib", pytest.param("openid-client", marks=pytest.mark.node)])
def program(request: pytest.FixtureRequest) -> Program:
    if request.param == "authlib":
        words = "mismatching_state", "an answer of another provider", "invalid_client"
        return Program("python-authlib-flask.md", "client.py", Path(sys.executable), *words)
    node: Path = request.getfixturevalue("node")
    words = (
        'unexpected "state" response parameter value',
        'unexpected "iss" (issuer) response parameter value',
        "server responded with a challenge in the WWW-Authenticate HTTP Header",
    )
    return Program("node-openid-client.md", "client.mjs", node, *words)


@pytest.fixture(scope="module")
def service(start: Callable[..., Service], program: Program) -> Service:
    return start(program.guide, program)


@pytest.fixture(scope="module")
def deceived(start: Callable[..., Service], program: Program, _lying: LyingProvider) -> Service:
    return start(program.guide, program, ISSUER=_lying.issuer)


def test_signs_in_renews_and_signs_out(service: Service, person: PlainBrowser) -> None:
    """Discovery, PKCE, nonce, userinfo, refresh with rotation, RP-initiated logout with its state."""
    assert GOOD in person.open(f"{service.url}/sign-in").sign_in(LAN).text
    assert [person.open(f"{service.url}/renew").text for _ in range(2)] == ["Renewed"] * 2
    assert person.open(f"{service.url}/sign-out").text == "Signed out"
    assert person.open(f"{service.url}/renew").page.status_code == 403
    assert person.open(f"{service.url}/sign-in").has("sign-in-submit")  # at the provider she is signed out too


def test_an_account_of_level_1_is_refused(service: Service, person: PlainBrowser) -> None:
    """By the client: nobody refuses it for her."""
    assert "identity level 2" in person.open(f"{service.url}/sign-in").sign_in(HOA).text
    assert GOOD not in person.open(service.url).text


def test_a_refusal_is_told(service: Service, person: PlainBrowser) -> None:
    """access_denied comes back as such."""
    assert person.open(f"{service.url}/sign-in").follow("sign-in-cancel").text == "Not signed in: access_denied"


def test_an_answer_nobody_asked_for_is_refused(service: Service, program: Program, person: PlainBrowser) -> None:
    """Another state; the right one in another browser (cross-site request forgery)."""
    person.stop = f"{service.url}/callback"
    answer = person.open(f"{service.url}/sign-in").sign_in(LAN).stopped
    assert program.another_state in person.open(answer.replace("state=", "state=x")).text
    with PlainBrowser() as another:
        assert another.open(answer).page.status_code == 403


def test_a_wrong_secret_is_refused(start: Callable[..., Service], program: Program, person: PlainBrowser) -> None:
    """By the provider."""
    service = start(program.guide, program, CLIENT_SECRET="wrong")
    assert person.open(f"{service.url}/sign-in").sign_in(LAN).text == f"Not signed in: {program.wrong_secret}"


def test_an_answer_of_another_provider_is_refused(deceived: Service, program: Program, person: PlainBrowser) -> None:
    """RFC 9207: the provider that answers is not the one that was asked."""
    assert program.another_provider in person.open(f"{deceived.url}/sign-in").sign_in(LAN).text


def test_one_lie_at_a_time(deceived: Service, misled: PlainBrowser, lying: LyingProvider) -> None:
    """With the truth it signs in, so each refusal is for the lie."""
    assert GOOD in misled.open(f"{deceived.url}/sign-in").sign_in(LAN).text
    for lie in ("forged", *LIES):
        lying.tell(lie)
        found = misled.open(f"{deceived.url}/sign-in").consent()
        assert (found.page.status_code, found.text[:15]) == (403, "Not signed in: "), lie
