"""An independent client: mozilla-django-oidc in a Django project, the files of its guide as they stand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from guide_service import Service, page_text
from journey import HOA, LAN
from live import Demo
from lying_provider import LIES, LyingProvider
from plain_browser import PlainBrowser

pytestmark = pytest.mark.xdist_group("guides")
GUIDE = "django.md"
GOOD = "Signed in: Nguyễn Thị Mai Lan"
PLACE = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": "."}  # as the guide exports them
REFUSED = {"expired": 403}  # else 400: Django's SuspiciousOperation


@pytest.fixture(scope="module")
def project(start: Callable[..., Service], sandbox: Demo) -> Callable[..., Service]:
    """Migrated and run by the guide's two lines, with this Python."""

    def program(service: Service) -> list[str]:
        for file in ("settings.py", "eid.py", "urls.py"):
            service.save(file)
        lines = re.findall(r"^my-service/bin/python (-m django .*)$", page_text(GUIDE), re.MULTILINE)
        migrate, runserver = (shlex.split(line.replace("8080", str(service.port))) for line in lines)
        told = {**os.environ, **PLACE, "ISSUER": sandbox.issuer, "CLIENT_ID": "-", "CLIENT_SECRET": "-"}
        subprocess.run([sys.executable, *migrate], env=told, cwd=service.folder, check=True, capture_output=True)
        return [sys.executable, *runserver]

    return lambda **changed: start(GUIDE, program, **PLACE, **changed)


@pytest.fixture(scope="module")
def service(project: Callable[..., Service]) -> Service:
    return project(RENEW_AFTER="1")


def sign_in_at(service: Service) -> str:
    return f"{service.url}/oidc/authenticate/"


def test_signs_in_and_out(service: Service, person: PlainBrowser) -> None:
    """PKCE, nonce, userinfo, RP-initiated logout."""
    seen: list[str] = []
    person.on_the_way = lambda address: seen.append(address) or address  # type: ignore[func-returns-value]
    assert GOOD in person.open(sign_in_at(service)).sign_in(LAN).text
    assert "code_challenge_method=S256" in seen[0]
    assert "nonce=" in seen[0]
    assert "Sign in" in person.submit("sign-out").text
    assert person.page.url == f"{service.url}/"
    assert person.open(sign_in_at(service)).has("sign-in-submit")  # at the provider she is signed out too


def test_renews_silently_and_ends_with_the_providers_session(
    service: Service, sandbox: Demo, person: PlainBrowser
) -> None:
    """prompt=none: an answer without a page, login_required where nobody is signed in there any more."""
    assert GOOD in person.open(sign_in_at(service)).sign_in(LAN).text
    seen: list[str] = []
    person.on_the_way = lambda address: seen.append(address) or address  # type: ignore[func-returns-value]
    time.sleep(1.1)
    assert GOOD in person.open(service.url).text
    assert "prompt=none" in seen[0]
    person.open(f"{sandbox.issuer}/end-session").submit("sign-out-confirm")
    time.sleep(1.1)
    assert person.open(service.url).text == "Not signed in"
    assert "error=login_required" in "".join(seen)
    assert "Sign in" in person.open(service.url).text


def test_an_account_of_level_1_is_refused(service: Service, person: PlainBrowser) -> None:
    """By the client: nobody refuses it for her."""
    assert person.open(sign_in_at(service)).sign_in(HOA).text == "Not signed in"


def test_an_answer_nobody_asked_for_is_refused(service: Service, person: PlainBrowser) -> None:
    """Another state; the right one in another browser (cross-site request forgery)."""
    person.stop = f"{service.url}/oidc/callback/"
    answer = person.open(sign_in_at(service)).sign_in(LAN).stopped
    assert person.open(answer.replace("state=", "state=x")).page.status_code == 400
    with PlainBrowser() as another:
        assert another.open(answer).text == "Not signed in"


def test_a_wrong_secret_is_refused(project: Callable[..., Service], person: PlainBrowser) -> None:
    """By the provider."""
    assert person.open(sign_in_at(project(CLIENT_SECRET="wrong"))).sign_in(LAN).text == "Not signed in"


def test_one_lie_at_a_time(project: Callable[..., Service], person: PlainBrowser, lying: LyingProvider) -> None:
    """With the truth it signs in, so each refusal is for the lie; two of them the guide's own lines refuse."""
    service = project(ISSUER=lying.issuer)
    assert person.open(sign_in_at(service)).sign_in(LAN).page.status_code == 400  # RFC 9207: iss of the real one
    person.on_the_way = lying.on_the_way
    assert GOOD in person.open(sign_in_at(service)).text
    for lie in ("forged", *LIES):
        lying.tell(lie)
        with PlainBrowser() as another:
            another.on_the_way = lying.on_the_way
            assert another.open(sign_in_at(service)).sign_in(LAN).page.status_code == REFUSED.get(lie, 400), lie


def test_metadata_of_another_issuer_is_refused(project: Callable[..., Service], lying: LyingProvider) -> None:
    """OpenID Connect Discovery 4.3, by the guide's settings."""
    lying.claimed_issuer = lying.real.issuer
    with pytest.raises(AssertionError, match="the metadata is another issuer's"):
        project(ISSUER=lying.issuer)
