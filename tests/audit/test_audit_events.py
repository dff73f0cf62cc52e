"""The catalogue of events is whole: every event that the source records is in it, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from recorded_events import Unknown, recorded

import idp
from idp.audit.events import VIEWERS, catalogue, seen_by

SOURCES = Path(idp.__path__[0])
#: Names of the first release, which had no area before the dot; records keep the name they were written with.
WITHOUT_AREA = {
    "authentication_succeeded", "authentication_failed", "authentication_of_unusable_account", "signed_out",
}  # fmt: skip


def test_every_recorded_event_is_in_the_catalogue() -> None:
    """A new event needs its two names, and a decision who is shown it."""
    known = set(catalogue())
    missing = {
        (each.where, each.name)
        for each in recorded(SOURCES)
        if not (any(name.startswith(each.name) for name in known) if each.open else each.name in known)
    }
    assert missing == set()


def test_no_other_event_is_in_the_catalogue() -> None:
    """What nothing records any more stays only if old records have it: say so here."""
    found = recorded(SOURCES)
    whole = {each.name for each in found if not each.open}
    beginnings = tuple(each.name for each in found if each.open)
    assert {name for name in catalogue() if name not in whole and not name.startswith(beginnings)} == set()


@pytest.mark.parametrize("name", catalogue())
def test_an_event_has_two_names_and_viewers(name: str) -> None:
    """Both languages, somebody who sees it, always the operator; the name is `area.what` and fits its column."""
    event = catalogue()[name]
    assert event.vi.strip() != event.en.strip() != ""
    assert {"operator"} <= event.seen_by <= VIEWERS
    assert len(name) <= 64
    assert name in WITHOUT_AREA or re.fullmatch(r"[a-z_]+\.[a-z_]+", name)


def test_viewers_see_what_the_catalogue_says() -> None:
    assert "oauth.consent_given" in seen_by("holder")
    assert "presentation.not_authentic" not in seen_by("holder")
    assert seen_by("operator") == set(catalogue())
    assert seen_by("nobody") == set()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(a):\n a.record(event='x.y')", {"x.y"}),
        ("def f(a, b):\n a.record(event='x.y' if b else 'x.z')", {"x.y", "x.z"}),
        ("def f(a, b):\n event = f'x.{b}'\n a.record(event=event)", {"x."}),
        ("def r(a, e):\n a.record(event=e)\ndef f(a):\n r(a, 'x.y')\n r(a, e='x.z')", {"x.y", "x.z"}),
        ("class C:\n def r(self, e):\n  self.a.record(event=e)\n def f(self):\n  self.r('x.y')", {"x.y"}),
    ],
)
def test_events_are_read_from_the_source(tmp_path: Path, source: str, names: set[str]) -> None:
    """What the tests above rest on."""
    (tmp_path / "m.py").write_text(source)
    assert {each.name for each in recorded(tmp_path)} == names


@pytest.mark.parametrize("source", ["def f(a):\n a.record(event=g())", "def f(a):\n a.record(event=E)"])
def test_an_event_that_cannot_be_followed_is_told(tmp_path: Path, source: str) -> None:
    (tmp_path / "m.py").write_text(source)
    with pytest.raises(Unknown):
        recorded(tmp_path)
