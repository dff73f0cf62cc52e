"""What went wrong on the page being made, told at its top, where everybody meets it first."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from markupsafe import Markup


@dataclass(frozen=True)
class PageProblem:
    """A whole notice, or the sentence of one field that the form's list links to."""

    text: str | Markup
    field: str = ""
    names_fields: bool = False  # the notice tells of the fields itself
    label: str = ""


def tell_at_top(text: str | Markup, field: str = "", names_fields: bool = False, label: str = "") -> str:
    """For macros: keeps it for the page's top, and puts nothing where it was said."""
    kept: list[PageProblem] = g.setdefault("page_problems", [])
    kept.append(PageProblem(text, field, names_fields, label))
    return ""


def told_at_top() -> list[PageProblem]:
    """What this page has said, and forget it."""
    found: list[PageProblem] = g.pop("page_problems", [])
    return found
