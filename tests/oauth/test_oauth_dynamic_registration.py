"""Dynamic client registration (RFC 7591, OpenID Connect Registration 3): nobody without an initial access token."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.oauth.hashing import digest
from tests.oauth.conftest import ISSUER, REDIRECT, Provider, basic
from tests.oauth.registrations import PATH, WANTED, count, initial_token, kept, post, registered

CHALLENGE = 'Bearer realm="mock-vneid"'
STATEMENT = "eyJhbGciOiJFUzI1NiJ9.eyJzb2Z0d2FyZV9pZCI6IngifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize("token", [None, "", "nothing-of-ours", "\x00"])
def test_without_a_good_token_nobody_registers(bare: Provider, token: str | None) -> None:
    """RFC 6750 3: 401, with an error code only where a token was sent."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    answer = bare.app.test_client().post(
        PATH, json=WANTED, headers={k: v.replace("\x00", "%00") for k, v in headers.items()}
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == CHALLENGE + ("" if token is None else ', error="invalid_token"')
    assert answer.get_json()["error"] == "invalid_token"
    assert count(bare) == 0


def test_a_token_of_another_kind_is_refused(bare: Provider) -> None:
    """Basic credentials, and the token in the query, are no Bearer header."""
    token, browser = initial_token(bare), bare.app.test_client()
    assert browser.post(PATH, json=WANTED, headers={"Authorization": basic("x", token)}).status_code == 401
    assert browser.post(f"{PATH}?access_token={token}", json=WANTED).status_code == 401


def test_a_token_that_is_over_is_refused(bare: Provider) -> None:
    """By its time."""
    token = initial_token(bare, days=1)
    bare.clock.instant += timedelta(days=1)
    assert post(bare, token).status_code == 401


def test_a_token_is_used_up(bare: Provider) -> None:
    """As often as it says; what is refused uses nothing up."""
    token = initial_token(bare, uses=2)
    assert post(bare, token, {"redirect_uris": []}).status_code == 400
    assert [post(bare, token).status_code for _ in range(3)] == [201, 201, 401]
    assert count(bare) == 2


def test_eight_at_once_get_one_client_for_one_use(bare: Provider) -> None:
    """The row count of one UPDATE decides."""
    token = initial_token(bare, uses=1)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: post(bare, token).status_code, range(8)))
    assert sorted(found) == [201] + [401] * 7
    assert count(bare) == 1


@pytest.mark.parametrize(
    ("body", "mimetype"),
    [
        ("", "application/json"),
        ("{", "application/json"),
        ("[]", "application/json"),
        ('"x"', "application/json"),
        (json.dumps(WANTED), "text/plain"),
        (json.dumps(WANTED), "application/x-www-form-urlencoded"),
        ('{"redirect_uris": ["https://a.example/"], "redirect_uris": ["https://b.example/"]}', "application/json"),
        ('{"redirect_uris": ["https://a.example/"], "default_max_age": NaN}', "application/json"),
        ('{"jwks": ' + "[" * 5000 + "]" * 5000 + "}", "application/json"),
        ('{"jwks": ' + '{"a":' * 20 + "1" + "}" * 20 + "}", "application/json"),
        (b"\xff\xfe{}", "application/json"),
    ],
)
def test_the_body_is_one_json_object(bare: Provider, body: str | bytes, mimetype: str) -> None:
    """RFC 7591 3.1; what two readers could take for two things is refused."""
    answer = post(bare, initial_token(bare), data=body, content_type=mimetype)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")
    assert count(bare) == 0


def test_a_body_too_large_is_refused(bare: Provider) -> None:
    answer = post(bare, initial_token(bare), data=b" " * 70_000, content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": REDIRECT}, "invalid_redirect_uri"),
        ({"redirect_uris": [1]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://rp.vn-mock.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{REDIRECT}#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://["]}, "invalid_redirect_uri"),
        ({"post_logout_redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"client_name": 5}, "invalid_client_metadata"),
        ({"client_name": "a\x00b"}, "invalid_client_metadata"),
        ({"client_name": "\ud800"}, "invalid_client_metadata"),
        ({"client_name#vi": "x" * 201}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata"),
        ({"response_types": ["code id_token"]}, "invalid_client_metadata"),
        ({"response_types": ["code", "token"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"grant_types": ["refresh_token"]}, "invalid_client_metadata"),
        ({"subject_type": "public"}, "invalid_client_metadata"),
        ({"default_max_age": True}, "invalid_client_metadata"),
        ({"default_max_age": "60"}, "invalid_client_metadata"),
        ({"require_auth_time": "yes"}, "invalid_client_metadata"),
        ({"jwks": "x"}, "invalid_client_metadata"),
        ({"scope": "openid identity"}, "invalid_client_metadata"),
        ({"scope": "openid everything"}, "invalid_client_metadata"),
        ({"scope": "profile"}, "invalid_client_metadata"),
        ({"software_statement": "x"}, "invalid_software_statement"),
        ({"software_statement": None}, "invalid_software_statement"),
        ({"software_statement": STATEMENT}, "unapproved_software_statement"),
    ],
)
def test_what_is_refused(bare: Provider, changes: dict[str, Any], code: str) -> None:
    """RFC 7591 3.2.2: 400 with the code; the description names the member and repeats nothing that was sent."""
    answer = post(bare, initial_token(bare), {**WANTED, **changes})
    assert (answer.status_code, answer.get_json()["error"]) == (400, code)
    (field,) = changes
    described = answer.get_json()["error_description"]
    assert described.startswith((field.partition("#")[0], "client_name"))
    assert described.isascii()
    assert "rp.vn-mock.example" not in described
    assert count(bare) == 0


def test_all_that_is_refused_is_told_at_once(bare: Provider) -> None:
    """The code is the first one's, each member is named as the document has it."""
    wrong = {"redirect_uris": ["http://rp.vn-mock.example/cb"], "contacts": ["nobody"], "client_name#vi": "x" * 201}
    answer = post(bare, initial_token(bare), {**WANTED, **wrong}).get_json()
    assert answer["error"] == "invalid_client_metadata"
    members = [part.partition(":")[0] for part in answer["error_description"].split("; ") if ":" in part]
    assert {"client_name#vi", "redirect_uris", "contacts"} <= set(members)
    beyond = {**WANTED, "scope": "openid identity", "lenient": ["no-pkce"], "contacts": ["nobody"]}
    answer = post(bare, initial_token(bare), beyond).get_json()
    assert answer["error_description"].startswith("scope: may hold only what the token was made for")
    assert "; lenient: " in answer["error_description"]
    assert "; contacts: " in answer["error_description"]
    of_another_type = {**WANTED, "contacts": "nobody", "default_max_age": "60"}
    answer = post(bare, initial_token(bare), of_another_type).get_json()
    assert [part.partition(":")[0] for part in answer["error_description"].split("; ")] == [
        "contacts", "default_max_age",
    ]  # fmt: skip
    assert count(bare) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"document_types": ["urn:vn-mock:pid:1"]},
        {"response_uris": ["https://rp.vn-mock.example/answer"]},
        {"lenient": ["no-pkce"]},
        {"require_pkce": False},
        {"resources": ["https://api.vn-mock.example"]},
        {"sector_identifier": "vn-mock.example"},
    ],
)
def test_what_only_an_operator_gives(bare: Provider, changes: dict[str, Any]) -> None:
    """Documents, switches, resources and another's sector are nobody's to take."""
    answer = post(bare, initial_token(bare), {**WANTED, **changes})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")
    assert answer.get_json()["error_description"].startswith(next(iter(changes)))


def test_what_only_makes_it_stricter_may_be_chosen(bare: Provider) -> None:
    """The profile and the identity levels."""
    jwks = {"keys": [ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False)]}
    made = registered(
        bare, identity_levels=[2], access_token_format="jwt", token_endpoint_auth_method="private_key_jwt", jwks=jwks
    )
    assert (made["identity_levels"], made["access_token_format"]) == ([2], "jwt")
    assert "client_secret" not in made


def test_unknown_members_are_ignored(bare: Provider) -> None:
    """RFC 7591 2: MUST ignore what is not understood; nor may a client choose its own identifier or secret."""
    made = registered(bare, colour="red", client_id="demo-portal", client_secret="chosen", **{"logo_uri#fr": "x"})
    assert "colour" not in made
    assert made["client_id"] != "demo-portal"
    assert made["client_secret"] != "chosen"


def test_what_is_told(bare: Provider) -> None:
    """RFC 7591 3.2.1: 201, everything registered with its defaults, and what manages it (RFC 7592 3)."""
    answer = post(bare, initial_token(bare), {**WANTED, "contacts": ["it@vn-mock.example"]})
    body = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    defaults = {
        "application_type": "web", "token_endpoint_auth_method": "client_secret_basic", "response_types": ["code"],
        "grant_types": ["authorization_code"], "subject_type": "pairwise", "id_token_signed_response_alg": "RS256",
        "scope": "address email openid phone profile", "contacts": ["it@vn-mock.example"], "require_pkce": True,
        "client_name": "Sổ khám bệnh", "client_name#vi": "Sổ khám bệnh", "client_name#en": "Sổ khám bệnh",
        "client_secret_expires_at": 0, "redirect_uris": [REDIRECT],
        "client_id_issued_at": int(bare.clock.now().timestamp()),
        "registration_client_uri": f"{ISSUER}/connect/register/{body['client_id']}",
    }  # fmt: skip
    assert {name: body[name] for name in defaults} == defaults
    row = kept(bare, body["client_id"])
    assert row is not None
    assert row.client_secret_hash == digest(body["client_secret"])
    assert row.registration_access_token_hash == digest(body["registration_access_token"])
    assert (row.registered_by, row.sector_identifier) == ("client", "rp.vn-mock.example")
    assert ("client.registered", None, body["client_id"], {"by": "client"}) in bare.audit.events


def test_names_in_two_languages(bare: Provider) -> None:
    """RFC 7591 2.2; one name stands for both, and a client without one is called by its host."""
    both = registered(bare, **{"client_name#vi": "Bệnh viện", "client_name#en": "Hospital", "client_name": None})
    assert (both["client_name#vi"], both["client_name#en"], both["client_name"]) == (
        "Bệnh viện",
        "Hospital",
        "Bệnh viện",
    )
    one = registered(bare, **{"client_name#en": "Hospital", "client_name": None})
    assert (one["client_name#vi"], one["client_name#en"]) == ("Hospital", "Hospital")
    mixed = registered(bare, **{"client_name#en": "Hospital"})
    assert (mixed["client_name#vi"], mixed["client_name#en"]) == ("Sổ khám bệnh", "Hospital")
    none = registered(bare, client_name=None)
    assert none["client_name"] == "rp.vn-mock.example"
    local = registered(bare, client_name=None, redirect_uris=["http://127.0.0.1/cb"])
    assert (local["client_name#vi"], local["client_name#en"]) == (
        "Ứng dụng chưa đặt tên (MÔ PHỎNG)",
        "Unnamed application (MOCK)",
    )


def test_the_tokens_scopes_are_the_limit(bare: Provider) -> None:
    """The identity number is for whom the operator trusts with it; offline access comes with its grant."""
    body = post(bare, initial_token(bare, scope="openid identity offline_access")).get_json()
    assert body["scope"] == "identity openid"
    grants = {"grant_types": ["authorization_code", "refresh_token"]}
    body = post(bare, initial_token(bare, scope="openid offline_access"), {**WANTED, **grants}).get_json()
    assert body["scope"] == "offline_access openid"


def test_the_client_works(bare: Provider) -> None:
    """With nothing but what it was told: the whole code flow."""
    made = registered(bare)
    bare.secret = made["client_secret"]
    answer = bare.answer(client_id=made["client_id"], scope="openid profile")
    response = bare.token(
        auth=(made["client_id"], made["client_secret"]),
        grant_type="authorization_code", code=answer["code"], redirect_uri=REDIRECT, code_verifier="v" * 43,
    )  # fmt: skip
    assert response.status_code == 200, response.text


def test_scripts_of_any_origin_may_call(bare: Provider) -> None:
    """Registration 3: SHOULD support CORS; no cookie goes with it, so nothing is taken from anybody."""
    browser = bare.app.test_client()
    origin = {"Origin": "https://anywhere.example"}
    asked = browser.options(PATH, headers=origin)
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Methods"] == "POST"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    refused = browser.post(PATH, json=WANTED, headers=origin)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, "*")
    assert browser.get(PATH).status_code == 405


def test_no_implicit_flow_can_be_registered(bare: Provider) -> None:
    """The deviation from OpenID Connect's list for dynamic providers: response type code alone (decision 12)."""
    for response_type in ("id_token", "id_token token", "code id_token", "code token", "token"):
        answer = post(bare, initial_token(bare), {**WANTED, "response_types": [response_type]})
        assert answer.get_json()["error"] == "invalid_client_metadata"
