"""Times and proofs that will not do: missing, past and ahead are told apart, in the log by how much (RFC 7519 4)."""

from __future__ import annotations

import pytest

from tests.oauth import dpop_requests, signed_requests
from tests.oauth.conftest import ISSUER, Provider
from tests.oauth.test_oauth_private_key_jwt import TYPE, assertion, claims, signing
from tests.oauth.test_oauth_refusal_log import lines, post

__all__ = ["signing"]  # fixture
CLOCK = "; unless that is meant, a clock is wrong"


@pytest.mark.parametrize(
    ("name", "seconds", "check"),
    [
        ("exp", None, "the exp of the assertion is missing, or no NumericDate"),
        ("exp", -100, f"the exp of the assertion is 100 seconds past{CLOCK}"),
        ("exp", 900, "the exp of the assertion is 900 seconds ahead, and 600 are the most"),
        ("iat", 45, f"the iat of the assertion is 45 seconds ahead{CLOCK}"),
        ("iat", -1000, "the iat of the assertion is 1000 seconds past, and 600 are the most"),
        ("nbf", 61, f"the nbf of the assertion is 61 seconds ahead{CLOCK}"),
    ],
)
def test_an_assertion(
    signing: Provider, caplog: pytest.LogCaptureFixture, name: str, seconds: int | None, check: str
) -> None:
    """RFC 7523 3: for the log alone."""
    at = None if seconds is None else int(signing.clock.now().timestamp()) + seconds
    fields = {"client_assertion_type": TYPE, "client_assertion": assertion(claims(signing, **{name: at}))}
    assert post(signing, "/token", **fields, grant_type="refresh_token") == 401
    assert lines(caplog)[0].startswith(f"refused: token 401 invalid_client client=rp: {check}")


@pytest.mark.parametrize(
    ("changes", "told", "check"),
    [
        ({"iat": None}, "The iat of the proof is missing, or no NumericDate.", None),
        ({"iat": -200}, "The iat of the proof is too long past.", f"the iat of the proof is 200 seconds past{CLOCK}"),
        ({"iat": 100}, "The iat of the proof is ahead.", f"the iat of the proof is 100 seconds ahead{CLOCK}"),
        ({"exp": -31}, "The exp of the proof is past.", f"the exp of the proof is 31 seconds past{CLOCK}"),
        ({"nbf": 31}, "The nbf of the proof is ahead.", f"the nbf of the proof is 31 seconds ahead{CLOCK}"),
        ({"htm": "GET"}, "The proof is for another method.", "the htm of the proof is not POST"),
        (
            {"htu": f"{ISSUER}:8443/Token"},
            "The proof is for another address.",
            f"the htu of the proof differs from {ISSUER}/token in: port, path",
        ),
        (
            {"htu": "token"},
            "The proof is for another address.",
            f"the htu of the proof is no http(s) address; expected is {ISSUER}/token",
        ),
        ({"htu": None}, "The htu of the proof is missing.", None),
    ],
)
def test_a_proof(
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, str | int | None],
    told: str,
    check: str | None,
) -> None:
    """RFC 9449 4.3: which rule it is may be told; of what was sent nothing is."""
    now = int(provider.clock.now().timestamp())
    sent = {name: value + now if isinstance(value, int) else value for name, value in changes.items()}
    answer = dpop_requests.redeem(provider, dpop_requests.at_token(provider, **sent), code="c")
    assert answer.get_json()["error_description"] == told
    assert lines(caplog)[0] == f"refused: token 400 invalid_dpop_proof client=rp: {check or told}"


def test_what_is_no_proof_and_a_missing_ath(provider: Provider) -> None:
    """RFC 9449 4.2, 4.3."""
    no_jwt = dpop_requests.redeem(provider, "x", code="c").get_json()
    assert no_jwt["error_description"] == "The DPoP header must hold a signed JWT."
    token = str(dpop_requests.tokens(provider)["access_token"])
    for ath, told in (
        (None, "The proof lacks ath, the hash of the access token."),
        ("x", "for another access token"),
    ):
        proof = dpop_requests.at_userinfo(provider, token, ath=ath)
        assert told in dpop_requests.userinfo(provider, token, proof).get_json()["error_description"]


@pytest.mark.parametrize(
    ("name", "seconds", "check"),
    [
        ("exp", -100, f"the exp of the request object is 100 seconds past{CLOCK}"),
        ("nbf", 100, f"the nbf of the request object is 100 seconds ahead{CLOCK}"),
    ],
)
def test_a_request_object(
    bare: Provider, caplog: pytest.LogCaptureFixture, name: str, seconds: int, check: str
) -> None:
    """RFC 9101 4, RFC 7519 4.1."""
    signed_requests.register(bare)
    at = int(bare.clock.now().timestamp()) + seconds
    text = signed_requests.sign(signed_requests.claims(bare, **{name: at}))
    lines(caplog)
    bare.authorize(request=text)
    assert lines(caplog)[0].partition("client=rp: ")[2] == check
