"""What each test would read and compile anew, kept as long as the test process lives: it is the same every time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

import idp
from idp.i18n import Catalogue

PACKAGE = Path(idp.__file__).parent


class CompiledTemplates(BytecodeCache):
    """By name and content; each app still has an environment of its own."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


def keep() -> None:
    """From now on. Only our own messages are kept; a test's folders are read each time."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
    read = Catalogue.load
    kept = cache(read)
    Catalogue.load = staticmethod(  # type: ignore[method-assign, assignment]
        lambda folder: kept(folder) if folder == PACKAGE / "translations" else read(folder)
    )
