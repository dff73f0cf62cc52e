"""Pages for everybody: the catalogue, languages, headers, and what is shown when something is not there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from portal_browser import LICENCE, World

from demo_client.i18n import Messages
from demo_client.refusals import GROUPS, group_of

PORTAL = Path(__file__).parent.parent.parent / "demo_client"


def test_the_catalogue_needs_no_signing_in(world: World) -> None:
    """All procedures, with how much paper each spares."""
    page = world.client.get("/").get_data(as_text=True)
    assert page.count('data-testid="procedure-') >= 20
    assert "không cần bản giấy: 4/4" in page


@pytest.mark.parametrize("words", ["doi giay phep", "ĐỔI GIẤY PHÉP", "exchange licence"])
def test_found_without_diacritics_and_in_either_language(world: World, words: str) -> None:
    """People type as they please."""
    page = world.client.get("/", query_string={"q": words}).get_data(as_text=True)
    assert "procedure-doi-giay-phep-lai-xe" in page
    assert "procedure-dang-ky-khai-sinh" not in page


def test_one_field_only(world: World) -> None:
    """The filter by sector."""
    page = world.client.get("/?sector=health").get_data(as_text=True)
    assert "procedure-cap-chung-chi-hanh-nghe-duoc" in page
    assert "procedure-dang-ky-khai-sinh" not in page


def test_nothing_found(world: World) -> None:
    """An empty result says what to do next."""
    assert "Không có thủ tục nào phù hợp" in world.client.get("/?q=zzzz").get_data(as_text=True)


def test_the_law_of_another_day(world: World) -> None:
    """Before July 2026 the criminal record certificate is paper, and one cannot apply by the old law."""
    path = "/procedures/cap-chung-chi-hanh-nghe-luat-su"
    old = world.client.get(f"{path}?at=2026-06-30").get_data(as_text=True)
    assert "Bạn đang xem theo pháp luật tại ngày 30/06/2026" in old
    assert 'data-testid="apply"' not in old
    assert 'data-testid="apply"' in world.client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0"])
def test_a_day_that_is_none(world: World, day: str) -> None:
    """Falls back to today instead of failing."""
    assert world.client.get(f"/?at={day}").status_code == 200


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_of_the_catalogue_renders(world: World, lang: str) -> None:
    """All procedures, all versions, in both languages; no message is missing."""
    for one in world.app.extensions["mock_portal"].procedures.versions:
        day = one.in_force_from or one.in_force_until or date(2026, 11, 24)
        assert world.client.get(f"/procedures/{one.slug}?lang={lang}&at={day}").status_code == 200


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_procedure_can_be_applied_for(citizen: World, lang: str) -> None:
    """The review page of each one in force."""
    for one in citizen.app.extensions["mock_portal"].procedures.on(date(2026, 11, 24)):
        page = citizen.client.get(f"/procedures/{one.slug}/apply?lang={lang}")
        assert page.status_code == 200
        assert ("apply-this-device" in page.get_data(as_text=True)) == bool(one.documents)


def test_the_language_is_remembered(world: World) -> None:
    """Vietnamese first; the link switches, the cookie keeps."""
    assert "Thủ tục hành chính" in world.client.get("/").get_data(as_text=True)
    assert "Administrative procedures" in world.client.get("/?lang=en").get_data(as_text=True)
    assert "Administrative procedures" in world.client.get("/").get_data(as_text=True)
    assert '<html lang="vi">' in world.app.test_client().get("/?lang=xx").get_data(as_text=True)


def test_security_headers(world: World) -> None:
    """Strict policy without inline anything; forms may end at the provider, nothing else may."""
    headers = world.client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://localhost:5000" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "strict-origin"  # never a path or query, and the wallet needs the origin


def test_the_cookie(citizen: World) -> None:
    """Its own name (cookies ignore ports), out of scripts' reach, with no content but an identifier."""
    header = next(
        value
        for name, value in citizen.client.get(LICENCE).headers
        if name == "Set-Cookie" and "portal_session" in value
    )
    assert header.startswith("mock_portal_session_5001=")
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "065190000101" not in header


def test_forms_need_their_token(citizen: World) -> None:
    """CSRF on every POST of a page."""
    for path in (LICENCE, "/auth/sign-out", "/clerk/sign-in", "/clerk/sign-out", "/clerk/dossiers/x/check"):
        page = citizen.client.post(path, data={"device": "this"})
        assert page.status_code == 400
        assert "Biểu mẫu đã hết hiệu lực" in page.get_data(as_text=True)
    assert citizen.count() == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/procedures/none", 404), ("/procedures/none/apply", 404), ("/presentation/x/result", 404)],
)
def test_what_is_not_there(world: World, path: str, status: int) -> None:
    """What happened, why, what to do."""
    page = world.client.get(path)
    assert page.status_code == status
    assert 'data-testid="error-todo"' in page.get_data(as_text=True)


def test_applying_needs_signing_in(world: World) -> None:
    """The browser is sent to the provider with the procedure's level and comes back here."""
    assert world.client.get(LICENCE).location == f"/auth/sign-in?level=2&next={LICENCE}"


@pytest.mark.parametrize("device", ["", "fridge"])
def test_a_device_that_is_none(citizen: World, device: str) -> None:
    """The form offers three buttons."""
    assert citizen.post(LICENCE, {"device": device}).status_code == 400


def test_a_failure_tells_no_secrets(citizen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference for the log, and nothing of the error."""
    from demo_client import store

    def fail(*_arguments: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(store, "dossiers_of", fail)
    page = citizen.client.get("/dossiers")
    assert page.status_code == 500
    assert "secret detail" not in page.get_data(as_text=True)
    assert re.search(r'error-reference">[0-9a-f]{8}<', page.get_data(as_text=True))


def test_my_dossiers_are_mine(citizen: World) -> None:
    """Empty at first; then one; and nobody else sees it."""
    assert "Bạn chưa nộp hồ sơ nào" in citizen.client.get("/dossiers").get_data(as_text=True)
    receipt = citizen.file().location
    assert 'data-testid="dossier-1"' in citizen.client.get("/dossiers").get_data(as_text=True)
    other = citizen.app.test_client()
    assert other.get(receipt).location.startswith("/auth/sign-in")
    citizen.sign_in(other, subject="pairwise-hoa")
    assert other.get(receipt).status_code == 404
    assert "Bạn chưa nộp hồ sơ nào" in other.get("/dossiers").get_data(as_text=True)


def test_every_refusal_has_words() -> None:
    """Each code of the verifier belongs to a group, and each group has its three messages in both languages."""
    from idp.documents.verifier.errors import ERRORS

    messages = Messages.load(PORTAL / "translations")
    assert {code for code in ERRORS if group_of(code) == "other"} == set()
    for group in (*GROUPS, "other"):
        for part in ("what", "why", "todo"):
            assert messages.has(f"presentation.refused.{group}.{part}")


def test_every_control_can_be_found_by_its_name() -> None:
    """Stable data-testid on every button, link button and field of the portal's own pages."""
    for file in (PORTAL / "templates").glob("*.html"):
        if file.name in ("base.html", "components.html", "error.html"):
            continue
        for call in re.findall(
            r"c\.(?:submit|link_button|field|verdict)\((.*?)\) ?}}", file.read_text(encoding="utf-8")
        ):
            assert "testid=" in call, (file.name, call)
