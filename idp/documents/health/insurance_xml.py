"""Insurance output XML (Decision 130/QD-BYT, 4750/QD-BYT): the wrapper and its tables, read from hostile bytes.

A document type declaration is refused, so there is no entity and nothing external; size, depth and number are limited
over the wrapper and everything in it together.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from xml.sax import SAXException, handler

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from idp.documents.health.errors import HealthRecordError, TooLarge, Unreadable
from idp.documents.health.insurance_mapping import TABLES, TableForm

MAX_BYTES = 8 * 2**20
MAX_DEPTH = 12
MAX_ELEMENTS = 200_000
MAX_TEXT = 64 * 2**10  # of one field; a file in base64 is another matter
WRAPPER, FILE, KIND, CONTENT = "GIAMDINHHS", "FILEHOSO", "LOAIHOSO", "NOIDUNGFILE"


@dataclass
class Element:
    """One element: where it begins, the text in it, and what is below."""

    tag: str
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Every element of this name, itself included, in the order of the file."""
        if self.tag == tag:
            yield self
            return
        for child in self.children:
            yield from child.all(tag)

    def child(self, tag: str) -> Element | None:
        return next((one for one in self.children if one.tag == tag), None)


@dataclass(frozen=True)
class Row:
    """One record of a table. `line` counts in the table's own XML where that was in base64, else in the file;
    `number` counts the table's records in all that was given.
    """

    table: str
    line: int
    fields: Mapping[str, str]
    lines: Mapping[str, int]
    number: int = 0

    def where(self, name: str | None = None) -> str:
        """`XML2.SO_LUONG, line 14`."""
        spot = f"{self.table}.{name}" if name else self.table
        return f"{spot}, line {self.lines.get(name, self.line) if name else self.line}"


@dataclass
class Budget:
    """What may still be read: one for a file and all that is packed in it."""

    bytes: int = MAX_BYTES
    elements: int = MAX_ELEMENTS


def read(files: Sequence[bytes]) -> list[Row]:
    """The rows of every table, whether in a wrapper or bare. Raises TooLarge, Unreadable."""
    budget, counts, rows = Budget(), Counter[str](), []
    for row in (row for data in files for row in _file(data, budget)):
        counts[row.table] += 1
        rows.append(replace(row, number=counts[row.table]))
    return rows


def _file(data: bytes, budget: Budget) -> Iterator[Row]:
    root = _parse(data, "XML", budget)
    if root.tag == WRAPPER:
        found = list(root.all(FILE))
        if not found:
            raise Unreadable(f"{WRAPPER}, line {root.line}", f"holds no {FILE}")
        for one in found:
            yield from _packed(one, budget)
        return
    name = next((name for name, form in TABLES.items() if form.root == root.tag), None)
    if name is None:
        raise Unreadable(f"line {root.line}", f"the outermost element is neither {WRAPPER} nor one of the tables")
    yield from _rows(name, TABLES[name], root)


def _packed(file: Element, budget: Budget) -> Iterator[Row]:
    kind, content = file.child(KIND), file.child(CONTENT)
    name = "" if kind is None else kind.text.strip()
    if name not in TABLES:
        raise Unreadable(f"{FILE}, line {file.line}", f"{KIND} must be one of {', '.join(TABLES)}")
    if content is None or not (content.children or content.text.strip()):
        return  # a wrapper may name a table that it has nothing for
    form = TABLES[name]
    root = content.children[0] if content.children else _decoded(name, content, budget)
    if root.tag != form.root:
        raise Unreadable(f"{name}, line {root.line}", f"the outermost element must be {form.root}")
    yield from _rows(name, form, root)


def _decoded(name: str, content: Element, budget: Budget) -> Element:
    try:
        data = base64.b64decode("".join(content.text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"{name}, line {content.line}", f"{CONTENT} is not base64") from error
    return _parse(data, name, budget)


def _rows(name: str, form: TableForm, root: Element) -> Iterator[Row]:
    for element in root.all(form.row):
        fields, lines = {}, {}
        for one in element.children:
            if one.children:
                raise Unreadable(f"{name}.{one.tag}, line {one.line}", "a field holds elements, where text belongs")
            if one.tag in fields:
                raise Unreadable(f"{name}.{one.tag}, line {one.line}", "stands twice in one record")
            fields[one.tag], lines[one.tag] = " ".join(one.text.split()), one.line
        yield Row(name, element.line, fields, lines)


def _parse(data: bytes, where: str, budget: Budget) -> Element:
    budget.bytes -= len(data)
    if budget.bytes < 0:
        raise TooLarge(where, f"more than {MAX_BYTES // 2**20} MB, unpacked")
    reader, tree = make_parser(), _Tree(where, budget)
    reader.forbid_dtd = True
    reader.setContentHandler(tree)
    try:
        reader.parse(BytesIO(data))
    except DefusedXmlException as error:
        raise Unreadable(where, "has a document type declaration, which is not taken") from error
    except SAXException as error:
        line = getattr(error, "getLineNumber", lambda: None)()
        raise Unreadable(f"{where}, line {line}" if line else where, "not well-formed XML") from error
    except HealthRecordError:
        raise
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise Unreadable(where, "not well-formed XML") from error
    assert tree.root is not None  # noqa: S101 - a document without an element is not well-formed
    return tree.root


class _Tree(handler.ContentHandler):
    """Builds the elements, within the limits."""

    def __init__(self, where: str, budget: Budget) -> None:
        super().__init__()
        self.root: Element | None = None
        self._where, self._budget = where, budget
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:
        line = int(self._locator.getLineNumber() or 0)
        self._budget.elements -= 1
        if len(self._open) >= MAX_DEPTH:
            raise TooLarge(f"{self._where}, line {line}", f"nested deeper than {MAX_DEPTH}")
        if self._budget.elements < 0:
            raise TooLarge(f"{self._where}, line {line}", f"more than {MAX_ELEMENTS} elements")
        element = Element(name.rpartition(":")[2], line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def characters(self, content: str) -> None:
        self._texts[-1].append(content)

    def endElement(self, name: str) -> None:
        element, parts = self._open.pop(), self._texts.pop()
        element.text = "".join(parts)
        if len(element.text) > MAX_TEXT and element.tag != CONTENT:
            raise TooLarge(f"{self._where}.{element.tag}, line {element.line}", "a field of more than 64 KB")
