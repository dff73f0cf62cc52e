"""`mock-vneid clients`: every metadatum by option and by file, there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from client_values import FETCHED, PUBLIC, REDIRECT, VALUES

from idp.oauth.client_document import FIELDS, member
from idp.oauth.client_fields import Field, all_fields
from tests.cli.conftest import Run, assert_refused
from tests.cli.registered_clients import BASE, added, shown

pytestmark = pytest.mark.usefixtures("keys")


def options(field: Field, value: Any, folder: Path) -> list[str]:
    if field.kind == "flag":
        return [f"--{'' if value else 'no-'}{field.option}"]
    if field.kind == "object":
        (folder / f"{field.name}.json").write_text(json.dumps(value))
        return [f"--{field.option}", str(folder / f"{field.name}.json")]
    values = value if isinstance(value, list) else [value]
    return [part for one in values for part in (f"--{field.option}", str(one))]


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
