"""An independent client in C: Debian's mod_auth_openidc in a real Apache, as its guide configures it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from guide_service import Service, page_text
from journey import HOA, LAN, approve_sharing, sign_in
from live import Demo
from lying_provider import LIES, LyingProvider
from plain_browser import PlainBrowser
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.xdist_group("apache")
GUIDE = "apache-mod-auth-openidc.md"
GOOD = "Signed in: Nguyễn Thị Mai Lan (065190000101)"
FILES = ("eid.conf", "authentication.conf", "alone.conf", "www/index.html", "www/signed-out.html")
WHY = {  # in Apache's error log
    "forged": "oidc_jwt_verify",
    "another-issuer": 'does not match received "iss" value in id_token',
    "for-another-client": "oidc_proto_validate_aud_and_azp",
    "another-nonce": "oidc_proto_validate_nonce",
    "expired": "oidc_proto_validate_exp",
}
Start = Callable[..., Service]


@pytest.fixture
def start(apache: Path, sandbox: Demo, open_folder: Path) -> Iterator[Start]:
    """Save, register and run as the guide tells."""
    line = re.search(r'^/usr/sbin/apache2 (-d "\$PWD" .*)$', page_text(GUIDE), re.MULTILINE)
    assert line
    with ExitStack() as until_the_end:

        def started(
            with_key: bool = False, then: Callable[[Service], None] = lambda _: None, **changed: str
        ) -> Service:
            service = Service(open_folder, sandbox, GUIDE)
            for file in (*FILES, "www/private/index.shtml"):
                service.save(file)
            if with_key:
                _use_key(service)
            settings = service.register(*(("--jwks", "") if with_key else ("", "--jwks")))
            then(service)
            told = shlex.split(line[1].replace("$PWD", str(service.folder)))
            until_the_end.enter_context(service.run([str(apache), *told], {**settings, **changed}))
            return service

        yield started


def _make_key(folder: Path) -> None:
    for line in re.findall(r"^openssl (.*)$", page_text(GUIDE), re.MULTILINE):
        subprocess.run(["openssl", *shlex.split(line)], cwd=folder, check=True, capture_output=True)


def _use_key(service: Service) -> None:
    """Section 3 of the guide."""
    _make_key(service.folder)
    subprocess.run([sys.executable, str(service.save("make_jwks.py"))], cwd=service.folder, check=True)
    found = re.search(
        r"^In the place of the other `authentication.conf`:\n\n```apache\n(.*?)^```", page_text(GUIDE), 24
    )
    assert found
    (service.folder / "authentication.conf").write_text(found[1])


def complaints(service: Service) -> str:
    return (service.folder / "error.log").read_text()


def test_signs_in_and_out_in_a_real_browser(start: Start, browser: Browser) -> None:
    """client_secret_basic, PKCE, claims to the page, end of both sessions."""
    service, context = start(), browser.new_context(locale="vi-VN")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(service.url)
    page.get_by_role("link").click()
    sign_in(page, LAN)
    approve_sharing(page)
    expect(page.locator("body")).to_contain_text(GOOD)
    authorize = next(url for url in asked if "/authorize?" in url)
    assert "code_challenge_method=S256" in authorize
    assert "nonce=" in authorize
    page.get_by_role("link").click()
    expect(page.locator("body")).to_have_text("Signed out")
    page.goto(f"{service.url}/private/")
    expect(page.get_by_test_id("sign-in-submit")).to_be_visible()
    context.close()


def test_with_a_key(start: Start, person: PlainBrowser) -> None:
    """private_key_jwt; no secret is anywhere."""
    service = start(with_key=True, CLIENT_SECRET="")
    assert GOOD in person.open(f"{service.url}/private/").sign_in(LAN).text


def test_another_key_is_refused(start: Start, sandbox: Demo, person: PlainBrowser) -> None:
    """By the provider: invalid_client, and nobody is signed in."""
    service = start(with_key=True, then=lambda service: _make_key(service.folder))
    assert _refused(service, person.open(f"{service.url}/private/").sign_in(LAN))
    assert "invalid_client" in complaints(service)


def test_a_wrong_secret_is_refused(start: Start, person: PlainBrowser) -> None:
    """The same."""
    service = start(CLIENT_SECRET="wrong")
    assert _refused(service, person.open(f"{service.url}/private/").sign_in(LAN))
    assert "invalid_client" in complaints(service)


def test_an_account_of_level_1_is_refused(start: Start, person: PlainBrowser) -> None:
    """By the Require lines: nobody else refuses it."""
    service = start()
    assert person.open(f"{service.url}/private/").sign_in(HOA).page.status_code == 403


def test_a_tampered_answer_is_refused(start: Start, person: PlainBrowser) -> None:
    """Another state, the state's cookie altered, no such cookie (cross-site request forgery)."""
    service = start()
    person.stop = f"{service.url}/eid/callback"
    answer = person.open(f"{service.url}/private/").sign_in(LAN).stopped
    (cookie,) = (each for each in person.session.cookies if each.name.startswith("mod_auth_openidc_state_"))
    assert _refused(service, person.open(answer.replace("state=", "state=x")))
    with PlainBrowser(person.stop) as another:
        assert _refused(service, another.open(answer))
        another.session.cookies.set(cookie.name, _altered(cookie.value), domain=cookie.domain)
        assert _refused(service, another.open(answer))
        another.session.cookies.set(cookie.name, cookie.value, domain=cookie.domain)
        another.stop = ""
        assert GOOD in another.open(answer).text  # the cookie was all that it lacked


def test_a_tampered_session_is_none(start: Start, person: PlainBrowser) -> None:
    """She is sent to sign in."""
    service = start()
    assert GOOD in person.open(f"{service.url}/private/").sign_in(LAN).text
    assert GOOD in person.open(f"{service.url}/private/").text
    (cookie,) = (each for each in person.session.cookies if each.name == "mod_auth_openidc_session")
    with PlainBrowser() as another:
        another.session.cookies.set(cookie.name, _altered(cookie.value), domain=cookie.domain)
        assert another.open(f"{service.url}/private/").has("sign-in-submit")


def test_one_lie_at_a_time(start: Start, person: PlainBrowser, lying: LyingProvider) -> None:
    """With the truth it signs in, so each refusal is for the lie."""
    service = start(ISSUER=lying.issuer)
    assert _refused(service, person.open(f"{service.url}/private/").sign_in(LAN))  # RFC 9207: iss of the real one
    person.on_the_way = lying.on_the_way
    assert GOOD in person.open(f"{service.url}/private/").text
    for lie in ("forged", *LIES):
        lying.tell(lie)
        with PlainBrowser() as another:
            another.on_the_way = lying.on_the_way
            told = len(complaints(service))
            assert _refused(service, another.open(f"{service.url}/private/").sign_in(LAN)), lie
            assert WHY[lie] in complaints(service)[told:], lie


def _refused(service: Service, person: PlainBrowser) -> bool:
    """An error page (its status may be 200), and she would have to sign in yet."""
    stopped, person.stop = person.stop, service.sandbox.issuer
    told = person.text
    asked = person.open(f"{service.url}/private/").stopped
    person.stop = stopped
    return "Signed in" not in told and asked.startswith(f"{service.sandbox.issuer}/authorize?")


def _altered(value: str | None) -> str:
    """One letter in the middle is another."""
    assert value
    at = len(value) // 2
    return value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
