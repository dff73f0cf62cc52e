"""Every reason, state and refusal has its words, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

import idp
from idp.accounts.states import Law, LockedBy, LockReason, State
from idp.i18n import LANGUAGES, Catalogue

PARTS = ("title", "what", "why", "todo")
PAGES = ("request_over", "level_unreachable", "no_second_factor")
KEYS = [
    *(f"accounts.lock.{reason}.{part}" for reason in LockReason for part in PARTS),
    *(
        f"accounts.state.{state}.{part}"
        for state in State
        if state not in (State.ACTIVE, State.LOCKED)
        for part in PARTS
    ),
    *(f"accounts.state_word.{state}" for state in State),
    *(f"accounts.locked_by.{by}" for by in LockedBy),
    *(f"accounts.law.{law.name.lower()}" for law in Law),
    *(f"accounts.number_error.{reason}" for reason in ("not_text", "not_ascii", "not_digits", "length")),
    *(f"accounts.{page}.{part}" for page in PAGES for part in PARTS),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(Path(idp.__file__).parent / "translations")


@pytest.mark.parametrize("key", KEYS)
def test_texts_that_code_names(catalogue: Catalogue, key: str) -> None:
    """Keys put together in code exist, and the two languages differ."""
    texts = [catalogue.text(key, lang) for lang in LANGUAGES]
    assert all(texts)
    assert texts[0] != texts[1]


def test_both_languages_have_the_same_places(catalogue: Catalogue) -> None:
    """A value that one language shows, the other shows as well."""
    import re

    for key, texts in catalogue.messages.items():
        if key.startswith("accounts."):
            places = [sorted(re.findall(r"\{(\w+)\}", texts[lang])) for lang in LANGUAGES]
            assert places[0] == places[1], key


def test_example_of_the_guide(tmp_path: Path) -> None:
    """The example file in the guide is a good one."""
    from datetime import date

    from idp.seed import loader

    guide = (Path(idp.__file__).parent / "seed" / "README.md").read_text(encoding="utf-8")
    file = tmp_path / "example.toml"
    file.write_text(guide.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    persona = loader.load(file, date(2026, 11, 24)).by_id()["an"]
    assert persona.organisation is not None
