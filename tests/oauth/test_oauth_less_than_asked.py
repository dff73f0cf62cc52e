"""What is left out of an answer that succeeds is told in the log, where somebody looks for it: at level info."""

from __future__ import annotations

import logging

import pytest

from tests.oauth.conftest import Provider, basic
from tests.oauth.test_oauth_refusal_log import lines


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"claims": '{"userinfo":{"email":{"essential":true},"name":null}}'},
            "claims of scopes that the client is not registered for: email",
        ),
        ({"claims": '{"id_token":{"favourite_colour":null}}'}, "1 unknown claim"),
        (
            {"scope": "openid profil x\x7ehidden-secret"},
            "2 unknown scopes: profil...(6 characters), x~hidd...(15 characters)",
        ),
        ({"claims": '{"userinfo":{"a":null,"b":null,"email":null}}', "scope": "openid nothing"}, "; "),
    ],
)
def test_at_the_authorization_endpoint(
    bare: Provider, caplog: pytest.LogCaptureFixture, changes: dict[str, str | None], told: str
) -> None:
    """Core 3.1.2.1, 5.5: it succeeds, with less; what is not known is counted and cut, never echoed."""
    caplog.set_level(logging.INFO, "mock_vneid.oauth")
    bare.secret = bare.register(scope="openid profile").client_secret or ""
    assert bare.authorize(**{"scope": "openid profile", **changes}).status_code == 200
    (line,) = lines(caplog)
    assert line.startswith("less than asked: client=rp: ")
    assert told in line
    assert "hidden-secret" not in line
    assert "favourite" not in line


def test_nothing_is_said_where_all_is_given(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Nor of sub, which every answer has."""
    caplog.set_level(logging.INFO, "mock_vneid.oauth")
    provider.authorize(claims='{"id_token":{"acr":null,"sub":null,"auth_time":null},"userinfo":{"email":null}}')
    assert lines(caplog) == []


def test_introspection_by_another(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """RFC 7662 2.2: the answer does not tell why; the log names both, and not the token."""
    caplog.set_level(logging.INFO, "mock_vneid.oauth")
    made = provider.register(client_id="other", sector_identifier="x")
    tokens = provider.tokens(scope="openid offline_access")
    lines(caplog)
    header = {"Authorization": basic("other", made.client_secret or "")}
    for name in ("access_token", "refresh_token"):
        answer = provider.app.test_client().post("/introspect", data={"token": tokens[name]}, headers=header)
        assert answer.get_json() == {"active": False}
        (line,) = lines(caplog)
        assert line == (
            f"inactive to this caller: client=other: the {name.replace('_', ' ')} is of the client rp"
            + (", for no resource of the caller's" if name == "access_token" else "")
        )
    provider.app.test_client().post("/introspect", data={"token": "x"}, headers=header)
    assert lines(caplog) == ["inactive to this caller: client=other: the token is unknown, expired or revoked"]
