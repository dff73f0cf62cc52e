"""Telling people what a check of the audit chain found: one sentence, then the counts."""

from __future__ import annotations

from collections.abc import Iterator

from idp.audit.findings import Verdict
from idp.i18n import Catalogue


def render(verdict: Verdict, texts: Catalogue, lang: str) -> str:
    """The whole report for a terminal."""
    lines = [_sentence(verdict, texts, lang), f"[{texts.text('audit.mock', lang)}]", ""]
    rows = list(_rows(verdict))
    width = max(len(texts.text(f"audit.line.{name}", lang)) for name, _ in rows)
    lines += [f"  {texts.text(f'audit.line.{name}', lang):<{width}} : {value}" for name, value in rows]
    if not verdict.whole:
        lines += ["", texts.text("audit.line.advice", lang)]
    return "\n".join(lines)


def _sentence(verdict: Verdict, texts: Catalogue, lang: str) -> str:
    if verdict.first is not None:
        return texts.text(f"audit.verdict.{verdict.first.kind.value}", lang, sequence=verdict.first.sequence)
    if not verdict.records:
        return texts.text("audit.verdict.empty", lang)
    key = "whole" if verdict.start == 1 else "whole_from"
    return texts.text(f"audit.verdict.{key}", lang, records=verdict.records, start=verdict.start)


def _rows(verdict: Verdict) -> Iterator[tuple[str, object]]:
    yield "records", verdict.records
    if not verdict.whole:
        yield "broken", verdict.broken
        yield "missing", verdict.missing
    if verdict.head is not None:
        yield "head", verdict.head.sequence
        yield "hash", verdict.head.hash
