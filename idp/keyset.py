"""The provider's signing keys: a private JWK Set (RFC 7517) on disk, and the public half that clients fetch.

Each algorithm has one key in use and one that is already published but not yet used, so that a rotation never
signs with a key that clients may not have fetched; keys taken out of use stay published for verification.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jwk import KeySet as JoseKeySet

FILE = "provider-keys.json"
ALGORITHMS = ("RS256", "ES256")  # RS256 is what OpenID Connect Registration 2 falls back to
RSA_BITS = 2048
KEPT_RETIRED = 2  # per algorithm
#: What joserfc raises on a token that somebody made up: not only its own errors, where a header member is of no type
#: that it expects.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
STATE = "mock_vneid_state"  # private member of each JWK: next | active | retired


class KeySetError(Exception):
    """The key file is missing or unusable; the message says which command makes one."""


@dataclass(frozen=True)
class _Loaded:
    stamp: tuple[int, int]
    signing: Mapping[str, Key]
    verification: JoseKeySet
    public: Mapping[str, Any]


class KeySet:
    """The keys of a folder; a rotation by another process is noticed without a restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._loaded = _load(path)

    @classmethod
    def load(cls, folder: Path) -> KeySet:
        """Raises KeySetError where `keys init` has not been run for this folder."""
        return cls(folder / FILE)

    def signing_key(self, alg: str) -> Key:
        """The private key in use for `alg` ("RS256" or "ES256"). Raises KeySetError for any other."""
        try:
            return self._current().signing[alg]
        except KeyError:
            raise KeySetError(f"no key for {alg}; the provider signs with {' and '.join(ALGORITHMS)}") from None

    def verification_keys(self) -> JoseKeySet:
        """Public keys of everything this provider may have signed: in use, next and retired."""
        return self._current().verification

    def public_jwks(self) -> Mapping[str, Any]:
        """The JWK Set served at `jwks_uri`; no private member is in it."""
        return self._current().public

    def _current(self) -> _Loaded:
        if _stamp(self._path) != self._loaded.stamp:
            self._loaded = _load(self._path)
        return self._loaded


def init(folder: Path) -> None:
    """Make the key file where there is none yet; an existing one is left as it is. Raises KeySetError."""
    if (folder / FILE).exists():
        _read(folder / FILE)
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / FILE, [_generate(alg, state) for alg in ALGORITHMS for state in ("active", "next")])


def rotate(folder: Path) -> None:
    """Use the published next keys from now on, publish new next ones, retire those in use. Raises KeySetError."""
    old = _read(folder / FILE)
    rotated: list[dict[str, Any]] = []
    for alg in ALGORITHMS:
        mine = [jwk for jwk in old if jwk["alg"] == alg]
        following = [{**jwk, STATE: "active"} for jwk in mine if jwk[STATE] == "next"]
        retired = [{**jwk, STATE: "retired"} for jwk in mine if jwk[STATE] != "next"]
        rotated += [*following, _generate(alg, "next"), *retired[:KEPT_RETIRED]]
    _write(folder / FILE, rotated)


def _generate(alg: str, state: str) -> dict[str, Any]:
    key: Key = RSAKey.generate_key(RSA_BITS) if alg == "RS256" else ECKey.generate_key("P-256")
    kid = f"{alg.lower()}-{secrets.token_hex(6)}"
    return {**key.as_dict(private=True), "kid": kid, "use": "sig", "alg": alg, STATE: state}


def _import(jwk: Mapping[str, Any], *, private: bool) -> Key:
    values = {name: value for name, value in jwk.items() if name != STATE}
    key: Key = (RSAKey if values["kty"] == "RSA" else ECKey).import_key(values)
    if private:
        return key
    public = key.as_dict(private=False)
    return (RSAKey if values["kty"] == "RSA" else ECKey).import_key(public)


def _load(path: Path) -> _Loaded:
    stamp, jwks = _stamp(path), _read(path)
    public = [_import(jwk, private=False) for jwk in jwks]
    return _Loaded(
        stamp,
        {jwk["alg"]: _import(jwk, private=True) for jwk in jwks if jwk[STATE] == "active"},
        JoseKeySet(public),
        {"keys": [dict(key.as_dict(private=False)) for key in public]},
    )


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise KeySetError(f"{path}: {error.strerror}; run `mock-vneid keys init`") from error
    return status.st_mtime_ns, status.st_ino


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        jwks: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["keys"]
        if not all(jwk["alg"] in ALGORITHMS and jwk["kid"] and jwk[STATE] for jwk in jwks):
            raise ValueError("an algorithm that is not ours")
    except OSError as error:
        raise KeySetError(f"{path}: {error.strerror}; run `mock-vneid keys init`") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeySetError(f"{path} is not a key set of this provider; move it away, then `keys init`") from error
    return jwks


def _write(path: Path, jwks: list[dict[str, Any]]) -> None:
    """Atomic, and never readable by others: written beside, flushed, then renamed into place."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump({"keys": jwks}, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)
