"""The wallet's own metadata: what it says of itself, it does (sections 10 and 5.10, B.3.4; RFC 8414)."""

from __future__ import annotations

import json

from presentation_place import Place
from relying_party import WALLET

from idp.documents.metadata import capabilities, wallet_metadata

ADDRESS = "/.well-known/oauth-authorization-server/wallet"


def test_it_is_where_the_issuers_path_leads(place: Place) -> None:
    """RFC 8414 3.1: the well-known part stands before the path; `issuer` is what `aud` must be (5.8)."""
    answer = place.app.test_client().get(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    told = answer.get_json()
    assert told == wallet_metadata("http://localhost:5000")
    assert told["issuer"] == WALLET
    assert told["authorization_endpoint"] == f"{WALLET}/authorize"


def test_it_promises_what_is_done(place: Place) -> None:
    """Signed requests by reference only, pre-registered clients only, answers posted."""
    told = place.app.test_client().get(ADDRESS).get_json()
    assert told["response_types_supported"] == ["vp_token"]
    assert told["response_modes_supported"] == ["direct_post", "direct_post.jwt"]
    assert told["request_uri_parameter_supported"] is True
    assert told["request_parameter_supported"] is False
    assert told["require_signed_request_object"] is True
    assert told["client_id_prefixes_supported"] == ["pre-registered"]


def test_formats_and_algorithms() -> None:
    """B.3.4: fully specified, non-empty; neither `none` nor a MAC for requests."""
    told = capabilities()
    assert told["vp_formats_supported"] == {
        "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}
    }
    assert told["request_object_signing_alg_values_supported"] == ["ES256", "ES384", "Ed25519"]
    assert told["authorization_encryption_alg_values_supported"] == ["ECDH-ES"]
    assert told["authorization_encryption_enc_values_supported"] == ["A128GCM"]


def test_the_same_is_told_to_a_request_uri(place: Place) -> None:
    """5.10, 15.6: what helps to make the request, and nothing that tells this wallet from another."""
    place.issue()
    place.browser().open()
    told = json.loads(place.verifier.answers.fetched[0]["wallet_metadata"])
    assert told == capabilities()
    assert "issuer" not in told
    assert "localhost" not in json.dumps(told)
