"""Ids in the sign-in pages' addresses that no database takes: a page says that the request is over."""

from __future__ import annotations

import pytest
from accounts_place import Browser


@pytest.mark.parametrize("request_id", ["%00", "a%00b", "%EF%BF%BF", "x" * 3000])
@pytest.mark.parametrize("page", ["sign-in", "sign-in/second-factor"])
def test_a_request_that_cannot_be(browser: Browser, page: str, request_id: str) -> None:
    """PostgreSQL takes no NUL in a text."""
    assert browser.client.get(f"/{page}?request={request_id}").status_code == 400
