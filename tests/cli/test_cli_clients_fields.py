"""`mock-vneid clients`: every metadatum by option and by file, there and back; and the acts on a client."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from client_values import FETCHED, PUBLIC, REDIRECT, VALUES
from joserfc.jwk import RSAKey

from idp.oauth.client_document import FIELDS, member
from idp.oauth.client_fields import Field, all_fields
from tests.cli.conftest import Run, assert_refused

BASE = ("--name-vi", "Bệnh viện", "--name-en", "Hospital", "--redirect-uri", REDIRECT)


@pytest.fixture(autouse=True)
def _keys(keys_dir: Path, settings: dict[str, str]) -> None:
    """After `keys init` a client may be registered, before anything is seeded."""
    assert settings["IDP_KEYS_DIR"] == str(keys_dir)


def shown(run: Run, client_id: str) -> dict[str, Any]:
    return dict(json.loads(run("clients", "show", client_id, "--json").out))


def options(field: Field, value: Any, folder: Path) -> list[str]:
    if field.kind == "flag":
        return [f"--{'' if value else 'no-'}{field.option}"]
    if field.kind == "object":
        (folder / f"{field.name}.json").write_text(json.dumps(value))
        return [f"--{field.option}", str(folder / f"{field.name}.json")]
    values = value if isinstance(value, list) else [value]
    return [part for one in values for part in (f"--{field.option}", str(one))]


def added(run: Run, *more: str) -> str:
    answer = run("clients", "add", *BASE, *more, "--json")
    assert answer.code == 0, answer.err
    return str(json.loads(answer.out)["client_id"])


def test_every_field_is_tried_here() -> None:
    """A field that is added to the registration is added to this list, or fails here."""
    assert {*VALUES, FETCHED} == set(FIELDS)


def test_every_field_is_set_by_its_option(run: Run, tmp_path: Path) -> None:
    """With whatever it needs beside it; it is told again as it was given."""
    for field in all_fields():
        if field.name == FETCHED:
            continue
        value, beside = VALUES[field.name]
        given = {"client_name_vi": "Bệnh viện", "redirect_uris": [REDIRECT], **beside, field.name: value}
        line = [
            part for each in all_fields() if each.name in given for part in options(each, given[each.name], tmp_path)
        ]
        answer = run("clients", "add", *line, "--json")
        assert answer.code == 0, (field.name, answer.err)
        assert shown(run, json.loads(answer.out)["client_id"])[member(field.name)] == value, field.name


def test_every_field_is_set_by_a_file(run: Run, tmp_path: Path) -> None:
    """In the words of RFC 7591."""
    for name, (value, beside) in VALUES.items():
        document = {"client_name": "Bệnh viện", "redirect_uris": [REDIRECT], **beside, member(name): value}
        (tmp_path / "client.json").write_text(json.dumps(document))
        answer = run("clients", "add", "--from", str(tmp_path / "client.json"), "--json")
        assert answer.code == 0, (name, answer.err)
        assert shown(run, json.loads(answer.out)["client_id"])[member(name)] == value, name


def test_a_sectors_document_is_asked_for_and_not_believed_unseen(run: Run) -> None:
    """No server answers here, so nothing is registered."""
    answer = run("clients", "add", *BASE, "--sector-identifier-uri", "https://127.0.0.1:1/sector.json")
    assert_refused(answer, "sector_identifier_uri", "could not be fetched", "--sector-identifier-uri")


def test_what_is_shown_can_be_registered_again(run: Run, tmp_path: Path) -> None:
    """There and back: the same client, but for its identifier and its time."""
    (tmp_path / "jwks.json").write_text(json.dumps(PUBLIC))
    first = added(
        run, "--scope", "openid email offline_access", "--jwks", str(tmp_path / "jwks.json"), "--no-pkce",
        "--id-token-encrypted-response-alg", "ECDH-ES", "--identity-level", "2", "--lenient", "claims-in-id-token",
        "--document-type", "urn:vn-mock:pid:1", "--sector-identifier", "vn-mock.example", "--default-max-age", "60",
    )  # fmt: skip
    document = shown(run, first)
    file = tmp_path / "shown.json"
    file.write_text(json.dumps({**document, "client_id": "again"}))
    assert run("clients", "add", "--from", str(file)).code == 0
    own = ("client_id", "client_id_issued_at")
    again = shown(run, "again")
    assert {name: value for name, value in again.items() if name not in own} == {
        name: value for name, value in document.items() if name not in own
    }
    assert run("clients", "edit", "again", "--from", str(file)).code == 0
    assert shown(run, "again") == again


def test_options_stand_above_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(
        json.dumps({"client_name": "A", "redirect_uris": [REDIRECT], "default_max_age": 1})
    )
    assert (
        run("clients", "add", "--from", str(tmp_path / "c.json"), "--client-id", "c", "--default-max-age", "2").code
        == 0
    )
    assert shown(run, "c")["default_max_age"] == 2
    assert (shown(run, "c")["client_name#vi"], shown(run, "c")["client_name#en"]) == ("A", "A")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", ("--from", "JSON")),
        ('{\n "a": 1,\n "b" 2}', ("--from", "JSON", "line 3, column 6")),
        ('{"a": NaN}', ("--from", "JSON", "NaN")),
        ("\ufeff{}", ("--from", "JSON")),
        ("[]", ("--from", "object")),
        ('{"redirect_uris": [], "redirect_uris": []}', ("--from", "once", "redirect_uris")),
        ('{"client_name": "A", "redirect_uri": ["https://x.example/"]}', ("--from", "redirect_uri")),
        ('{"client_name": "A", "redirect_uris": "https://x.example/"}', ("redirect_uris", "list")),
        ('{"client_name": 1, "redirect_uris": ["https://x.example/"]}', ("client_name", "text")),
        (
            '{"client_name": "A", "redirect_uris": ["https://x.example/"], "require_pkce": 0}',
            ("require_pkce", "true"),
        ),
        (
            '{"client_name": "A", "redirect_uris": ["https://x.example/"], "identity_levels": [3]}',
            ("identity_levels",),
        ),
        ('{"redirect_uris": ["https://x.example/"]}', ("client_name#vi: is missing", "--name-vi")),
    ],
)
def test_a_mistake_in_the_file_is_named(run: Run, tmp_path: Path, content: str, words: tuple[str, ...]) -> None:
    """A typing mistake does not pass for a setting; nothing is registered."""
    (tmp_path / "c.json").write_text(content)
    assert_refused(run("clients", "add", "--from", str(tmp_path / "c.json")), *words)
    assert json.loads(run("clients", "list", "--json").out) == []


def test_all_mistakes_of_a_file_are_told_at_once(run: Run, tmp_path: Path) -> None:
    """Unknown members, other types, broken rules and unknown document types: one round, not four."""
    document = {
        "client_name": "A", "redirect_uri": ["https://x.example/"], "redirect_uris": ["http://x.example/"],
        "scope": "profile", "require_pkce": "no", "contacts": 5, "favourite": 1, "profile": "fapi",
        "document_types": ["urn:x"], "default_max_age": -1,
    }  # fmt: skip
    (tmp_path / "c.json").write_text(json.dumps(document))
    answer = run("clients", "add", "--from", str(tmp_path / "c.json"))
    assert_refused(answer, "redirect_uri: no metadatum is called so", "did you mean redirect_uris?")
    told = {line.partition("not registered: ")[2].partition(":")[0] for line in answer.err.splitlines()}
    assert told >= document.keys() - {"client_name"}


def test_an_edit_is_not_called_a_registration(run: Run) -> None:
    """And the switch that was named is the one that is told of."""
    client = added(run, "--profile", "fapi2_security", "--auth-method", "private_key_jwt", "--jwks-uri", JWKS_URI)
    renamed = run("clients", "edit", client, "--client-id", "other")
    assert_refused(renamed, "not changed: client_id: is for good")
    loosened = run("clients", "edit", client, "--lenient", "no-pkce")
    assert_refused(
        loosened, "not changed: lenient: no-pkce is not for a client that is held to FAPI 2.0", "--lenient"
    )
    assert "require" not in loosened.err
    assert_refused(
        run("clients", "edit", client, "--no-pkce"), "not changed: require_pkce: must be true for FAPI 2.0"
    )


JWKS_URI = "https://rp.vn-mock.example/jwks"


def test_a_file_that_is_not_there(run: Run) -> None:
    assert_refused(run("clients", "add", "--from", "/nowhere.json"), "--from", "cannot read")


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
