"""What is wrong with a metadatum, in the page's language. The messages themselves are English: RFC 7591 has ASCII."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HOLE = "{}"


def said(message: str, lang: str) -> str:
    """The message as it is, or its translation with what stood in its holes."""
    if lang == "en":
        return message
    for template, translation in messages().items():
        parts = [re.escape(part) for part in template.split(HOLE)]
        found = re.fullmatch("(.+?)".join(parts), message)
        if found:
            # What stands in a hole may be a message of its own.
            return translation.format(*(said(part, lang) for part in found.groups()))
    return message


@cache
def messages() -> Mapping[str, str]:
    """English -> Vietnamese, each with the same holes; those without holes come first."""
    with Path(__file__).with_name("client_messages.toml").open("rb") as stream:
        rows = tomllib.load(stream)["message"]
    return {row["en"]: row["vi"] for row in sorted(rows, key=lambda row: HOLE in row["en"])}
