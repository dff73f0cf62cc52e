"""Every reason, purpose, role, weakness and event of an account's life has its words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import idp
from idp.accounts.applications.refusals import Refusal
from idp.accounts.officers import roles
from idp.accounts.officers.counter import CHECKS
from idp.accounts.officers.endpoints.person import PROBLEMS
from idp.accounts.officers.endpoints.queue import AUDITED
from idp.accounts.officers.roles import Action
from idp.accounts.secret_rules import Weak
from idp.accounts.states import LockReason
from idp.audit import events
from idp.i18n import LANGUAGES, Catalogue

PARTS = ("title", "what", "why", "todo", "law")
KEYS = [
    *(f"applications.refusal.{reason}.{part}" for reason in Refusal for part in PARTS),
    *(f"applications.weak.{weak}" for weak in Weak),
    *(f"officer.reason.{reason}" for reason in LockReason),
    *(f"officer.problem.{word}" for word in (*PROBLEMS.values(), "no_purpose", "nobody", "not_now", "law")),
    *(f"officer.check.{check}" for check in CHECKS),
    *(f"officer.event.{event.replace('.', '_')}" for event in AUDITED),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(Path(idp.__file__).parent / "translations")


@pytest.mark.parametrize("key", KEYS)
def test_texts_that_code_names(catalogue: Catalogue, key: str) -> None:
    """Keys put together in code exist, and the two languages differ."""
    assert catalogue.text(key, "vi") != catalogue.text(key, "en")


def test_both_languages_have_the_same_places(catalogue: Catalogue) -> None:
    """A value that one language shows, the other shows as well."""
    for key, texts in catalogue.messages.items():
        if key.startswith(("applications.", "officer.")):
            places = [sorted(re.findall(r"\{(\w+)\}", texts[lang])) for lang in LANGUAGES]
            assert places[0] == places[1], key


def test_each_refusal_names_its_law(catalogue: Catalogue) -> None:
    """By article, in both languages."""
    for reason in Refusal:
        assert "Điều" in catalogue.text(f"applications.refusal.{reason}.law", "vi")
        assert "article" in catalogue.text(f"applications.refusal.{reason}.law", "en")


def test_roles_and_purposes_are_named() -> None:
    """As data; what the auditor may is to read, and nobody else may read what officers did."""
    for purpose in roles.purposes().values():
        assert set(purpose) == set(LANGUAGES)
    may = {name: roles.role(name).may for name in ("registration", "supervisor", "auditor")}
    assert may["auditor"] == {Action.READ_AUDIT}
    assert Action.DECIDE_AUTHORITY_LOCK not in may["registration"]
    assert Action.READ_AUDIT not in may["registration"] | may["supervisor"]


def test_what_is_recorded_is_known_to_the_record() -> None:
    """A look-up is shown to the holder, an officer's sign-in is not."""
    assert set(AUDITED) <= set(events.catalogue())
    assert "officer.looked_up" in events.seen_by("holder")
    assert "officer.signed_in" not in events.seen_by("holder")


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12/2026/hs", "12/2026/HS"), (" MP-20261124-BCDFG ", "MP-20261124-BCDFG"), ("1", None), ("a b", None)],
)  # fmt: skip
def test_case_numbers(typed: str, number: str | None) -> None:
    """Four signs or more, without spaces; kept in capitals."""
    assert roles.case_number(typed) == number
