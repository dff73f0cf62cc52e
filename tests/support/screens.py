"""The screens a person may look at the pages with, and marks that choose among databases and screens."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

WIDTHS = {"phone": (390, 844), "desktop": (1280, 800)}


@dataclass(frozen=True)
class Screen:
    """How a person looks at it: width and language."""

    width: str
    language: str


PHONE, DESKTOP = Screen("phone", "vi"), Screen("desktop", "vi")
PHONE_ENGLISH, DESKTOP_ENGLISH = Screen("phone", "en"), Screen("desktop", "en")
SCREENS = (PHONE, DESKTOP, PHONE_ENGLISH, DESKTOP_ENGLISH)


def name(screen: object) -> str:
    assert isinstance(screen, Screen)
    return f"{screen.width}-{screen.language}"


#: Where the database makes no difference, one will do.
on_sqlite = pytest.mark.parametrize("live", ["sqlite"], indirect=True)
on_phone = pytest.mark.parametrize("screen", [PHONE], indirect=True, ids=name)
on_desktop = pytest.mark.parametrize("screen", [DESKTOP], indirect=True, ids=name)
