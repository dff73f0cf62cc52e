"""What the operator's log tells of requests that the wallet refuses: client and check, and nothing that was sent."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from issuing_support import HOLDER
from presentation_place import Browser, Place
from relying_party import CREDENTIAL, SIGNING

from idp.documents import asking_rules

STRANGER = type(SIGNING).generate_key("P-256", {"use": "sig", "kid": "s1"}, private=True)
SHOWN = "wallet/show 400 invalid_request_object client=demo-portal: "
UNFETCHED = "wallet/show 400 invalid_request_uri client=demo-portal: "


@pytest.fixture(autouse=True)
def all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mock_vneid.wallet")


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Level and message since the last look."""
    found = [f"{one.levelname} {one.getMessage()}" for one in caplog.records if one.name == "mock_vneid.wallet"]
    caplog.clear()
    return found


def the_line(caplog: pytest.LogCaptureFixture) -> str:
    (line,) = lines(caplog)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 300
    return line


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"client_id": "nobody-evil"},
            "invalid_client client=nobody...(11 characters, not registered): no client is",
        ),
        ({"client_id": "a\nb"}, "invalid_client client=a?b...(3 characters, not registered): no client is"),
        ({"client_id": None}, "invalid_request client=-: client_id and request_uri are required"),
        ({"client_id": "x509_san_dns:evil"}, "invalid_request client=-: this Client Identifier Prefix is not"),
        ({"request": "evil"}, "request_not_supported client=-: send request_uri alone"),
        ({"request_uri_method": "evil"}, "invalid_request_uri_method client=-: request_uri_method is get or post"),
        ({"request_uri": "https://evil.example/"}, "invalid_request_uri client=demo-portal: request_uri is not reg"),
    ],
)
def test_a_link_that_is_no_request(
    place: Place, caplog: pytest.LogCaptureFixture, changes: dict[str, Any], expected: str
) -> None:
    """Before anything is fetched."""
    place.browser().open(place.verifier.link(**changes))
    line = the_line(caplog)
    assert line.startswith(f"WARNING refused: wallet/authorize 400 {expected}")
    assert "evil" not in line.replace("nobody-evil", "")


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ({"request_status": 404}, UNFETCHED + "the request_uri was answered with another status than 200"),
        ({"request_status": 302}, UNFETCHED + "the request_uri was answered with a redirect"),
        ({"request_type": "text/html"}, UNFETCHED + "the request_uri was answered with another content type"),
        ({"text": "evil"}, SHOWN + "the request object is no signed JWT"),
        ({"key": STRANGER}, SHOWN + "the request object is not signed by a key of the client"),
        ({"header": {"typ": "evil"}}, SHOWN + "the typ of the request object"),
        ({"claims": {"client_id": "evil"}}, SHOWN + "the client_id in the request object is another"),
        ({"claims": {"aud": "https://evil.example"}}, SHOWN + "the aud of the request object is not this wallet"),
        ({"claims": {"wallet_nonce": "evil"}}, SHOWN + "the wallet_nonce of the request object"),
        ({"claims": {"exp": 1}}, UNFETCHED + "the request is over, or the exp of the request object is past"),
        ({"claims": {"exp": "evil"}}, SHOWN + "the exp of the request object is no time"),
        ({"claims": {"nbf": 9_999_999_999}}, SHOWN + "the nbf or iat of the request object is ahead"),
        ({"claims": {"response_uri": "https://evil.example"}}, SHOWN + "the response_uri is not registered"),
        ({"claims": {"response_mode": "evil"}}, SHOWN + "the response_mode is neither direct_post nor"),
        ({"claims": {"state": "evil evil"}}, SHOWN + "the state is not URL-safe"),
    ],
)
def test_which_check_of_a_request_failed(
    place: Place, caplog: pytest.LogCaptureFixture, behaviour: dict[str, Any], expected: str
) -> None:
    """5 and 5.10: nobody is answered, so that this line is all that a developer has."""
    for name, value in behaviour.items():
        setattr(place.verifier.answers, name, value)
    place.browser().open()
    line = the_line(caplog)
    assert line.startswith(f"WARNING refused: {expected}")
    assert "evil" not in line
    assert place.verifier.answers.received == []
    (kept,) = place.services.recent.of("demo-portal")  # for the client's page in the registry
    assert line.endswith(f"client=demo-portal: {kept.refusal.check}")


UNKNOWN_TYPE = {**CREDENTIAL, "meta": {"vct_values": ["urn:evil:1"]}}
OTHER_TYPE = {**CREDENTIAL, "meta": {"vct_values": ["urn:vn-mock:health-insurance:1"]}}


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"nonce": "evil"}, "400 invalid_request client=demo-portal: nonce must be at least 22"),
        ({"scope": "evil"}, "400 invalid_scope client=demo-portal: no scope stands for a query here"),
        ({"response_type": "evil"}, "400 unsupported_response_type client=demo-portal: response_type must be"),
        ({"transaction_data": ["evil"]}, "400 invalid_transaction_data client=demo-portal: transaction_data is"),
        ({"dcql_query": {"evil": 1}}, "400 invalid_request client=demo-portal: dcql_query: "),
        ({"dcql_query": {"credentials": [UNKNOWN_TYPE]}}, "403 access_denied client=demo-portal: the request asks "
            "for a type that is unknown here, which it is not registered for"),
        ({"dcql_query": {"credentials": [OTHER_TYPE]}}, "403 access_denied client=demo-portal: the request asks "
            "for urn:vn-mock:health-insurance:1, which it is not registered for"),
    ],
)  # fmt: skip
def test_what_the_client_is_told_stands_in_the_log(
    place: Place, caplog: pytest.LogCaptureFixture, claims: dict[str, Any], expected: str
) -> None:
    """8.5; a type it may not ask for is its own fault, though its code is that of a person's refusal."""
    place.verifier.answers.claims = claims
    place.browser().open()
    line = the_line(caplog)
    assert line.startswith(f"WARNING refused: wallet/show {expected}")
    assert "evil" not in line
    assert len(place.verifier.answers.received) == 1


def test_a_type_that_the_law_forbids(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Registered or not; and that the client could not even be told."""
    rule = asking_rules.rules()[0]
    place.clock.instant = place.clock.instant.replace(year=rule.since.year + 1)
    place.verifier.now = place.clock.instant
    place.verifier.answers.claims = {
        "dcql_query": {"credentials": [{**CREDENTIAL, "meta": {"vct_values": [rule.vct]}}]},
    }  # fmt: skip
    place.verifier.answers.status = 500
    place.browser().open()
    assert the_line(caplog).endswith(
        f"the request asks for {rule.vct}, which nobody may ask for any more; the response_uri could not be told "
        "(http_500)"
    )


@pytest.mark.parametrize(("status", "again"), [(400, "it is not sent again"), (503, "the person may send it again")])
def test_an_answer_that_the_client_does_not_take(
    place: Place, caplog: pytest.LogCaptureFixture, status: int, again: str
) -> None:
    """8.2: the portal refuses what was presented."""
    consenting = at_consent(place)
    place.verifier.answers.status = status
    consenting.approve()
    assert the_line(caplog) == (
        "WARNING refused: wallet/approve 502 not_delivered client=demo-portal: the response_uri did not take the "
        f"answer (http_{status}), {again}"
    )


def test_a_persons_refusal_is_no_fault(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Told from `info` on, as at the OpenID Provider; what consent asks again is nothing to tell."""
    consenting = at_consent(place)
    consenting.approve(passcode="000000")
    assert lines(caplog) == []
    consenting.refuse()
    assert the_line(caplog) == (
        "INFO refused: wallet/refuse 303 access_denied client=demo-portal: the person refused, or could not say yes"
    )


def at_consent(place: Place) -> Browser:
    place.issue()
    browser = place.browser(HOLDER).open()
    assert browser.status == 200
    assert browser.field("shown")
    return browser
