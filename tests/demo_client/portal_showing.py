"""A citizen who shows a document of any type, and what the page and the portal's database then say."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from portal_browser import HEALTH, World, request_uri
from sqlalchemy import text
from werkzeug.test import TestResponse

from idp.documents.offline import receipt

ASK = "/show-document/ask"
NAME = ["full_name", "birthdate"]


def ask(world: World, vct: str = HEALTH, device: str = "this", **form: Any) -> TestResponse:
    return world.post(ASK, {"type": vct, "device": device, **({"fields": "chosen", "claim": NAME} | form)})


def asked(world: World, vct: str = HEALTH, **form: Any) -> dict[str, Any]:
    started = ask(world, vct, **form)
    assert started.status_code == 303, started.get_data(as_text=True)
    return world.fetch(request_uri(started.location))


def show(world: World, document: str | None = None, vct: str = HEALTH, **form: Any) -> TestResponse:
    request = asked(world, vct, **form)
    held = document or world.documents.document(vct)
    return world.come_back(world.answer(request, world.vp_token(request, document=held)))


def checks(page: TestResponse) -> list[str]:
    """The word of each of the six, by colour."""
    return re.findall(r'class="answer answer-(\w+)"', page.get_data(as_text=True))


def kept(world: World, column: str) -> Any:
    with world.app.extensions["mock_portal"].db.read() as db:
        return db.execute(text(f"select {column} from portal_transaction")).scalar()


def kept_receipt(world: World, page: TestResponse, client: FlaskClient | None = None) -> receipt.Receipt:
    found = re.search(r'href="([^"]+)"[^>]*data-testid="receipt-save"', page.get_data(as_text=True))
    assert found
    answer = (client or world.client).get(found[1])
    assert answer.status_code == 200
    return receipt.read(answer.get_data(as_text=True), world.client.get("/receipt-keys").get_json())
