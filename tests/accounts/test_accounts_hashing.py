"""Passwords and passcodes at rest: argon2id."""

from __future__ import annotations

import threading
import time

import pytest
from accounts_place import CHEAP, PASSWORD, CountingHasher, Place
from argon2 import PasswordHasher

from idp.accounts import store
from idp.accounts.hashing import CONCURRENT_HASHES, MAX_LENGTH, SecretHasher
from idp.config import Argon2


def test_parameters_are_the_configured_ones() -> None:
    """argon2id with what the configuration says, each hash with a salt of its own."""
    hasher = SecretHasher(Argon2(time_cost=2, memory_cost=64, parallelism=1))
    first, second = hasher.hash("secret"), hasher.hash("secret")
    assert first.startswith("$argon2id$v=19$m=64,t=2,p=1$")
    assert first != second


def test_right_and_wrong() -> None:
    """Only the secret itself fits."""
    hasher = SecretHasher(CHEAP)
    stored = hasher.hash("secret")
    assert hasher.verify(stored, "secret")
    assert not hasher.verify(stored, "Secret")
    assert not hasher.verify(stored, "")


def test_nobody_costs_as_much_as_somebody() -> None:
    """Without a stored hash one with today's parameters is computed all the same."""
    computed: list[str] = []
    hasher = SecretHasher(CHEAP)

    class Spy(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            computed.append(str(hash))
            return super().verify(hash, password)  # type: ignore[return-value]

    hasher._argon2 = Spy(time_cost=1, memory_cost=8, parallelism=1)
    stored = hasher.hash("secret")
    assert not hasher.verify(None, "secret")
    assert not hasher.verify(stored, "wrong")
    assert len(computed) == 2
    assert computed[0].split("$")[:4] == computed[1].split("$")[:4]
    assert len(computed[0]) == len(computed[1])


def test_overlong_secret_is_never_right() -> None:
    """Length is capped, so that nobody makes us hash megabytes; what is cut off does not match."""
    hasher = SecretHasher(CHEAP)
    stored = hasher.hash("x" * MAX_LENGTH)
    assert hasher.verify(stored, "x" * MAX_LENGTH)
    assert not hasher.verify(stored, "x" * (MAX_LENGTH + 1))


def test_hashes_at_once_are_capped() -> None:
    """However many sign in together, only so many hashes are computed at a time."""
    hasher = SecretHasher(CHEAP)
    running, most, guard = 0, 0, threading.Lock()
    together = threading.Barrier(CONCURRENT_HASHES)

    class Slow(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal running, most
            with guard:
                running += 1
                most = max(most, running)
            together.wait(30)  # so many there are
            time.sleep(0.01)  # and one more would show itself
            with guard:
                running -= 1
            return "done"

    hasher._argon2 = Slow()
    threads = [threading.Thread(target=hasher.hash, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == CONCURRENT_HASHES


@pytest.mark.parametrize("secret", ["password", "passcode"])
def test_hash_is_renewed_when_parameters_change(place: Place, secret: str) -> None:
    """A right secret whose hash has old parameters is hashed anew; a wrong one changes nothing."""
    place.checks.hasher._argon2 = CountingHasher(Argon2(time_cost=2, memory_cost=16, parallelism=1))._argon2

    def stored() -> str:
        with place.db.read() as session:
            account = store.account(session, place.subjects["lan"])
            assert account is not None
            assert account.authenticator is not None
            return str(getattr(account.authenticator, f"{secret}_hash"))

    def check(text: str) -> bool:
        now = place.clock.now()
        if secret == "password":
            return place.checks.check_password("065190000101", text, "192.0.2.1", now).ok
        return place.checks.check_passcode(place.subjects["lan"], text, "192.0.2.1", now).ok

    before = stored()
    assert not check("000000")
    assert stored() == before
    assert check(PASSWORD if secret == "password" else "246810")
    assert stored().startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert check(PASSWORD if secret == "password" else "246810")
