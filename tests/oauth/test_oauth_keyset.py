"""The signing keys: private on disk, published before use, kept for verification after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc import jwt

from idp import keyset
from idp.keyset import FILE, KeySet, KeySetError


@pytest.fixture
def folder(provider_keys: Path, tmp_path: Path) -> Path:
    (tmp_path / FILE).write_bytes((provider_keys / FILE).read_bytes())
    return tmp_path


def published(folder: Path) -> set[str]:
    return {jwk["kid"] for jwk in KeySet.load(folder).public_jwks()["keys"]}


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Private keys are mode 600 from the first byte on."""
    keyset.init(tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_init_leaves_keys_that_are_there(folder: Path) -> None:
    """`keys init` twice is `keys init` once."""
    before = (folder / FILE).read_bytes()
    keyset.init(folder)
    assert (folder / FILE).read_bytes() == before


def test_nothing_private_is_published(folder: Path) -> None:
    """The JWK Set at jwks_uri has public members only, and none of our own."""
    for jwk in KeySet.load(folder).public_jwks()["keys"]:
        assert set(jwk) <= {"kty", "n", "e", "crv", "x", "y", "kid", "use", "alg"}
        assert jwk["use"] == "sig"


def test_rsa_keys_are_long_enough(folder: Path) -> None:
    """RFC 7518 3.3: 2048 bits or more."""
    assert KeySet.load(folder).signing_key("RS256").raw_value.key_size >= 2048


def test_rotation_signs_with_a_key_that_was_published_before(folder: Path) -> None:
    """A client that fetched the keys before a rotation can verify what is signed after it."""
    for _ in range(3):
        known = published(folder)
        keyset.rotate(folder)
        for alg in keyset.ALGORITHMS:
            assert KeySet.load(folder).signing_key(alg).kid in known


def test_an_older_signature_verifies_after_rotation(folder: Path) -> None:
    """A retired key stays published."""
    keys = KeySet.load(folder)
    old = keys.signing_key("ES256")
    token = jwt.encode({"alg": "ES256", "kid": old.kid}, {"n": 1}, old, algorithms=["ES256"])
    keyset.rotate(folder)
    assert jwt.decode(token, keys.verification_keys(), algorithms=["ES256"]).claims == {"n": 1}


def test_retired_keys_do_not_pile_up(folder: Path) -> None:
    """In use, next and two retired of each algorithm are kept."""
    for _ in range(4):
        keyset.rotate(folder)
    assert len(published(folder)) == 4 * len(keyset.ALGORITHMS)


def test_a_running_provider_notices_a_rotation(folder: Path) -> None:
    """No restart is needed."""
    keys = KeySet.load(folder)
    before = keys.signing_key("RS256").kid
    keyset.rotate(folder)
    assert keys.signing_key("RS256").kid != before


def test_another_algorithm_is_refused(folder: Path) -> None:
    """There is no HS256 and no none."""
    for alg in ("HS256", "none", "ES512"):
        with pytest.raises(KeySetError, match="RS256 and ES256"):
            KeySet.load(folder).signing_key(alg)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """The message names the command."""
    with pytest.raises(KeySetError, match="keys init"):
        KeySet.load(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"keys": [{"alg": "HS256", "kid": "1"}]}', '{"keys": [1]}'])
def test_a_broken_file_is_refused(tmp_path: Path, content: str) -> None:
    """A file that is not ours is not guessed at."""
    (tmp_path / FILE).write_text(content)
    with pytest.raises(KeySetError, match="not a key set"):
        KeySet.load(tmp_path)


def test_an_unknown_state_never_signs(folder: Path) -> None:
    """Only the active key signs."""
    jwks = json.loads((folder / FILE).read_text())["keys"]
    active = {jwk["kid"] for jwk in jwks if jwk[keyset.STATE] == "active"}
    assert {KeySet.load(folder).signing_key(alg).kid for alg in keyset.ALGORITHMS} == active
