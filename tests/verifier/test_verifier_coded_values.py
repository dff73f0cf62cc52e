"""The report says in words what stands in code, as the metadata of the type has it; for machines it stays code."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from verifier_world import NOW, World

from idp.documents import type_metadata
from idp.documents.document_types import ClaimsPath, document_types
from idp.documents.verifier.answers import Answers
from idp.documents.verifier.document import VerifiedDocument, freeze
from idp.documents.verifier.labels import Labels
from idp.documents.verifier.messages import Language
from idp.documents.verifier.outcome import Outcome
from idp.documents.verifier.report import render

TRUST = World().trust()
(ISSUER, *_) = TRUST.issuers
CODED = [
    (kind, claim.path, value, names)
    for kind in document_types()
    for claim in kind.claims
    for value, names in (claim.values or {}).items()
]


def outcome(vct: str, path: ClaimsPath, value: object) -> Outcome:
    """Of a document that holds this alone."""
    content = value
    for step in reversed(path):
        content = [content] if step is None else {step: content}
    assert isinstance(content, dict)
    ends = NOW + timedelta(days=1)
    document = VerifiedDocument(vct, ISSUER, freeze(content), NOW, NOW, ends, Answers(), None, 7, ())
    return Outcome("accepted", NOW, document=document)


def fields(found: Outcome, labels: Labels, language: Language) -> list[str]:
    return [line.strip() for line in render(found, labels, language).splitlines()]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_of_every_type(language: Language) -> None:
    """In the language of the report."""
    wrong = []
    for kind, path, value, names in CODED:
        labels = Labels.of([json.loads(type_metadata.document_bytes(kind.vct))])
        shown = [value] if kind.claim(path).kind == "list" else value  # type: ignore[union-attr]
        lines = fields(outcome(kind.vct, path, shown), labels, language)
        if not any(line in (f"{label} {names[language]}" for label in _labels(lines)) for line in lines):
            wrong.append((kind.id, path, value))
    assert len(CODED) > 40
    assert wrong == []


def _labels(lines: list[str]) -> list[str]:
    """What stands before a value: a name, or the dash of a list."""
    return ["-", *(line.partition(":")[0] + ":" for line in lines if ":" in line)]


def test_for_machines_it_stays_code() -> None:
    found = outcome("urn:vn-mock:pid:1", ("sex",), "female").as_json()
    assert '"sex": "female"' in json.dumps(found)


def test_without_metadata_the_code_stands() -> None:
    """So does a value that has no word, and one of a field that only looks like a coded one."""
    labels = Labels.of([json.loads(type_metadata.document_bytes("urn:vn-mock:pid:1"))])
    assert "sex: female" in fields(outcome("urn:vn-mock:pid:1", ("sex",), "female"), Labels(), "en")
    assert "Sex: other" in fields(outcome("urn:vn-mock:pid:1", ("sex",), "other"), labels, "en")
    assert "Full name: female" in fields(outcome("urn:vn-mock:pid:1", ("full_name",), "female"), labels, "en")
