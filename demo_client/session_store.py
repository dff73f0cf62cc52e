"""Where sessions are kept: of the people signed in apart from the nameless, who must not crowd them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cachelib import FileSystemCache
from cachelib.base import BaseCache

#: What a session of somebody who proved something holds.
PROVEN = ("citizen", "representative", "clerk")


class SessionStore(BaseCache):
    """Two folders, each with its own limit; a session moves from one to the other by signing in or out.

    Anybody makes a nameless session by asking for a page with a form, and the oldest go first.
    """

    def __init__(self, folder: Path, *, signed_in: int, nameless: int) -> None:
        super().__init__()
        self._signed_in = _cache(folder, signed_in)
        self._nameless = _cache(folder.with_name(f"{folder.name}-nameless"), nameless)

    def get(self, key: str) -> Any:
        found = self._signed_in.get(key)
        return self._nameless.get(key) if found is None else found

    def set(self, key: str, value: Mapping[str, Any], timeout: Any = None) -> bool:
        proven = any(value.get(name) for name in PROVEN)
        here, there = (self._signed_in, self._nameless) if proven else (self._nameless, self._signed_in)
        kept = here.set(key, value, timeout)
        there.delete(key)
        return bool(kept)

    def delete(self, key: str) -> bool:
        return bool(self._signed_in.delete(key)) & bool(self._nameless.delete(key))

    def forget(self, key_hashes: Iterable[str]) -> None:
        """Delete sessions of which only the SHA-256 of their key is known."""
        for key_hash in key_hashes:
            self._signed_in.forget(key_hash)
            self._nameless.forget(key_hash)


class _Files(FileSystemCache):
    """Its files are called by the SHA-256 of their keys."""

    def forget(self, key_hash: str) -> None:
        try:
            (Path(self._path) / key_hash).unlink()
        except FileNotFoundError:
            return
        self._update_count(delta=-1)


def _cache(folder: Path, limit: int) -> _Files:
    folder.mkdir(mode=0o700, exist_ok=True)
    return _Files(str(folder), threshold=limit, mode=0o600, hash_method=hashlib.sha256)
