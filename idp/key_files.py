"""Files under the key folder: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE, PUBLIC, FOLDER = 0o600, 0o644, 0o700


def make_folder(folder: Path) -> None:
    """Make a key folder (mode 700); one that is there already is closed to others as well."""
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    folder.chmod(FOLDER)


def write(path: Path, content: bytes, mode: int = PRIVATE, *, durable: bool = True) -> None:
    """Put `content` at `path` in one step: a reader sees the old file or the new one, never a part.

    What is not `durable` may be lost with the power; it is much cheaper to write.
    """
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        draft.chmod(mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_once(path: Path, content: bytes) -> bool:
    """Write a secret unless there is one already; tells whether it was written."""
    if path.exists():
        path.chmod(PRIVATE)
        return False
    write(path, content)
    return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time makes keys in a folder."""
    make_folder(folder)
    with (folder / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
