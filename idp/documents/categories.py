"""What documents are sorted by in a wallet: a handful of names, in the order of the page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from idp.type_files import both

FILE = Path(__file__).with_suffix(".toml")
#: Where a type stands that names no category.
OTHER = "other"


@cache
def categories() -> Mapping[str, Mapping[str, str]]:
    """Name by language, by id."""
    with FILE.open("rb") as stream:
        return {name: both(names) for name, names in tomllib.load(stream).items()}
