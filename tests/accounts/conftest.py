"""The accounts package alone, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from accounts_place import Browser, Place, make_place

from idp.clock import FixedClock
from idp.db import Database
from idp.encryption import AtRest


@pytest.fixture
def place(db: Database, clock: FixedClock, at_rest: AtRest, tmp_path: Path) -> Place:
    return make_place(db, clock, at_rest, tmp_path, demo=True)


@pytest.fixture
def not_demo(db: Database, clock: FixedClock, at_rest: AtRest, tmp_path: Path) -> Place:
    return make_place(db, clock, at_rest, tmp_path, demo=False)


@pytest.fixture
def browser(place: Place) -> Browser:
    return place.browser()
