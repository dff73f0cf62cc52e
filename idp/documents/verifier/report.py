"""Printing a verdict: one sentence, the four answers, the fields, then the technical part."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone

from idp.documents.verifier.ages import age as age
from idp.documents.verifier.answers import Answers
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.labels import Labels, Path
from idp.documents.verifier.messages import Language, choose, word
from idp.documents.verifier.outcome import Outcome
from idp.documents.verifier.trust import TrustList

VIETNAM = timezone(timedelta(hours=7))
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
#: Claims of the format rather than of the document; they stand in the technical part or not at all.
_FORMAT_CLAIMS = frozenset(
    {"iss", "iat", "nbf", "exp", "vct", "vct#integrity", "aka_vcts", "cnf", "status", "sub", "aud", "jti"}
)
_LONGEST = 200


def render(outcome: Outcome, labels: Labels, language: Language) -> str:
    """The whole report as text for a terminal."""
    lines = [_clean(outcome.sentence(language)), f"[{word('mock', language)}]"]
    if outcome.verdict != "unusable":
        lines += ["", *_answers(outcome.answers, language)]
    if outcome.old_lists:
        lines += ["", *(word(f"old.{name}", language) for name in outcome.old_lists)]
    if outcome.document is not None:
        lines += ["", *_fields(outcome.document, labels, language)]
    lines += ["", *_technical(outcome, labels, language)]
    return "\n".join(lines)


def _answers(answers: Answers, language: Language) -> Iterator[str]:
    yield f"{word('part.answers', language)}:"
    names = [word(f"question.{name}", language) for name in vars(answers)]
    values = [word(f"answer.{value}", language) for value in vars(answers).values()]
    # Holder and person are two halves of the fourth answer: is it this person's?
    rows = [*zip(names[:3], values[:3], strict=True)]
    rows.append((f"{names[3]} – {names[4].lower()}", f"{values[3]} – {values[4]}"))
    width = max(len(name) for name, _ in rows)
    yield from (f"  {name:<{width}} : {value}" for name, value in rows)


def _fields(document: VerifiedDocument, labels: Labels, language: Language) -> Iterator[str]:
    yield f"{word('part.fields', language)}:"
    yield f"  {word('label.type', language)}: {_clean(labels.document_type(document.vct, language))}"
    issuer = document.issuer.name_vi if language == "vi" else document.issuer.name_en
    yield f"  {word('label.issuer', language)}: {_clean(issuer)}"
    for name, value in document.claims.items():
        if name not in _FORMAT_CLAIMS:
            yield from _field(document.vct, (name,), value, labels, language)


def _field(vct: str, path: Path, value: object, labels: Labels, language: Language) -> Iterator[str]:
    indent = "  " * len(path)
    label = "-" if isinstance(path[-1], int) else f"{_clean(_name(vct, path, labels, language))}:"
    if isinstance(value, Mapping) and value:
        yield f"{indent}{label}"
        for name, child in value.items():
            yield from _field(vct, (*path, name), child, labels, language)
    elif isinstance(value, tuple) and value:
        yield f"{indent}{label}"
        for index, child in enumerate(value):
            yield from _field(vct, (*path, index), child, labels, language)
    else:
        told = labels.value(vct, path, value, language) if isinstance(value, str) else value
        yield f"{indent}{label} {_value(told, language)}"


def _name(vct: str, path: Path, labels: Labels, language: Language) -> str:
    """An offline code has one field that no type names."""
    return word("label.portrait", language) if path == ("portrait",) else labels.claim(vct, path, language)


def _value(value: object, language: Language) -> str:
    if value is None or value in ((), {}):
        return word("text.none", language)
    if isinstance(value, bool):
        return word("text.yes" if value else "text.no", language)
    date = _ISO_DATE.fullmatch(str(value))
    if date is not None:
        return _date(date, language)
    text = _clean(str(value))
    return text if len(text) <= _LONGEST else f"{text[:40]}… ({len(text)})"


def _date(date: re.Match[str], language: Language) -> str:
    year, month, day = date.groups()
    if language == "vi":
        return f"{day}/{month}/{year}"
    try:
        return f"{int(day)} {datetime(int(year), int(month), 1):%B} {year}"
    except ValueError:
        return date[0]


def _technical(outcome: Outcome, labels: Labels, language: Language) -> Iterator[str]:
    yield f"{word('part.technical', language)}:"
    rows = [("label.checked_at", moment(outcome.now, language))]
    if outcome.code is not None:
        rows += [("label.code", outcome.code), ("label.detail", outcome.detail or "-")]
    if outcome.trust is not None:
        rows.append(("label.trust_list", _trust(outcome.trust, outcome.now, language)))
    if outcome.source is not None:
        at = moment(outcome.source.signed_at, language)
        rows.append(("label.file", choose(outcome.source.words, language).format(at=at)))
    if outcome.status_list is not None or outcome.document is not None:
        rows.append(("label.status_list", _status_list(outcome, language)))
    if outcome.document is not None:
        rows += _document(outcome.document, language)
    yield from (f"  {word(label, language)}: {_clean(value)}" for label, value in rows)


def _status_list(outcome: Outcome, language: Language) -> str:
    status = outcome.status_list
    if status is None:
        return word("text.none", language)
    values = {"age": age(outcome.now - status.issued_at, language), "expires": moment(status.expires_at, language)}
    return word("text.status_list", language, uri=status.uri, **values)


def _document(document: VerifiedDocument, language: Language) -> list[tuple[str, str]]:
    return [
        ("label.type", document.vct),
        ("label.issuer", document.issuer.uri),
        ("label.issued_at", moment(document.issued_at, language)),
        ("label.expires_at", moment(document.expires_at, language)),
        ("label.chain", ", ".join(document.chain_fingerprints)),
    ]


def _trust(trust: TrustList, now: datetime, language: Language) -> str:
    values = {"age": age(now - trust.issued_at, language), "expires": moment(trust.expires_at, language)}
    return word("text.trust_list", language, version=trust.version, **values)


def moment(value: datetime, language: Language) -> str:
    """A time as Vietnam's clocks show it."""
    local = value.astimezone(VIETNAM)
    if language == "vi":
        return f"{local:%d/%m/%Y %H:%M} (UTC+7)"
    return f"{local.day} {local:%B %Y %H:%M} (UTC+7)"


def _clean(text: str) -> str:
    """No control character or direction override reaches the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def show(text: str) -> None:
    """A terminal that cannot show Vietnamese gets escapes rather than a traceback."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except BrokenPipeError:  # whoever read it has read enough; the exit code is still the verdict's
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def escaped(text: str) -> str:
    """JSON that no terminal obeys: what is no letter or sign to print is escaped."""
    return "".join(sign if sign.isprintable() or sign == "\n" else json.dumps(sign)[1:-1] for sign in text)
