"""One provider for all independent clients, and one that lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from guide_service import Service
from live import Demo
from lying_provider import LyingProvider
from plain_browser import PlainBrowser

Start = Callable[..., Service]


@pytest.fixture(scope="session")
def _lying(sandbox: Demo) -> Iterator[LyingProvider]:
    provider = LyingProvider(sandbox)
    with provider.serving():
        yield provider


@pytest.fixture
def lying(_lying: LyingProvider) -> Iterator[LyingProvider]:
    """Honest until told otherwise."""
    _lying.be_honest()
    yield _lying
    _lying.be_honest()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, sandbox: Demo) -> Iterator[Start]:
    """Register and run the service of a guide: `start(page, command, SETTING=changed)`."""
    with ExitStack() as until_the_end:

        def started(page: str, command: Callable[[Service], list[str]], **changed: str) -> Service:
            service = Service(tmp_path_factory.mktemp("service"), sandbox, page)
            settings = service.register()
            until_the_end.enter_context(service.run(command(service), {**settings, **changed}))
            return service

        yield started


@pytest.fixture
def person() -> Iterator[PlainBrowser]:
    """Somebody's browser, without script."""
    with PlainBrowser() as browser:
        yield browser


@pytest.fixture
def misled(person: PlainBrowser, lying: LyingProvider) -> PlainBrowser:
    """A browser whose network belongs to the provider that lies."""
    person.on_the_way = lying.on_the_way
    return person
