"""The wallet's authorization endpoint: what is no request is neither answered, redirected nor fetched (section 5)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from issuing_support import HOLDER
from presentation_place import Place
from relying_party import REQUEST_ID, Verifier
from sqlalchemy import func, select

from idp.documents.authorization_request import InvalidAuthorizationRequest, read
from idp.documents.presentation_models import PresentationTransaction

URI = f"https://portal.example/request/{REQUEST_ID}"


def asked(**changes: list[str] | None) -> dict[str, list[str]]:
    values = {"client_id": ["demo-portal"], "request_uri": [URI], **changes}
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": None}, "invalid_request"),
        ({"client_id": [""]}, "invalid_request"),
        ({"client_id": ["a" * 2049]}, "invalid_request"),
        ({"client_id": ["demo\0portal"]}, "invalid_request"),
        ({"client_id": ["demo-portal", "demo-portal"]}, "invalid_request"),
        ({"client_id": ["x509_san_dns:portal.example"]}, "invalid_request"),
        ({"client_id": ["redirect_uri:https://portal.example/cb"]}, "invalid_request"),
        ({"client_id": ["origin:https://portal.example"]}, "invalid_request"),
        ({"client_id": ["pre-registered:demo-portal"]}, "invalid_request"),
        ({"request_uri": None}, "invalid_request"),
        ({"request_uri": [URI, URI]}, "invalid_request"),
        ({"request_uri": ["https://portal.example/" + "a" * 2048]}, "invalid_request"),
        ({"state": ["a", "b"]}, "invalid_request"),
        ({"request": ["eyJ.eyJ.sig"]}, "request_not_supported"),
        ({"request": ["eyJ.eyJ.sig"], "request_uri": None}, "request_not_supported"),
        ({"request_uri_method": ["POST"]}, "invalid_request_uri_method"),
        ({"request_uri_method": ["put"]}, "invalid_request_uri_method"),
        ({"request_uri_method": ["get", "post"]}, "invalid_request"),
    ],
)
def test_what_is_no_request(changes: dict[str, list[str] | None], code: str) -> None:
    """Parameters missing or repeated, requests by value, prefixes (5.9.2), a method in another case (5.1)."""
    with pytest.raises(InvalidAuthorizationRequest) as caught:
        read(asked(**changes))
    assert caught.value.code == code


def test_the_method_is_get_unless_it_says_otherwise() -> None:
    """5.1; a parameter without a value counts as left out (RFC 6749 3.1)."""
    assert read(asked()).request_uri_method == "get"
    assert read(asked(request_uri_method=[""])).request_uri_method == "get"
    assert read(asked(request_uri_method=["post"])).request_uri_method == "post"


def test_unknown_parameters_are_ignored() -> None:
    """Section 5, and what stands beside the request object counts for nothing (5.10.1)."""
    given = read(asked(nonce=["n"], response_uri=["https://evil.example"], x=["y"]))
    assert (given.client_id, given.request_uri) == ("demo-portal", URI)


def transactions(place: Place) -> int:
    with place.db.read() as session:
        return session.scalar(select(func.count()).select_from(PresentationTransaction)) or 0


def is_refused(place: Place, path: str, code: str) -> None:
    """A page with the code: nobody is sent anywhere, nothing is kept, nothing is fetched."""
    browser = place.browser().open(path)
    assert browser.status == 400
    assert browser.location is None
    assert f'data-testid="error-code">{code}<' in browser.page
    assert place.verifier.answers.fetched == place.verifier.answers.received == []
    assert transactions(place) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "another-portal"}, "invalid_client"),
        ({"client_id": None}, "invalid_request"),
        ({"request_uri": None}, "invalid_request"),
        ({"request": "eyJ.eyJ.sig"}, "request_not_supported"),
        ({"request_uri_method": "GET"}, "invalid_request_uri_method"),
        ({"request_uri": f"https://evil.example/request/{REQUEST_ID}"}, "invalid_request_uri"),
        ({"request_uri": f"http://169.254.169.254/request/{REQUEST_ID}"}, "invalid_request_uri"),
        ({"request_uri": "file:///etc/passwd"}, "invalid_request_uri"),
    ],
)
def test_nobody_is_answered(place: Place, changes: dict[str, str | None], code: str) -> None:
    """Nobody is authenticated yet, so not even an error goes out (8.5)."""
    is_refused(place, place.verifier.link(**changes), code)


@pytest.mark.parametrize("end", ["", "short", f"{REQUEST_ID}/more", f"{REQUEST_ID}?x=y", f"../{REQUEST_ID}"])
def test_only_registered_addresses_are_fetched(place: Place, end: str) -> None:
    """15.8.1: exactly what was registered, or one unguessable segment below it."""
    is_refused(place, place.verifier.link(request_uri=f"{place.verifier.url}/request/{end}"), "invalid_request_uri")


def test_a_client_without_a_request_uri_asks_nothing(place: Place) -> None:
    """Signing people in does not make a client one that may ask for documents."""
    place.registry.parties["demo-portal"] = place.verifier.party(request_uris=())
    is_refused(place, place.verifier.link(), "invalid_request_uri")


def test_a_repeated_parameter(place: Place) -> None:
    """Also where both values agree (RFC 6749 3.1)."""
    is_refused(place, f"{place.verifier.link()}&{urlencode({'client_id': 'demo-portal'})}", "invalid_request")


def test_a_link_preview_uses_up_nothing(place: Place) -> None:
    """Opening the link only remembers it; the request is fetched on the next page."""
    browser = place.browser()
    response = browser.client.get(place.verifier.link(), headers={"Referer": f"{place.verifier.url}/"})
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/wallet/presentation/")
    assert place.verifier.answers.fetched == []


def test_the_endpoint_takes_get_only(place: Place) -> None:
    """RFC 6749 3.1 leaves POST to us; a posted request is no other way in."""
    assert place.browser().client.post(place.verifier.link()).status_code == 405


def test_fetching_by_get(place: Place, verifier: Verifier) -> None:
    """5.1: `get`, and without a method too; nothing is told to the client."""
    place.issue()
    for method in ("get", None):
        verifier.answers.fetched.clear()
        assert place.browser().open(verifier.link(request_uri_method=method)).shows("consent-approve")
        assert verifier.answers.fetched == [{"method": "GET", "accept": "application/oauth-authz-req+jwt"}]


def test_fetching_by_post(place: Place, verifier: Verifier) -> None:
    """5.10: what the wallet can do, and a fresh nonce; nothing that tells one person from another (15.6)."""
    place.issue()
    for _ in range(2):
        assert place.browser(HOLDER).open().shows("consent-approve")
    first, second = verifier.answers.fetched
    assert (first["method"], first["accept"]) == ("POST", "application/oauth-authz-req+jwt")
    assert set(first) == {"method", "accept", "wallet_metadata", "wallet_nonce"}
    assert first["wallet_metadata"] == second["wallet_metadata"]
    assert first["wallet_nonce"] != second["wallet_nonce"]
    assert len(first["wallet_nonce"]) == 43
