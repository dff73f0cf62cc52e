"""No change of a single character survives verification."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verifier_world import AUDIENCE, NONCE, NOW, PERSON, World

from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.verify import verify

WORLD = World()
TRUST = WORLD.trust()
DOCUMENT = WORLD.document()
PRESENTATION = WORLD.bound(DOCUMENT)
LETTERS = string.ascii_letters + string.digits + "-_.~=+/ \n"


def changed(text: str, place: int, letter: str) -> str:
    return text[:place] + letter + text[place + 1 :]


def verified(text: str, *, bound: bool) -> bool:
    from datetime import timedelta

    expected = ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))
    document = verify(
        text,
        trust=TRUST,
        now=NOW,
        key_binding=expected if bound else NO_KEY_BINDING,
        person=PERSON,
        status=StatusLists.of([WORLD.status_token()]),
    )
    return document.answers.intact is Answer.YES


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(PRESENTATION) - 1), st.sampled_from(LETTERS))
def test_a_changed_presentation(place: int, letter: str) -> None:
    """Any one character of a key-bound presentation."""
    text = changed(PRESENTATION, place, letter)
    if text == PRESENTATION:
        assert verified(text, bound=True)
        return
    with pytest.raises(VerificationError):
        verified(text, bound=True)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(DOCUMENT) - 2), st.sampled_from(LETTERS.replace("\n", "").replace(" ", "")))
def test_a_changed_document(place: int, letter: str) -> None:
    """Any one character of a document's file; its end may be white space, which carries nothing."""
    text = changed(DOCUMENT, place, letter)
    if text == DOCUMENT:
        assert verified(text, bound=False)
        return
    with pytest.raises(VerificationError):
        verified(text, bound=False)


@settings(max_examples=100, deadline=None)
@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text(text: str) -> None:
    """Whatever the text, the answer is a named refusal and nothing else."""
    with pytest.raises(VerificationError):
        verified(text, bound=False)
