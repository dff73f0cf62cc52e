"""Every code that My account shows has its words, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import idp
from idp import acr
from idp.accounts.my_account import activity
from idp.accounts.my_account.endpoints.activity import COLUMNS
from idp.accounts.my_account.wording import SHOWN, WORDS_OF
from idp.accounts.states import LockReason
from idp.i18n import LANGUAGES, Catalogue

ROOMS = ("devices", "passkeys", "sessions", "services", "documents", "activity")
KEYS = [
    *(f"my_account.detail.{name}" for name in SHOWN),
    *(f"my_account.kind.{kind}" for kind in activity.kinds()),
    *(f"my_account.column.{name}" for name in COLUMNS),
    *(f"my_account.value.reason.{reason}" for reason in LockReason),
    *(f"my_account.value.acr.{level.urn}" for level in acr.LEVELS),
    *(f"my_account.value.method.{method}" for method in ("password", "passcode", "one_time_code", "passkey")),
    *(f"my_account.room.{room}" for room in ROOMS),
    *(f"my_account.room_text.{room}" for room in ROOMS),
    *(f"my_account.level.{level}" for level in (1, 2)),
    *(f"my_account.sex.{sex}" for sex in ("male", "female")),
    *(f"my_account.lock.{what}_{with_}" for what in ("wrong", "use") for with_ in ("passcode", "password")),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(Path(idp.__file__).parent / "translations")


def test_texts_that_code_names(catalogue: Catalogue) -> None:
    """Keys put together in code exist, and the two languages differ."""
    for key in KEYS:
        texts = [catalogue.text(key, lang) for lang in LANGUAGES]
        assert texts[0] != texts[1], key


def test_words_that_other_pages_own_are_there(catalogue: Catalogue) -> None:
    for prefix in WORDS_OF.values():
        assert any(key.startswith(f"{prefix}.") for key in catalogue.messages), prefix
