"""The claims parameter (OpenID Connect Core 5.5)."""

from __future__ import annotations

import json

import pytest

from idp.oauth.claims_request import ClaimsRequest, ClaimWish, from_document, parse
from idp.oauth.errors import InvalidRequestError


@pytest.mark.parametrize(
    "text",
    [
        "",
        "claims",
        "[]",
        "null",
        '"userinfo"',
        "{",
        '{"userinfo": []}',
        '{"userinfo": "email"}',
        '{"id_token": {"acr": true}}',
        '{"id_token": {"acr": []}}',
        '{"id_token": {"acr": {"essential": "yes"}}}',
        '{"id_token": {"acr": {"values": "x"}}}',
        '{"id_token": {"acr": {"values": []}}}',
        '{"id_token": {"acr": {"value": "x", "values": ["x"]}}}',
        '{"id_token": {}, "id_token": {}}',
        '{"id_token": {"sub": {"value": "a", "value": "b"}}}',
        '{"id_token": {"n": {"value": NaN}}}',
        "[" * 5000,
        '{"userinfo": {"email": null}, "x": "' + "y" * 9000 + '"}',
    ],
)
def test_malformed_requests_are_refused(text: str) -> None:
    """invalid_request, and never a failure of the server."""
    with pytest.raises(InvalidRequestError):
        parse(text)


def test_members_that_are_not_understood_are_ignored() -> None:
    """Core 5.5 and 5.5.1."""
    found = parse('{"userinfo": {"email": {"purpose": "x"}}, "other": {"a": 1}, "id_token": null}')
    assert found == ClaimsRequest(userinfo={"email": ClaimWish()})


def test_every_form_is_read() -> None:
    """null, essential, value and values."""
    found = parse(
        json.dumps(
            {
                "id_token": {
                    "a": None,
                    "b": {"essential": True},
                    "c": {"value": "x"},
                    "d": {"essential": True, "values": ["x", "y"]},
                }
            }
        )
    )
    assert found.id_token == {
        "a": ClaimWish(),
        "b": ClaimWish(essential=True),
        "c": ClaimWish(values=("x",)),
        "d": ClaimWish(essential=True, values=("x", "y")),
    }
    assert from_document(found.document()) == found
    assert found.names() == {"a", "b", "c", "d"}


def test_values_are_compared_as_json() -> None:
    """Core 5.5.1: equality; true is not 1."""
    assert ClaimWish(values=(1,)).accepts(1)
    assert not ClaimWish(values=(1,)).accepts(True)
    assert not ClaimWish(values=("1",)).accepts(1)
    assert ClaimWish().accepts(None)
