"""A running demo on each database, and Chromium at phone and desktop width, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from chromium import PATIENCE
from gallery import Gallery
from live import Demo
from playwright.sync_api import Browser, BrowserContext, Page
from screens import SCREENS, WIDTHS, Screen, name
from sqlalchemy.engine import URL
from stage import Stage


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker for each file and database, so that each demo is started once."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        if parameters is not None and "live" in parameters.params:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{parameters.params['live']}"))


@pytest.fixture(scope="session")
def sqlite_stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("demo-sqlite"))


@pytest.fixture(scope="session")
def postgresql_stage(tmp_path_factory: pytest.TempPathFactory, postgres: URL) -> Iterator[Stage]:
    with ExitStack() as databases:
        yield Stage(tmp_path_factory.mktemp("demo-postgresql"), postgres, databases)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest) -> Iterator[Demo]:
    """Provider and portal as `make demo` runs them; each file of tests has them untouched."""
    stage: Stage = request.getfixturevalue(f"{request.param}_stage")
    with stage.fresh() as running:
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
        context.set_default_timeout(PATIENCE)
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
