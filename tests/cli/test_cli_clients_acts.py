"""`mock-vneid clients`: what its acts change, ask, warn of and record."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from client_values import PUBLIC
from joserfc.jwk import RSAKey

from idp.oauth.client_fields import all_fields
from tests.cli.conftest import Run, assert_refused
from tests.cli.registered_clients import BASE, added, shown

pytestmark = pytest.mark.usefixtures("keys")


def test_editing(run: Run) -> None:
    """What is named changes, what is cleared goes back to its default, the rest stays."""
    client = added(
        run, "--contact", "it@vn-mock.example", "--default-max-age", "60", "--lenient", "claims-in-id-token"
    )
    answer = run("clients", "edit", client, "--name-en", "Clinic", "--clear", "contacts", "--identity-level", "2")
    assert answer.code == 0, answer.err
    found = shown(run, client)
    assert (found["client_name#en"], found["client_name#vi"]) == ("Clinic", "Bệnh viện")
    assert "contacts" not in found
    assert (found["default_max_age"], found["identity_levels"], found["lenient"]) == (60, [2], ["claims-in-id-token"])
    assert_refused(run("clients", "edit", client, "--clear", "colour"), "colour")
    assert_refused(run("clients", "edit", client, "--client-id", "other"), "client_id", "for good")
    assert_refused(run("clients", "edit", client, "--redirect-uri", "http://x.example/"), "redirect_uris")
    assert shown(run, client) == found


def test_a_secret_comes_with_the_method_that_needs_one(run: Run) -> None:
    """Told by the act that made it; kept where the method is another way to send it."""
    client = added(run, "--auth-method", "none", "--application-type", "native")
    made = json.loads(run("clients", "edit", client, "--auth-method", "client_secret_basic", "--json").out)
    assert len(made["client_secret"]) == 43
    kept = json.loads(run("clients", "edit", client, "--auth-method", "client_secret_post", "--json").out)
    assert kept["client_secret"] is None


def test_lenient_switches_warn(run: Run) -> None:
    """When they are given, and in every list."""
    answer = run("clients", "add", *BASE, "--lenient", "http-redirect-uri", "--lenient", "no-pkce")
    assert "http-redirect-uri" in answer.err
    assert "without PKCE" in answer.err
    assert len(answer.err.splitlines()) == 2
    listed = run("clients", "list").out
    assert "NO PKCE" in listed
    assert "LENIENT no-pkce, http-redirect-uri" in listed


def test_disabling_and_enabling(run: Run) -> None:
    """It is listed as such; what is registered stays."""
    client = added(run)
    assert run("clients", "disable", client).code == 0
    assert "DISABLED" in run("clients", "list").out
    assert "disabled_at" in shown(run, client)
    assert run("clients", "enable", client).code == 0
    assert "DISABLED" not in run("clients", "list").out


def test_removing_is_asked_for(run: Run) -> None:
    """A script says --yes."""
    client = added(run)
    assert_refused(run("clients", "remove", client), "--yes")
    assert shown(run, client)["client_id"] == client
    assert run("clients", "remove", client, "--yes").code == 0
    assert json.loads(run("clients", "list", "--json").out) == []


@pytest.mark.parametrize("act", ["show", "edit", "disable", "enable", "remove"])
def test_an_unknown_client_is_told(run: Run, act: str) -> None:
    added(run)
    assert_refused(run("clients", act, "nobody", *(["--yes"] if act == "remove" else [])), "nobody", "clients list")


def test_an_initial_access_token(run: Run, settings: dict[str, str]) -> None:
    """Shown once; its hash alone is kept."""
    made = json.loads(run("clients", "token", "--label", "Bệnh viện", "--uses", "3", "--json").out)
    assert len(made["initial_access_token"]) == 43
    for path in Path(settings["IDP_DATA_DIR"]).rglob("*"):
        assert not path.is_file() or made["initial_access_token"].encode() not in path.read_bytes()
    assert "shown this once" in run("clients", "token").out
    for wrong, word in ((("--uses", "0"), "uses"), (("--days", "91"), "days"), (("--scope", "profile"), "scope")):
        assert_refused(run("clients", "token", *wrong), word, f"--{word}")


def test_every_act_is_recorded(run: Run, settings: dict[str, str]) -> None:
    """Who did it, and which fields changed: no values."""
    client = added(run)
    for line in (
        ("edit", client, "--name-en", "Clinic"), ("renew-secret", client), ("disable", client), ("enable", client),
        ("remove", client, "--yes"), ("token",),
    ):  # fmt: skip
        assert run("clients", *line).code == 0
    path = Path(settings["IDP_DATA_DIR"]) / "idp.sqlite3"
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT event, client_id, details FROM audit_record ORDER BY sequence").fetchall()
    connection.close()
    assert [row[0] for row in rows] == [
        "client.registered", "client.changed", "client.secret_renewed", "client.disabled", "client.enabled",
        "client.removed", "client.token_made",
    ]  # fmt: skip
    assert {row[1] for row in rows[:-1]} == {client}
    assert json.loads(rows[1][2]) == {"by": "command", "fields": ["client_name_en"]}


def test_a_profile_implies_what_it_demands(run: Run, tmp_path: Path) -> None:
    """What is enforced is told as true, by option and by file; a proof of possession is the client's to choose."""
    rsa = {"keys": [RSAKey.generate_key(2048, {"kid": "r"}).as_dict(private=False)]}
    for profile in ("fapi2_security", "fapi2_message_signing"):
        for keys, alg in ((PUBLIC, "ES256"), (rsa, "PS256")):
            (tmp_path / "jwks.json").write_text(json.dumps(keys))
            more = ("--profile", profile, "--auth-method", "private_key_jwt", "--jwks", str(tmp_path / "jwks.json"))
            found = shown(run, added(run, *more))
            assert found["id_token_signed_response_alg"] == alg
            assert found["require_pushed_authorization_requests"] is True
            assert found["require_signed_request_object"] is (profile == "fapi2_message_signing")
            assert found["dpop_bound_access_tokens"] is found["tls_client_certificate_bound_access_tokens"] is False
    bare = {name: found[name] for name in ("redirect_uris", "client_name", "jwks", "profile")}
    (tmp_path / "c.json").write_text(json.dumps({**bare, "token_endpoint_auth_method": "private_key_jwt"}))
    assert run("clients", "add", "--from", str(tmp_path / "c.json"), "--client-id", "f").code == 0
    assert shown(run, "f")["id_token_signed_response_alg"] == "PS256"
    ordinary = added(run, "--auth-method", "private_key_jwt", "--jwks", str(tmp_path / "jwks.json"))
    assert run("clients", "edit", ordinary, "--profile", "fapi2_security").code == 0
    assert shown(run, ordinary)["id_token_signed_response_alg"] == "PS256"


def test_what_fapi_leaves_to_choose_is_what_the_option_takes(run: Run) -> None:
    """RS256 by name is refused, and each value that is named instead is one of the option's."""
    answer = run("clients", "add", *BASE, "--profile", "fapi2_security", "--id-token-alg", "RS256")
    assert_refused(answer, "id_token_signed_response_alg: must be one of")
    listed = answer.err.partition("id_token_signed_response_alg: must be one of ")[2].partition(" for FAPI")[0]
    offered = next(field.choices for field in all_fields() if field.name == "id_token_signed_response_alg")
    assert set(listed.split(", ")) == set(offered) - {"RS256"}


def test_a_mistake_is_told_in_two_lines(run: Run) -> None:
    """Usage in one, not in sixty-five; the values are in the help."""
    answer = run("clients", "add", *BASE, "--auth-method", "telepathy")
    assert_refused(answer, "usage: mock-vneid clients add", "--auth-method")
    assert len(answer.err.splitlines()) == 2
    told = "".join(run("clients", "add", "--help").out.split())
    for value in ("http-redirect-uri", "vnconnect_compat", "urn:vn-mock:health-book:1"):
        assert value in told, value


def test_an_act_tells_what_it_changed(run: Run) -> None:
    """Field, old value, new value; an edit that names nothing is refused; a time has its zone."""
    client = added(run, "--contact", "it@vn-mock.example")
    assert_refused(run("clients", "edit", client), "nothing to change")
    told = run("clients", "edit", client, "--name-en", "Clinic", "--clear", "contacts").out
    assert "client_name#en: Hospital -> Clinic" in told
    assert "contacts: it@vn-mock.example -> (none)" in told
    assert "nothing: it was so already" in run("clients", "edit", client, "--name-en", "Clinic").out
    assert "from now on" in run("clients", "disable", client).out
    assert "UTC" in run("clients", "disable", client).out
    assert run("clients", "show", client).out.count(" UTC\n") == 2
    assert "disabled since" in run("clients", "enable", client).out
    assert "had not been disabled" in run("clients", "enable", client).out
