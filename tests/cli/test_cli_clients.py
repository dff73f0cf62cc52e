"""`mock-vneid clients`: what is refused, what is kept of a secret, and a new one where it was lost."""

from __future__ import annotations

import base64
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from idp.oauth.client_fields import all_fields
from idp.oauth.hashing import digest
from tests.cli.conftest import Run, assert_refused

NAMES = ("--name-vi", "Bệnh viện (MÔ PHỎNG)", "--name-en", "Hospital (MOCK)")
ADD = ("clients", "add", *NAMES, "--redirect-uri", "https://rp.vn-mock.example/cb")


pytestmark = pytest.mark.usefixtures("keys")


def added(run: Run, *options: str) -> dict[str, Any]:
    answer = run(*ADD, "--json", *options)
    assert answer.code == 0, answer.err
    return dict(json.loads(answer.out))


def listed(run: Run) -> list[dict[str, Any]]:
    return list(json.loads(run("clients", "list", "--json").out))


def stored(settings: dict[str, str], client_id: str) -> str | None:
    path = Path(settings["IDP_DATA_DIR"]) / "idp.sqlite3"
    with sqlite3.connect(path) as connection:
        query = "SELECT client_secret_hash FROM oauth_client WHERE client_id = ?"
        found = connection.execute(query, [client_id]).fetchone()
    connection.close()
    return None if found is None else found[0]


def test_the_secret_is_shown_once_and_kept_as_a_hash(run: Run, settings: dict[str, str]) -> None:
    """No file below the data folder holds it."""
    made = added(run)
    assert stored(settings, made["client_id"]) == digest(made["client_secret"])
    for path in Path(settings["IDP_DATA_DIR"]).rglob("*"):
        assert not path.is_file() or made["client_secret"].encode() not in path.read_bytes()
    assert made["client_secret"] not in run("clients", "list").out + run("clients", "list", "--json").out


@pytest.mark.parametrize(("method", "secret"), [("client_secret_post", True), ("none", False)])
def test_who_has_no_secret_is_given_none(run: Run, settings: dict[str, str], method: str, secret: bool) -> None:
    """For people as for machines."""
    made = added(run, "--auth-method", method)
    assert (made["client_secret"] is not None, stored(settings, made["client_id"]) is not None) == (secret, secret)
    assert ("client_secret " in run(*ADD, "--auth-method", method).out) is secret


def test_every_option_that_repeats(run: Run) -> None:
    """Each value is kept, in order."""
    values = {
        "redirect-uri": ("https://rp.vn-mock.example/a", "https://rp.vn-mock.example/b"),
        "post-logout-redirect-uri": ("https://rp.vn-mock.example/out", "https://rp.vn-mock.example/bye"),
        "request-uri": ("https://rp.vn-mock.example/request/", "https://rp.vn-mock.example/r"),
        "response-uri": ("https://rp.vn-mock.example/response", "https://rp.vn-mock.example/s"),
        "document-type": ("urn:vn-mock:pid:1", "urn:vn-mock:health-book:1"),
        "contact": ("it@rp.vn-mock.example", "help@rp.vn-mock.example"),
        "default-acr-value": ("urn:vn-mock:loa:2", "urn:vn-mock:loa:1"),
    }
    fields = {field.option: field.name for field in all_fields()}
    options = [part for name, pair in values.items() for value in pair for part in (f"--{name}", value)]
    assert run("clients", "add", *NAMES, *options).code == 0
    (client,) = listed(run)
    for name, pair in values.items():
        assert client[fields[name]] == list(pair), name


def test_every_option_of_one_value(run: Run) -> None:
    """Under the names of RFC 7591 and OpenID Connect Registration."""
    options = {
        "--client-id": ("client_id", "hospital-1"),
        "--application-type": ("application_type", "native"),
        "--auth-method": ("token_endpoint_auth_method", "client_secret_post"),
        "--id-token-alg": ("id_token_signed_response_alg", "ES256"),
        "--scope": ("scope", "offline_access openid"),
        "--client-uri": ("client_uri", "https://rp.vn-mock.example/"),
        "--policy-uri": ("policy_uri", "https://rp.vn-mock.example/privacy"),
        "--tos-uri": ("tos_uri", "https://rp.vn-mock.example/terms"),
    }
    assert run(*ADD, *(part for name, (_, value) in options.items() for part in (name, value))).code == 0
    (client,) = listed(run)
    assert {field: client[field] for field, _ in options.values()} == dict(options.values())
    assert client["grant_types"] == ["authorization_code", "refresh_token"]


def test_several_hosts_need_a_sector(run: Run) -> None:
    """Core 8.1: the pairwise identifier is of one sector."""
    second = ("--redirect-uri", "https://other.vn-mock.example/cb")
    assert_refused(run(*ADD, *second), "sector_identifier")
    assert run(*ADD, *second, "--sector-identifier", "vn-mock.example").code == 0


def test_an_identifier_is_given_once(run: Run, settings: dict[str, str]) -> None:
    """The second registration changes nothing of the first."""
    first = added(run, "--client-id", "twice")
    assert_refused(run(*ADD, "--client-id", "twice", "--name-en", "Other"), "client_id", "registered already")
    assert stored(settings, "twice") == digest(first["client_secret"])
    assert [client["client_name#en"] for client in listed(run)] == ["Hospital (MOCK)"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--redirect-uri", "https://rp.vn-mock.example/cb#part"), "redirect_uris"),
        (("--redirect-uri", "/cb"), "redirect_uris"),
        (("--redirect-uri", "javascript:alert(1)"), "redirect_uris"),
        (("--post-logout-redirect-uri", "http://rp.vn-mock.example/out"), "post_logout_redirect_uris"),
        (("--request-uri", "http://rp.vn-mock.example/request/"), "request_uris"),
        (("--response-uri", "ftp://rp.vn-mock.example/"), "response_uris"),
        (("--document-type", "urn:vn-mock:passport:1"), "--document-type"),
        (("--default-acr-value", "urn:vn-mock:loa:9"), "default_acr_values"),
        (("--default-max-age", "-1"), "default_max_age"),
        (("--scope", "openid everything"), "scope"),
        (("--client-id", "with space"), "client_id"),
        (("--client-id", ""), "client_id"),
        (("--name-vi", " "), "client_name#vi: is missing"),
        (("--name-en", "x" * 201), "client_name#en"),
        (("--client-uri", "http://rp.vn-mock.example"), "client_uri"),
        (("--policy-uri", "nothing"), "policy_uri"),
        (("--tos-uri", "https://user@rp.vn-mock.example"), "tos_uri"),
    ],
)
def test_a_bad_value_is_named(run: Run, options: tuple[str, ...], named: str) -> None:
    """Exit 2, the field, nothing registered."""
    assert_refused(run(*ADD, *options), named)
    assert listed(run) == []


@pytest.mark.parametrize(
    "key",
    [
        ECKey.generate_key("P-256").as_dict(private=True),
        ECKey.generate_key("P-384").as_dict(private=False),
        {"kty": "RSA", "e": "AQAB", "n": base64.urlsafe_b64encode(b"\xc5" * 128).decode().rstrip("=")},
        OctKey.generate_key(256).as_dict(private=True),
    ],
    ids=["private", "P-384", "RSA 1024", "shared secret"],
)
def test_a_bad_key_is_refused(run: Run, tmp_path: Path, key: dict[str, Any]) -> None:
    """A private key sent by mistake, too; it is not repeated."""
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [key]}))
    answer = run(*ADD, "--auth-method", "private_key_jwt", "--jwks", str(file))
    assert_refused(answer, "jwks")
    assert str(key.get("d", "nothing such")) not in answer.err


def test_a_lost_secret_is_renewed(run: Run, settings: dict[str, str]) -> None:
    """The new one is shown once; the old one is forgotten."""
    old = added(run, "--client-id", "hospital")["client_secret"]
    answer = run("clients", "renew-secret", "hospital", "--json")
    new = json.loads(answer.out)
    assert new["client_id"] == "hospital"
    assert stored(settings, "hospital") == digest(new["client_secret"]) != digest(old)
    assert "shown this once" in run("clients", "renew-secret", "hospital").out


@pytest.mark.parametrize("client_id", ["nobody", "spa"])
def test_who_has_no_secret_cannot_renew_it(run: Run, client_id: str) -> None:
    added(run, "--client-id", "spa", "--auth-method", "none")
    assert_refused(run("clients", "renew-secret", client_id), client_id, "clients list")


def test_all_mistakes_are_told_at_once(run: Run) -> None:
    """Each with its member's name, its code and the option that mends it; nothing is registered."""
    answer = run(
        "clients", "add", "--redirect-uri", "http://192.168.1.7/cb", "--scope", "openid everything",
        "--contact", "nobody", "--jwks-uri", "http://rp.vn-mock.example/jwks",
    )  # fmt: skip
    assert_refused(
        answer, "client_name#vi: is missing (invalid_client_metadata); see --name-vi",
        "the switch http-redirect-uri", "invalid_redirect_uri", "scope: must hold openid", "contacts:", "jwks_uri:",
    )  # fmt: skip
    assert len(answer.err.splitlines()) == 5
    assert_refused(run("clients", "add"), "client_name#vi: is missing", "redirect_uris: must name at least one")
    assert listed(run) == []
