"""The seeded clients: what they may do, and that seeding again changes nothing but addresses and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from joserfc.jwk import ECKey

from idp.config import Config
from idp.oauth import store
from idp.oauth.clients import relying_party
from idp.oauth.demo_clients import SeededClient, seed
from idp.oauth.hashing import same
from idp.oauth.registry import NoSecret, Registry, UnknownClient
from tests.oauth.conftest import ISSUER, Provider

CONFIG = Config(issuer=ISSUER, portal_url="http://localhost:5001")
JWKS = {"keys": [ECKey.generate_key("P-256", {"kid": "1", "use": "sig"}).as_dict(private=False)]}


TYPES = ("urn:vn-mock:pid:1", "urn:vn-mock:health-book:1")


def sown(provider: Provider, config: Config = CONFIG) -> list[SeededClient]:
    with provider.db.begin() as session:
        return seed(session, config, JWKS, TYPES, provider.clock.now())


def test_there_are_three(bare: Provider) -> None:
    """Only the confidential one has a secret, told by the run that made it."""
    first = sown(bare)
    assert [client.client_id for client in first] == ["demo-portal", "demo-spa", "demo-confidential"]
    assert [client.secret is not None for client in first] == [False, False, True]
    assert [client.secret for client in sown(bare)] == [None, None, None]


def test_the_portal_may_ask_for_what_it_is_given(bare: Provider) -> None:
    """Its document types are those that the law lets it ask for; its addresses follow its URL."""
    sown(bare)
    with bare.db.read() as session:
        party = relying_party(session, "demo-portal")
    assert party is not None
    assert party.document_types == frozenset(TYPES)
    assert party.admits_request_uri("http://localhost:5001/presentation/request/AAAAAAAAAAAAAAAAAAAAAA")
    assert party.response_uris == ("http://localhost:5001/presentation/response",)
    assert party.jwks == JWKS


def test_seeding_again_follows_the_portal(bare: Provider) -> None:
    """On another port the portal is reachable again; nothing else changes."""
    sown(bare)
    sown(bare, replace(CONFIG, portal_url="http://localhost:6001"))
    with bare.db.read() as session:
        client = store.client(session, "demo-portal")
        assert client is not None
        assert client.redirect_uris == ["http://localhost:6001/auth/callback"]
        assert client.post_logout_redirect_uris == ["http://localhost:6001/auth/signed-out"]


def test_a_type_that_is_new_is_added(bare: Provider) -> None:
    """What an operator registered beside it stays."""
    sown(bare)
    with bare.db.begin() as session:
        client = store.client(session, "demo-portal")
        assert client is not None
        client.document_types = ["urn:vn-mock:own:1", TYPES[0]]
    sown(bare)
    with bare.db.read() as session:
        client = store.client(session, "demo-portal")
        assert client is not None
        assert client.document_types == ["urn:vn-mock:own:1", *TYPES]


def test_the_portal_hears_of_a_logout_both_ways(bare: Provider) -> None:
    """By the provider's own call and in the browser; a row that was there before both learns of them."""
    sown(bare)
    with bare.db.begin() as session:
        client = store.client(session, "demo-portal")
        assert client is not None
        client.backchannel_logout_uri = client.frontchannel_logout_uri = None
        client.backchannel_logout_session_required = client.frontchannel_logout_session_required = False
    sown(bare, replace(CONFIG, portal_url="http://localhost:6001"))
    with bare.db.read() as session:
        client = store.client(session, "demo-portal")
        assert client is not None
        assert client.backchannel_logout_uri == "http://localhost:6001/auth/backchannel-logout"
        assert client.frontchannel_logout_uri == "http://localhost:6001/auth/frontchannel-logout"
        assert client.backchannel_logout_session_required
        assert client.frontchannel_logout_session_required


def test_all_of_them_sign_es256_and_use_pkce(bare: Provider) -> None:
    """And every name bears the mark."""
    sown(bare)
    with bare.db.read() as session:
        for client in store.clients(session):
            assert client.id_token_signed_response_alg == "ES256"
            assert client.require_pkce
            assert "MÔ PHỎNG" in client.client_name_vi
            assert "MOCK" in client.client_name_en


def test_a_secret_can_be_renewed(bare: Provider) -> None:
    """The old one ends at once; a client without one has none to renew."""
    old = next(client.secret for client in sown(bare) if client.secret)
    registry, now = Registry(bare.audit, "test"), bare.clock.now()
    with bare.db.begin() as session:
        new = registry.renew_secret(session, "demo-confidential", now)
        kept = store.client(session, "demo-confidential")
        assert kept is not None
        assert same(new, kept.client_secret_hash)
        assert not same(str(old), kept.client_secret_hash)
        with pytest.raises(NoSecret):
            registry.renew_secret(session, "demo-spa", now)
        with pytest.raises(UnknownClient):
            registry.renew_secret(session, "unknown", now)
