"""Services of the guides, run as they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from guide_service import Service
from live import Demo

Start = Callable[..., Service]


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
