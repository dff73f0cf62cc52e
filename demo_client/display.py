"""Small things templates need: filters and functions, all about showing, none about deciding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from demo_client.fields import Path, rows
from demo_client.i18n import Messages, format_date
from demo_client.procedures.model import DocumentNeed, Means, Procedure
from demo_client.refusals import group_of, kind_of
from demo_client.type_names import TypeNames

Row = tuple[str, str, str, str]


class Display:
    """Bound to the messages and to the language of the page being made."""

    def __init__(self, messages: Messages, names: TypeNames, language: Callable[[], str]) -> None:
        self.messages, self.names, self.language = messages, names, language

    def init_app(self, app: Flask) -> None:
        app.jinja_env.globals.update(
            answer_rows=self.answer_rows, mark=self.mark, span=self.span, receipt_mark=receipt_mark
        )
        app.jinja_env.filters.update(
            replaced=replaced, lines=lines, type_name=self.type_name, asked=self.asked, refusal_group=group_of
        )

    def t(self, key: str, **values: object) -> str:
        return self.messages.text(key, self.language(), **values)

    def type_name(self, vct: str) -> str:
        """What a document type calls itself; "electronic document" where that cannot be had."""
        return self.names.of_type(vct, self.language()) or self.t("documents.unknown")

    def asked(self, need: DocumentNeed) -> list[str]:
        """The fields that a procedure asks of a document, by name."""
        return [self.names.of_field(need.vct, path, self.language()) for path in need.claims]

    def fields(self, vct: str, claims: Mapping[str, object]) -> list[tuple[str, str]]:
        """A verified document for people to read."""
        lang, told = self.language(), claims.get("vct#integrity")
        integrity = None if told is None else str(told)

        def word(path: Path, value: object) -> object:
            if isinstance(value, bool):
                return self.t("documents.yes" if value else "documents.no")
            return self.names.of_value(vct, path, value, lang, integrity) if isinstance(value, str) else value

        return rows(claims, lambda path: self.names.of_field(vct, path, lang, integrity), lang, word)

    def answer_rows(self, answers: Mapping[str, str] | None) -> list[Row]:
        """The four answers; whether its holder shows it and whether it is about her are one question to people."""
        given = answers or {}
        rows = [self._row(name, str(given.get(name) or "not_checked")) for name in ("intact", "trusted", "in_force")]
        return [*rows, self._row("yours", yours(given))]

    def _row(self, name: str, answer: str) -> Row:
        return (
            self.t(f"answers.{name}"),
            kind_of(answer),
            self.t(f"answers.word_{answer}"),
            self.t(f"answers.{name}_note"),
        )

    def mark(self, procedure: Procedure, fact: str) -> str:
        """A sign beside a fact that was not checked against the gazette."""
        return " (*)" if fact in procedure.unverified else ""

    def span(self, procedure: Procedure) -> str:
        """The days between which a version is in force."""
        lang = self.language()
        begin, end = procedure.in_force_from, procedure.in_force_until
        if begin and end:
            return self.t("procedure.between", begin=format_date(begin, lang), end=format_date(end, lang))
        if end:
            return self.t("procedure.before", end=format_date(end, lang))
        return self.t("procedure.since", begin=format_date(begin, lang)) if begin else self.t("procedure.always")


def yours(answers: Mapping[str, str]) -> str:
    """yes where the holder proved it and the person is the one; no where either failed."""
    both = (str(answers.get("holder") or "not_checked"), str(answers.get("person") or "not_checked"))
    if "no" in both:
        return "no"
    return "yes" if both == ("yes", "yes") else "not_checked"


def replaced(procedure: Procedure) -> int:
    """How many papers of the dossier need not be brought."""
    return sum(part.means is not Means.PAPER for part in procedure.components)


def lines(text: str) -> Markup:
    """A text of several lines as a list of them, whatever else is in it made harmless."""
    found = text.split("\n")
    if len(found) == 1:
        return escape(text)
    return Markup('<ul class="entries">{}</ul>').format(Markup().join(map(Markup("<li>{}</li>").format, found)))


def receipt_mark(number: str) -> Any:
    return Markup('<span data-testid="receipt-number">{}</span>').format(number)
