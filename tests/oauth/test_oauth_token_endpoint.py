"""Token endpoint: the code grant and its errors (RFC 6749 4.1.3, 5.1 and 5.2, RFC 7636 4.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.oauth.conftest import REDIRECT, VERIFIER, Provider, basic

FORM = "application/x-www-form-urlencoded"


def test_the_response_has_what_it_must_have(provider: Provider) -> None:
    """RFC 6749 5.1: token type, lifetime, scope; never cached."""
    response = provider.redeem(provider.code())
    body = response.get_json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 600, "identity openid profile")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": 'ý"\\'}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"code": "ý\x00\ud7ff"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": REDIRECT + "/"}, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/cb"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": "v" * 42}, "invalid_request"),
        ({"code_verifier": VERIFIER + "\n"}, "invalid_request"),
        ({"code_verifier": "ý" * 43}, "invalid_request"),
        ({"client_id": "other"}, "invalid_request"),
    ],
)
def test_errors(provider: Provider, changes: dict[str, str | None], error: str) -> None:
    """RFC 6749 5.2; a wrong request does not use the code up."""
    code = provider.code()
    response = provider.redeem(**{"code": code, **changes})  # type: ignore[arg-type]
    assert (response.status_code, response.get_json()["error"]) == (400, error)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.mimetype == "application/json"
    assert provider.redeem(code).status_code == 200


def test_a_code_ends_after_a_minute(provider: Provider) -> None:
    """RFC 6749 4.1.2: short-lived."""
    code = provider.code()
    provider.clock.instant += timedelta(seconds=60)
    assert provider.redeem(code).get_json()["error"] == "invalid_grant"


def test_a_code_is_its_clients(provider: Provider) -> None:
    """RFC 6749 4.1.3: ensure that the code was issued to the authenticated client."""
    other = provider.register(client_id="other")
    code = provider.code()
    stolen = provider.token(
        auth=("other", other.client_secret or ""),
        grant_type="authorization_code",
        code=code,
        redirect_uri=REDIRECT,
        code_verifier=VERIFIER,
    )
    assert stolen.get_json()["error"] == "invalid_grant"
    assert provider.redeem(code).status_code == 200


def test_a_locked_account_gets_no_tokens(provider: Provider) -> None:
    """Locked between consent and token request."""
    code = provider.code()
    provider.subjects.locked.add("subject-lan")
    assert provider.redeem(code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("name", ["code", "redirect_uri", "code_verifier", "grant_type", "x-unknown"])
def test_a_repeated_parameter_is_refused(provider: Provider, name: str) -> None:
    """RFC 6749 3.2."""
    fields = {
        "grant_type": "authorization_code",
        "code": provider.code(),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    data = {**fields, name: [fields.get(name, "a"), fields.get(name, "a")]}
    headers = {"Authorization": basic("rp", provider.secret)}
    response = provider.app.test_client().post("/token", data=data, headers=headers)
    assert response.get_json()["error"] == "invalid_request"


def test_parameters_in_the_query_do_not_count(provider: Provider) -> None:
    """RFC 6749 2.3.1 and 3.2: the body alone. Authlib would take both."""
    code = provider.code()
    response = provider.app.test_client().post(
        f"/token?grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&code_verifier={VERIFIER}",
        data={"x": "y"},
        headers={"Authorization": basic("rp", provider.secret)},
    )
    assert response.get_json()["error"] == "invalid_request"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_another_body_is_refused(provider: Provider, content_type: str) -> None:
    """RFC 6749 3.2: application/x-www-form-urlencoded."""
    response = provider.app.test_client().post("/token", data=b"{}", content_type=content_type)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


def test_only_post(provider: Provider) -> None:
    """RFC 6749 3.2: the client MUST use POST."""
    assert provider.app.test_client().get("/token?grant_type=authorization_code").status_code == 405


@pytest.mark.parametrize("path", ["/token", "/par", "/introspect", "/revoke"])
def test_a_huge_body_is_refused(provider: Provider, path: str) -> None:
    """Before it is read into memory, and in the form of every other error (RFC 9126 2.3)."""
    body = b"code=" + b"x" * 100_000
    response = provider.app.test_client().post(path, data=body, content_type=FORM)
    assert (response.status_code, response.get_json()["error"]) == (413, "invalid_request")
    assert response.headers["Cache-Control"] == "no-store"


def test_tokens_and_codes_are_kept_hashed(provider: Provider) -> None:
    """None of them can be read out of the database, nor can the client's secret."""
    from sqlalchemy import text

    code = provider.code(scope="openid offline_access")
    body = provider.redeem(code).get_json()
    secrets = (code, body["access_token"], body["refresh_token"], provider.secret)
    with provider.db.read() as session:
        for table in ("oauth_client", "oauth_authorization_code", "oauth_access_token", "oauth_refresh_token"):
            rows = str(session.execute(text(f"SELECT * FROM {table}")).all())
            assert rows != "[]"
            assert not any(secret in rows for secret in secrets)


def test_without_pkce_only_where_registered_so(bare: Provider) -> None:
    """Plain OpenID Connect Core clients exist: require_pkce=false for a confidential client."""
    bare.secret = bare.register(require_pkce=False).client_secret or ""
    code = bare.code(code_challenge=None, code_challenge_method=None)
    # RFC 9700 4.8.2: a verifier without a challenge is a sign of a downgrade
    assert bare.redeem(code).get_json()["error"] == "invalid_request"
    assert bare.redeem(code, code_verifier=None).status_code == 200


def test_a_client_without_the_requirement_may_still_use_pkce(bare: Provider) -> None:
    """And is then held to it."""
    bare.secret = bare.register(require_pkce=False).client_secret or ""
    code = bare.code()
    assert bare.redeem(code, code_verifier=None).get_json()["error"] == "invalid_request"
    assert bare.redeem(code).status_code == 200


def test_a_needless_verifier_is_refused(bare: Provider) -> None:
    """RFC 9700 4.8.2: somebody took the challenge out of the request; the code stays good without a verifier."""
    bare.secret = bare.register(require_pkce=False).client_secret or ""
    code = bare.code(code_challenge=None, code_challenge_method=None)
    assert bare.redeem(code).get_json()["error"] == "invalid_request"
    assert bare.redeem(code, code_verifier=None).status_code == 200


def test_a_client_without_the_grant_is_refused(bare: Provider) -> None:
    """unauthorized_client: the refresh grant is not registered."""
    registered = bare.register(scope="openid", grant_types=("authorization_code",))
    bare.secret = registered.client_secret or ""
    assert bare.refresh("x").get_json()["error"] == "unauthorized_client"
