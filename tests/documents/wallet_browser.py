"""A holder's browser on the wallet's own pages, and a clerk's at the counter."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from wallet_place import PASSCODE, Place
from werkzeug.test import TestResponse


@dataclass
class Pages:
    """Fills in forms as a person does, CSRF token included."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def submit(self, page: str, path: str, **fields: str | list[str]) -> TestResponse:
        """Send a form of `page` to `path`."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"{page} has no form"
        return self.client.post(path, data={"csrf_token": found[1], **fields})

    def unlock(self, passcode: str = PASSCODE, **fields: str) -> TestResponse:
        return self.submit("/wallet/unlock", "/wallet/unlock", passcode=passcode, **fields)

    def show(self, document_id: str, *chosen: str) -> TestResponse:
        path = f"/wallet/documents/{document_id}/show"
        return self.submit(path, path, field=list(chosen))

    def code(self, document_id: str, *chosen: str) -> str:
        """The token of a new one-time code."""
        made = self.show(document_id, *chosen)
        assert made.status_code == 303, made.text
        return made.headers["Location"].rpartition("/")[2]

    def take(self, token: str) -> TestResponse:
        """Press the button, and see what comes of it."""
        sent = self.submit(f"/counter/{token}", f"/counter/{token}")
        assert sent.headers["Location"] == f"/counter/{token}"
        return self.get(f"/counter/{token}")


def holder(place: Place) -> Pages:
    """Signed in, the wallet open."""
    pages = Pages(place.browser())
    assert pages.unlock().status_code == 303
    return pages


def clerk(place: Place) -> Pages:
    """Somebody without an account."""
    return Pages(place.app.test_client())


def words(page: TestResponse) -> str:
    """What the page says, without its markup."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def shows(page: TestResponse, testid: str) -> bool:
    return f'data-testid="{testid}"' in page.text
