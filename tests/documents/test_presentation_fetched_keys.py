"""Relying parties whose keys are at an address of their own (`jwks_uri`), fetched for the wallet as for OAuth."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from issuing_support import HOLDER
from joserfc.jwk import ECKey
from presentation_place import Browser, Place
from relying_party import ENCRYPTION, SIGNING

from idp.oauth import fetched_keys
from idp.oauth.fetched_keys import FetchedKeys
from idp.outbound import Outbound
from tests.outbound.conftest import Peer, serving

PATH = "/jwks.json"
SECOND = ECKey.generate_key("P-256", {"use": "sig", "kid": "s2"}, private=True)


def publish(peer: Peer, *keys: ECKey) -> None:
    peer.answer(PATH, body=json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode())


@pytest.fixture
def peer(place: Place) -> Iterator[Peer]:
    """Where the relying party publishes its keys; none are registered by value."""
    with serving() as peer:
        publish(peer, SIGNING, ENCRYPTION)
        uri = f"http://127.0.0.1:{peer.port}{PATH}"
        place.registry.parties["demo-portal"] = place.verifier.party(jwks={"keys": []}, jwks_uri=uri)
        place.issue()
        yield peer


def opened(place: Place) -> Browser:
    return place.browser(HOLDER).open()


def refused(place: Place, code: str) -> None:
    browser = opened(place)
    assert browser.status == 400
    assert f'data-testid="error-code">{code}<' in browser.page
    assert place.verifier.answers.received == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"keys": []}', b'{"keys": [{"kty": "oct", "k": "AA"}]}', b"[" * 5000, b" " * 300_000]
)
def test_an_address_without_keys(place: Place, peer: Peer, body: bytes) -> None:
    """Nothing is believed, nobody is answered, and the request stays as it was."""
    peer.answer(PATH, body=body)
    refused(place, "no_keys")


def test_an_address_that_redirects_or_fails(place: Place, peer: Peer) -> None:
    for status in (302, 404, 500):
        peer.answer(PATH, status=status)
        place.clock.instant += fetched_keys.AGAIN_AFTER
        place.verifier.now = place.clock.instant
        refused(place, "no_keys")


def test_an_address_within_is_not_called(place: Place, peer: Peer) -> None:
    """Server-side request forgery: loopback only by the named switch."""
    place.registry.fetched = FetchedKeys(Outbound(allow_loopback=False))
    refused(place, "no_keys")
    assert peer.requests == []


def test_another_key_of_the_same_name(place: Place, peer: Peer) -> None:
    """And one that is not published at all."""
    place.verifier.answers.key = ECKey.generate_key("P-256", {"use": "sig", "kid": "s1"}, private=True)
    refused(place, "signature")
    place.verifier.answers.key = SECOND
    refused(place, "signature")
    assert len(peer.requests) == 1  # an unknown kid within ten seconds is no reason to call again


def test_a_key_for_encryption_signs_nothing(place: Place, peer: Peer) -> None:
    place.verifier.answers.key = ENCRYPTION
    refused(place, "signature")


def test_keys_sent_along_are_not_fetched(place: Place, peer: Peer) -> None:
    """5.1: only the registered address counts."""
    place.verifier.answers.header = {"jku": f"http://127.0.0.1:{peer.port}/evil", "kid": "s2"}
    place.verifier.answers.key = SECOND
    refused(place, "signature")
    assert {request[1] for request in peer.requests} == {PATH}


def test_a_new_key_is_found_by_its_name_and_an_old_one_dies(place: Place, peer: Peer) -> None:
    """Core 10.1.1."""
    assert opened(place).field("shown")
    publish(peer, SECOND, ENCRYPTION)
    place.clock.instant += fetched_keys.AGAIN_AFTER
    place.verifier.now = place.clock.instant
    place.verifier.answers.key, place.verifier.answers.claims = SECOND, {"nonce": "m" * 43}
    assert opened(place).field("shown")
    place.verifier.answers.key = SIGNING
    refused(place, "signature")


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_signed_asked_and_answered(place: Place, peer: Peer, mode: str) -> None:
    """Encrypted to a fetched key, too; the keys are fetched once for all of it."""
    place.verifier.answers.claims = {"response_mode": mode}
    browser = opened(place).approve()
    assert browser.status == 303
    (answer,) = browser.sent()
    assert answer["vp_token"]["book"]
    assert len(peer.requests) == 1


def test_no_key_to_encrypt_to(place: Place, peer: Peer) -> None:
    """8.3: it is told so, as where keys are registered by value."""
    publish(peer, SIGNING)
    place.verifier.answers.claims = {"response_mode": "direct_post.jwt"}
    assert opened(place).status == 400
    (answer,) = place.verifier.answers.received
    assert answer["error"] == "invalid_request"


def test_keys_by_value_are_not_fetched(place: Place, peer: Peer) -> None:
    place.registry.parties["demo-portal"] = place.verifier.party()
    assert opened(place).field("shown")
    assert (peer.requests, place.registry.asked_for) == ([], [])
