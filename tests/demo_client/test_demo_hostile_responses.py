"""What a stranger may post to response_uri or put into an address: refused, never a failure of ours."""

from __future__ import annotations

import base64
import json

import pytest
from portal_browser import World
from werkzeug.test import TestResponse

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
SECURITY_COMPANY = "/procedures/kinh-doanh-dich-vu-bao-ve/apply"  # asks for its answer unencrypted


def post(world: World, **form: str) -> TestResponse:
    return world.app.test_client().post("/presentation/response", data=form)


def assert_refused(answer: TestResponse) -> None:
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "header",
    [
        {"crit": 5},
        {"crit": [5]},
        {"crit": [{}]},
        {"enc": ["A128GCM"]},
        {"enc": {}},
        {"alg": ["ECDH-ES"]},
        {"alg": 5},
        {"epk": 5},
        {"epk": {}},
        {"epk": {"kty": ["EC"]}},
        {"epk": {"kty": "EC", "crv": "P-256", "x": 5, "y": []}},
        {"apu": 5},
        {"kid": ["x"]},
        {"zip": 5},
        [],
        5,
    ],
    ids=json.dumps,
)
def test_a_jwe_header_that_is_none(citizen: World, header: object) -> None:
    """RFC 7516 5.2: a header that cannot be understood ends the reading."""
    known = {"alg": "ECDH-ES", "enc": "A128GCM", "epk": citizen.portal_keys.keys[0].as_dict(private=False)}
    head = {**known, **header} if isinstance(header, dict) else header
    text = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=").decode()
    assert_refused(post(citizen, response=f"{text}..{'A' * 16}.AAAA.{'A' * 22}"))


@both
@pytest.mark.parametrize(
    "presentation",
    ["[" * 970 + "]" * 970, '{"a":' * 970 + "1" + "}" * 970, "NaN", "-Infinity", "1e999"],
    ids=["arrays", "objects", "nan", "infinity", "too large"],
)
def test_a_vp_token_that_cannot_be_kept(citizen: World, presentation: str) -> None:
    """Nested so deeply that no database driver writes it, or with numbers that JSON does not have."""
    asked = citizen.begin(SECURITY_COMPANY)
    assert_refused(post(citizen, state=asked["state"], vp_token=f'{{"record": [{presentation}]}}'))
    assert citizen.answer(asked, citizen.vp_token(asked)).status_code == 200


def test_more_than_any_answer_needs_is_said_in_json(citizen: World) -> None:
    """Who reads it is a program."""
    answer = post(citizen, response="x" * 1_300_000)
    assert (answer.status_code, answer.get_json()["error"]) == (413, "invalid_request")


@both
@pytest.mark.parametrize(
    "path",
    [
        "/dossiers/%00",
        "/clerk/dossiers/%00",
        "/presentation/%00/other-device",
        "/presentation/%00/state",
        "/presentation/%00/result",
        "/presentation/request/%00",
        "/presentation/return?response_code=%00",
        "/procedures/%00",
        "/procedures/%00/apply",
    ],
)
def test_an_address_that_no_database_takes(citizen: World, path: str) -> None:
    """PostgreSQL takes no NUL; no identifier of ours holds one."""
    with citizen.client.session_transaction() as session:
        session["clerk"] = True
    assert citizen.client.get(path).status_code in (403, 404)
