"""A running demo on each database, and Chromium at phone and desktop width, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from databases import postgres_database, postgres_server
from gallery import Gallery
from live import Demo, demo
from playwright.sync_api import Browser, BrowserContext, Page
from screens import SCREENS, WIDTHS, Screen, name


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker for each database, so that each demo is started once."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        if parameters is not None and "live" in parameters.params:
            item.add_marker(pytest.mark.xdist_group(f"demo-{parameters.params['live']}"))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Provider and portal as `make demo` runs them, on SQLite (`sqlite-pages` too) and on PostgreSQL."""
    folder = tmp_path_factory.mktemp(f"demo-{request.param}")
    if request.param.startswith("sqlite"):
        with demo(folder, {}) as running:
            yield running
        return
    with (
        postgres_server() as server,
        postgres_database(server) as provider,
        postgres_database(server) as portal,
        demo(folder, {"IDP_DATABASE_URL": provider, "PORTAL_DATABASE_URL": portal}) as running,
    ):
        yield running


@pytest.fixture(params=SCREENS, ids=name)
def screen(request: pytest.FixtureRequest) -> Screen:
    found: Screen = request.param
    return found


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[[Screen], BrowserContext]]:
    """Makes browser contexts that share nothing; a page error or console error fails the test."""
    opened: list[BrowserContext] = []
    errors: list[str] = []

    def make(screen: Screen) -> BrowserContext:
        width, height = WIDTHS[screen.width]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=screen.width == "phone",
            locale={"vi": "vi-VN", "en": "en-GB"}[screen.language],
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda message: errors.append(message.text) if _is_fault(message.text) else None)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert errors == []


def _is_fault(text: str) -> bool:
    """A broken policy or script; a refusal's 4xx status is what the tests ask for."""
    return "Content Security Policy" in text or "Content-Security-Policy" in text or "Uncaught" in text


@pytest.fixture
def page(open_context: Callable[[Screen], BrowserContext], screen: Screen) -> Page:
    return open_context(screen).new_page()


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Screenshots for people to look at."""
    folder = Path(__file__).parent.parent / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def gallery(artifacts: Path, screen: Screen) -> Gallery:
    return Gallery(artifacts, screen)
