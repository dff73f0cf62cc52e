"""Sector identifiers (OpenID Connect Core 8.1, Registration 5): the sector's own document must name every address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from idp.oauth import sectors
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import register
from idp.oauth.sectors import Vouched
from idp.outbound import NoAnswer, Outbound, Reply
from tests.oauth.conftest import Provider
from tests.oauth.registrations import WANTED, initial_token, kept, post

URI = "https://sector.vn-mock.example/redirects.json"
TWO = ("https://a.vn-mock.example/cb", "https://b.vn-mock.example/cb")


class Answering(Outbound):
    """Answers with what the test says, and remembers what was asked."""

    def __init__(self, reply: Reply | None) -> None:
        super().__init__(allow_loopback=False)
        self.reply, self.asked = reply, []  # type: ignore[var-annotated]

    def get(self, url: str, *, registered: Iterable[str], accept: str) -> Reply:
        self.asked.append((url, tuple(registered), accept))
        if self.reply is None:
            raise NoAnswer("unreachable")
        return self.reply


def client(**changes: Any) -> ClientRegistration:
    return ClientRegistration("a", "b", TWO, sector_identifier_uri=URI, **changes)


def answering(body: object) -> Answering:
    return Answering(Reply(200, "application/json", body if isinstance(body, bytes) else json.dumps(body).encode()))


@pytest.mark.parametrize(
    "reply",
    [
        None,
        Reply(404, "text/html", b""),
        Reply(200, "application/json", b""),
        Reply(200, "application/json", b'{"redirect_uris": []}'),
        Reply(200, "application/json", b"[1]"),
        Reply(200, "application/json", b"\xff"),
    ],
)
def test_a_document_that_is_none(reply: Reply | None) -> None:
    """No answer, another status, another form."""
    with pytest.raises(ClientMetadataError) as refused:
        sectors.fetch(Answering(reply), client())
    assert refused.value.field == "sector_identifier_uri"


def test_an_address_that_may_not_be_called() -> None:
    """The guard of everything that goes out stands before it: no plain http, no private network."""
    for uri in ("http://169.254.169.254/x", "https://127.0.0.1/x", "https://[::1]/x", "file:///etc/passwd"):
        wanted = ClientRegistration("a", "b", TWO, sector_identifier_uri=uri)
        with pytest.raises(ClientMetadataError) as refused:
            sectors.fetch(Outbound(allow_loopback=False), wanted)
        assert refused.value.field == "sector_identifier_uri"


@pytest.mark.parametrize(
    "vouched",
    [
        None,
        Vouched("https://other.example/", frozenset(TWO)),
        Vouched(URI, frozenset()),
        Vouched(URI, frozenset(TWO[:1])),
    ],
)
def test_without_every_address_in_it_nothing_is_registered(bare: Provider, vouched: Vouched | None) -> None:
    """Registration 5: values must be the same as, or a superset of, what is registered."""
    with bare.db.begin() as session, pytest.raises(ClientMetadataError) as refused:
        register(session, client(), bare.clock.now(), vouched)
    assert refused.value.field == "sector_identifier_uri"


def test_not_beside_a_sector_of_ones_own(bare: Provider) -> None:
    vouched = Vouched(URI, frozenset(TWO))
    with bare.db.begin() as session, pytest.raises(ClientMetadataError) as refused:
        register(session, client(sector_identifier="x"), bare.clock.now(), vouched)
    assert refused.value.field == "sector_identifier"


def test_the_sector_is_the_documents_host(bare: Provider) -> None:
    """Core 8.1; nothing else than that document is asked for, and no redirect is followed."""
    outbound = answering([*TWO, "https://c.vn-mock.example/cb"])
    vouched = sectors.fetch(outbound, client(client_id="rp"))
    assert outbound.asked == [(URI, (URI,), "application/json")]
    with bare.db.begin() as session:
        register(session, client(client_id="rp"), bare.clock.now(), vouched)
    row = kept(bare, "rp")
    assert row is not None
    assert row.sector_identifier == "sector.vn-mock.example"


def test_a_client_that_registers_itself_is_held_to_it(bare: Provider) -> None:
    """The whole way: two hosts need the document, and it is fetched at registration."""
    from dataclasses import replace

    from flask import Flask

    from idp.oauth.blueprints import create_blueprints

    for body, status in (([TWO[0]], 400), (list(TWO), 201)):
        app = Flask("idp")
        bare.services.web.init_app(app)
        services = replace(bare.services, outbound=answering(body))
        for blueprint in create_blueprints(services):
            app.register_blueprint(blueprint)
        bare.app = app
        answer = post(bare, initial_token(bare), {**WANTED, "redirect_uris": TWO, "sector_identifier_uri": URI})
        assert answer.status_code == status, answer.text
    alone = post(bare, initial_token(bare), {**WANTED, "redirect_uris": TWO})
    assert alone.get_json()["error"] == "invalid_client_metadata"
