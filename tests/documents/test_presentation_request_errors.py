"""Requests that are genuine and cannot be granted: which error code (8.5), and where not even that may be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from relying_party import CREDENTIAL, ENCRYPTION, SIGNING, Verifier

from idp.documents.request_object import NotAuthentic, PresentationRequest, RequestError, read, return_address
from idp.documents.sd_jwt.jws import parse_jws

UNBOUND = {**CREDENTIAL, "require_cryptographic_holder_binding": False}
MDOC = {"id": "mdl", "format": "mso_mdoc", "meta": {"doctype_value": "org.iso.18013.5.1.mDL"}}
JWT_VC = {"id": "w3c", "format": "jwt_vc_json", "meta": {"type_values": [["IDCredential"]]}}


@pytest.fixture
def asking(now: datetime) -> Verifier:
    """A relying party that need not listen."""
    return Verifier(9, now)


def claims_of(asking: Verifier, **changes: Any) -> dict[str, Any]:
    asking.answers.claims = changes
    return dict(parse_jws(asking.request_object()).payload)


def read_request(asking: Verifier, **changes: Any) -> PresentationRequest:
    return read(claims_of(asking, **changes), asking.party())


def code_of(asking: Verifier, **changes: Any) -> str:
    with pytest.raises(RequestError) as caught:
        read_request(asking, **changes)
    assert caught.value.description.isascii()
    return caught.value.code


def test_a_request_is_read(asking: Verifier) -> None:
    """With all that is shown and answered later."""
    request = read_request(asking)
    assert (request.client_id, request.nonce) == ("demo-portal", "n" * 43)
    assert request.address.response_uri == f"{asking.url}/response"
    assert (request.address.response_mode, request.address.state) == ("direct_post", "state-1")
    assert [entry.id for entry in request.query.credentials] == ["book"]
    assert request.procedure is not None
    assert request.procedure.names == {"vi": "Đổi giấy phép lái xe", "en": "Exchange a driving licence"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_metadata": {}}, "invalid_client"),
        ({"client_metadata": {"jwks": {"keys": []}}}, "invalid_client"),
        ({"transaction_data": ["e30"]}, "invalid_transaction_data"),
        ({"transaction_data": []}, "invalid_transaction_data"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"response_type": "vp_token id_token"}, "unsupported_response_type"),
        ({"response_type": ["vp_token"]}, "unsupported_response_type"),
        ({"redirect_uri": "https://portal.example/cb"}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"scope": "health_book"}, "invalid_scope"),
        ({"scope": "health_book", "dcql_query": None}, "invalid_scope"),
        ({"request": "eyJ.eyJ.sig"}, "invalid_request"),
        ({"request_uri": "https://portal.example/r"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"nonce": "n" * 21}, "invalid_request"),
        ({"nonce": "n" * 513}, "invalid_request"),
        ({"nonce": "n" * 42 + "+"}, "invalid_request"),
        ({"nonce": "n" * 43 + "\n"}, "invalid_request"),
        ({"nonce": 10**30}, "invalid_request"),
        ({"dcql_query": None}, "invalid_request"),
        ({"dcql_query": "{}"}, "invalid_request"),
        ({"dcql_query": {}}, "invalid_request"),
        ({"dcql_query": {"credentials": []}}, "invalid_request"),
        ({"dcql_query": {"credentials": [CREDENTIAL, CREDENTIAL]}}, "invalid_request"),
        ({"dcql_query": {"credentials": [{**CREDENTIAL, "meta": {}}]}}, "invalid_request"),
        ({"dcql_query": {"credentials": [{**CREDENTIAL, "id": "a b"}]}}, "invalid_request"),
        ({"dcql_query": {"credentials": [CREDENTIAL], "credential_sets": []}}, "invalid_request"),
        ({"dcql_query": {"credentials": [MDOC]}}, "vp_formats_not_supported"),
        ({"dcql_query": {"credentials": [MDOC, JWT_VC]}}, "vp_formats_not_supported"),
        ({"dcql_query": {"credentials": [{**CREDENTIAL, "format": "vc+sd-jwt"}]}}, "vp_formats_not_supported"),
        ({"state": None, "dcql_query": {"credentials": [UNBOUND]}}, "invalid_request"),
    ],
)
def test_what_cannot_be_granted(asking: Verifier, changes: dict[str, Any], code: str) -> None:
    """Sections 5.1 to 5.6, 6, 8.2, 8.4: each with the code that 8.5 or RFC 6749 4.1.2.1 has for it."""
    assert code_of(asking, **changes) == code


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"response_uri": None}, "response_uri"),
        ({"response_uri": "https://evil.example/response"}, "response_uri"),
        ({"response_uri": ["http://127.0.0.1:9/response"]}, "response_uri"),
        ({"response_uri": "http://127.0.0.1:9/response/"}, "response_uri"),
        ({"response_uri": "http://127.0.0.1:9/response?x=y"}, "response_uri"),
        ({"response_uri": "http://127.0.0.1:9/request/" + "r" * 22}, "response_uri"),
        ({"response_uri": "HTTP://127.0.0.1:9/response"}, "response_uri"),
        ({"response_mode": None}, "response_mode"),
        ({"response_mode": "fragment"}, "response_mode"),
        ({"response_mode": "dc_api.jwt"}, "response_mode"),
        ({"response_mode": ["direct_post"]}, "response_mode"),
        ({"state": ""}, "state"),
        ({"state": "a b"}, "state"),
        ({"state": "é"}, "state"),
        ({"state": "s" * 513}, "state"),
        ({"state": 5}, "state"),
    ],
)
def test_where_no_error_may_be_sent(asking: Verifier, changes: dict[str, Any], reason: str) -> None:
    """14.4.1: no safe address, or no way to answer there; the other mistakes in it do not matter then."""
    for more in ({}, {"nonce": "short"}):
        with pytest.raises(NotAuthentic) as caught:
            read_request(asking, **changes, **more)
        assert caught.value.reason == reason


def test_unknown_parameters_are_ignored(asking: Verifier) -> None:
    """Section 5; `verifier_info` is one that this wallet does not use (5.11)."""
    info = [{"format": "jwt", "data": "eyJ"}]
    assert read_request(asking, verifier_info=info, foo={"a": 1}).client_id == "demo-portal"


def test_state_is_needed_only_without_holder_binding(asking: Verifier) -> None:
    """5.3: the proof of possession carries the nonce back, a bare credential does not."""
    assert read_request(asking, state=None).address.state is None
    unbound = {"credentials": [UNBOUND]}
    assert not read_request(asking, dcql_query=unbound).query.credentials[0].holder_binding


def test_a_format_that_we_keep_beside_others(asking: Verifier) -> None:
    """One of several is enough to go on; whether it can be satisfied is for the holder to see."""
    query = {"credentials": [MDOC, CREDENTIAL], "credential_sets": [{"options": [["mdl"], ["book"]]}]}
    assert len(read_request(asking, dcql_query=query).query.credentials) == 2


@pytest.mark.parametrize(
    "jwk",
    [
        SIGNING.as_dict(private=False),
        {**ENCRYPTION.as_dict(private=False), "alg": "ECDH-ES+A256KW"},
        {name: value for name, value in ENCRYPTION.as_dict(private=False).items() if name != "alg"},
        {"kty": "EC", "use": "enc", "alg": "ECDH-ES", "crv": "P-999", "x": "AA", "y": "AA"},
        {"kty": "OKP", "use": "enc", "alg": "ECDH-ES", "crv": "X448", "x": "AA"},
    ],
)
def test_an_encrypted_answer_needs_a_key(asking: Verifier, jwk: dict[str, Any]) -> None:
    """8.3: of the client's registration, for encryption, with an `alg` that the wallet knows."""
    claims = claims_of(asking, response_mode="direct_post.jwt")
    with pytest.raises(RequestError) as caught:
        read(claims, asking.party(jwks={"keys": [jwk]}))
    assert caught.value.code == "invalid_request"
    assert read(claims, asking.party()).address.response_mode == "direct_post.jwt"


def test_the_address_alone(asking: Verifier) -> None:
    """It is read first, so that an error has where to go."""
    address = return_address(claims_of(asking, nonce=None), asking.party())
    assert (address.response_uri, address.state) == (f"{asking.url}/response", "state-1")


@pytest.mark.parametrize("procedure", [None, "text", [], {}, {"vi": ""}, {"vi": 5}, {"code": "1.0"}])
def test_a_purpose_that_cannot_be_read_is_none(asking: Verifier, procedure: object) -> None:
    """It is an extension of ours: a client that knows nothing of it is answered all the same."""
    assert read_request(asking, procedure=procedure).procedure is None


def test_a_purpose_in_one_language_serves_for_both(asking: Verifier) -> None:
    """One line, and no characters that could rearrange the page around it."""
    request = read_request(asking, procedure={"en": "Exchange\n a\u202e licence\u200b", "code": "x" * 400})
    assert request.procedure is not None
    assert request.procedure.names == {"vi": "Exchange a licence", "en": "Exchange a licence"}
    assert len(request.procedure.code) == 300
