"""The signing keys: private on disk, published before use, published for a while after it (Core 10.1.1)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idp import key_rotation, keyset
from idp.clock import FixedClock
from idp.keyset import FILE, GRACE, PUBLISHED_BEFORE_USE, REMEMBERED, KeySet, KeySetError
from idp.oauth import jws
from tests.conftest import NOW

LATER = NOW + timedelta(days=2)  # when the keys of `provider_keys` have long been published
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(provider_keys: Path, tmp_path: Path) -> Path:
    (tmp_path / FILE).write_bytes((provider_keys / FILE).read_bytes())
    return tmp_path


@pytest.fixture
def later() -> FixedClock:
    return FixedClock(LATER)


def published(folder: Path, clock: FixedClock) -> set[str]:
    return {jwk["kid"] for jwk in KeySet.load(folder, clock).public_jwks()["keys"]}


def signing(folder: Path, clock: FixedClock) -> set[str]:
    return {KeySet.load(folder, clock).signing_key(alg).kid for alg in keyset.ALGORITHMS}


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Private keys are mode 600 from the first byte on."""
    key_rotation.init(tmp_path, NOW)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_init_leaves_keys_that_are_there(folder: Path) -> None:
    """`keys init` twice is `keys init` once."""
    before = (folder / FILE).read_bytes()
    key_rotation.init(folder, LATER)
    assert (folder / FILE).read_bytes() == before


def test_nothing_private_is_published(folder: Path) -> None:
    """The JWK Set at jwks_uri has public members only, and none of our own."""
    for jwk in KeySet.load(folder, FixedClock(NOW)).public_jwks()["keys"]:
        assert set(jwk) <= {"kty", "n", "e", "crv", "x", "y", "kid", "use", "alg"}
        assert jwk["use"] == "sig"


def test_rsa_keys_are_long_enough(folder: Path) -> None:
    """RFC 7518 3.3: 2048 bits or more."""
    for alg in ("RS256", "PS256"):
        assert KeySet.load(folder, FixedClock(NOW)).signing_key(alg).raw_value.key_size >= 2048


@pytest.mark.parametrize("alg", keyset.ALGORITHMS)
def test_every_algorithm_signs_and_is_read(folder: Path, later: FixedClock, alg: str) -> None:
    """And a letter changed anywhere in the token ends that."""
    keys = KeySet.load(folder, later)
    token = jws.sign(keys, alg, "JWT", {"n": "Lan Nguyễn"})
    assert jws.read(keys, token) == {"n": "Lan Nguyễn"}
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "Q"
        with pytest.raises(jws.NotOurs):
            jws.read(keys, token[:place] + other + token[place + 1 :])
    with pytest.raises(jws.NotOurs):
        jws.read(keys, token, typ="logout+jwt")


def test_an_algorithm_that_came_later_is_added(folder: Path) -> None:
    """A key file of an older version keeps its keys, which it told by states, and gets those it lacks."""
    old = [jwk for jwk in json.loads((folder / FILE).read_text())["keys"] if jwk["alg"] in ("RS256", "ES256")]
    (folder / FILE).write_text(json.dumps({"keys": [_of_version_1(jwk) for jwk in old]}))
    now = FixedClock(keyset.read(folder / FILE)[0].published_at + MINUTE)
    before = KeySet.load(folder, now)
    kept = {before.signing_key(alg).kid for alg in ("RS256", "ES256")}
    with pytest.raises(KeySetError):
        before.signing_key("EdDSA")
    key_rotation.init(folder, now.now())
    after = KeySet.load(folder, now)
    assert {after.signing_key(alg).kid for alg in ("RS256", "ES256")} == kept
    assert len(signing(folder, now)) == len(keyset.ALGORITHMS)


def _of_version_1(jwk: dict[str, Any]) -> dict[str, Any]:
    state = "next" if jwk.pop(keyset.USED_FROM) is None else "active"
    del jwk[keyset.PUBLISHED_AT]
    return {**jwk, "mock_vneid_state": state}


def test_rotation_signs_with_keys_that_were_published_before(folder: Path, later: FixedClock) -> None:
    """A client that fetched the keys before a rotation can verify what is signed after it."""
    for _ in range(3):
        known, before = published(folder, later), signing(folder, later)
        done = key_rotation.rotate(folder, later.now())
        assert done.used_from == later.now()
        assert signing(folder, later) <= known
        assert not signing(folder, later) & before
        later.instant += PUBLISHED_BEFORE_USE


def test_keys_published_just_now_wait(folder: Path, later: FixedClock) -> None:
    """They take over by themselves, in a running provider too, when clients may be taken to have them."""
    key_rotation.rotate(folder, later.now())
    keys, known = KeySet.load(folder, later), published(folder, later)
    first = keys.signing_key("ES256").kid
    later.instant += MINUTE
    done = key_rotation.rotate(folder, later.now())
    assert done.used_from == later.now() - MINUTE + PUBLISHED_BEFORE_USE
    assert keys.signing_key("ES256").kid == first
    with pytest.raises(KeySetError, match="take over at"):
        key_rotation.rotate(folder, later.now())
    later.instant = done.used_from
    assert keys.signing_key("ES256").kid not in {first}
    assert keys.signing_key("ES256").kid in known


def test_now_does_not_wait(folder: Path, later: FixedClock) -> None:
    """`--now`, whether or not a rotation is under way: those under way take over, and others follow them."""
    key_rotation.rotate(folder, later.now())
    first = signing(folder, later)
    key_rotation.rotate(folder, later.now() + MINUTE)
    later.instant += 2 * MINUTE
    done = key_rotation.rotate(folder, later.now(), at_once=True)
    assert done.used_from == later.now()
    assert not signing(folder, later) & first
    assert len(published(folder, later) - signing(folder, later)) >= len(keyset.ALGORITHMS)


def test_an_older_signature_verifies_until_the_grace_is_over(folder: Path, later: FixedClock) -> None:
    """A retired key stays published for a day, and is known here for as long as a hint may come back."""
    keys = KeySet.load(folder, later)
    old, token = keys.signing_key("ES256").kid, jws.sign(keys, "ES256", "JWT", {"n": 1})
    key_rotation.rotate(folder, later.now())
    later.instant += GRACE - MINUTE
    assert old in published(folder, later)
    later.instant += MINUTE
    assert old not in published(folder, later)
    assert old not in {jwk["kid"] for jwk in keys.public_jwks()["keys"]}
    assert jws.read(keys, token) == {"n": 1}
    later.instant += REMEMBERED
    key_rotation.rotate(folder, later.now())
    with pytest.raises(jws.NotOurs):
        jws.read(keys, token)


def test_a_compromised_key_is_withdrawn(folder: Path, later: FixedClock) -> None:
    """Neither clients nor this provider believe it any more."""
    keys = KeySet.load(folder, later)
    old, token = signing(folder, later), jws.sign(keys, "ES256", "JWT", {"n": 1})
    done = key_rotation.rotate(folder, later.now(), compromised=True)
    assert set(done.withdrawn) == old
    assert not old & published(folder, later)
    with pytest.raises(jws.NotOurs):
        jws.read(keys, token)
    assert len(signing(folder, later)) == len(keyset.ALGORITHMS)


def test_a_running_provider_notices_a_rotation(folder: Path, later: FixedClock) -> None:
    """No restart is needed."""
    keys = KeySet.load(folder, later)
    before = keys.signing_key("RS256").kid
    key_rotation.rotate(folder, later.now())
    assert keys.signing_key("RS256").kid != before


def test_another_algorithm_is_refused(folder: Path) -> None:
    """There is no HS256 and no none."""
    for alg in ("HS256", "none", "ES512"):
        with pytest.raises(KeySetError, match="RS256, PS256, ES256, EdDSA"):
            KeySet.load(folder, FixedClock(NOW)).signing_key(alg)


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
