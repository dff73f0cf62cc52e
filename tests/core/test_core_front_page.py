"""The provider's front page: a developer finds from there where clients are registered and where the guides are."""

from __future__ import annotations

import pytest
from flask import Flask


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_developers_need_is_linked(app: Flask, lang: str) -> None:
    """Each link leads to a page, or to the officers' sign-in before it."""
    browser = app.test_client()
    page = browser.get(f"/?lang={lang}").text
    assert "docs/guides" in page
    for path in ("/registry/", "/officer"):
        assert f'href="{path}"' in page
        assert browser.get(path, follow_redirects=True).status_code in (200, 401, 403)
